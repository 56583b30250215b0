"""The report of an import: each refused row with the reason and its own cells, as .xlsx."""

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException

from bot.errors import StaffError


class Report:
    """Written row by row as it comes; there is no file where nothing was refused.

    What looks like a formula or an address stays text: the cells are somebody else's.
    """

    def __init__(self, path: Path, headers: Sequence[str]) -> None:
        self.path = path
        self.rows = 0
        self.headers = headers
        self._book: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._book is None:
            return
        try:
            self._book.close()
            self.path.chmod(0o600)  # it holds what people told about themselves
        except (XlsxWriterException, OSError) as failed:
            raise StaffError(
                f"未导入的行无法写入{self.path}。", "请用--report换一个文件。"
            ) from failed

    def refuse(self, number: int, zh: str, en: str, cells: Sequence[str]) -> None:
        """Row `number` of the sheet."""
        if self._book is None:
            self._begin()
        self.rows += 1
        self._line(self.rows, (str(number), zh, en, *cells))

    def _begin(self) -> None:
        self._book = xlsxwriter.Workbook(
            str(self.path),
            {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
        )
        self._sheet = self._book.add_worksheet("未导入")
        self._sheet.freeze_panes(1, 0)
        self._line(0, ("行号", "原因", "Reason", *self.headers))

    def _line(self, at: int, cells: Sequence[str]) -> None:
        for place, cell in enumerate(cells):
            self._sheet.write_string(at, place, cell)
