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
        return self.find(said) or self._alike(plain(said.text))

    def find(self, said: Heard) -> Result:
        """A plate among the names, else the names mentioned; of overlapping ones the longest."""
        options = [option for option, _ in self.items]
        plated = [option for option in options if said.plate and said.plate in option.aliases]
        if len(plated) == 1:
            return Got(plated[0].key)
        by_label = {option.label: option for option in options}
        found = said.mentioned({option.label: option.aliases for option in options})
        if found is None:
            return None
        meant = tuple(by_label[label] for label in found.values)
        return Got(meant[0].key) if len(meant) == 1 else Unclear(meant, "您说的是哪一个？")

    def _alike(self, text: str) -> Result:
        """A piece of a line, or a name of it somewhere in the text."""
        options = [option for option, _ in self.items]
        fits = [o for o in options if len(text) > 1 and text in plain(o.label)]
        fits = fits or [o for o in options if any(_inside(name, text) for name in o.aliases)]
        if len(fits) == 1:
            return Got(fits[0].key)
        return Unclear(tuple(fits), "您说的是哪一个？") if fits else None

    def value(self, kept: Kept) -> T:
        for option, item in self.items:
            if option.key == kept:
                return item
        raise Gone(self.gone)


def _inside(name: str, text: str) -> bool:
    return len(name) > 1 and plain(name) in text


def choice(items: Sequence[tuple[Option, T]], gone: str = "这个选项现在没有了。") -> Choice[T]:
    """One of `items`. An empty list is a mistake of the author: branch before asking."""
    if not items:
        raise ValueError("a question needs at least one option: branch before asking")
    return Choice(tuple(items), gone)
