"""Hours on the clock, alone and in pairs, read as wishes."""

import re
from dataclasses import dataclass
from datetime import time
from typing import Final

from bot.rules.patterns import Lazy
from bot.rules.zh import clock as zh_clock
from bot.rules.zh.clock import CLOSES, OPENS, clock
from bot.rules.zh.mentions import Mention
from bot.rules.zh.text import BLANK


@dataclass(frozen=True, slots=True)
class TimeWish:
    """`at`: that time. Otherwise `window`: some time in it, from its start to before its end.

    `label` is how the bot names it: 15:00, 15:00左右, 上午, 10:00以后, 10:00–11:00, 任意, 最早.
    """

    at: time | None
    window: tuple[time, time] | None
    label: str


Wish = Mention[TimeWish]

WHOLE_DAY: Final = (time(0), time(23, 59))

_GOES_ON = r"$|\W|[都去到有可吧能的要想做送就我行方]"
_ABOUT: Final = Lazy(r" ?(?:左右|前后|上下|附近|许(?!多)|来钟)")
_OVER: Final = Lazy(r"多(?![少久长])")
_SINCE: Final = Lazy(rf" ?(?:之后|以后|过后|往后|后(?={_GOES_ON})|下了?班(?:之?后|以后)?)")
_UNTIL: Final = Lazy(rf" ?(?:之前|以前|前(?={_GOES_ON}))")


def at(moment: time) -> TimeWish:
    return TimeWish(moment, None, f"{moment:%H:%M}")


def about(moment: time) -> TimeWish:
    return TimeWish(moment, None, f"{moment:%H:%M}左右")


def since(moment: time) -> TimeWish:
    end = CLOSES if moment < CLOSES else WHOLE_DAY[1]
    return TimeWish(None, (moment, end), f"{moment:%H:%M}以后")


def until(moment: time) -> TimeWish:
    begin = OPENS if moment > OPENS else WHOLE_DAY[0]
    return TimeWish(None, (begin, moment), f"{moment:%H:%M}以前")


def between(begin: int, end: int) -> TimeWish:
    """Both in minutes since midnight."""
    window = (clock(begin), clock(end))
    return TimeWish(None, window, f"{window[0]:%H:%M}–{window[1]:%H:%M}")


def over(moment: time) -> TimeWish:
    begin = moment.hour * 60 + moment.minute
    return between(begin, min(begin + 60, 1439))


def read_face(match: re.Match[str]) -> Wish | None:
    period = zh_clock.period_of(match)
    meridiem = (match["meridiem"] or match["bare"] or "").lower()[:1]
    hours = zh_clock.hours_of(match["hour"])
    minute = _minute(match)
    if minute is None or not hours:
        return None
    said_more = match["digits"] or match["sharp"] or match["words"] or match["lack"] or meridiem
    if not said_more and not zh_clock.is_hour(match, hours[0], period=period is not None):
        return None
    period = {"a": "morning", "p": "afternoon"}.get(meridiem, period)
    literal = bool(match["digits"]) and match["hour"][0] == "0"
    starts = zh_clock.options(hours[0], minute, period, literal=literal)
    if not starts:
        return Mention((), *match.span(), "impossible", "clock")
    if len(hours) > 1:  # 三四点
        ends = [(start, zh_clock.later(start, hours[1], minute, None)) for start in starts]
        values = tuple(between(start, end) for start, end in ends if end)
        return Mention(values, *match.span(), kind="clock")
    return _with_suffix(match, starts)


def _minute(match: re.Match[str]) -> int | None:
    minute = 0 if match["bare"] else zh_clock.minutes_of(match)
    if minute is None or not match["lack"]:
        return minute
    lacking = zh_clock.quarters(match["lack"])
    return None if lacking is None else minute - lacking


def _with_suffix(match: re.Match[str], starts: tuple[int, ...]) -> Wish:
    for suffix, wish in ((_ABOUT, about), (_OVER, over), (_SINCE, since), (_UNTIL, until)):
        after = suffix.match(match.string, match.end())
        if after:
            values = tuple(wish(clock(start)) for start in starts)
            return Mention(values, match.start(), after.end(), kind="clock")
    return Mention(tuple(at(clock(start)) for start in starts), *match.span(), kind="clock")


def read_pair(match: re.Match[str]) -> Wish | None:
    """10点到11点 is a window; 3点或4点 are two times. A pair without 点 counts after a day only."""
    if not _is_pair_of_hours(match):
        return None
    hour, hour2 = zh_clock.hours_of(match["hour"]), zh_clock.hours_of(match["hour2"])
    minute, minute2 = zh_clock.minutes_of(match), zh_clock.minutes_of(match, "2")
    if len(hour) != 1 or len(hour2) != 1 or minute is None or minute2 is None:
        return None
    period, period2 = zh_clock.period_of(match), zh_clock.period_of(match, "2")
    literal = match["hour"][0] == "0"
    starts = zh_clock.options(hour[0], minute, period, literal=literal)
    if match["to"] in "到至-~":
        values = _windows(starts, hour2[0], minute2, period2)
    else:
        values = tuple(
            at(clock(each)) for each in starts + _second(starts, hour2[0], minute2, period, period2)
        )
    return Mention(values, *match.span(), kind="clock") if values else None


def _is_pair_of_hours(match: re.Match[str]) -> bool:
    after_day = match.string[: match.start()].rstrip(" ,").endswith(BLANK)
    if not (match["on"] or match["on2"] or zh_clock.period_of(match) or after_day):
        return False
    if match["digits2"] or match["sharp2"] or match["words2"]:
        return True
    return zh_clock.is_hour(match, 2, period=False)


def _windows(
    starts: tuple[int, ...], hour: int, minute: int, period: str | None
) -> tuple[TimeWish, ...]:
    ends = [(start, zh_clock.later(start, hour, minute, period)) for start in starts]
    pairs = [(start, end) for start, end in ends if end]
    closing = CLOSES.hour * 60
    usual = [(start, end) for start, end in pairs if end <= closing]
    return tuple(between(start, end) for start, end in usual or pairs)


def _second(
    starts: tuple[int, ...], hour: int, minute: int, period: str | None, period2: str | None
) -> tuple[int, ...]:
    """The other time of 下午3点或4点: a 下午 said once holds for both where it can."""
    if period is None or period2 is not None:
        return zh_clock.options(hour, minute, period2, literal=False)
    after = zh_clock.later(starts[0], hour, minute, None) if starts else None
    return (after,) if after else zh_clock.options(hour, minute, period, literal=False)
