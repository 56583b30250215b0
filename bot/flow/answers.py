"""What an answer can be: options, results, and what every kind of answer does.

A kind shows options, reads what was said, finds itself in a longer sentence, and turns what is
kept (JSON) back into a value, each turn anew: what no longer holds is asked again with a reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from bot.flow.heard import Heard

Kept = str | int | bool | None
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Option:
    """One line of a question: what is kept, what is shown, and what else means it."""

    key: Kept
    label: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Got:
    """Understood: this is kept."""

    kept: Kept


@dataclass(frozen=True, slots=True)
class Unclear:
    """Several things may be meant: ask which, never guess."""

    options: tuple[Option, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Understood, but it cannot be: say why and ask again."""

    why: str


Result = Got | Unclear | Refused | None


class Gone(Exception):
    """What was kept does not hold any more; the reason is told to the customer."""


class Reader(Protocol[T_co]):
    """A kind of answer."""

    async def prepare(self) -> None:
        """Fetch what the other methods need; not called while a kept answer is only looked up."""

    def options(self) -> Sequence[Option]:
        """The lines to show, in order; none for a free answer."""

    def read(self, said: Heard) -> Result:
        """An answer to this very question (numbers and shown lines are dealt with before)."""

    def find(self, said: Heard) -> Result:
        """The same thing inside a sentence that said more; only what is sure to be meant."""

    def value(self, kept: Kept) -> T_co:
        """What the conversation gets. Raises Gone."""
