"""What a turn answers, before it becomes a WeChat message."""

import json
from dataclasses import dataclass, field

from bot.rules.touch.lines import OFFER

__all__ = ["OFFER", "Answer", "Line"]

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

    def split(self, most: int = 1900) -> "list[Answer]":
        """Several answers of at most about `most` bytes each, cut between blocks.

        A text reply over 2,048 bytes is refused by the platform; a tappable line costs far more
        bytes than it shows.
        """
        answers, size = [Answer(hand_over=self.hand_over)], 0
        for block in self.blocks:
            cost = _bytes(block)
            if size and size + cost > most:
                answers.append(Answer())
                size = 0
            answers[-1].blocks.append(block)
            size += cost
        return answers

    @property
    def empty(self) -> bool:
        return not self.blocks and not self.hand_over
