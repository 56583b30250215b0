"""A question of a survey in chat: the lines to tap, and what people say and send instead."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.flow import Option
from bot.flow.answers import Got, Kept, Result
from bot.flow.heard import Heard
from bot.rules.survey_parts import Answer, Question
from bot.rules.survey_reading import read_answer
from bot.rules.wording import plain

MEDIA: Final = ("image", "voice", "video", "shortvideo")
LEAST_REMARK: Final = 6
"""Signs from which on words that answer nothing are something they want to tell."""
_MARK: Final = "\x1f"  # nobody types it: what stands behind it is no answer
LATER = Option(
    f"{_MARK}later", "现在不方便",
    ("不方便", "没空", "没时间", "现在没空", "现在没时间", "改天", "改天再说", "晚点再说", "在开车", "开车呢", "忙着呢"),
)  # fmt: skip
DECLINE = Option(
    f"{_MARK}decline", "不评价了",
    ("不评价", "不想评价", "不想评价了", "不用评价了", "不评了", "不想评", "不评", "拒绝评价", "不打分"),
)  # fmt: skip
MORE = Option("more", "说细节", ("细节", "好", "好的", "可以", "行", "说", "要"))
STOP = Option(
    "stop",
    "就到这里",
    ("不用", "不用了", "不了", "不要", "没有", "没有了", "不说了", "就这样", "先这样", "算了"),
)
MORE_ASKED = Question("more", "choice", "再说说细节吗？几个小问题，一点就好。")
_LINES: Final = {1: "1分 很不满意", 2: "2分 不满意", 3: "3分 一般", 4: "4分 满意", 5: "5分 很满意"}


@dataclass(frozen=True, slots=True)
class Said:
    """What a message came to: an answer; `sent` (kind, media id); `remark`; or a `wish`."""

    answer: Answer | None = None
    sent: tuple[str, str] | None = None
    remark: str = ""
    wish: str = ""


@dataclass(frozen=True)
class Asked:
    """Reads one question. `ways_out` are shown with it: later, and not at all."""

    question: Question
    ways_out: bool = False

    async def prepare(self) -> None:
        """Nothing to fetch."""

    def options(self) -> Sequence[Option]:
        asked = self.question
        known = asked.known if asked.kind != "nps" else (*asked.known[1:], 0)
        lines = [Option(one, self._line(one), _aliases(asked.label(one))) for one in known]
        return [*lines, *((LATER, DECLINE) if self.ways_out else ())]

    def _line(self, known: int | str) -> str:
        score = self.question.kind == "score" and isinstance(known, int)
        return _LINES[int(known)] if score else self.question.label(known)

    def read(self, said: Heard) -> Result:
        if said.kind in MEDIA and said.media_id:
            return Got(f"{_MARK}{said.kind}:{said.media_id}")
        for way in (LATER, DECLINE):
            if plain(said.text) in map(plain, (way.label, *way.aliases)):
                return Got(way.key)
        found = read_answer(self.question, said.text)
        if found is not None:
            return Got(_kept(found))
        telling = len(plain(said.text)) >= LEAST_REMARK and said.understood.intent is None
        return Got(f"{_MARK}remark:{said.text.strip()}") if telling else None

    def find(self, said: Heard) -> Result:
        """Never taken from what was said to something else."""

    def value(self, kept: Kept) -> Said:
        text = str(kept)
        if not text.startswith(_MARK):
            return Said(_answer(self.question, kept))
        kind, _, rest = text[1:].partition(":")
        if kind in MEDIA:
            return Said(sent=(kind, rest))
        return Said(remark=rest) if kind == "remark" else Said(wish=kind)


class More(Asked):
    """Whether they wish to say more; a photo or words right away are taken as well."""

    def options(self) -> Sequence[Option]:
        return [MORE, STOP]


class Words(Asked):
    """A question for their own words: whatever they say is the answer."""

    def options(self) -> Sequence[Option]:
        return ()


def _aliases(label: str) -> tuple[str, ...]:
    return (label,)


def _kept(answer: Answer) -> Kept:
    return answer.value if answer.value is not None else ",".join(answer.choices) or answer.words


def _answer(question: Question, kept: Kept) -> Answer:
    if question.kind in {"choice", "several"}:
        return Answer(choices=tuple(str(kept).split(",")))
    return Answer(words=str(kept)) if question.kind in {"text", "photo"} else Answer(int(kept or 0))
