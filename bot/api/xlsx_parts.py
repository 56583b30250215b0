"""The parts of a workbook, each read as it goes: where the sheet is, its texts, its formats.

A workbook is a zip of XML parts that name each other by relations (ECMA-376 part 2, 9). Nothing
here grows with the sheet: its texts, which cells name by number, wait in files without a name.
"""

import os
import posixpath
import struct
import tempfile
import zipfile
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from functools import lru_cache
from typing import IO, Any, Final
from xml.parsers import expat  # DOCTYPE, and with it every entity, is refused below

from bot.api import xlsx_cells
from bot.api.xlsx_cells import LONGEST, Form

BLOCK: Final = 64 * 1024
_PLACE: Final = struct.Struct("<QI")  # where a text begins, its bytes
_PLACES: Final = 512  # read at once
_SPACE: Final = " \t\r\n"
Given = Mapping[str, str]


class Damaged(ValueError):
    """It is no workbook, or not whole; the message says what is amiss."""


def parse(file: IO[bytes], parser: Any) -> Iterator[None]:
    """Feed `parser` the file; a turn after each block, so that who listens may hand over."""

    def refuse(*_: object) -> None:
        raise Damaged("不是正常的工作簿（含文档类型声明）")

    parser.StartDoctypeDeclHandler = refuse
    try:
        while block := file.read(BLOCK):
            parser.Parse(block, False)
            yield
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise Damaged(f"{getattr(file, 'name', 'a part')}: {error}") from None
    yield


def elements(file: IO[bytes]) -> Iterator[tuple[str, dict[str, str]]]:
    """Each element's name and attributes as it begins, without the prefixes."""
    found: list[tuple[str, dict[str, str]]] = []
    parser = expat.ParserCreate()

    def start(name: str, given: Given) -> None:
        found.append((local(name), {local(key): value for key, value in given.items()}))

    parser.StartElementHandler = start
    for _ in parse(file, parser):
        yield from found
        found.clear()


def local(name: str) -> str:
    return name.rpartition(":")[2]


class Listener(ABC):
    """Hears one part: elements by their name, and texts, put together where asked.

    A part names all its elements with the prefix of the first.
    """

    def __init__(self) -> None:
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._first
        self.parser.EndElementHandler = self.end
        self.prefix = ""
        self.said: list[str] = []
        self._left = self._mark = 0
        self._kept = self._aside = False

    def _first(self, name: str, given: Given) -> None:
        self.prefix = name.removesuffix(local(name))
        self.parser.StartElementHandler = self.start
        self.start(name, given)

    @abstractmethod
    def start(self, name: str, given: Given) -> None:
        """An element begins."""

    @abstractmethod
    def end(self, name: str) -> None:
        """An element ends."""

    def silent(self) -> None:
        """From here on another text."""
        self.said.clear()
        self._left = LONGEST

    def listen(self, given: Given | None = None) -> None:
        """Take what comes as text; with `given`, as element t says about blanks."""
        self._mark, self._kept = len(self.said), given is None or "xml:space" in given
        if not self._aside:
            self.parser.CharacterDataHandler = self._hear

    def _hear(self, text: str) -> None:
        if self._left > 0:
            self.said.append(text[: self._left])
            self._left -= len(text)

    def listened(self) -> None:
        self.parser.CharacterDataHandler = None
        if not self._kept:
            self.said[self._mark :] = ["".join(self.said[self._mark :]).strip(_SPACE)]

    def aside(self, yes: bool) -> None:
        """How a text is pronounced is not the text."""
        self._aside = yes

    @property
    def whole(self) -> str:
        return self.said[0] if len(self.said) == 1 else "".join(self.said)


class _TextsHeard(Listener):
    def __init__(self, keep: Callable[[str], None]) -> None:
        super().__init__()
        self._keep = keep

    def start(self, name: str, given: Given) -> None:
        name = name.removeprefix(self.prefix)
        if name == "si":
            self.silent()
        elif name == "t":
            self.listen(given)
        elif name == "rPh":
            self.aside(True)

    def end(self, name: str) -> None:
        name = name.removeprefix(self.prefix)
        if name == "si":
            self._keep(xlsx_cells.text(self.whole))
        elif name == "t":
            self.listened()
        elif name == "rPh":
            self.aside(False)


class Texts:
    """The texts that cells name by number, on disk; most are asked for in their order."""

    def __init__(self, file: IO[bytes] | None, stack: ExitStack) -> None:
        self.count = 0
        self._end = 0
        self._bytes = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115  # the stack closes it
        self._places = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115  # the stack closes it
        if file is not None:
            for _ in parse(file, _TextsHeard(self._keep).parser):
                pass
        self._bytes.flush()
        self._places.flush()
        self.at = lru_cache(maxsize=2048)(self._at)
        self._some = lru_cache(maxsize=64)(self._read_places)

    def _keep(self, text: str) -> None:
        kept = text.encode()
        self._bytes.write(kept)
        self._places.write(_PLACE.pack(self._end, len(kept)))
        self._end += len(kept)
        self.count += 1

    def _at(self, raw: str) -> str:
        number = int(raw)
        if not 0 <= number < self.count:
            raise Damaged(f"缺少第{number}段文字")
        page, place = divmod(number, _PLACES)
        start, length = _PLACE.unpack_from(self._some(page), place * _PLACE.size)
        return os.pread(self._bytes.fileno(), length, start).decode()

    def _read_places(self, page: int) -> bytes:
        size = _PLACES * _PLACE.size
        return os.pread(self._places.fileno(), size, page * size)


class Book:
    """Which part is the first visible sheet, and what its cells refer to.

    `stack` closes what it needs on the way.
    """

    def __init__(self, archive: zipfile.ZipFile, stack: ExitStack) -> None:
        self._archive = archive
        self._names = {each.replace("\\", "/").lower(): each for each in archive.namelist()}
        main = self._related("").get("officeDocument", ["xl/workbook.xml"])[0]
        by_id: dict[str, str] = {}
        kinds = self._related(main, by_id)
        sheets, self.since_1904 = self._sheets(main)
        sheet = next((by_id[one] for one in sheets if by_id.get(one) in kinds["worksheet"]), None)
        if sheet is None:
            raise Damaged("没有带内容的工作表")
        self.sheet = sheet
        self.forms = self._forms(next(iter(kinds.get("styles", ())), ""))
        self.texts = Texts(self.open(next(iter(kinds.get("sharedStrings", ())), "")), stack)

    def open(self, part: str) -> IO[bytes] | None:
        """None where there is no such part."""
        name = self._names.get(part.lower())
        return None if name is None else self._archive.open(name)

    def _related(self, part: str, by_id: dict[str, str] | None = None) -> dict[str, list[str]]:
        """Kind → parts that `part` names ("": the workbook's own)."""
        folder, name = posixpath.split(part)
        file = self.open(posixpath.join(folder, "_rels", f"{name}.rels"))
        found: dict[str, list[str]] = {"worksheet": []}
        for element, given in elements(file) if file else ():
            if element == "Relationship" and given.get("TargetMode") != "External":
                target = posixpath.join("/", folder, given.get("Target", "").replace("\\", "/"))
                to = posixpath.normpath(target).lstrip("/")
                found.setdefault(given.get("Type", "").rpartition("/")[2], []).append(to)
                if by_id is not None:
                    by_id[given.get("Id", "")] = to
        return found

    def _sheets(self, main: str) -> tuple[list[str], bool]:
        """Relations of the sheets, visible ones first; whether days count from 1904."""
        file = self.open(main)
        if file is None:
            raise Damaged("是zip文件，不是工作簿")
        shown: list[str] = []
        hidden: list[str] = []
        since_1904 = False
        for element, given in elements(file):
            if element == "sheet":
                visible = given.get("state", "visible") == "visible"
                (shown if visible else hidden).append(given.get("id", ""))
            elif element == "workbookPr":
                since_1904 = given.get("date1904") in {"1", "true"}
        return [*shown, *hidden], since_1904

    def _forms(self, part: str) -> dict[str, Form]:
        """Style of a cell → what its number is, where that is something else."""
        file = self.open(part)
        own: dict[str, Form] = {}
        numbers: list[str] = []
        inside = ""
        for element, given in elements(file) if file else ():
            if element in {"numFmts", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs"}:
                inside = element
            elif element == "numFmt" and inside == "numFmts":
                own[given.get("numFmtId", "")] = xlsx_cells.custom(given.get("formatCode", ""))
            elif element == "xf" and inside == "cellXfs":
                numbers.append(given.get("numFmtId", "0"))
        forms = (own[one] if one in own else xlsx_cells.built_in(int(one)) for one in numbers)
        return {str(style): form for style, form in enumerate(forms) if form}
