"""Sheets that people send: .xlsx and .csv, row by row, whatever they hold.

    with open_sheet(path) as sheet:
        sheet.headers; for number, cells in sheet.rows: …

Memory does not grow with the file: a .csv is read as it goes, an .xlsx too, by a process of its
own under limits. What cannot be read raises StaffError with the mend.
"""

import codecs
import csv
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any, Final

from bot.api.xlsx_rows import LONGEST, WIDEST
from bot.errors import StaffError

UNFOLDED: Final = 1024 * 1024 * 1024
FOLD: Final = 150  # XML of a sheet packs some 10 to 20 times; a bomb, a thousand
MEMBERS: Final = 5000
HEADER_WITHIN: Final = 20
_BOMS: Final = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"),
                (codecs.BOM_UTF16_BE, "utf-16"))  # fmt: skip
_DELIMITERS: Final = ",;\t|"
_OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0"

Row = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """`rows`: (number in the file from 1, texts, at least one a header); `total` about how many
    there are.
    """

    headers: tuple[str, ...]
    rows: Iterator[Row]
    total: int


def _unreadable(path: Path, why: str, hint: str) -> StaffError:
    return StaffError(f"{path.name}不能读取：{why}。", hint)


@contextmanager
def open_sheet(path: Path) -> Iterator[Sheet]:
    """The first visible sheet, from its first row with two filled cells (the headers)."""
    with ExitStack() as stack:
        try:
            with path.open("rb") as file:
                start = file.read(4)
            if start == _OLD_EXCEL:
                raise _unreadable(path, "是旧版.xls，或设了密码", "请另存为不带密码的.xlsx。")
            opened = _xlsx(path) if start.startswith(b"PK") else _csv(path)
            yield _with_headers(path, *stack.enter_context(opened))
        except OSError as error:
            raise _unreadable(path, error.strerror or "没有权限", "请检查文件。") from None


def _with_headers(path: Path, total: int, rows: Iterator[Row]) -> Sheet:
    for number, cells in islice(rows, HEADER_WITHIN):
        if sum(bool(cell.strip()) for cell in cells) >= 2:
            return Sheet(tuple(cells), _filled(rows, len(cells)), max(total - number, 0))
    raise _unreadable(path, "没有列名", "请在第一行写列名，每列一个。")


def _filled(rows: Iterator[Row], wide: int) -> Iterator[Row]:
    for number, cells in rows:
        if any(cell.strip() for cell in cells):
            cells.extend([""] * (wide - len(cells)))
            yield number, cells


@contextmanager
def _csv(path: Path) -> Iterator[tuple[int, Iterator[Row]]]:
    encoding, lines = _encoding(path)
    with path.open(encoding=encoding, newline="") as file:
        start = list(islice(iter(lambda: file.readline(65536), ""), HEADER_WITHIN))
        csv.field_size_limit(1024 * 1024)
        reader = csv.reader(chain(start, file), delimiter=_delimiter(start))
        yield lines, enumerate(_csv_rows(path, reader), 1)


def _csv_rows(path: Path, reader: Iterator[list[str]]) -> Iterator[list[str]]:
    try:
        for row in reader:
            yield [cell[:LONGEST] for cell in row[:WIDEST]]
    except (csv.Error, UnicodeError) as error:
        why = f"不是文本表格（{error}）"
        raise _unreadable(path, why, "请另存为.xlsx或CSV UTF-8。") from None


def _encoding(path: Path) -> tuple[str, int]:
    """Of the whole file, and how many lines it has: UTF-8, GB18030 or UTF-16 with its mark."""
    with path.open("rb") as file:
        start = file.read(4)
        file.seek(0)
        marked = next((name for bom, name in _BOMS if start.startswith(bom)), "")
        names = (marked,) if marked else ("utf-8", "gb18030")
        fits = {name: codecs.getincrementaldecoder(name)() for name in names}
        lines = 1
        for block in chain(iter(lambda: file.read(1 << 20), b""), (b"",)):
            lines += block.count(b"\n")
            for name in list(fits):
                if not _decodes(fits[name], block):
                    del fits[name]
    if not fits:
        raise _unreadable(path, "既不是.xlsx也不是文本", "请另存为.xlsx或CSV UTF-8。")
    return next(iter(fits)), lines


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes) -> bool:
    """Whether it goes on as text; the empty block is the end."""
    try:
        return "\0" not in decoder.decode(block, final=not block)
    except UnicodeError:
        return False


def _delimiter(lines: list[str]) -> str:
    """The sign that the first line with any of them has most of: a title has none."""
    for line in lines:
        unquoted = "".join(line.split('"')[::2])
        best = max(_DELIMITERS, key=unquoted.count)
        if best in unquoted:
            return best
    return ","


@contextmanager
def _xlsx(path: Path) -> Iterator[tuple[int, Iterator[Row]]]:
    _refuse_bombs(path)
    command = [sys.executable, "-m", "bot.api.xlsx_rows", str(path.resolve())]
    reader = subprocess.Popen(  # noqa: S603  # our own program
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL
    )
    assert reader.stdout is not None  # noqa: S101  # PIPE
    try:
        lines = _said(path, reader, reader.stdout)
        first = next(lines)
        total = first.get("rows", 0) if isinstance(first, dict) else 0
        yield total, ((row[0], row[1]) for row in lines if isinstance(row, list))
    finally:
        reader.stdout.close()
        reader.kill()
        reader.wait()


def _said(
    path: Path, reader: subprocess.Popen[bytes], out: IO[bytes]
) -> Iterator[list[Any] | dict[str, int]]:
    for line in out:
        said = json.loads(line)
        if isinstance(said, dict) and "error" in said:
            raise _unreadable(path, str(said["error"]), "请用Excel打开，再另存为.xlsx。")
        yield said
    if reader.wait() != 0:
        raise _unreadable(path, "文件损坏，或太大", "请分成几份，或另存为CSV UTF-8。")


def _refuse_bombs(path: Path) -> None:
    """A workbook is a zip: its members say how large they unfold (and are held to it by limits)."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise _unreadable(path, str(error), "请用Excel打开，再另存为.xlsx。") from None
    whole = sum(member.file_size for member in members)
    packed = max(path.stat().st_size, 1)
    if len(members) > MEMBERS or whole > UNFOLDED or (whole > 1 << 24 and whole > packed * FOLD):
        raise _unreadable(
            path,
            "解压后大得不正常",
            "请分成几份，或另存为CSV。",
        )
