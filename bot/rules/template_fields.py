"""What WeChat takes in a template's fields, by the kind in a key's name (thing3, time4 …).

The platform refuses a value that does not fit (47003, naming the field) instead of cutting it, so
every value is fitted before it is sent. What a cut would make false (a number, a plate, a time) is
never cut but refused. Lengths are in characters.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final

Value = str | int | date | datetime

_KEY: Final = re.compile(r"([a-z_]+?)(\d+)")
_IN_CONTENT: Final = re.compile(r"([^\n{}]*?)\s*[:：]?\s*\{\{\s*(\w+)\.DATA\s*\}\}")
_CHINESE: Final = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_DAY: Final = re.compile(
    r"(?P<year>[0-9]{4})(?P<mark>[-/年])(?P<month>[0-9]{1,2})(?P<then>[-/月])(?P<day>[0-9]{1,2})(?P<end>日?)"
)
_HOUR: Final = re.compile(r"(?:[01]?[0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?")
ELLIPSIS: Final = "…"


@dataclass(frozen=True, slots=True)
class Fitted:
    """`text` as the platform takes it, or why it takes none (`refused`). `cut`: some is missing."""

    text: str
    cut: bool = False
    refused: str = ""


def parse_content(content: str) -> dict[str, str]:
    """Key → what the template calls it, from `预约门店:{{thing3.DATA}}` and the like, in order."""
    return {key: label.strip() for label, key in _IN_CONTENT.findall(content)}


def kind_of(key: str) -> str:
    """thing of thing3; "" where the key has no kind."""
    match = _KEY.fullmatch(key)
    return match[1] if match else ""


def unusable(key: str) -> str:
    """Why nothing can be written under `key`, or ""."""
    if key in ("first", "remark"):
        return "微信已不再显示开头和备注"
    return "" if kind_of(key) in KINDS else f"不认识的字段类型{key}"


def clean(text: str) -> str:
    """On one line, without control signs and emoji, which WeChat refuses or shows as a box."""
    kept = (" " if sign.isspace() else sign for sign in text if sign.isspace() or not _unseen(sign))
    return " ".join("".join(kept).split())


def _unseen(sign: str) -> bool:
    """Control and format signs, unassigned ones, and what is drawn as a picture."""
    category = unicodedata.category(sign)
    picture = category == "So" and (ord(sign) >= 0x1F000 or 0x2600 <= ord(sign) <= 0x27BF)
    joined = sign in "\ufe0e\ufe0f\u20e3" or 0x1F3FB <= ord(sign) <= 0x1F3FF
    return category in ("Cc", "Cf", "Cn", "Co", "Cs") or picture or joined


def fit(key: str, value: Value) -> Fitted:
    """`value` as the field `key` takes it. Days and moments are in the zone they are in."""
    kind = kind_of(key)
    if why := unusable(key):
        return Fitted("", refused=why)
    return KINDS[kind](clean(_written(kind, value)))


def _written(kind: str, value: Value) -> str:
    """A moment as the platform writes one; a day in a field of times lasts to its end."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return (
            f"{datetime.combine(value, time(23, 59)):%Y-%m-%d %H:%M}"
            if kind == "time"
            else f"{value}"
        )
    return str(value)


def _free(most: int, empty: str = "无") -> Callable[[str], Fitted]:
    """Any text, cut to its length with an ellipsis."""

    def fitted(text: str) -> Fitted:
        if len(text) <= most:
            return Fitted(text or empty)
        return Fitted(text[: most - 1].rstrip() + ELLIPSIS, cut=True)

    return fitted


def _exact(pattern: str, what: str, empty: str = "") -> Callable[[str], Fitted]:
    """Only what has the form; nothing is cut."""
    form = re.compile(pattern)

    def fitted(text: str) -> Fitted:
        if not text:
            return Fitted(empty) if empty else Fitted("", refused="没有内容")
        return Fitted(text) if form.fullmatch(text) else Fitted("", refused=what)

    return fitted


def _spans(what: str, *forms: Callable[[str], bool]) -> Callable[[str], Fitted]:
    """One moment of one of the forms, or two with ~ between them."""

    def fitted(text: str) -> Fitted:
        if not text:
            return Fitted("", refused="没有内容")
        ends = [end.strip() for end in text.split("~")]
        fine = len(ends) <= 2 and all(any(form(end) for form in forms) for end in ends)
        return Fitted(text) if fine else Fitted("", refused=what)

    return fitted


def _is_hour(text: str) -> bool:
    return _HOUR.fullmatch(text) is not None


def _is_day(text: str) -> bool:
    """2026-12-01, 2026/12/1 or 2026年12月1日, and there is such a day."""
    found = _DAY.fullmatch(text)
    if not found or found["mark"] + found["then"] + found["end"] not in ("--", "//", "年月日"):
        return False
    try:
        date(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError:
        return False
    return True


def _is_moment(text: str) -> bool:
    day, _, hour = text.partition(" ")
    return _is_day(day) and _is_hour(hour)


def _phrase(text: str) -> Fitted:
    if not text:
        return Fitted("无")
    if any(not _CHINESE.fullmatch(sign) for sign in text):
        return Fitted("", refused="只能是汉字")
    # No ellipsis: it is not a Chinese character.
    return Fitted(text[:5], cut=len(text) > 5)


def _name(text: str) -> Fitted:
    """Chinese or not, never both, and no digits; an ellipsis is neither."""
    chinese = "".join(_CHINESE.findall(text))
    foreign = "".join(sign for sign in text if not sign.isdigit()).strip()
    kept = chinese[:10] or foreign[:20].strip()
    return Fitted(kept or "无", cut=bool(text) and kept != text)


def _plate(text: str) -> Fitted:
    plate = text.replace("·", "").replace(" ", "")
    return _exact(
        rf"(?=.{{1,8}}$){_CHINESE.pattern}?[A-Za-z0-9]+{_CHINESE.pattern}?", "最多8位的车牌"
    )(plate)


_ASCII: Final = r"[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?"

KINDS: Final[Mapping[str, Callable[[str], Fitted]]] = {
    "thing": _free(20),
    "keyword": _free(20),
    "short_thing": _free(5),
    "const": _exact(r".{1,20}", "最多20字，且要是模板规定的取值"),
    "enum": _exact(r".{1,20}", "最多20字，且要是模板规定的取值"),
    "enum_string": _exact(r".{1,20}", "最多20字，且要是模板规定的取值"),
    "phrase": _phrase,
    "name": _name,
    "character_string": _exact(
        rf"(?=.{{1,32}}$){_ASCII}", "最多32个数字、字母或符号，不能有汉字", "-"
    ),
    "number": _exact(r"(?=.{1,32}$)-?[0-9]+(?:\.[0-9]+)?", "只能是32位以内的数字"),
    "letter": _exact(r"[A-Za-z]{1,32}", "只能是32位以内的字母"),
    "symbol": _exact(r"[^\w\s]{1,5}", "只能是5位以内的符号", "-"),
    "time": _spans("要写成2026-12-01 09:30这样的时间", _is_hour, _is_moment),
    "date": _spans("要写成2026-12-01这样的日期", _is_day, _is_moment),
    "amount": _exact(r"[¥￥$€£]?[0-9]{1,10}(?:\.[0-9]{1,2})?元?", "要写成128.00元这样的金额"),
    "phone_number": _exact(r"[0-9+\-() ]{1,17}", "最多17位数字和符号"),
    "car_number": _plate,
}
"""Every kind of field; `keyword1` … are those of the templates of before 2023."""
