"""What a turn answers, before it becomes a WeChat message."""

import json
from dataclasses import dataclass, field
from typing import Final

from bot.rules.touch.lines import OFFER

__all__ = ["OFFER", "Answer", "Line"]

_MOST_SHOWN: Final = 600
"""Signs on the screen that one message holds, measured; what is over them is cut off."""
_MOST: Final = 1900
"""Bytes of one message, with some room: the platform refuses a text over 2,048."""
_compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Line:
    """A line that can be tapped: `shown` is read, `says` is sent as if typed, `tag` comes back."""

    shown: str
    says: str
    tag: str


def _bytes(block: str | Line) -> int:
    if isinstance(block, str):
        return len(block.encode()) + 1
    return len(block.shown.encode()) + 3 * len(block.says.encode()) + len(block.tag) + 70


def _shown(block: str | Line) -> int:
    return len(block if isinstance(block, str) else block.shown) + 1


def _pieces(block: str | Line) -> list[str | Line]:
    """A text that no message holds, cut where a line ends, else where it must be."""
    if not isinstance(block, str) or (_shown(block) <= _MOST_SHOWN and _bytes(block) <= _MOST):
        return [block]
    room = min(_MOST_SHOWN - 1, _MOST // 4)  # four bytes a sign, if all of it were faces
    end = block.rfind("\n", room // 3, room)
    end = end if end > 0 else room
    return [block[:end], *_pieces(block[end:].removeprefix("\n"))]


@dataclass(slots=True)
class Answer:
    """Text blocks and tappable lines in order. `hand_over`: a person takes over from here."""

    blocks: list[str | Line] = field(default_factory=list)
    hand_over: bool = False

    def say(self, text: str) -> None:
        self.blocks.append(text)

    def drop_offers(self) -> None:
        """Take out lines that open other conversations: a question is open."""
        self.blocks = [b for b in self.blocks if isinstance(b, str) or b.tag != OFFER]

    def dump(self) -> str:
        """For keeping with the message it answers."""
        blocks = [b if isinstance(b, str) else [b.shown, b.says, b.tag] for b in self.blocks]
        return _compact({"blocks": blocks, "hand_over": self.hand_over})

    @classmethod
    def load(cls, kept: str) -> "Answer":
        data = json.loads(kept)
        blocks = [b if isinstance(b, str) else Line(*b) for b in data["blocks"]]
        return cls(blocks, data["hand_over"])

    def split(self, most: int = _MOST) -> "list[Answer]":
        """Several answers of at most about `most` bytes and 600 shown signs each, cut between blocks.

        A text reply over 2,048 bytes is refused by the platform; a tappable line costs far more
        bytes than it shows.
        """
        answers, size, signs = [Answer(hand_over=self.hand_over)], 0, 0
        for block in [piece for whole in self.blocks for piece in _pieces(whole)]:
            cost, seen = _bytes(block), _shown(block)
            if size and (size + cost > most or signs + seen > _MOST_SHOWN):
                answers.append(Answer())
                size = signs = 0
            answers[-1].blocks.append(block)
            size, signs = size + cost, signs + seen
        return answers

    @property
    def empty(self) -> bool:
        return not self.blocks and not self.hand_over
