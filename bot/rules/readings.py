"""What was read in a customer's words: the value, or the values to choose from, and where it stood."""

from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

T = TypeVar("T")

Problem = Literal["", "past", "impossible"]


@dataclass(frozen=True, slots=True)
class Reading(Generic[T]):
    """One value: certain. Several: ambiguous, in the order to offer when asking back.

    `problem` "past": understood, and over already; `values` hold what was meant, to be named in
    the answer. "impossible": there is no such thing (30 February, a plate with an O); `values` is
    empty. A reading with a problem is never certain.

    `start` and `end` are offsets in the text as it was given; where several places were read
    together (周六上午或者周日) they span from the first to the last of them.
    """

    values: tuple[T, ...]
    start: int
    end: int
    text: str
    problem: Problem = ""

    @property
    def certain(self) -> bool:
        return len(self.values) == 1 and not self.problem

    @property
    def value(self) -> T:
        """The one value; ValueError where the customer must be asked back."""
        if not self.certain:
            raise ValueError(f"{self.text!r} reads as {len(self.values)} values {self.problem}")
        return self.values[0]
