"""Dates by the calendar: 8月3号, 12.1, 下个月5号, 3号到5号, 月底, 元旦.

What a date leaves open is filled towards the future: a month and day gone by this year is next
year's, a day of the month gone by is next month's.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Final

from bot.rules.patterns import Lazy
from bot.rules.zh.mentions import Mention
from bot.rules.zh.numbers import neighbours, to_int
from bot.rules.zh.text import NUMERALS

Day = Mention[date]
Resolver = Callable[[re.Match[str], date], Day | None]

_NUM = rf"(?:[0-9]{{1,2}}|[{NUMERALS}]{{1,3}})"
_NEW_NUMBER = rf"(?<![0-9{NUMERALS}])(?<![0-9]\.)"
_TO = r" ?(?P<to>到|至|-|~|、|或者?|和|跟) ?"
_LONGEST_RANGE = 10

ISO = Lazy(
    r"(?<![0-9A-Za-z])(?P<y>20[0-9]{2})(?P<sep>[-/.])(?P<m>[01]?[0-9])(?P=sep)(?P<d>[0-3]?[0-9])(?![0-9])[号日]?"
)
YEAR_MONTH_DAY = Lazy(
    rf"{_NEW_NUMBER}(?<![个每])"
    rf"(?:(?P<y>今年|明年|后年|去年|前年|(?:20)?[0-9]{{2}}年|二[零〇][{NUMERALS}]{{2}}年)的? ?)?"
    rf"(?P<m>{_NUM}) ?月份?的? ?(?P<d>{_NUM})"
    rf"(?: ?(?P<s>[日号])|(?![0-9{NUMERALS}个天次年月万千百块元公点时:.%折人辆台]))"
    rf"(?:{_TO}(?P<d2>{_NUM}) ?[日号])?"
)
MONTH_AND_DAY = Lazy(
    rf"(?P<w>下+|这|本|上)个?月份?的? ?(?P<d>{_NUM}) ?[日号](?:{_TO}(?P<d2>{_NUM}) ?[日号])?"
)
PART_OF_MONTH = Lazy(
    rf"(?:(?P<w>下+|这|本|上)个?|{_NEW_NUMBER}(?P<m>{_NUM}) ?|(?<![个每年{NUMERALS}0-9]))月份?的?"
    r"(?P<part>底|末|初|上旬|中旬|下旬|中(?!国|心|控|央|间))"
)
# Only where nothing else can be meant: not 1.5升, 8.3折, 周六 9-11, 2.0T, 12.1-3
NUMERIC = Lazy(
    r"(?:^|(?<=[^\w.\-/:+$¥￥%])|(?<=[约到在改是就换成为选定]))"
    r"(?<![一二三四五六日天末号午早晚\x00][ ,])"
    r"(?P<m>0?[1-9]|1[0-2])(?P<sep>[-/.])(?P<d>0?[1-9]|[12][0-9]|3[01])(?P<s>[号日])?"
    r"(?=$|[^\w.\-/%:+*~]|[.-](?![0-9])"
    r"|上午|下午|早|晚|中午|周|星期|礼拜|[来去行吧做能有给想要我约保过到可送])"
)
_NO_DAY = (
    r"线|门|车|楼|店|桥|院|厅|柜|馆|汽|柴|油|机|技|师|工|位|仓|库|入|出口|公|路|街|室|房|桌|台|窗|员|选|"
    r"信|轮|缸|电|码|牌|卡|令|款|色|文|称|外|角|召|志|速"
)
_NO_DATE = r"内|游|包|无理|常|产|系|本|用|均|子|志|租|期|程|光|报|夜"
DAY_OF_MONTH = Lazy(
    rf"{_NEW_NUMBER}(?<![A-Za-z月/第每周期拜])"
    rf"(?:(?P<d>{_NUM})(?: ?[号日])?{_TO})?(?P<d2>{_NUM}) ?(?:号(?!{_NO_DAY})|日(?!{_NO_DATE}))"
)
_HOLIDAY = r"期间|假期|小?长假|放假|黄金周"
FESTIVAL = Lazy(
    r"(?:(?P<f>元旦|国庆|圣诞|平安夜)(?!节?(?:活动|优惠|礼|上班|营业|特惠|快乐))节?"
    rf"|(?<![{NUMERALS}0-9周期拜])(?P<g>五一|十一)(?:节|(?={_HOLIDAY}|当天|那天)))(?P<span>{_HOLIDAY})?"
)
# month, day, days of the holiday
_FESTIVALS: Final = {
    "元旦": (1, 1, 3), "国庆": (10, 1, 7), "圣诞": (12, 25, 1), "平安夜": (12, 24, 1),
    "五一": (5, 1, 5), "十一": (10, 1, 7),
}  # fmt: skip
_YEARS: Final = {"今年": 0, "明年": 1, "后年": 2, "去年": -1, "前年": -2}


def make_date(year: int, month: int, day: int) -> date | None:
    """None for a date that the calendar lacks."""
    if 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]:
        return date(year, month, day)
    return None


def add_months(day: date, months: int) -> date:
    """The same day of another month, or its last where that is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def mention(match: re.Match[str], days: Iterable[date | None], today: date, kind: str = "") -> Day:
    """Those ahead; where all are over, those, flagged; where none exists, none, flagged."""
    real = tuple(day for day in days if day is not None)
    ahead = tuple(day for day in real if day >= today)
    start, end = match.span()
    if ahead:
        return Mention(ahead, start, end, kind=kind)
    return Mention(real, start, end, "past" if real else "impossible", kind)


def read_iso(match: re.Match[str], today: date) -> Day:
    return mention(match, [make_date(int(match["y"]), int(match["m"]), int(match["d"]))], today)


def read_month_day(match: re.Match[str], today: date) -> Day | None:
    month, day = to_int(match["m"]), to_int(match["d"])
    if month is None or day is None:
        return None
    year = _year(match["y"], today)
    if year is None:
        year = today.year + ((month, day) < (today.month, today.day))
    first = make_date(year, month, day)
    # without 号 a wrong number is more likely no date at all
    if first is None and not match["s"]:
        return mention(match, [], today) if match.end() == len(match.string) else None
    return _through(match, first, today)


def _year(said: str | None, today: date) -> int | None:
    if not said:
        return None
    if said in _YEARS:
        return today.year + _YEARS[said]
    number = to_int(said.removesuffix("年"))
    return None if number is None else number + 2000 if number < 100 else number


def _through(match: re.Match[str], first: date | None, today: date) -> Day:
    """`first` alone, or to the day that the group d2 names: all between for 到, both for 或."""
    last_day = to_int(match["d2"]) if match["d2"] else None
    if first is None or last_day is None:
        return mention(match, [first], today)
    last = _next_day(last_day, first)
    if last is None or match["to"] not in "到至-~":
        return mention(match, [first, last], today)
    count = min((last - first).days + 1, _LONGEST_RANGE)
    return mention(match, [first + timedelta(days=n) for n in range(count)], today)


def _next_day(day: int, today: date) -> date | None:
    """The next date with this day of the month, `today` included."""
    if not 1 <= day <= 31:
        return None
    first = today.replace(day=1)
    for months in range(3):
        month = add_months(first, months)
        found = make_date(month.year, month.month, day)
        if found is not None and found >= today:
            return found
    return None


def read_relative_month(match: re.Match[str], today: date) -> Day | None:
    month = _month(match["w"], today)
    day = to_int(match["d"])
    if day is None:
        return None
    return _through(match, make_date(month.year, month.month, day), today)


def _month(word: str, today: date) -> date:
    """The first of the month that 下, 下下, 这, 本, 上 name."""
    months = {"这": 0, "本": 0, "上": -1}.get(word, len(word))
    return add_months(today.replace(day=1), months)


def read_part_of_month(match: re.Match[str], today: date) -> Day | None:
    if match["w"]:
        return mention(match, _part(_month(match["w"], today), match["part"]), today)
    if match["m"]:
        month = to_int(match["m"])
        if month is None or not 1 <= month <= 12:
            return None
        first = date(today.year, month, 1)
        later = date(today.year + 1, month, 1)
    else:
        first = today.replace(day=1)
        later = add_months(first, 1)
    days = _part(first, match["part"])
    return mention(match, days if days[-1] >= today else _part(later, match["part"]), today)


def _part(first: date, part: str) -> list[date]:
    length = monthrange(first.year, first.month)[1]
    begin, end = {
        "初": (1, 3), "中": (14, 16), "底": (length - 2, length), "末": (length - 2, length),
        "上旬": (1, 10), "中旬": (11, 20), "下旬": (21, length),
    }[part]  # fmt: skip
    return [first.replace(day=day) for day in range(begin, end + 1)]


def read_numeric(match: re.Match[str], today: date) -> Day | None:
    month, day = int(match["m"]), int(match["d"])
    if match["sep"] == "-" and match["s"] and day > month:
        return None  # 3-5号 is from the 3rd to the 5th
    year = today.year + ((month, day) < (today.month, today.day))
    found = make_date(year, month, day)
    if found is None and match["sep"] == ".":
        return None  # 2.30 may be half past two
    return mention(match, [found], today)


def read_day_of_month(match: re.Match[str], today: date) -> Day | None:
    pair = neighbours(match["d2"])
    if pair and not match["d"]:
        return mention(match, [_next_day(day, today) for day in pair], today)
    last = to_int(match["d2"])
    first = to_int(match["d"]) if match["d"] else last
    if last is None or first is None or not (1 <= last <= 31 and 1 <= first <= 31):
        # 92号 is petrol; alone it was meant as a day
        alone = len(match.string) - len(match[0]) <= 1 and last is not None
        return mention(match, [], today) if alone else None
    start = _next_day(first, today)
    return _through(match, start, today) if match["d"] else mention(match, [start], today)


def read_festival(match: re.Match[str], today: date) -> Day:
    month, day, length = _FESTIVALS[match["f"] or match["g"]]
    length = length if match["span"] else 1
    first = date(today.year, month, day)
    if first + timedelta(days=length - 1) < today:
        first = date(today.year + 1, month, day)
    return mention(match, [first + timedelta(days=n) for n in range(length)], today)


GRAMMAR: Final[tuple[tuple[Lazy, Resolver], ...]] = (
    (ISO, read_iso),
    (YEAR_MONTH_DAY, read_month_day),
    (MONTH_AND_DAY, read_relative_month),
    (PART_OF_MONTH, read_part_of_month),
    (NUMERIC, read_numeric),
    (FESTIVAL, read_festival),
)
# after the weekdays: 周三号 is no third, and 周六 9-11 is no eleventh
LATE_GRAMMAR: Final[tuple[tuple[Lazy, Resolver], ...]] = ((DAY_OF_MONTH, read_day_of_month),)
