"""A complaint read back before it is recorded: whole the first time, then what has changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.flow import AskAgain, Option, Talk
from bot.flow.agreeing import Agreement
from bot.flow.answers import Got, Kept, Result
from bot.flow.heard import Heard
from bot.rules.cases import lines as case_lines
from bot.rules.wording import plain
from handlers.questions.recording import Complaint

_CHANGE: Final = ("经过", "类别", "时间", "诉求")
_YES: Final = Option("yes", "没错，登记", ("登记",))
_NO: Final = Option("no", "不登记了", ("不登记",))
_WHOLE: Final = Option(
    "whole", "看全文", ("全部", "全文", "看全部", "看看全文", "看看全部", "再看一遍", "再念一遍")
)
_STORY: Final = "读过"
"""Under this: how many messages of the story they have been read; beside it, each fact."""


@dataclass(frozen=True, slots=True)
class _ReadOut(Agreement):
    """Yes, no, or the whole of it once more."""

    cut: bool = False

    def options(self) -> list[Option]:
        yes, *others = Agreement.options(self)
        return [yes, *([_WHOLE] if self.cut else []), *others]

    def read(self, said: Heard) -> Result:
        whole = plain(said.text) in map(plain, (_WHOLE.label, *_WHOLE.aliases))
        return Got(_WHOLE.key) if whole else Agreement.read(self, said)

    def value(self, kept: Kept) -> bool:
        return kept != _WHOLE.key and Agreement.value(self, kept)


async def agreed(talk: Talk, complaint: Complaint, facts: Mapping[str, str]) -> bool:
    """Whether it is to be recorded so. `facts`: what stands below the story, by its name."""
    told = complaint.told
    read = talk.kept(f"once:{_STORY}")
    changed = {name: said for name, said in facts.items() if not talk.did(_of(name), of=said)}
    if isinstance(read, int):
        summary, cut = case_lines.set_right(told[read:], changed), True
    else:
        summary, cut = case_lines.read_back(told, facts), case_lines.too_long(told)
    await _note(talk, len(told), facts)
    yes = await talk.ask("确认", summary, _ReadOut(_YES, _NO, _CHANGE, cut), of=complaint)
    if talk.kept("确认") == _WHOLE.key:  # read out, and then asked again
        raise AskAgain("确认", case_lines.whole(told, facts))
    return yes


async def _note(talk: Talk, messages: int, facts: Mapping[str, str]) -> None:
    """What they have been read by now."""

    async def so_many() -> int:
        return messages

    async def read() -> bool:
        return True

    await talk.once(_STORY, so_many, of=messages)
    for name, said in facts.items():
        await talk.once(_of(name), read, of=said)


def _of(name: str) -> str:
    return f"{_STORY} {name}"
