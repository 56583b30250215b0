"""Why they stay away, as it is said: one line to tap, or their own words taken at once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.flow import Option
from bot.flow.answers import Got, Kept, Result
from bot.flow.heard import Heard
from bot.flow.manners import GO_ON, polite
from bot.rules.scoring import complains
from bot.rules.surveys.parts import Answer, Question
from bot.rules.surveys.reasons import reason
from bot.rules.wording import plain
from handlers.questions.survey import Asked, Said
from handlers.questions.survey_lines import MARK, MEDIA, way_named

LATER: Final = Option(
    f"{MARK}later", "现在不方便", ("改天", "改天再说", "晚点再说", "在开车", "开车呢")
)
"""没时间 and 没空 are reasons here."""
UNSAID: Final = Option(
    f"{MARK}decline", "不想说", ("不说", "不说了", "不想说了", "不想讲", "不方便说", "不用了")
)


@dataclass(frozen=True)
class Reason(Asked):
    """The first question: a line, or whatever they say that is a reason."""

    def options(self) -> Sequence[Option]:
        return [*super().options()[:-2], LATER, UNSAID]

    def read(self, said: Heard) -> Result:
        if self.question.kind != "choice":
            return super().read(said)
        if said.kind in MEDIA and said.media_id and not said.worded:
            return Got(f"{MARK}{said.kind}:{said.media_id}")
        if (way := way_named(said.text, (LATER, UNSAID))) is not None:
            return Got(way.key)
        found = why_said(self.question, said)
        return Got(f"{MARK}why:{found.choices[0]}:{found.words}") if found else None

    def find(self, said: Heard) -> Result:
        """说说原因 太贵了: in the words that opened it."""
        rest = said.text.strip().removeprefix("说说原因")
        told = rest != said.text.strip() and self.question.kind == "choice"
        return self.read(replace(said, text=rest.strip(" ，,：:。"))) if told else None

    def value(self, kept: Kept) -> Said:
        mark, _, rest = str(kept).partition(":")
        if mark != f"{MARK}why":
            return super().value(kept)
        code, _, words = rest.partition(":")
        return Said(Answer(choices=(code,), words=words))


def why_said(question: Question, said: Heard) -> Answer | None:
    """A reason in these words; a nod, and what opens something else, is none."""
    if polite(said.text) or GO_ON.fullmatch(plain(said.text)):
        return None
    found = reason(question, said.text)
    if found is None or not found.words:
        return found
    opens = said.understood.intent is not None and not complains(said.text)
    return (
        None if opens and found.choices == ("other",) else Answer(None, found.choices, said.quoted)
    )
