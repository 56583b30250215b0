"""A question of a survey that was answered before, asked once more."""

import re
from collections.abc import Sequence
from typing import Final

from bot.flow import Option
from bot.flow.answers import Got, Result
from bot.flow.heard import Heard
from bot.rules.surveys.parts import Answer, Question, said
from bot.rules.surveys.reading import read_answer
from handlers.questions.survey import WRONG, Asked, as_kept
from handlers.questions.survey_lines import SCORES

_ABOUT: Final = re.compile("刚才|刚刚|评价|评分|打分|分数|一下")


class Again(Asked):
    """Nothing but another answer to it."""

    def options(self) -> Sequence[Option]:
        return super().options()[:-1]

    def read(self, said: Heard) -> Result:
        found = None if said.silent else read_answer(self.question, WRONG.sub("", said.text))
        return Got(as_kept(found)) if found is not None else None

    def find(self, said: Heard) -> Result:
        """刚才点错了，应该是1分: in the words that opened it."""
        rest = _ABOUT.sub("", WRONG.sub("", said.text))
        found = read_answer(self.question, rest) if "分" in rest else None
        scored = found is not None and found.value is not None
        return Got(as_kept(found)) if found is not None and scored else None


def reads(question: Question, said: Heard) -> bool:
    """Whether these words hold another answer to the question."""
    return Again(question).find(said) is not None


def line(question: Question, answer: Answer) -> str:
    """An answer as its line shows it: 5分 很满意."""
    scored = question.kind == "score" and answer.value in SCORES
    return SCORES[answer.value or 0] if scored else said(question, answer)
