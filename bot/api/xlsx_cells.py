"""What the cells of a workbook say, as somebody would have typed it.

Numbers, dates, texts and errors as ECMA-376 part 1 keeps them (18.3.1.4 c, 18.8.30 numFmt,
22.4.2.4 bstr).
"""

import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final, Literal

Form = Literal["", "date", "elapsed"]
"""What a number format makes of a number: "" leaves it one, "elapsed" is a length of time."""

LONGEST: Final = 8000
_DATES: Final = frozenset((*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)))
"""Built in; 27 to 36 and 50 to 58 are the dates of Chinese, Japanese and Korean versions."""
_ELAPSED: Final = 46
_SILENT: Final = re.compile(r'"[^"]*"?|\\.|_.|\*.', re.DOTALL)
_LENGTH: Final = re.compile(r"\[(h+|m+|s+)\]")
_BRACKETS: Final = re.compile(r"\[[^\]]*\]")
_PART_OF_DATE: Final = re.compile(r"[dmyhs]|aaa")
_ESCAPED: Final = re.compile("_x([0-9A-Fa-f]{4})_")
_START: Final = datetime(1899, 12, 30)  # noqa: DTZ001  # sheets know no zones
_FIRST_1904: Final = 1462
_PHANTOM: Final = 60
"""29 February 1900, which Excel believes in: days before it are one later than they say."""


def built_in(number: int) -> Form:
    if number == _ELAPSED:
        return "elapsed"
    return "date" if number in _DATES else ""


def custom(code: str) -> Form:
    """By its first section, which is for positive numbers."""
    section = _SILENT.sub("", code).split(";")[0].lower()
    if _LENGTH.search(section):
        return "elapsed"
    return "date" if _PART_OF_DATE.search(_BRACKETS.sub("", section)) else ""


@lru_cache(maxsize=4096)
def number(raw: str, form: Form = "", since_1904: bool = False) -> str:
    """A number as the file has it; "" for none, the text itself where it is no number."""
    try:
        value = float(raw)
    except ValueError:
        return raw
    if form and (said := _time(value, form, since_1904)):
        return said
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def _time(days: float, form: Form, since_1904: bool) -> str:
    """ "" for what no calendar has."""
    try:
        if form == "elapsed":
            return str(_since(days))
        if days < 0:
            return ""
        if days < 1:
            return str((_START + _since(days)).time())
        days += _FIRST_1904 if since_1904 else days < _PHANTOM
        return moment(_START + _since(days))
    except (OverflowError, ValueError):
        return ""


def _since(days: float) -> timedelta:
    """To the millisecond: a sheet keeps 10:30 as 0.437499999…"""
    return timedelta(milliseconds=round(days * 86_400_000))


def moment(at: datetime) -> str:
    """Midnight is the day alone."""
    return str(at.date()) if at.time() == time() else at.isoformat(" ", "seconds")


def iso(raw: str) -> str:
    """A moment that the file has as text."""
    for read in (date.fromisoformat, time.fromisoformat):
        try:
            return str(read(raw))
        except ValueError:
            continue
    try:
        return moment(datetime.fromisoformat(raw))
    except ValueError:
        return raw


def text(raw: str) -> str:
    """`_x000D_` stands for a sign that XML cannot hold; what no text can hold stays as it is."""
    return _ESCAPED.sub(_sign, raw) if "_x" in raw else raw


def _sign(found: re.Match[str]) -> str:
    code = int(found[1], 16)
    return found[0] if code == 0 or 0xD800 <= code <= 0xDFFF else chr(code)


def flag(raw: str) -> str:
    return "是" if raw.strip() in {"1", "true"} else "否"
