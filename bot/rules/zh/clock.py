"""Times of day as they are written: 下午三点半, 15:30, 3pm, 差十分三点, 10点到11点.

An hour without 上午 or 下午 is read against the hours in which any store of the trade may be open:
三点 can only be 15:00, 八点 may be 8:00 or 20:00 and is asked back.
"""

import re
from datetime import time
from typing import Final

from bot.rules.patterns import Lazy
from bot.rules.zh.numbers import neighbours, to_int
from bot.rules.zh.text import NUMERALS

OPENS: Final = time(7)
CLOSES: Final = time(21)

_NUM = rf"(?:[0-9]{{1,2}}|[{NUMERALS}]{{1,3}})"
_BEFORE_HOUR = rf"(?= ?{_NUM}点)"
_PERIOD_WORDS: Final = {
    "night": "凌晨|后半夜|半夜|深夜",
    "morning": (
        "大清早|一大早|一早|清早|清晨|早上|早晨|早间|上午|上舞|午前|am|a\\.m\\."
        f"|上五{_BEFORE_HOUR}|早{_BEFORE_HOUR}|早(?= ?[0-9]{{1,2}}:)"
    ),
    "noon": "正午|中午|午间",
    "afternoon": f"午后|下午|下舞|下武|pm|p\\.m\\.|下五{_BEFORE_HOUR}",
    "evening": f"傍晚|黄昏|晚上|晚间|夜里|夜间|晚{_BEFORE_HOUR}|晚(?= ?[0-9]{{1,2}}:)",
}
# hours named with the word: from, to, what is added to get the hour on the clock
_PERIODS: Final[dict[str, tuple[tuple[int, int, int], ...]]] = {
    "night": ((0, 6, 0), (12, 12, -12)),
    "morning": ((0, 12, 0),),
    "noon": ((10, 14, 0), (1, 3, 12)),
    "afternoon": ((12, 23, 0), (1, 11, 12)),
    "evening": ((17, 23, 0), (5, 11, 12), (12, 12, -12), (0, 4, 0)),
}

_FILLER = r"(?:大概|差不多|那个|[ ,的吧大约在就]){0,3}"
_NEW_NUMBER = rf"(?<![0-9{NUMERALS}第])(?<![0-9][.:])"
_IN_WORDS = (
    rf"半(?![天个小年价])|[一1三3]刻|过?[零〇]?{_NUM}分(?!钟)|过[一1三3]刻|差(?:{_NUM}分|[一1]刻)"
    r"|[0-5][0-9](?![0-9点号月日万元块公LT%.])"
    rf"|(?:[零〇][一二三四五六七八九]|[一二三四五]?十[一二三四五六七八九]?)(?![点号月日个天分{NUMERALS}])"
)


def _period(n: str) -> str:
    return (
        "(?:" + "|".join(f"(?P<{name}{n}>{words})" for name, words in _PERIOD_WORDS.items()) + ")"
    )


def _minutes(n: str) -> str:
    spoken = (
        rf" ?(?:点|时(?![间候常代速刻尚效段光]))(?P<sharp{n}>钟|整|正)? ?(?P<words{n}>{_IN_WORDS})?"
    )
    return rf"(?P<on{n}>{spoken}|:(?P<digits{n}>[0-9]{{2}})(?![0-9:])(?::[0-9]{{2}})?分?)"


_LACK = rf"(?:差(?P<lack>{_NUM}|[一1]刻)(?:分钟?)?到?)?"
_MERIDIEM = r"(?: ?(?P<meridiem>am|pm|a\.m\.|p\.m\.)(?![a-z]))"

FACE: Final = Lazy(
    rf"(?:{_period('')}{_FILLER}|{_NEW_NUMBER}){_LACK}(?P<hour>{_NUM})"
    rf"(?:{_minutes('')}{_MERIDIEM}?|{_MERIDIEM.replace('meridiem', 'bare')})",
    re.IGNORECASE,
)
PAIR: Final = Lazy(
    rf"(?:{_period('')}{_FILLER}|{_NEW_NUMBER})(?P<hour>{_NUM}){_minutes('')}?"
    r" ?(?P<to>到|至|-|~|、|或者?|还是|/) ?"
    rf"(?:{_period('2')} ?)?(?P<hour2>{_NUM}){_minutes('2')}?(?![0-9号日月天个{NUMERALS}])",
    re.IGNORECASE,
)

_EDGE = r"$|[^\w:*%+]"
# 三点 is an hour before these, and three of something before others (三点建议)
_HOUR_GOES_ON = Lazy(
    rf"{_EDGE}|[吧来去到过给做我能吗呢在约送和或是就空会可行修洗换取接帮麻谢但因如首保钣喷轮刹补左前以之后"
    r"许预还]|多(?![少久长])|要(?!求)|的(?!建议|意见|问题|要求|原因|疑问|不满|想法|感受)|有(?!问题|意见|待)"
    r"|不(?:行|来|能|方便|在|可以)|都(?:可以|行|有|ok)|提(?![议示醒出])|好(?![处评])|见(?![解议])|想(?!法)"
    rf"|方便|下了?班|开(?![门业])|改(?![进善])|检(?!讨)|整|[0-9{NUMERALS}]{{1,2}}点"
)
_NO_HOUR_BEFORE = frozenset(
    "第有这那扣加减提说讲了快慢调结上下几共列补充复重强出满差占涨降升哪打得赢输"
)
# 一点 is "a little" in most sentences, so both sides must speak for the hour
_ONE_GOES_ON = Lazy(
    rf"{_EDGE}|[吧来去到见可行吗呢前后以之左给做约]|的(?=时候|吗|话)|有空|开始|左右"
)
_ONE_COMES_AFTER = Lazy(r"(?:^|\W|[约到在改午换成为选号六五四三二日天末])$")
_THINGS = Lazy(
    r"建议|意见|积分|要求|问题|原因|不满|疑问|[都也]?不[好是舒会太开错]|都没|也没|点(?!.*[前后])|儿"
    r"|还?(?:开门|关门|营业|上班吗|下班吗)"
)


def period_of(match: re.Match[str], n: str = "") -> str | None:
    return next((name for name in _PERIODS if match[name + n]), None)


def is_hour(match: re.Match[str], hour: int, *, period: bool) -> bool:
    """三点 as an hour, where neither minutes nor 钟 say so: the neighbours must."""
    text, start, end = match.string, match.start(), match.end()
    if period:
        little = hour == 1 and match[0][0] in "早晚"  # 早一点 is "somewhat earlier"
        return not little and not _THINGS.match(text, end)
    if hour == 1:
        return bool(_ONE_COMES_AFTER.search(text[:start]) and _ONE_GOES_ON.match(text, end))
    before = text[start - 1] if start else ""
    return before not in _NO_HOUR_BEFORE and _HOUR_GOES_ON.match(text, end) is not None


def hours_of(said: str) -> tuple[int, ...]:
    """三 is one hour, 三四 (as in 三四点) two, and what is no number none."""
    pair = neighbours(said)
    if pair:
        return pair
    hour = to_int(said)
    return () if hour is None else (hour,)


def minutes_of(match: re.Match[str], n: str = "") -> int | None:
    """Minutes after the hour, negative for 三点差五分; None where they are no number."""
    if match["digits" + n]:
        return int(match["digits" + n])
    said = match["words" + n]
    if not said:
        return 0
    if said == "半":
        return 30
    number = quarters(said.removeprefix("差").removeprefix("过").removesuffix("分"))
    return None if number is None else -number if said[0] == "差" else number


def quarters(said: str) -> int | None:
    if said.endswith("刻"):
        return 45 if said[0] in "三3" else 15
    return to_int(said.lstrip("零〇") or "零")


def options(hour: int, minute: int, period: str | None, *, literal: bool) -> tuple[int, ...]:
    """Minutes since midnight where the hour as said can lie; none: no such time.

    `literal`: written as on a digital clock (08:30), which leaves nothing open.
    """
    if hour > 23 or minute > 59:
        return ()
    if period:
        return tuple(
            ((hour + add) * 60 + minute) % 1440
            for first, last, add in _PERIODS[period]
            if first <= hour <= last
        )[:1]
    said = hour * 60 + minute
    if literal or hour == 0 or hour > 12:
        return (said % 1440,)
    both = (said % 1440, (said + 720) % 1440)
    return tuple(each for each in both if in_hours(each)) or both


def in_hours(minutes: int) -> bool:
    return OPENS.hour * 60 <= minutes < CLOSES.hour * 60


def later(start: int, hour: int, minute: int, period: str | None) -> int | None:
    """The end of a range that begins at `start`: the first such time after it."""
    if hour > 24 or minute > 59:
        return None
    if period:
        named = options(hour, minute, period, literal=False)
        return named[0] if named and named[0] > start else None
    said = hour * 60 + minute
    return next((each for each in (said, said + 720) if start < each < 1440), None)


def clock(minutes: int) -> time:
    return time(*divmod(minutes % 1440, 60))
