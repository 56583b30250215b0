"""Telling: an answer of many messages, photos and voices, until they say that it was all.

Every part is kept as it comes, beside the answers (`once:<name> 001`), so that a step back, a
correction or a restart loses nothing that somebody said. What comes when another question of the
conversation is open, and answers nothing, still belongs to what is being told.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.flow.answers import Kept, Option, Result
from bot.flow.heard import ALOUD, Heard
from bot.flow.store import TalkRow
from bot.rules.danger import SAFE, in_danger

SHOWN: Final = {
    "image": "照片",
    "voice": "语音",
    "video": "视频",
    "shortvideo": "小视频",
    "location": "位置",
    "link": "链接",
    "file": "文件",
}
"""Kinds of messages that are not typed, as they are called on screen."""
LEAVING: Final = "once:leaving"
"""Marks that 取消 was said while something had been told already."""
SPOKEN: Final = "语音"
"""Under this name: voice notes that were taken as answers, so that they are kept as well."""


@dataclass(frozen=True, slots=True)
class Part:
    """One message of what was told; `media_id` where it is a photo, a voice or a video.

    `text` of a voice: what was understood of it.
    """

    kind: str
    text: str
    media_id: str = ""

    @property
    def shown(self) -> str:
        """「又坏了」, [照片]"""
        text = self.text.strip()
        if self.kind == "voice" and text:
            return f"{ALOUD} {text}"
        return text or f"[{SHOWN.get(self.kind, '消息')}]"

    @property
    def worded(self) -> bool:
        """Words, typed or understood from a voice note."""
        return self.kind == "text" or (self.kind == "voice" and bool(self.text.strip()))


@dataclass(frozen=True)
class Telling:
    """The question that stays open while they tell; its one line says that it was all."""

    done: Option

    async def prepare(self) -> None:
        """Nothing to fetch."""

    def options(self) -> Sequence[Option]:
        return (self.done,)

    def read(self, said: Heard) -> Result:
        """Whatever is said is a part; `Talk.tell` takes it before this is asked."""
        return None

    def find(self, said: Heard) -> Result:
        """Nobody says beforehand that it was all."""
        return None

    def value(self, kept: Kept) -> bool:
        return kept == self.done.key


def parts_of(row: TalkRow, name: str) -> list[Part]:
    """What was told so far, in its order."""
    told = sorted(key for key in row.answers if key.startswith(_mark(name)))
    return [Part(*row.answers[key]["v"]) for key in told]


def add_part(row: TalkRow, name: str, said: Heard) -> None:
    """Write one message down behind the others."""
    entry: dict[str, Any] = {"v": [said.kind, said.text, said.media_id], "n": 0, "of": ""}
    row.answers[f"{_mark(name)}{len(parts_of(row, name)) + 1:03d}"] = entry


def said_to(number: int, then: Sequence[str]) -> str:
    """The first of them to the first part, the others in turn after it."""
    return then[0] if number == 1 or len(then) == 1 else then[1 + (number - 2) % (len(then) - 1)]


def drop_part(row: TalkRow, name: str) -> None:
    """Take back the part that was written down last."""
    row.answers.pop(f"{_mark(name)}{len(parts_of(row, name)):03d}", None)


def arrived(said: Heard) -> list[str]:
    """What to say at once: that what is not typed has arrived, and that safety comes first."""
    came = [f"{SHOWN.get(said.kind, '消息')}收到了。"] if said.kind != "text" else []
    return [*came, SAFE] if in_danger(said.text) else came


def _mark(name: str) -> str:
    return f"once:{name} "
