"""Small words: how a day, a moment and a name are said; and text made comparable."""

import unicodedata
from datetime import date, datetime, time
from itertools import takewhile

_WEEKDAYS = "一二三四五六日"
# The surnames of two signs that are met in a showroom: 欧阳娜 is 欧阳女士.
_SURNAMES = (
    "欧阳司马诸葛上官司徒夏侯东方皇甫尉迟公孙慕容令狐端木长孙宇文"
    "司空轩辕南宫百里独孤澹台闻人赫连呼延淳于申屠公冶钟离鲜于闾丘太史"
)
_TWO_SIGNS = frozenset(_SURNAMES[at : at + 2] for at in range(0, len(_SURNAMES), 2))
_DROPPED = str.maketrans("", "", " \t\r\n　·.。,，!！?？、~～：:；;（）()“”\"'‘’")


def plain(text: str) -> str:
    """Comparable: half-width, lower case, without blanks and punctuation."""
    return unicodedata.normalize("NFKC", text).lower().translate(_DROPPED)


def weekday(day: date) -> str:
    """周一 … 周日."""
    return "周" + _WEEKDAYS[day.weekday()]


def say_day(day: date, today: date) -> str:
    """今天 / 明天 / 后天 with the date, or the date with its weekday."""
    near = {0: "今天", 1: "明天", 2: "后天"}.get((day - today).days, "")
    year = f"{day.year}年" if day.year != today.year else ""
    return f"{year}{day.month}月{day.day}日 {weekday(day)}" + (f"（{near}）" if near else "")


def say_moment(at: datetime, today: date) -> str:
    """12月1日 周二 09:30, in the zone `at` is in."""
    return f"{say_day(at.date(), today)} {at:%H:%M}"


def moment_names(at: datetime, today: date) -> tuple[str, ...]:
    """What else people call a moment of theirs: 后天, 周五, 20号, 10点."""
    near = {0: "今天", 1: "明天", 2: "后天"}.get((at.date() - today).days)
    day = (f"{at.month}月{at.day}日", f"{at.month}月{at.day}号", f"{at.day}号", weekday(at.date()))
    hour = f"{at.hour}点" if at.minute == 0 else f"{at.hour}点半"
    return (*day, hour, *((near,) if near else ()))


def car_names(plate: str, model: str) -> tuple[str, ...]:
    """What an owner calls a car: its plate, the end of it, its model, the model's Chinese part."""
    chinese = "".join(takewhile(lambda letter: letter > "\u2fff", model))
    tails = (f"尾号{plate[-length:]}" for length in (3, 4, 5) if plate)
    return tuple(name for name in (plate, plate[1:], *tails, model, chinese) if name)


def salutation(name: str, gender: str) -> str:
    """王女士 / 李先生; the whole name where the gender is unknown; 您 where the name is."""
    if not name:
        return "您"
    title = {"female": "女士", "male": "先生"}.get(gender)
    surname = name[:2] if len(name) > 2 and name[:2] in _TWO_SIGNS else name[0]
    return surname + title if title else name


def part_of_day(at: time) -> str:
    """上午 before noon, 下午 after."""
    return "上午" if at.hour < 12 else "下午"
