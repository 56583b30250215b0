"""How one field of a record is read: strictly from JSON, or from the text of a sheet's cell.

A reader takes what JSON gave and returns the value in its one form, or raises Unfit with the
words for staff. A cell is first turned into what JSON would have said (`Field.cell`).
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

from bot.rules.identifiers import is_plate

Json = Any
_GONE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_JOINTS: Final = str.maketrans("", "", " .-·•\t\n\r\u3000")
_MOBILE: Final = re.compile(r"(?:(?:\+|00)?86)?(1[3-9][0-9]{9})")
_LANDLINE: Final = re.compile(r"(0[0-9]{2,3})[- ]?([2-8][0-9]{6,7})")
_VIN: Final = re.compile(r"[A-HJ-NPR-Z0-9]{17}")
_RIC_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_USCC_SIGNS: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS: Final = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_RFC3339: Final = (
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})"
)


class Unfit(Exception):
    """A value that cannot be taken: why, in Chinese and in English."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en


def _as_it_stands(text: str, _zone: ZoneInfo) -> Json:
    return text


@dataclass(frozen=True, slots=True)
class Field:
    """`schema` is the JSON Schema of what `read` takes (null, which clears, is added elsewhere).

    `unlike_cell`: what to say of a cell, in Chinese and in English, where JSON is told otherwise.
    """

    read: Callable[[Json], Any]
    schema: Mapping[str, Any]
    cell: Callable[[str, ZoneInfo], Json] = field(default=_as_it_stands)
    unlike_cell: tuple[str, str] | None = None

    def read_cell(self, said: str, zone: ZoneInfo) -> Any:
        try:
            return self.read(self.cell(said, zone))
        except Unfit:
            if self.unlike_cell:
                raise Unfit(*self.unlike_cell) from None
            raise


def _string(value: Json) -> str:
    if not isinstance(value, str):
        raise Unfit("应为文字", "must be a string")
    return value


def _compact(value: Json) -> str:
    return unicodedata.normalize("NFKC", _string(value)).translate(_JOINTS).upper()


def clean(text: str) -> str:
    """Without signs that no screen shows and no database takes."""
    return _GONE.sub("", text).strip()


def text(longest: int) -> Field:
    """Free text of at most `longest` signs."""

    def read(value: Json) -> str:
        found = clean(_string(value))
        if len(found) > longest:
            raise Unfit(f"最多{longest}个字", f"must have at most {longest} characters")
        return found

    return Field(read, {"type": "string", "maxLength": longest})


def read_key(value: Json) -> str:
    """A key of the DMS: 1 to 64 signs, as it stands."""
    found = clean(_string(value))
    if not 1 <= len(found) <= 64:
        raise Unfit("应为1到64个字符", "must have 1 to 64 characters")
    return found


KEY: Final = Field(read_key, {"type": "string", "minLength": 1, "maxLength": 64})


def choice(words: Mapping[str, str]) -> Field:
    """One of the codes; a cell may also say it in the words that stand for them."""
    codes = list(dict.fromkeys(words.values()))

    def read(value: Json) -> str:
        if value not in codes:
            raise Unfit(f"应为 {'、'.join(codes)} 之一", f"must be one of {', '.join(codes)}")
        return str(value)

    def cell(said: str, _zone: ZoneInfo) -> Json:
        return words.get(said, words.get(said.lower(), said))

    usual = [next(word for word, meant in words.items() if meant == code) for code in codes]
    unlike = (f"应为 {'、'.join(usual)} 之一", f"must be one of {', '.join(usual)}")
    return Field(read, {"type": "string", "enum": codes}, cell, unlike)


def read_phone(value: Json) -> str:
    """13800000001, or 010-12345678 for a landline."""
    said = unicodedata.normalize("NFKC", _string(value)).strip()
    if match := _MOBILE.fullmatch(re.sub(r"[ .\-]", "", said)):
        return match[1]
    if match := _LANDLINE.fullmatch(said):
        return f"{match[1]}-{match[2]}"
    raise Unfit("不是有效的手机号（或带区号的座机号）", "is not a Chinese phone number")


def read_plate(value: Json) -> str:
    plate = _compact(value)
    if not is_plate(plate):
        raise Unfit("不是有效的车牌号，例如 京A12345、京AD12345", "is not a Chinese plate")
    return plate


def read_vin(value: Json) -> str:
    vin = _compact(value)
    if not _VIN.fullmatch(vin):
        raise Unfit("车架号应为17位字母和数字，没有I、O、Q", "is not a VIN of 17 signs")
    return vin


def read_id_number(value: Json) -> str:
    """A resident's number (GB 11643), or a company's unified code (GB 32100)."""
    number = _compact(value)
    if _resident(number) or _company(number):
        return number
    raise Unfit("证件号不正确（校验位不符）", "is not a valid ID number (check digit)")


def _resident(number: str) -> bool:
    if not re.fullmatch(r"[1-9][0-9]{16}[0-9X]", number):
        return False
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    rest = sum(int(n) * weight for n, weight in zip(number[:17], _RIC_WEIGHTS, strict=True)) % 11
    return number[17] == "10X98765432"[rest]


def _company(number: str) -> bool:
    if len(number) != 18 or any(sign not in _USCC_SIGNS for sign in number):
        return False
    values = [_USCC_SIGNS.index(sign) for sign in number]
    total = sum(v * weight for v, weight in zip(values[:17], _USCC_WEIGHTS, strict=True))
    return values[17] == -total % 31


def read_day(value: Json) -> date:
    found = _parsed(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", _string(value), date.fromisoformat)
    if found is None:
        raise Unfit("应为日期，例如 2026-09-01", "must be a date like 2026-09-01")
    if not 1900 <= found.year <= 2199:
        raise Unfit("年份应在1900到2199之间", "must be a year from 1900 to 2199")
    return found


def read_moment(value: Json) -> datetime:
    """RFC 3339, with its offset; in UTC."""
    found = _parsed(_RFC3339, _string(value).upper(), datetime.fromisoformat)
    if found is None or not 1900 < found.year < 2199:
        raise Unfit(
            "应为带时区的时间，例如 2026-09-01T10:30:00+08:00",
            "must be an RFC 3339 time with its offset, like 2026-09-01T10:30:00+08:00",
        )
    return found.astimezone(UTC)


D = TypeVar("D", bound=date)


def _parsed(form: str, said: str, parse: Callable[[str], D]) -> D | None:
    if not re.fullmatch(form, said):
        return None
    try:
        return parse(said)
    except ValueError:
        return None


LUNAR_PATTERN: Final = r"^L?(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|30)$"


def read_lunar(value: Json) -> str:
    """ "08-15": the fifteenth of the eighth month; "L08-15": of the leap month after it (闰八月)."""
    said = _string(value)
    if not re.fullmatch(LUNAR_PATTERN, said):
        raise Unfit(
            "应为农历月日，例如 08-15，闰月 L08-15",
            "must be a lunar month and day like 08-15, or L08-15 in a leap month",
        )
    return said


def whole(most: int) -> Field:
    """A whole number from 0."""

    def read(value: Json) -> int:
        if isinstance(value, float) and value.is_integer():
            value = int(value)  # JSON knows no difference between 5100 and 5100.0
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
            raise Unfit(f"应为0到{most}的整数", f"must be a whole number from 0 to {most}")
        return value

    def cell(said: str, _zone: ZoneInfo) -> Json:
        bare = re.sub(r"(?i)[,，\s]|km|公里|千米", "", unicodedata.normalize("NFKC", said))
        return int(bare.split(".")[0]) if re.fullmatch(r"[0-9]{1,9}(\.0+)?", bare) else said

    return Field(read, {"type": "integer", "minimum": 0, "maximum": most}, cell)


AMOUNT_PATTERN: Final = r"^[0-9]{1,8}(\.[0-9]{1,2})?$"


def read_amount(value: Json) -> Decimal:
    """Yuan as a decimal string: "680.00"."""
    said = _string(value)
    if not re.fullmatch(r"[0-9]{1,8}(\.[0-9]{1,2})?", said):
        raise Unfit("应为金额，例如 680.00", 'must be an amount in a string, like "680.00"')
    return Decimal(said).quantize(Decimal("0.01"))


def read_flag(value: Json) -> bool:
    if not isinstance(value, bool):
        raise Unfit("应为是或否", "must be true or false")
    return value


def listed(one: Field, most: int) -> Field:
    """A list of different values; a cell separates them by any usual sign."""

    def read(value: Json) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise Unfit("应为列表", "must be a list")
        found = tuple(dict.fromkeys(one.read(each) for each in value))
        if len(found) > most:
            raise Unfit(f"最多{most}项", f"must have at most {most} entries")
        return found

    def cell(said: str, zone: ZoneInfo) -> Json:
        parts = (part.strip() for part in re.split(r"[,，、;；|/\n]", said))
        return [one.cell(part, zone) for part in parts if part]

    shape = {"type": "array", "items": dict(one.schema), "maxItems": most}
    return Field(read, shape, cell, one.unlike_cell)


def read_preferences(value: Json) -> dict[str, str]:
    """Free keys to texts; in one order, so that equal ones are kept equally."""
    if not isinstance(value, dict) or len(value) > 40:
        raise Unfit("应为偏好列表（最多40项）", "must be an object of at most 40 texts")
    short, long = text(40), text(200)
    return {short.read(key): long.read(value[key]) for key in sorted(value)}
