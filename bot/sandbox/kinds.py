"""What the fields of a template take, by kind (WeChat docs: parameter value limits)."""

import re
from collections.abc import Callable
from datetime import date, time

_KEY = re.compile(r"([a-z_]+?)([0-9]+)")
_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_ANY_HAN = re.compile(f"[{_HAN}]")
_NAME = re.compile(f"[{_HAN}][{_HAN}·]{{0,9}}|[^{_HAN}0-9]{{1,20}}")
_CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?")
_DAY = re.compile(
    r"([0-9]{4})(?:年([0-9]{1,2})月([0-9]{1,2})日|-([0-9]{1,2})-([0-9]{1,2})"
    r"|/([0-9]{1,2})/([0-9]{1,2}))"
)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_EMOJI = re.compile("[\u2600-\u27bf\U0001f000-\U0001faff]\ufe0f?")


def kind_of(key: str) -> str:
    """thing of thing3; "" where a key has no such form (a test account's own template)."""
    matched = _KEY.fullmatch(key)
    return matched.group(1) if matched else ""


def fits(key: str, value: str, allowed: tuple[str, ...] = ()) -> bool:
    """Whether the platform takes `value` for `key`; lengths are characters, not bytes.

    `allowed`: the values that the template's review fixed for a const or an enum.
    """
    if _CONTROL.search(value):
        return False
    kind = kind_of(key)
    if kind in ("const", "enum", "enum_string"):
        return value in allowed if allowed else len(value) <= 20
    return _RULES.get(kind, _at_most(20))(value)


def boxed(value: str) -> str:
    """The value as the phone shows it: an emoji is a box."""
    return _EMOJI.sub("□", value)


def _at_most(most: int) -> Callable[[str], bool]:
    return lambda value: len(value) <= most


def _like(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern)
    return lambda value: compiled.fullmatch(value) is not None


def _no_han(value: str) -> bool:
    return len(value) <= 32 and not _ANY_HAN.search(value)


def _symbols(value: str) -> bool:
    return len(value) <= 5 and not any(one.isalnum() for one in value)


def _clock(text: str) -> bool:
    matched = _CLOCK.fullmatch(text)
    if not matched:
        return False
    hour, minute, second = (int(part or 0) for part in matched.groups())
    return _made(lambda: time(hour, minute, second))


def _day(text: str) -> bool:
    matched = _DAY.fullmatch(text)
    if not matched:
        return False
    year, month, day = (int(part) for part in matched.groups() if part)
    return _made(lambda: date(year, month, day))


def _made(make: Callable[[], object]) -> bool:
    try:
        make()
    except ValueError:
        return False
    return True


def _moment(text: str) -> bool:
    """A day and a time of day, with a blank or nothing between them."""
    matched = _DAY.match(text)
    return matched is not None and _day(matched.group()) and _clock(text[matched.end() :].strip())


def _ranged(*ends: Callable[[str], bool]) -> Callable[[str], bool]:
    """One of `ends`, or two of them with ~ between."""

    def check(value: str) -> bool:
        parts = [part.strip() for part in value.split("~")]
        return len(parts) <= 2 and all(any(end(part) for end in ends) for part in parts)

    return check


_RULES: dict[str, Callable[[str], bool]] = {
    "thing": _at_most(20),
    "short_thing": _at_most(5),
    "phrase": _like(f"[{_HAN}]{{1,5}}"),
    "name": lambda value: _NAME.fullmatch(value) is not None,
    "character_string": _no_han,
    "number": lambda value: (
        len(value) <= 32 and bool(re.fullmatch(r"-?\d+(\.\d+)?", value, re.ASCII))
    ),
    "letter": _like("[A-Za-z]{1,32}"),
    "symbol": _symbols,
    "time": _ranged(_clock, _moment),
    "date": _ranged(_day, _moment),
    "amount": _like("[¥￥$€£]?[0-9]{1,10}([.][0-9]{1,10})?元?"),
    "phone_number": _like(r"[0-9+()\- ]{1,17}"),
    "car_number": _like(f"[{_HAN}A-Za-z0-9](?:[A-Za-z0-9]{{0,6}}[{_HAN}A-Za-z0-9])?"),
}
