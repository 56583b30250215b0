"""Regular expressions that are compiled when first asked.

The grammars of days, times and openings take some 40 ms to compile: a command that reads no
customer's words should not wait for them, and a server does it once before it is ready
(`compile_all`).
"""

import re
from collections.abc import Iterator

_ALL: "list[Lazy]" = []


class Lazy:
    """A pattern with the methods of `re.Pattern` that the grammars use."""

    __slots__ = ("_compiled", "_flags", "pattern")

    def __init__(self, pattern: str, flags: re.RegexFlag = re.NOFLAG) -> None:
        self.pattern = pattern
        self._flags = flags
        self._compiled: re.Pattern[str] | None = None
        _ALL.append(self)

    def compiled(self) -> re.Pattern[str]:
        found = self._compiled
        if found is None:
            found = self._compiled = re.compile(self.pattern, self._flags)
        return found

    def search(self, text: str) -> re.Match[str] | None:
        return (self._compiled or self.compiled()).search(text)

    def match(self, text: str, start: int = 0) -> re.Match[str] | None:
        return (self._compiled or self.compiled()).match(text, start)

    def fullmatch(self, text: str, start: int = 0, end: int | None = None) -> re.Match[str] | None:
        pattern = self._compiled or self.compiled()
        return pattern.fullmatch(text, start, len(text) if end is None else end)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        return (self._compiled or self.compiled()).finditer(text)

    def sub(self, by: str, text: str) -> str:
        return (self._compiled or self.compiled()).sub(by, text)


def compile_all() -> int:
    """Compile every pattern imported so far; returns how many there are."""
    for each in _ALL:
        each.compiled()
    return len(_ALL)
