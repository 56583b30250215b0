"""Answers as a caller types them: 1=5, standard.plan=换一辆, 3=否."""

from collections.abc import Sequence
from typing import Final

from bot.errors import StaffError
from bot.rules.surveys.parts import NO, YES, Answer, Question, Survey

_TRUTHS: Final = {"是": YES, "yes": YES, "y": YES, "1": YES, "否": NO, "no": NO, "n": NO, "0": NO}


def numbered(surveys: Sequence[Survey]) -> list[tuple[Survey, Question]]:
    """Every question in the order it is asked; its number is its place, from 1."""
    return [(survey, question) for survey in surveys for question in survey.questions]


def read_answer(surveys: Sequence[Survey], said: str) -> tuple[Survey, Question, Answer]:
    """`said` is QUESTION=ANSWER, the question by its number or survey.code. Raises StaffError."""
    name, equals, text = (part.strip() for part in said.partition("="))
    every = numbered(surveys)
    found = [
        (survey, question)
        for number, (survey, question) in enumerate(every, 1)
        if name in {str(number), f"{survey.code}.{question.code}"}
    ]
    if not equals or not found:
        raise StaffError(f"没有题目{name[:40]}。", "写题号=回答，题号见 cheyu call show。")
    survey, question = found[0]
    return survey, question, _read(question, text)


def _read(question: Question, text: str) -> Answer:
    if question.kind == "yes_no" and text.lower() in _TRUTHS:
        return Answer(_TRUTHS[text.lower()])
    if question.kind in {"score", "nps"} and text.removesuffix("分").isdecimal():
        return Answer(int(text.removesuffix("分")))
    if question.kind in {"choice", "several"}:
        codes = {choice.label: choice.code for choice in question.choices}
        parts = [part.strip() for part in text.replace("，", ",").replace("、", ",").split(",")]
        return Answer(choices=tuple(codes.get(part, part) for part in parts if part))
    return Answer(words=text)
