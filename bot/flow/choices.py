"""One of several."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.flow.answers import Gone, Got, Kept, Option, Result, Unclear
from bot.flow.heard import Heard
from bot.rules.wording import plain

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Choice(Generic[T]):
    """One of several; `items` maps what is kept to the line shown and the value."""

    items: tuple[tuple[Option, T], ...]
    gone: str = "这个选项现在没有了。"

    async def prepare(self) -> None:
        """Nothing to fetch."""

    def options(self) -> Sequence[Option]:
        return [option for option, _ in self.items]

    def read(self, said: Heard) -> Result:
        if said.silent:
            return None
        wanted = plain(said.text)
        exact = [o for o, _ in self.items if wanted in {plain(n) for n in (o.label, *o.aliases)}]
        if len(exact) == 1:
            return Got(exact[0].key)
        return self._mentioned(said, wanted) or self._beginning(wanted)

    def _beginning(self, wanted: str) -> Result:
        fits = tuple(o for o, _ in self.items if len(wanted) > 1 and wanted in plain(o.label))
        if len(fits) == 1:
            return Got(fits[0].key)
        return Unclear(fits, "您说的是哪一个？") if fits else None

    def find(self, said: Heard) -> Result:
        return self._mentioned(said, plain(said.text))

    def _mentioned(self, said: Heard, text: str) -> Result:
        """The longest name in the text wins; two different ones of one length are unclear."""
        found = [
            (len(name), option)
            for option, _ in self.items
            for name in map(plain, (option.label, *option.aliases))
            if len(name) > 1 and name in text
        ]
        if not found:
            return None
        longest = max(length for length, _ in found)
        best = tuple(dict.fromkeys(option for length, option in found if length == longest))
        return Got(best[0].key) if len(best) == 1 else Unclear(best, "您说的是哪一个？")

    def value(self, kept: Kept) -> T:
        for option, item in self.items:
            if option.key == kept:
                return item
        raise Gone(self.gone)


def choice(items: Sequence[tuple[Option, T]], gone: str = "这个选项现在没有了。") -> Choice[T]:
    """One of `items`. An empty list is a mistake of the author: branch before asking."""
    if not items:
        raise ValueError("a question needs at least one option: branch before asking")
    return Choice(tuple(items), gone)
