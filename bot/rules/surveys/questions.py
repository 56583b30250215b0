"""The questions of a survey, from data and back."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, cast

from bot.rules.surveys.checks import Checks, Place
from bot.rules.surveys.parts import (
    KINDS,
    NO,
    TOPICS,
    YES,
    Choice,
    Condition,
    Known,
    Question,
    QuestionKind,
)

MOST_QUESTIONS: Final = 20
MOST_CHOICES: Final = 12
LONGEST_TEXT: Final = 200
LONGEST_LABEL: Final = 20
MESSAGE_BYTES: Final = 1_900
"""What a text message of the platform surely carries (bot.flow.reply.Answer.split)."""
COMMANDS: Final = ("跳过", "取消", "上一步", "人工", "退订", "投诉", "完成", "说完了")
"""Words that mean something of their own in every conversation: no choice may be called so."""
_KEYS: Final = (
    "code", "kind", "text", "topic", "choices", "optional", "when", "low", "lead"
)  # fmt: skip
_MUST: Final = ("code", "kind", "text")
_TRUTHS: Final[Mapping[Any, int]] = {"是": YES, "否": NO, "yes": YES, "no": NO, 1: YES, 0: NO}
_LINE: Final = 90
"""Bytes of a line that can be tapped, beside its words (bot.flow.reply)."""


def usual_low(kind: QuestionKind, topic: str) -> tuple[Known, ...]:
    """A score of 1 or 2 (on ten: up to 2), and a no to a question about the car or the service."""
    if kind == "score":
        return (1, 2)
    if kind == "nps":
        return (0, 1, 2)
    return (NO,) if kind == "yes_no" and topic in {"vehicle", "service"} else ()


def read_questions(checks: Checks, data: Any) -> tuple[Question, ...]:
    at: Place = ("questions",)
    listed = checks.items(at, data, MOST_QUESTIONS)
    if isinstance(data, list) and not data:
        checks.note(at, "至少要有一题。")
    codes = [one.get("code") if isinstance(one, Mapping) else None for one in listed]
    found: list[Question] = []
    for number, one in enumerate(listed):
        code = codes[number]
        checks.question = code if isinstance(code, str) else ""
        question = _question(checks, (*at, number), one, found, codes[number + 1 :])
        if question.code and question.code in codes[:number]:
            first = codes.index(question.code) + 1
            checks.note((*at, number, "code"), f"代码{question.code}和第{first}题重复。")
        found.append(question)
    checks.question = ""
    return tuple(found)


def _question(
    checks: Checks, at: Place, data: Any, before: Sequence[Question], later: Sequence[Any]
) -> Question:
    if not checks.mapping(at, data, _KEYS, _MUST):
        return Question("", "text", "")
    kind = checks.one_of((*at, "kind"), data.get("kind", "text"), KINDS)
    topic = checks.one_of((*at, "topic"), data.get("topic", "other"), TOPICS)
    optional = data.get("optional", False)
    if not isinstance(optional, bool):
        checks.note((*at, "optional"), "只能写true或false。")
    asked = Question(
        code=checks.code((*at, "code"), data["code"]) if "code" in data else "",
        kind=kind,
        text=(
            checks.words((*at, "text"), data["text"], LONGEST_TEXT, lines=True)
            if "text" in data
            else ""
        ),
        topic=topic,
        choices=_choices(checks, at, data, kind),
        optional=optional is True,
        when=_when(checks, (*at, "when"), data.get("when", {}), before, later),
    )
    low, lead = data.get("low"), data.get("lead", [])
    _fits_one_message(checks, at, asked)
    return replace(
        asked,
        low=usual_low(kind, topic) if low is None else _answers(checks, (*at, "low"), low, asked),
        lead=_answers(checks, (*at, "lead"), lead, asked),
    )


def _choices(checks: Checks, at: Place, data: Mapping[str, Any], kind: str) -> tuple[Choice, ...]:
    at = (*at, "choices")
    listed = checks.items(at, data.get("choices", []), MOST_CHOICES)
    if kind not in {"choice", "several"}:
        if listed:
            checks.note(at, "只有choice和several的题有选项。")
        return ()
    if len(listed) < 2:
        checks.note(at, "选择题至少要有两个选项。")
    found = []
    for number, one in enumerate(listed):
        here: Place = (*at, number)
        if checks.mapping(here, one, ("code", "label"), ("code", "label")):
            code = checks.code((*here, "code"), one["code"]) if "code" in one else ""
            label = _label(checks, (*here, "label"), one["label"]) if "label" in one else ""
            found.append(Choice(code, label))
    checks.unlike(at, [choice.code for choice in found])
    checks.unlike(at, [choice.label for choice in found])
    return tuple(found)


def _label(checks: Checks, at: Place, data: Any) -> str:
    label = checks.words(at, data, LONGEST_LABEL)
    if label.isdigit():
        checks.note(at, "不能只是数字：客户回数字选的是第几项。")
    if label in COMMANDS:
        checks.note(at, f"“{label}”在对话里另有意思，请换一个说法。")
    return label


def _when(
    checks: Checks, at: Place, data: Any, before: Sequence[Question], later: Sequence[Any]
) -> tuple[Condition, ...]:
    if not isinstance(data, Mapping):
        checks.note(at, "要写成“题目代码: [回答]”的形式。")
        return ()
    known = {question.code: question for question in before if question.code}
    found = []
    for code, answers in data.items():
        if code in known:
            wanted = _answers(checks, (*at, code), answers, known[code], some=True)
            found.append(Condition(code, wanted))
        elif code in later:
            checks.note(at, f"条件里的{code}在这题后面才问，要移到前面。")
        elif isinstance(code, str) and code and code == checks.question:
            checks.note(at, "条件不能是这题自己。")
        else:
            checks.note(at, f"条件里的“{str(code)[:32]}”没有这一题。")
    return tuple(found)


def _answers(
    checks: Checks, at: Place, data: Any, question: Question, *, some: bool = False
) -> tuple[Known, ...]:
    """The named answers of a question, which must be ones it can have."""
    listed = checks.items(at, data, MOST_CHOICES)
    if (listed or some) and not question.known:
        checks.note(at, f"“{question.code}”的回答是文字或照片，不能列出来。")
        return ()
    if some and isinstance(data, list) and not data:
        checks.note(at, "至少写一个回答。")
    found = [_answer(checks, (*at, number), one, question) for number, one in enumerate(listed)]
    kept = [one for one in found if one is not None]
    checks.unlike(at, [question.label(one) for one in kept])
    return tuple(kept)


def _answer(checks: Checks, at: Place, data: Any, question: Question) -> Known | None:
    written = isinstance(data, str | int)
    if question.kind == "yes_no":
        if written and data in _TRUTHS:
            return _TRUTHS[data]
    elif written and not isinstance(data, bool) and data in question.known:
        return cast("Known", data)
    shown = "、".join(str(_named(question, one)) for one in question.known)
    checks.note(at, f"不是这题的回答；可用：{shown}。")
    return None


def _named(question: Question, answer: Known) -> Known:
    """An answer as data has it."""
    return question.label(answer) if question.kind == "yes_no" else answer


def _fits_one_message(checks: Checks, at: Place, question: Question) -> None:
    labels = [question.label(one) for one in question.known]
    labels += ["跳过"] if question.optional else []
    labels += ["选好了"] if question.kind == "several" else []
    size = len(question.text.encode("utf-8", "replace")) + sum(
        4 * len(label.encode("utf-8", "replace")) + _LINE for label in labels
    )
    if size > MESSAGE_BYTES:
        over = (size - MESSAGE_BYTES + 2) // 3
        checks.note(at, f"一条微信消息放不下，题目要短{over}个字，或者少几个选项。")


def question_data(question: Question, before: Mapping[str, Question]) -> dict[str, Any]:
    """What `read_questions` takes; what is as usual is left out. `before`: by code."""
    data: dict[str, Any] = {"code": question.code, "kind": question.kind, "text": question.text}
    if question.topic != "other":
        data["topic"] = question.topic
    if question.choices:
        data["choices"] = [{"code": one.code, "label": one.label} for one in question.choices]
    if question.optional:
        data["optional"] = True
    if question.when:
        data["when"] = {
            one.question: [_named(before[one.question], known) for known in one.answers]
            for one in question.when
        }
    if question.low != usual_low(question.kind, question.topic):
        data["low"] = [_named(question, one) for one in question.low]
    if question.lead:
        data["lead"] = [_named(question, one) for one in question.lead]
    return data
