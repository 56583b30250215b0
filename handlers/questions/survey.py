"""A question of a survey in chat: the lines to tap, and what people say and send instead."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.flow import Option
from bot.flow.answers import Got, Kept, Result
from bot.flow.heard import Heard
from bot.rules.surveys.parts import Answer, Question
from bot.rules.surveys.reading import read_answer
from handlers.questions.survey_lines import (
    DECLINE,
    ENOUGH,
    LATER,
    MARK,
    MEDIA,
    SCORES,
    puts_off,
    tells,
    way_named,
)

SLIP: Final = re.compile("(?:点|打|按|选|评)错")
WRONG: Final = re.compile(
    "不对|不是|(?:打|点|按|选|评|说|写)?错了?|改(?:成|为|到)?|换成|应该|重新|[，,。.！! ]"
)


@dataclass(frozen=True, slots=True)
class Said:
    """What a message came to: an answer; `sent` (kind, media id); `remark`; or a `wish`."""

    answer: Answer | None = None
    sent: tuple[str, str] | None = None
    remark: str = ""
    wish: str = ""


@dataclass(frozen=True)
class Asked:
    """Reads one question. `ways_out` are shown with it: later, and not at all.

    `corrects`: the next question is open, and 不对，3分 is still an answer to this one.
    """

    question: Question
    ways_out: bool = False
    corrects: bool = False

    async def prepare(self) -> None:
        """Nothing to fetch."""

    def options(self) -> Sequence[Option]:
        asked = self.question
        known = asked.known if asked.kind != "nps" else (*asked.known[1:], 0)
        lines = [Option(one, self._line(one), (asked.label(one),)) for one in known]
        return [*lines, *((LATER, DECLINE) if self.ways_out else (ENOUGH,))]

    def _line(self, known: int | str) -> str:
        return SCORES[int(known)] if self.question.kind == "score" else self.question.label(known)

    def read(self, said: Heard) -> Result:
        came = said.kind in MEDIA and said.media_id
        sent = Got(f"{MARK}{said.kind}:{said.media_id}") if came else None
        if sent and not said.worded:
            return sent
        ways = (LATER, DECLINE, *(() if self.ways_out else (ENOUGH,)))
        if (way := way_named(said.text, ways)) is not None:
            return Got(way.key)
        if SLIP.search(said.text) and not self.ways_out:  # of an answer before this one
            return None
        if (found := read_answer(self.question, said.text)) is not None:
            return Got(as_kept(found))
        if self.ways_out and puts_off(said):
            return Got(LATER.key)
        return Got(f"{MARK}remark:{said.quoted}") if tells(said) else sent

    def find(self, said: Heard) -> Result:
        """Taken from what was said to something else only while it may be corrected."""
        found = read_answer(self.question, WRONG.sub("", said.text)) if self.corrects else None
        scored = "分" in said.text and found and found.value is not None
        return Got(as_kept(found)) if found and scored else None

    def value(self, kept: Kept) -> Said:
        text = str(kept)
        if not text.startswith(MARK):
            return Said(_answer(self.question, kept))
        kind, _, rest = text[1:].partition(":")
        if kind in MEDIA:
            return Said(sent=(kind, rest))
        return Said(remark=rest) if kind == "remark" else Said(wish=kind)


def as_kept(answer: Answer) -> Kept:
    return answer.value if answer.value is not None else ",".join(answer.choices) or answer.words


def _answer(question: Question, kept: Kept) -> Answer:
    if question.kind in {"choice", "several"}:
        return Answer(choices=tuple(str(kept).split(",")))
    return Answer(words=str(kept)) if question.kind in {"text", "photo"} else Answer(int(kept or 0))
