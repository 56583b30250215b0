"""Days that differ from the week, as staff write them: 放假, 调休上班, 08:30-12:00 13:00-17:30."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Self

from bot.rules.calendar import DayKind, parse_shifts

KIND_NAMES: Final = {
    DayKind.HOLIDAY: "放假",
    DayKind.MAKE_UP: "调休上班",
    DayKind.WORKDAY: "工作日",
    DayKind.WEEKEND: "周末",
}
_KINDS: Final = {
    **{kind.value: kind for kind in DayKind},
    **{name: kind for kind, name in KIND_NAMES.items()},
    "休": DayKind.HOLIDAY, "节假日": DayKind.HOLIDAY, "休息": DayKind.HOLIDAY,
    "班": DayKind.MAKE_UP, "上班": DayKind.MAKE_UP, "补班": DayKind.MAKE_UP,
    "调休": DayKind.MAKE_UP,
}  # fmt: skip
_HEADERS: Final = {
    **dict.fromkeys(("日期", "date", "day"), "day"),
    **dict.fromkeys(("类型", "性质", "kind", "type"), "kind"),
    **dict.fromkeys(("名称", "节日", "name"), "name"),
    **dict.fromkeys(("营业时间", "时间", "hours"), "hours"),
    **dict.fromkeys(("门店", "store"), "store"),
}
CLOSED: Final = frozenset({"停业", "不营业", "关门", "closed"})
_DAY: Final = re.compile(r"(\d{4})\D{1,2}(\d{1,2})\D{1,2}(\d{1,2})日?")
_SHIFT: Final = re.compile(r"(\d{1,2}):(\d{2})\s*[-–—~至到]\s*(\d{1,2}):(\d{2})")

Hours = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """One day of all stores ("" ) or of one. `hours` None: unchanged; (): closed."""

    day: date
    kind: DayKind | None = None
    hours: Hours | None = None
    name: str = ""
    store: str = ""

    @classmethod
    def of(
        cls, day: date, kind: str, hours: Sequence[Sequence[str]] | None, name: str, store: str
    ) -> Self:
        """As the database keeps it."""
        shifts = None if hours is None else tuple((a, b) for a, b in hours)
        return cls(day, DayKind(kind) if kind else None, shifts, name, store)

    @property
    def kind_name(self) -> str:
        return KIND_NAMES[self.kind] if self.kind else ""

    @property
    def hours_said(self) -> str:
        """「08:30-12:00 13:00-17:30」, 停业, or nothing where the week's hours hold."""
        if self.hours is None:
            return ""
        return " ".join(f"{opens}-{shuts}" for opens, shuts in self.hours) or "停业"


def read_day(said: str) -> date:
    """2027-02-06, 2027/2/6 and 2027年2月6日. ValueError, in Chinese, for anything else."""
    match = _DAY.fullmatch(said.strip())
    try:
        return date(int(match[1]), int(match[2]), int(match[3])) if match else date(0, 0, 0)
    except ValueError:
        raise ValueError(f"日期应写成 2027-02-06：{said}") from None


def read_kind(said: str) -> DayKind | None:
    """ "" is None: unchanged. ValueError, in Chinese, for a word that is none."""
    word = said.strip().lower()
    if word and word not in _KINDS:
        raise ValueError(f"类型应是放假、调休上班或工作日：{said}")
    return _KINDS.get(word)


def read_hours(said: str) -> Hours | None:
    """ "08:30-12:00 13:00-17:30"; 停业 is closed; "" is None: unchanged. ValueError, in Chinese."""
    text = said.strip().replace("：", ":").replace("；", " ").replace("，", " ")
    if not text or text.lower() in CLOSED:
        return () if text else None
    found = tuple(
        (f"{int(m[1]):02d}:{m[2]}", f"{int(m[3]):02d}:{m[4]}") for m in _SHIFT.finditer(text)
    )
    if not found or _SHIFT.sub("", text).strip(" ,;"):
        raise ValueError(f"营业时间应写成 08:30-12:00 13:00-17:30：{said}")
    try:
        parse_shifts(found)
    except ValueError:
        raise ValueError(f"营业时间颠倒或重叠：{said}") from None
    return found


def read_row(cells: Mapping[str, str]) -> SpecialDay:
    """A row of a file by its headers, Chinese or English. ValueError, in Chinese."""
    given = {
        name: said.strip()
        for header, said in cells.items()
        if header and said and (name := _HEADERS.get(header.strip().lower()))
    }
    return special(
        given.get("day", ""),
        given.get("kind", ""),
        given.get("hours", ""),
        name=given.get("name", ""),
        store=given.get("store", ""),
    )


def special(day: str, kind: str, hours: str, *, name: str = "", store: str = "") -> SpecialDay:
    """A day that says something. ValueError, in Chinese."""
    said = SpecialDay(read_day(day), read_kind(kind), read_hours(hours), name[:32], store)
    if said.kind is None and said.hours is None:
        raise ValueError("请给出类型或营业时间")
    return said
