"""Days by their distance: 明天, 后天, 周六, 下周一, 三天后, 周末.

A week runs from Monday to Sunday, as China counts. 周六 is the next one to come; said on a
Saturday it may be today or in seven days, so both are values. 下周六 is the Saturday of the next
calendar week; only on a Sunday do people differ (for some the week has just begun), so both are
values. 下个周六 may also be the coming one. 这周六 said on a Sunday can only be the one to come.
"""

import re
from datetime import date, timedelta
from typing import Final

from bot.rules.patterns import Lazy
from bot.rules.zh.dates import Day, Resolver, add_months, mention
from bot.rules.zh.numbers import neighbours, to_int
from bot.rules.zh.text import NUMERALS

_WEEK = r"(?:周|星期|礼拜|里拜|星其)"
# 一周六天 is no Saturday; 周六周日 are two days
_NO_WEEK = rf"(?:(?<![每{NUMERALS}0-9几隔])|(?<=[周期拜][一二三四五六日1-6]))"
_WORD = r"(?:(?P<w>下+|上+|这|本|今)(?P<ge>个)?)?"
_GO_ON = r"之后|以后|过后|后(?!天|面|轮|备|视|台|排|座|窗|来)"

RELATIVE = Lazy(
    r"(?P<two>明后(?:两|二|2)?天|今明(?:两|二|2)?天|明天?后天)"
    r"|(?P<d>大+后天|(?<![以之今最然售背随事])后天(?![天性窗线气黑空])|明[天日儿](?!之星)|名天|明夭|今[天日儿]"
    r"|昨[天日晚]|大?前天(?![窗线])|[今明昨](?=[早晚夜])|后(?=[早晚][0-9\x00]))"
)
_RELATIVE: Final = {
    "大后天": 3, "大大后天": 4, "后天": 2, "后": 2, "明天": 1, "明日": 1, "明儿": 1, "名天": 1,
    "明夭": 1, "明": 1, "今天": 0, "今日": 0, "今儿": 0, "今": 0, "昨天": -1, "昨日": -1, "昨晚": -1,
    "昨": -1, "前天": -2, "大前天": -3,
}  # fmt: skip
WEEKDAY_RANGE = Lazy(
    rf"{_NO_WEEK}(?P<w>下|这|本)?个?{_WEEK} ?(?P<a>[一二三四五六1-6]) ?(?:到|至|-|~) ?{_WEEK}? ?"
    r"(?P<b>[二三四五六日天2-7])(?![0-9点:.])"
)
WEEKDAY = Lazy(
    rf"{_NO_WEEK}{_WORD}{_WEEK} ?(?P<d>[一二三四五六日天]|[1-7](?![0-9点:.]))"
    rf"(?P<sun>(?<=[六6])[、和]?(?:日(?![常子用产系程])|天(?![气窗线黑天空])))?"
)
WEEKEND = Lazy(rf"(?<!每个)(?<!每){_WORD}(?:周|星期|礼拜)末")
WHOLE_WEEK = Lazy(rf"(?P<w>下+|这|本)个?(?:周|星期|礼拜)(?![{NUMERALS}1-7日天末边年到报岁期])")
# a bare 三天后 may tell a story (用了三天后), so the words before it must be those of a wish
_WISHING = r"(?:^|(?<=\W)|(?<=[约到在改是就换挪那再推想我能可请帮给要们]))"
_TELLING = r"(?!就坏|就不|又|才|发现|开始|出现|还是|仍)"
AFTER = Lazy(
    rf"{_WISHING}(?P<past>(?:再?过|再等|等))?(?P<n>[0-9]{{1,3}}|[{NUMERALS}]{{1,3}}|几|半) ?个?"
    rf"(?P<u>天|日|周|星期|礼拜|月)(?:(?P<after>{_GO_ON})|(?=再|来|去|吧|到|行|可以|有|$|\W))"
    rf"{_TELLING}"
)
_DAY_OF_WEEK: Final = {
    **{sign: n for n, sign in enumerate("一二三四五六日")},
    **{sign: n for n, sign in enumerate("1234567")},
    "天": 6,
}
_SUNDAY: Final = 6


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def read_relative(match: re.Match[str], today: date) -> Day:
    if match["two"]:
        steps = (0, 1) if match["two"].startswith("今") else (1, 2)
        return mention(match, [today + timedelta(days=n) for n in steps], today)
    step = _RELATIVE.get(match["d"])
    if step is None:  # 大大大后天
        step = match["d"].count("大") + 2
    return mention(match, [today + timedelta(days=step)], today)


def read_weekday(match: re.Match[str], today: date) -> Day:
    day = _DAY_OF_WEEK[match["d"]]
    days = weekday_dates(match["w"] or "", day, today, loose=bool(match["ge"]))
    if match["sun"]:
        days += [each + timedelta(days=1) for each in days]
    kind = f"weekday {match['w'] or ''}"
    return mention(match, sorted(set(days)) if match["sun"] else days, today, kind)


def weekday_dates(word: str, day: int, today: date, *, loose: bool = False) -> list[date]:
    """`day` 0 is Monday. `loose`: said with 个 (下个周六), which may mean the coming one."""
    coming = today + timedelta(days=(day - today.weekday()) % 7)
    this_week = _monday(today) + timedelta(days=day)
    if not word:
        return [coming, coming + timedelta(days=7)] if coming == today else [coming]
    if word[0] == "上":
        return [this_week - timedelta(days=7 * len(word))]
    if word[0] != "下":
        return [coming] if today.weekday() == _SUNDAY else [this_week]
    days = [this_week + timedelta(days=7 * len(word))]
    if today.weekday() == _SUNDAY and day != _SUNDAY:
        days.append(days[0] + timedelta(days=7))
    if loose and word == "下" and today < coming < days[0]:
        days.insert(0, coming)
    return days


def read_weekday_range(match: re.Match[str], today: date) -> Day | None:
    first, last = _DAY_OF_WEEK[match["a"]], _DAY_OF_WEEK[match["b"]]
    if last <= first:
        return None
    if match["w"] == "下":
        monday = _monday(today) + timedelta(days=7)
    else:
        gone = _monday(today) + timedelta(days=last) < today
        monday = _monday(today) + timedelta(days=7 if gone else 0)
    days = [monday + timedelta(days=n) for n in range(first, last + 1)]
    return mention(match, days, today)


def read_weekend(match: re.Match[str], today: date) -> Day:
    word = match["w"] or ""
    saturday = _monday(today) + timedelta(days=5)
    if word[:1] in ("上", "下"):
        saturday += timedelta(days=7 * len(word) * (1 if word[0] == "下" else -1))
    days = [saturday, saturday + timedelta(days=1)]
    if word == "下" and match["ge"] and today.weekday() < 5:
        days = [each - timedelta(days=7) for each in days] + days
    if not word and today.weekday() == _SUNDAY:
        days += [saturday + timedelta(days=7), saturday + timedelta(days=8)]
    return mention(match, days, today)


def read_whole_week(match: re.Match[str], today: date) -> Day:
    weeks = len(match["w"]) if match["w"][0] == "下" else 0
    monday = _monday(today) + timedelta(days=7 * weeks)
    return mention(match, [monday + timedelta(days=n) for n in range(7)], today)


def read_after(match: re.Match[str], today: date) -> Day | None:
    if not match["after"] and not match["past"]:
        return None
    unit = match["u"]
    if unit in "天日" and unit == "日" and not match["after"]:
        return None
    days = [
        _later(today, count, unit)
        for count in _counts(match["n"], unit, vague=bool(match["past"]) and not match["after"])
    ]
    return mention(match, days, today) if days else None


def _counts(said: str, unit: str, *, vague: bool) -> tuple[float, ...]:
    if said == "几":
        return (3, 4, 5) if unit in "天日" else (2, 3)
    if said == "半":
        return (0.5,) if unit == "月" else ()
    if said in ("两", "2") and vague:
        return (2, 3)  # 过两天 is "in a few days"
    pair = neighbours(said)
    if pair:
        return pair
    number = to_int(said)
    return () if number is None or not 0 < number < 400 else (number,)


def _later(today: date, count: float, unit: str) -> date:
    if unit == "月":
        whole = int(count)
        return add_months(today, whole) + timedelta(days=15 if count != whole else 0)
    return today + timedelta(days=int(count) * (1 if unit in "天日" else 7))


GRAMMAR: Final[tuple[tuple[Lazy, Resolver], ...]] = (
    (AFTER, read_after),
    (WEEKEND, read_weekend),
    (WEEKDAY_RANGE, read_weekday_range),
    (WEEKDAY, read_weekday),
    (WHOLE_WEEK, read_whole_week),
    (RELATIVE, read_relative),
)
