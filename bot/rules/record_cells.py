"""What people write into a sheet's cells, as JSON would say it. What is not understood stays."""

import re
import unicodedata
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

_DAY: Final = re.compile(
    r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?(?:[T ]0{1,2}:00(?::00)?)?"
)
_MOMENT: Final = re.compile(
    r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?"
    r"(?:[T ]*([0-9]{1,2})[:时点]([0-9]{1,2})分?(?::([0-9]{1,2})(?:\.[0-9]+)?)?)?"
)
_LUNAR_MONTHS: Final = "正二三四五六七八九十冬腊"
_COUNT: Final = "一二三四五六七八九"
_FIRST_DAY: Final = date(1899, 12, 30)  # a spreadsheet's day 0
YES: Final = frozenset(("是", "y", "yes", "true", "1", "已售", "√", "有"))
NO: Final = frozenset(("否", "n", "no", "false", "0", "未售", "×", "无"))


def _made(found: re.Match[str]) -> str | None:
    try:
        return date(*(int(part) for part in found.groups()[:3])).isoformat()
    except ValueError:
        return None


def day_cell(said: str, _zone: ZoneInfo) -> Any:
    """2026/9/1, 2026年9月1日, 20260901, or a spreadsheet's own number of the day."""
    bare = unicodedata.normalize("NFKC", said).strip()
    if re.fullmatch(r"[0-9]{5}(\.0)?", bare):
        return (_FIRST_DAY + timedelta(days=int(bare[:5]))).isoformat()
    if match := re.fullmatch(r"([0-9]{4})([0-9]{2})([0-9]{2})", bare) or _DAY.fullmatch(bare):
        return _made(match) or said
    return said


def moment_cell(said: str, zone: ZoneInfo) -> Any:
    """2026/9/1 10:30 on the store's clock; a day alone is its midnight."""
    bare = unicodedata.normalize("NFKC", said).strip()
    match = _MOMENT.fullmatch(bare)
    if not match:
        day = day_cell(bare, zone)
        match = _MOMENT.fullmatch(day) if day != bare else None
    if not match:
        return said
    try:
        year, month, day, hour, minute, second = (int(part or 0) for part in match.groups())
        return datetime(year, month, day, hour, minute, second, tzinfo=zone).isoformat()
    except (ValueError, OverflowError):
        return said


def lunar_cell(said: str, _zone: ZoneInfo) -> Any:
    """8-15, 八月十五, 腊月廿三, 农历八月初五; 闰八月十五 is L08-15."""
    whole = unicodedata.normalize("NFKC", said).replace("农历", "").strip()
    bare = whole.removeprefix("闰").removeprefix("L").strip()
    leap = "L" if bare != whole else ""
    if match := re.fullmatch(r"([0-9]{1,2})[-/.月]([0-9]{1,2})日?", bare):
        return f"{leap}{int(match[1]):02d}-{int(match[2]):02d}"
    month, _, day = bare.partition("月")
    number = _lunar_month(month)
    named = _lunar_day(day.removesuffix("日"))
    return f"{leap}{number:02d}-{named:02d}" if number and named else said


def _lunar_month(said: str) -> int:
    known = {"一": 1, "十一": 11, "十二": 12}
    known |= {sign: number for number, sign in enumerate(_LUNAR_MONTHS, 1)}
    return known.get(said, 0)


def _lunar_day(said: str) -> int:
    known = {"初十": 10, "十": 10, "二十": 20, "三十": 30}
    for number, sign in enumerate(_COUNT, 1):
        known |= {f"初{sign}": number, f"十{sign}": 10 + number}
        known |= {f"廿{sign}": 20 + number, f"二十{sign}": 20 + number}
    return known.get(said, 0)


def amount_cell(said: str, _zone: ZoneInfo) -> Any:
    """¥1,680, 680元, 680.5."""
    bare = re.sub(r"(?i)[,，\s¥]|元|rmb|cny", "", unicodedata.normalize("NFKC", said))
    match = re.fullmatch(r"([0-9]{1,8})(?:\.([0-9]{1,2})0*)?", bare)
    return f"{match[1]}.{(match[2] or '').ljust(2, '0')}" if match else said


def flag_cell(said: str, _zone: ZoneInfo) -> Any:
    bare = said.strip().lower()
    return True if bare in YES else False if bare in NO else said


def preferences_cell(said: str, _zone: ZoneInfo) -> Any:
    """饮品:茶；时段:周末. Words without a key are kept under 备注."""
    found: dict[str, str] = {}
    for part in re.split(r"[;；\n]", said):
        key, colon, value = part.replace("：", ":").partition(":")
        if part.strip():
            name = key.strip() if colon else "备注"
            found[name] = (value if colon else key).strip()
    return found
