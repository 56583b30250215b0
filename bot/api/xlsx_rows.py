"""`python -m bot.api.xlsx_rows FILE`: the rows of a workbook's first sheet as lines of JSON.

A process of its own under limits of memory and time, because a small file can unfold to any size.
The first line is {"rows": N}; each other one [number, [text, …]]. {"error": …} ends it. The sheet
is gone through twice, and held never: what is damaged anywhere is refused before the first row.
"""

import json
import os
import resource
import sys
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from typing import IO, Any, Final
from xml.parsers import expat  # see xlsx_parts.parse

from bot.api import xlsx_cells
from bot.api.xlsx_cells import LONGEST
from bot.api.xlsx_parts import Book, Damaged, Given, Listener, parse

__all__ = ["LONGEST", "WIDEST"]
MEMORY: Final = 512 * 1024 * 1024
SECONDS: Final = 300
WIDEST: Final = 200
_DIGITS: Final = "0123456789"
_DAMAGE: Final = (Damaged, ValueError, LookupError, MemoryError, OSError, NotImplementedError,
                  RuntimeError, zipfile.BadZipFile, zlib.error, EOFError)  # fmt: skip

Row = tuple[int, list[str]]


def main(path: str) -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        for one in lines(path):
            sys.stdout.write(json.dumps(one, ensure_ascii=True, separators=(",", ":")) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # nobody listens: Python flushes once more
    return 0


def lines(path: str) -> Iterator[Row | dict[str, Any]]:
    """What is said of a workbook, line by line."""
    try:
        with ExitStack() as stack:
            book = Book(stack.enter_context(zipfile.ZipFile(path)), stack)
            yield {"rows": _checked(_sheet(book))}
            yield from _rows(_sheet(book), book)
    except _DAMAGE as error:
        said = str(error) if isinstance(error, Damaged) else f"{type(error).__name__}: {error}"
        yield {"error": said[:300]}


def _sheet(book: Book) -> IO[bytes]:
    file = book.open(book.sheet)
    if file is None:
        raise Damaged("缺少第一张工作表")
    return file


def _checked(file: IO[bytes]) -> int:
    """How many rows a sheet has that is sound from end to end."""
    parser, found = expat.ParserCreate(), 0

    def start(name: str, _: Given) -> None:
        nonlocal found
        found += name.endswith("row")

    parser.StartElementHandler = start
    for _ in parse(file, parser):
        pass
    return found


def _rows(file: IO[bytes], book: Book) -> Iterator[Row]:
    """The rows that are there, by their own numbers."""
    heard = _RowsHeard(book)
    for _ in parse(file, heard.parser):
        yield from heard.found
        heard.found.clear()


class _RowsHeard(Listener):
    """Listens for row, c, v and is/t; a formula (f) is passed over for its result (v)."""

    def __init__(self, book: Book) -> None:
        super().__init__()
        self.found: list[Row] = []
        self._texts, self._forms, self._since_1904 = book.texts, book.forms, book.since_1904
        self._number = self._place = 0
        self._cells: list[str] = []
        self._kind = self._style = ""
        self._places: dict[str, int] = {}

    def start(self, name: str, given: Given) -> None:
        if self.prefix:
            name = name.removeprefix(self.prefix)
        if name == "c":
            self._kind, self._style = given.get("t", "n"), given.get("s", "0")
            if "r" in given:
                self._place = self._column(given["r"].rstrip(_DIGITS))
            self.silent()
        elif name == "v":
            self.silent()
            self.listen()
        elif name == "t":
            self.listen(given)
        elif name == "row":
            self._number = int(given["r"]) if "r" in given else self._number + 1
            self._cells, self._place = [], 0
        elif name == "rPh":
            self.aside(True)

    def end(self, name: str) -> None:
        if self.prefix:
            name = name.removeprefix(self.prefix)
        if name in {"v", "t"}:
            self.listened()
        elif name == "c":
            if self.said and self._place < WIDEST:
                self._put(self._value(self.whole))
            self._place += 1
        elif name == "row":
            self.found.append((self._number, self._cells))
        elif name == "rPh":
            self.aside(False)

    def _put(self, text: str) -> None:
        cells, place = self._cells, self._place
        if place == len(cells):
            cells.append(text)
        else:
            cells.extend([""] * (place + 1 - len(cells)))
            cells[place] = text

    def _column(self, letters: str) -> int:
        """A → 0, AB → 27"""
        if letters not in self._places:
            place = 0
            for letter in letters[:4].upper():
                place = place * 26 + ord(letter) - 64
            if len(letters) > 3 or place < 1:
                raise Damaged(f"没有{letters[:9]}这一列")
            self._places[letters] = place - 1
        return self._places[letters]

    def _value(self, raw: str) -> str:
        kind = self._kind
        if kind == "s":
            return self._texts.at(raw)
        if kind == "n":
            return xlsx_cells.number(raw, self._forms.get(self._style, ""), self._since_1904)
        if kind in {"str", "inlineStr"}:
            return xlsx_cells.text(raw)
        if kind == "b":
            return xlsx_cells.flag(raw)
        return xlsx_cells.iso(raw) if kind == "d" else ""  # e: an error is no value


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
