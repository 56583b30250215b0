"""Phone numbers, plates and VINs as customers type them.

Plates after GA 36: province, city letter, serial of five (new energy: six); VINs after GB 16735.
"""

import re
from collections.abc import Callable
from typing import Final

from bot.rules.patterns import Lazy
from bot.rules.readings import Reading
from bot.rules.zh.mentions import Mention, join
from bot.rules.zh.text import plain

_PHONE: Final = Lazy(
    r"(?<![0-9A-Za-z])(?:(?:\+|00)?86[- ]?)?(1[- ]?[3-9](?:[- ]?[0-9]){9})(?![0-9A-Za-z])"
)
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_SIGN = "A-HJ-NP-Z0-9"  # serials have no I and no O
_STANDARD: Final = Lazy(rf"[{_PROVINCES}][A-HJ-Z](?:[{_SIGN}]{{5}}|[{_SIGN}]{{4}}[学警港澳挂领])")
# small cars carry the letter first, large ones last; D to A, F to K are pure electric and hybrid
_NEW_ENERGY: Final = Lazy(
    rf"[{_PROVINCES}][A-HJ-Z](?:[A-HJK][{_SIGN}][0-9]{{4}}|[0-9]{{5}}[A-HJK])"
)
_EMBASSY: Final = Lazy(r"使[0-9]{6}|[0-9]{6}使")
_LIKE_PLATE: Final = Lazy(
    rf"[{_PROVINCES}][ .\-]?[A-Z][ .\-]?(?:[A-Z0-9]{{4}}[学警港澳挂领]|[A-Z0-9]{{5,6}}(?![A-Z0-9]))"
    r"|(?<![0-9])(?:使[0-9]{6}|[0-9]{6}使)(?![0-9])",
    re.IGNORECASE,
)
_LIKE_VIN: Final = Lazy(r"(?<![A-Z0-9])[A-Z0-9]{17}(?![A-Z0-9])", re.IGNORECASE)
_JOINTS: Final = str.maketrans("", "", " .-")

# I, O and Q are left out; the numbers are those that the check digit weighs
_VIN_VALUES: Final = {
    **{str(n): n for n in range(10)},
    **dict(zip("ABCDEFGH", range(1, 9), strict=True)),
    **dict(zip("JKLMN", range(1, 6), strict=True)),
    "P": 7,
    "R": 9,
    **dict(zip("STUVWXYZ", range(2, 10), strict=True)),
}
_VIN_WEIGHTS: Final = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_VIN_YEARS: Final = "ABCDEFGHJKLMNPRSTVWXY123456789"  # from 1980, every 30 years again
_CHECK_DIGIT_COUNTRIES: Final = frozenset("L12345")  # China and North America; Europe has none


def read_phone(text: str) -> Reading[str] | None:
    """A mobile number of mainland China as 11 digits; two different ones are ambiguous."""
    return _read(text, phone_in)


def phone_key(text: str) -> str:
    """What a number is found by, however it was written: a mobile's 11 digits, else all its digits."""
    reading = read_phone(text)
    if reading and reading.certain:
        return reading.value
    return re.sub(r"[^0-9]", "", plain(text).text)


def phone_in(text: str) -> Mention[str] | None:
    matches = list(_PHONE.finditer(text))
    if not matches:
        return None
    values = tuple(dict.fromkeys(match[1].translate(_JOINTS) for match in matches))
    return Mention(values, matches[0].start(), matches[-1 if len(values) > 1 else 0].end())


def read_plate(text: str) -> Reading[str] | None:
    """Upper case, without joints: 京A12345. With I or O in the serial: "impossible"."""
    return _read(text, plate_in)


def plate_in(text: str) -> Mention[str] | None:
    matches = {_bare(match): match for match in reversed(list(_LIKE_PLATE.finditer(text)))}
    found = [plate for plate in reversed(matches) if is_plate(plate)]
    if found:
        return Mention(tuple(found), matches[found[0]].start(), matches[found[-1]].end())
    slip = next((match for said, match in matches.items() if re.search("[IO]", said[2:])), None)
    return Mention((), *slip.span(), "impossible") if slip else None


def _bare(match: re.Match[str]) -> str:
    return match[0].translate(_JOINTS).upper()


def is_plate(text: str) -> bool:
    return any(form.fullmatch(text) for form in (_STANDARD, _NEW_ENERGY, _EMBASSY))


def read_vin(text: str) -> Reading[str] | None:
    """17 signs in upper case; one with I, O or Q is "impossible". The check digit is not asked."""
    return _read(text, vin_in)


def vin_in(text: str) -> Mention[str] | None:
    match = _LIKE_VIN.search(text)
    if match:
        vin, (start, end) = match[0].upper(), match.span()
    else:  # typed in groups, a VIN is all that the message says
        vin, start, end = text.translate(_JOINTS).upper(), 0, len(text)
        if len(vin) != 17 or not _LIKE_VIN.fullmatch(vin) or _PHONE.search(text):
            return None
    if vin.isdigit() or vin.isalpha():
        return None
    if any(sign not in _VIN_VALUES for sign in vin):
        return Mention((), start, end, "impossible")
    return Mention((vin,), start, end)


def _read(text: str, find: Callable[[str], Mention[str] | None]) -> Reading[str] | None:
    source = plain(text)
    found = find(source.text)
    return join([found], source) if found else None


def phone_problem(text: str) -> str | None:
    """What is wrong with an answer that should be a phone number, in words for the customer."""
    reading = read_phone(text)
    if reading:
        return None if reading.certain else "您发来了两个手机号，请只发一个。"
    digits = re.sub(r"[^0-9]", "", plain(text).text)
    if not digits:
        return "没有看到手机号，请发11位手机号，例如“13800000001”。"
    digits = digits.removeprefix("86") if len(digits) > 11 else digits
    if digits[0] == "0":
        return "看起来是座机号，请发11位手机号，方便我们短信联系您。"
    if len(digits) != 11:
        return f"手机号应为11位，您发来的是{len(digits)}位，请再看一下。"
    return "这不像手机号（手机号以13到19开头），请再看一下。"


def plate_problem(text: str) -> str | None:
    """What is wrong with an answer that should be a plate, in words for the customer."""
    reading = read_plate(text)
    if reading and reading.values:
        return None if reading.certain else "您发来了两个车牌，请只发一个。"
    said = plain(text).text.translate(_JOINTS).upper()
    if not said:
        return "没有看到车牌号，请发完整车牌，例如“京A12345”。"
    if said[0] not in _PROVINCES + "使":
        return "请带上省份简称，发完整车牌，例如“京A12345”。"
    if len(said) < 2 or not "A" <= said[1] <= "Z":
        return "省份后面应是一个字母，请发完整车牌，例如“京A12345”。"
    if re.search("[IO]", said[2:]):
        return "车牌里没有字母 I 和 O，请看看是不是数字 1 和 0，再发一次。"
    if len(said) not in (7, 8):
        return f"车牌应为7位（新能源8位），您发来的是{len(said)}位，请再看一下。"
    if len(said) == 8:
        return "8位的新能源车牌应形如“京AD12345”或“京A12345D”，请再看一下。"
    return "这不像车牌号，请对照行驶证再发一次，例如“京A12345”。"


def vin_problem(text: str) -> str | None:
    """What is wrong with an answer that should be a VIN, in words for the customer."""
    said = plain(text).text.translate(_JOINTS).upper()
    reading = read_vin(text)
    vin = reading.values[0] if reading and reading.values else said
    if not said:
        return "没有看到车架号，它在行驶证“车辆识别代号”一栏，共17位。"
    if re.search("[IOQ]", vin) and re.fullmatch("[A-Z0-9]+", vin):
        return "车架号里没有字母 I、O、Q，请看看是不是数字 1 和 0，再发一次。"
    if len(vin) != 17:
        return f"车架号应为17位，您发来的是{len(vin)}位，请对照行驶证再看一下。"
    if not reading:
        return "车架号只有字母和数字，请对照行驶证再发一次。"
    if vin[0] in _CHECK_DIGIT_COUNTRIES and not vin_check_digit_ok(vin):
        return "这个车架号的校验位不对，可能有一位抄错了，请对照行驶证再看一下。"
    return None


def vin_check_digit_ok(vin: str) -> bool:
    """Whether sign 9 fits the others. European cars fail this lawfully: a warning, no refusal."""
    return len(vin) == 17 and vin[8] == _check_digit(vin.upper())


def _check_digit(vin: str) -> str | None:
    if any(sign not in _VIN_VALUES for sign in vin):
        return None
    rest = sum(_VIN_VALUES[s] * weight for s, weight in zip(vin, _VIN_WEIGHTS, strict=True)) % 11
    return "X" if rest == 10 else str(rest)


def make_vin(prefix: str, year: int, plant: str, serial: int) -> str:
    """A VIN with its right check digit. `prefix`: 8 signs; `plant`: one; ValueError otherwise."""
    body = f"{prefix}0{_VIN_YEARS[(year - 1980) % 30]}{plant}{serial:06d}"
    digit = _check_digit(body) if len(body) == 17 and len(prefix) == 8 else None
    if digit is None:
        raise ValueError(f"no VIN from {prefix!r}, {plant!r} and {serial}")
    return f"{prefix}{digit}{body[9:]}"


def mask_phone(phone: str) -> str:
    """138****0001; a number too short to be masked so shows nothing."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) == 11 else "*" * len(phone)


def mask_plate(plate: str) -> str:
    """京A***45: enough for the owner to know the car by."""
    return (
        f"{plate[:2]}{'*' * (len(plate) - 4)}{plate[-2:]}" if len(plate) > 6 else "*" * len(plate)
    )
