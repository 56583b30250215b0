"""`python -m bot.api.xlsx_rows FILE`: the rows of a workbook's first sheet as lines of JSON.

A process of its own under limits of memory and time, because a small file can unfold to any size.
The first line is {"rows": N}; each other one the texts of a row. {"error": …} ends it.
"""

import json
import resource
import sys
from datetime import date, datetime
from typing import Any

import python_calamine

MEMORY = 1536 * 1024 * 1024
SECONDS = 300
WIDEST = 200
LONGEST = 8000


def main(path: str) -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    out = sys.stdout
    try:
        book = python_calamine.load_workbook(path)
        shown = python_calamine.SheetVisibleEnum.Visible
        names = [each.name for each in book.sheets_metadata if each.visible == shown]
        sheet = book.get_sheet_by_name((names or book.sheet_names)[0])
        _say(out, {"rows": sheet.total_height})
        for row in (
            sheet.to_python(skip_empty_area=False) if sheet.height < 50 else sheet.iter_rows()
        ):
            _say(out, [_text(cell) for cell in row[:WIDEST]])
    except BrokenPipeError:
        return 0
    except (python_calamine.CalamineError, MemoryError, OSError, ValueError, IndexError) as error:
        _say(out, {"error": f"{type(error).__name__}: {error}"[:300]})
        return 1
    out.flush()
    return 0


def _say(out: Any, what: Any) -> None:
    out.write(json.dumps(what, ensure_ascii=True, separators=(",", ":")) + "\n")


def _text(cell: object) -> str:
    """A cell as somebody would have typed it."""
    if isinstance(cell, str):
        return cell[:LONGEST]
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        midnight = (cell.hour, cell.minute, cell.second) == (0, 0, 0)
        return str(cell.date()) if midnight else cell.isoformat(" ", "seconds")
    if isinstance(cell, date):
        return cell.isoformat()
    return "" if cell is None else str(cell)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
