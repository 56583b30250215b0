"""How an audience is cut into the lists of a mass send. WeChat docs: mass sends by openid list."""

from collections.abc import Sequence
from typing import Final, TypeVar

MOST: Final = 10_000
LEAST: Final = 2

T = TypeVar("T")


def lists(people: Sequence[T], most: int = MOST) -> list[Sequence[T]]:
    """As few lists as possible and about equally long, so that none is too short to be sent.

    Raises ValueError for fewer than two people: no list can be made of them.
    """
    if len(people) < LEAST:
        raise ValueError("a mass send needs two people at least")
    count = -(-len(people) // most)
    size, longer = divmod(len(people), count)
    parts, start = [], 0
    for number in range(count):
        end = start + size + (number < longer)
        parts.append(people[start:end])
        start = end
    return parts
