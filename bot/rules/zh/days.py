"""Which day a customer means."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Final

from bot.rules.patterns import Lazy
from bot.rules.readings import Reading
from bot.rules.zh import dates as zh_dates
from bot.rules.zh import day_words as zh_day_words
from bot.rules.zh.dates import Day
from bot.rules.zh.day_words import weekday_dates
from bot.rules.zh.mentions import chosen, join, sweep
from bot.rules.zh.text import Plain, plain

_GRAMMAR: Final = (*zh_dates.GRAMMAR, *zh_day_words.GRAMMAR, *zh_dates.LATE_GRAMMAR)
# no grammar of days can match without one of these
_ANY_HINT: Final = Lazy(r"[天日号月周期拜年今明昨后末儿节庆旦诞夜夭过一]|[0-9][-/.][0-9]")

_EDGE = r"$|[^\w\x00]|[都去到有可吧能的要想做送就]"
_BEFORE: Final = Lazy(rf"的?(?:之前|以前|前(?={_EDGE}))")
_AFTER: Final = Lazy(rf"的?(?:之后|以后|过后|后(?={_EDGE}))")
_AT_LATEST: Final = Lazy("(?:最晚|最迟|不晚于|截止|截至)[到在是]?$")
_AT_EARLIEST: Final = Lazy("(?:最早|最快)[到在是也得要]{0,2}$")
_OR: Final = Lazy(r"[\x00 ]*(?:或者?|还是|和|跟|、|,|/)?[\x00 ]*")
_LIST_GAP: Final = Lazy(r"[ ,(是的]{0,2}")
_DAYS_OFFERED: Final = 7


def read_day(text: str, today: date) -> Reading[date] | None:
    """The day that is meant, the days that may be meant, or None where no day is named.

    A day gone by and one that does not exist come back with `problem`; `day_problem` words it.
    """
    source = plain(text)
    mentions, blanked = days_in(source.text, today)
    return settle_days(mentions, blanked, source, today)


def days_in(text: str, today: date) -> tuple[list[Day], str]:
    """Every mention in the plain text in its order, and the text with them blanked."""
    found: list[Day] = []
    if not _ANY_HINT.search(text):
        return found, text
    for pattern, read in _GRAMMAR:
        text = sweep(text, pattern, partial(_call, read, today), found)
    found.sort(key=lambda each: each.start)
    return found, text


def _call(read: zh_dates.Resolver, today: date, match: re.Match[str]) -> Day | None:
    return read(match, today)


def settle_days(
    mentions: Sequence[Day], blanked: str, source: Plain, today: date
) -> Reading[date] | None:
    if not mentions:
        return None
    same = _merged(_in_one_week(mentions, blanked, today), blanked)
    bounded = [_bounded(each, blanked, today) for each in same]
    return join(chosen(bounded, blanked), source)


def _is_weekday(each: Day) -> bool:
    return each.kind.startswith("weekday")


def _in_one_week(mentions: Sequence[Day], blanked: str, today: date) -> list[Day]:
    """下周三或周四: the 下 holds for both days; after other words it may, so both are values."""
    told: list[Day] = []
    word, end = "", 0
    for each in mentions:
        said = each.kind.removeprefix("weekday ") if _is_weekday(each) else None
        if said == "" and word and len(each.values) == 1:
            carried = weekday_dates(word, each.values[0].weekday(), today)
            listed = _OR.fullmatch(blanked, end, each.start)
            values = carried if listed else dict.fromkeys([*carried, *each.values])
            told.append(replace(each, values=tuple(values)))
        else:
            told.append(each)
            word = said if said and said[0] == "下" else ""
        end = each.end
    return told


def _merged(mentions: Sequence[Day], blanked: str) -> list[Day]:
    """12月1号周二 is one day named twice; if the two disagree, both are to be asked about."""
    merged: list[Day] = []
    for each in mentions:
        last = merged[-1] if merged else None
        if last is None or not _LIST_GAP.fullmatch(blanked, last.end, each.start):
            merged.append(each)
            continue
        dated, weekday = (each, last) if _is_weekday(last) else (last, each)
        twice = _is_weekday(weekday) and not _is_weekday(dated) and len(dated.values) == 1
        if twice and dated.values[0].weekday() in {day.weekday() for day in weekday.values}:
            closed = (
                "(" in blanked[last.end : each.start] and blanked[each.end : each.end + 1] == ")"
            )
            merged[-1] = replace(dated, start=last.start, end=each.end + closed)
        else:
            merged.append(each)
    return merged


def _bounded(each: Day, blanked: str, today: date) -> Day:
    """周六之前 and 3号以后 are several days: up to a week of them, nearest first."""
    if each.problem or len(each.values) != 1:
        return each
    day = each.values[0]
    before = blanked[max(0, each.start - 4) : each.start]
    until, since = _BEFORE.match(blanked, each.end), _AFTER.match(blanked, each.end)
    if until or _AT_LATEST.search(before):
        count = min((day - today).days + 1, _DAYS_OFFERED)
        days = tuple(today + timedelta(days=n) for n in range(count))
    elif since or _AT_EARLIEST.search(before):
        days = tuple(day + timedelta(days=n) for n in range(_DAYS_OFFERED))
    else:
        return each
    bound = until or since
    return replace(each, values=days, end=bound.end() if bound else each.end)


def day_problem(reading: Reading[date]) -> str | None:
    """What the bot says about a day that cannot be taken; None where nothing is wrong."""
    if reading.problem == "past":
        day = reading.values[0]
        return f"{day.month}月{day.day}日已经过去了，请换一个今天或以后的日期。"
    if reading.problem == "impossible":
        return f"日历上没有“{reading.text.strip()}”这一天，请换一个日期。"
    return None
