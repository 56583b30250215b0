"""Which time of day a customer means, and, together with the day, which moment."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from bot.rules.patterns import Lazy
from bot.rules.readings import Reading
from bot.rules.zh.dates import Day
from bot.rules.zh.days import days_in, settle_days
from bot.rules.zh.faces import WHOLE_DAY, TimeWish, Wish, at
from bot.rules.zh.mentions import chosen
from bot.rules.zh.numbers import to_int
from bot.rules.zh.text import NUMERALS, Plain, blank, plain
from bot.rules.zh.wishes import ANY, EARLIEST, settle_times, times_in

__all__ = [
    "ANY",
    "EARLIEST",
    "Moment",
    "TimeWish",
    "moment_in",
    "read_moment",
    "read_time",
    "time_problem",
]

_NUM = rf"(?:[0-9]{{1,3}}|[{NUMERALS}]{{1,3}})"
# 跑了半小时后 tells a story: what stands before must be a boundary or the words of a wish
_FROM_NOW: Final = Lazy(
    r"(?:^|(?<=\W)|(?<=[约到在改是就再我想能可们]))(?:再?过|大概|大约|差不多)?"
    rf"(?:(?P<half>半)个?(?:小时|钟头)|(?P<decimal>[0-9]\.5)个?小时|(?P<hours>{_NUM}) ?个?(?P<and>半)?(?:小时|钟头|h)"
    rf"|(?P<minutes>{_NUM}) ?分钟?|(?P<quarters>[一1三3]) ?刻钟)(?:左右)?(?:之后|以后|后(?![面轮来]))"
    r"(?!就坏|就不|又|才|发现|开始|出现|还是|仍)",
    re.IGNORECASE,
)
_NOW: Final = Lazy(
    r"^(?:现在|马上|立刻|这会儿)$|(?:现在|马上|立刻|这会儿)就?(?:可以|能)?(?:过[来去]|[来去]|到店)(?!不|年|过)"
)
_LONGEST_WAIT: Final = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Moment:
    """半小时后 is both a day and a time: the two readings then share one span."""

    day: Reading[date] | None
    time: Reading[TimeWish] | None


def read_time(text: str) -> Reading[TimeWish] | None:
    """The wished time of day, or None. Days in the text are stepped over (周六 9-11)."""
    source = plain(text)
    # which characters are a day does not depend on today
    _, without_days = days_in(source.text, date(2000, 1, 1))
    mentions, blanked = times_in(without_days)
    return settle_times(mentions, blanked, source)


def read_moment(text: str, now: datetime) -> Moment:
    """Day and time of a phrase. `now` is aware, in the store's zone."""
    source = plain(text)
    return moment_in(source, source.text, now)[0]


def moment_in(source: Plain, text: str, now: datetime) -> tuple[Moment, str]:
    """`text` is the plain text, with what was read already blanked; it comes back with more so."""
    soon = _from_now(source, text, now)
    if soon:
        return soon
    today = now.date()
    days, without_days = days_in(text, today)
    times, rest = times_in(without_days)
    day = settle_days(days, rest, source, today)
    wish = settle_times(_of_the_day(days, times, rest), rest, source)
    if day and wish and day.certain and day.value == today:
        wish = _still_ahead(wish, now)
    elif day is None and wish is None and (now_said := _NOW.search(rest.strip(",.;!? "))):
        day, wish = _at_once(source, rest.index(now_said[0]), now_said[0], today)
    return Moment(day, wish), rest


def _from_now(source: Plain, text: str, now: datetime) -> tuple[Moment, str] | None:
    match = _FROM_NOW.search(text)
    wait = match and _wait(match)
    if not match or not wait or wait > _LONGEST_WAIT:
        return None
    then = now + wait
    start, end = source.span(*match.span())
    said = source.source[start:end]
    moment = Moment(
        Reading((then.date(),), start, end, said),
        Reading((at(then.time().replace(second=0, microsecond=0)),), start, end, said),
    )
    return moment, blank(text, *match.span())


def _wait(match: re.Match[str]) -> timedelta | None:
    if match["half"]:
        return timedelta(minutes=30)
    if match["decimal"]:
        return timedelta(minutes=round(float(match["decimal"]) * 60))
    if match["quarters"]:
        return timedelta(minutes=45 if match["quarters"] in "三3" else 15)
    number = to_int(match["hours"] or match["minutes"])
    if not number:
        return None
    if match["minutes"]:
        return timedelta(minutes=number)
    return timedelta(minutes=number * 60 + (30 if match["and"] else 0))


def _of_the_day(days: list[Day], times: list[Wish], rest: str) -> list[Wish]:
    """Leaves out a time that belongs to one day of several, or to a day that is not wished.

    周六上午或者周日: whether Sunday in the morning too, was not said. 周六周日都行 speaks of days.
    """
    wished = chosen(days, rest) if len(times) == 1 else []
    if not wished:
        return times
    one_day = len({day for each in wished for day in each.values}) == 1
    if one_day and len(wished) == len(days):
        return times
    of_days = times[0].kind == "loose" and not one_day
    return [] if of_days or days[0].end <= times[0].start < wished[-1].start else times


def _at_once(
    source: Plain, start: int, words: str, today: date
) -> tuple[Reading[date], Reading[TimeWish]]:
    start, end = source.span(start, start + len(words))
    said = source.source[start:end]
    return Reading((today,), start, end, said), Reading((EARLIEST,), start, end, said)


def _still_ahead(wish: Reading[TimeWish], now: datetime) -> Reading[TimeWish]:
    """Today's times that are over are not meant (今天8点, said at noon, is 20:00); all over: flagged."""
    moment = now.time()
    ahead = tuple(
        each for each in wish.values if (each.at or (each.window or WHOLE_DAY)[1]) >= moment
    )
    if ahead:
        return replace(wish, values=ahead)
    return replace(wish, problem="past") if wish.values else wish


def time_problem(reading: Reading[TimeWish]) -> str | None:
    """What the bot says about a time that cannot be taken; None where nothing is wrong."""
    if reading.problem == "past":
        return f"今天{reading.values[0].label}已经过去了，请换一个时间。"
    if reading.problem == "impossible":
        return f"没有“{reading.text.strip()}”这个时间，请换一个，例如“下午3点”。"
    return None
