"""Numbers as they are written in Chinese, to int and back."""

from typing import Final

_DIGITS: Final = {
    **{sign: n for n, sign in enumerate("零一二三四五六七八九")},
    **{sign: n for n, sign in enumerate("〇壹贰叁肆伍陆柒捌玖")},
    "两": 2,
    "俩": 2,
    "〇": 0,
}
_UNITS: Final = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_TENS: Final = {"廿": 20, "卅": 30}
_MYRIADS: Final = {"万": 10_000, "亿": 100_000_000}


def to_int(text: str) -> int | None:
    """`12`, `十二`, `二十一`, `两百零五`, `二〇二六` or `3万`; None for what is no number."""
    if text.isascii():
        return int(text) if text.isdigit() else None
    if text and all(sign in _DIGITS for sign in text):
        return int("".join(str(_DIGITS[sign]) for sign in text))
    return _by_units(text)


def _by_units(text: str) -> int | None:
    total = part = digit = 0
    seen_digit = False
    for sign in text:
        if sign in _DIGITS or (sign.isascii() and sign.isdigit()):
            value = _DIGITS.get(sign, 0) if sign in _DIGITS else int(sign)
            # 二三十 is no number, 零五 is; arabic digits in front of 万 run on (35万)
            if seen_digit and digit and not sign.isascii():
                return None
            digit = digit * 10 + value if sign.isascii() else value
            seen_digit = True
        elif sign in _TENS and not seen_digit:
            part += _TENS[sign]
        elif sign in _UNITS:
            part += (digit if seen_digit else 1) * _UNITS[sign]
            digit, seen_digit = 0, False
        elif sign in _MYRIADS:
            total = (total + part + digit) * _MYRIADS[sign]
            part, digit, seen_digit = 0, 0, False
        else:
            return None
    return total + part + digit if text else None


def to_zh(number: int) -> str:
    """0 to 99,999,999 as it is spoken: 12 is 十二, 105 is 一百零五, 20000 is 二万."""
    if not 0 <= number < 100_000_000:
        raise ValueError(f"{number} is not between 0 and 99,999,999")
    if number == 0:
        return "零"
    high, low = divmod(number, 10_000)
    spoken = f"{_below_myriad(high)}万" if high else ""
    if high and 0 < low < 1000:
        spoken += "零"
    spoken += _below_myriad(low)
    return spoken.removeprefix("一") if spoken.startswith("一十") else spoken


def _below_myriad(number: int) -> str:
    spoken = ""
    zero = False
    for unit, word in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            spoken += ("零" if zero else "") + "零一二三四五六七八九"[digit] + word
            zero = False
        elif spoken:
            zero = True
    return spoken


def neighbours(text: str) -> tuple[int, int] | None:
    """三四 is 3 or 4, 两三 2 or 3, 十一二 11 or 12; None for what is no such pair."""
    if len(text) < 2 or text[-2] not in _DIGITS or text[-1] not in _DIGITS:
        return None
    ten = to_int(text[:-2]) if len(text) > 2 else 0
    low, high = _DIGITS[text[-2]], _DIGITS[text[-1]]
    if ten is None or ten % 10 or low < 1 or high != low + 1:
        return None
    return ten + low, ten + high
