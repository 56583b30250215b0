"""How far a car has run: read from its owner's words, and weighed against what is known."""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from bot.rules.patterns import Lazy
from bot.rules.service_due import spoken
from bot.rules.zh.numbers import to_int
from bot.rules.zh.text import plain

MOST_A_DAY: Final = 3_000
"""Kilometres; more than this a day nobody drives."""
USUAL_A_DAY: Final = 500
"""More than this on average is possible, and asked back."""
MOST: Final = 2_000_000

Weight = Literal["fine", "jump", "fell", "too_far"]

_ZH: Final = "零〇一二两三四五六七八九十百千万"
_AMOUNT: Final = (
    rf"(?:[0-9]+(?:\.[0-9]+)?(?:万|w)(?:[0-9一二三四五六七八九](?:千|k)?(?![0-9.{_ZH}]))?"
    rf"|[0-9]{{1,3}}(?:,[0-9]{{3}})+|[0-9]+(?:\.[0-9]+)?(?:千[0-9]?(?![0-9.])|k(?!m))?|[{_ZH}]{{2,}})"
)
_WITH_UNIT: Final = Lazy(rf"(?<![0-9.])({_AMOUNT})(?:多|来)?(?:公里|千米|km|里程)")
_RUN: Final = Lazy(
    rf"(?:跑了?|开了?|行驶了?|里程数?|公里数|总里程)(?:是|为|到|有|快|已经|大概|差不多|约|[: ])*({_AMOUNT})(?![0-9天年月个周小点])"
)
_ALONE: Final = Lazy(rf"(?<![0-9.])({_AMOUNT})(?![0-9])")
_MYRIAD: Final = Lazy(r"([0-9.]+)(?:万|w)([0-9一二三四五六七八九])?(?:千|k)?")
_THOUSAND: Final = Lazy(r"([0-9.]+)(?:千|k)([0-9])?")


@dataclass(frozen=True, slots=True)
class Known:
    """The last reading there is, and since when the car has run. None: nobody has said."""

    km: int | None = None
    on: date | None = None
    delivered_on: date | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """`weight` fine: take it. jump: ask back. fell, too_far: it cannot be. `why`: in their words."""

    weight: Weight
    why: str = ""


def kilometres_in(text: str) -> tuple[int, ...]:
    """Kilometres that a sentence surely names: with their unit, or after 跑了."""
    said = plain(text).text.lower()
    found = [*_WITH_UNIT.finditer(said), *_RUN.finditer(said)]
    return tuple(dict.fromkeys(km for match in found if (km := _km(match[1])) is not None))


def read_kilometres(text: str) -> tuple[int, ...]:
    """The answer to 现在多少公里: also a bare number. Several: it is not clear which."""
    said = plain(text).text.lower()
    found = (_km(match[1]) for match in _ALONE.finditer(said))
    return kilometres_in(text) or tuple(dict.fromkeys(km for km in found if km is not None))


def _km(said: str) -> int | None:
    """12000, 12,000, 1.2万, 1万2, 3万5千, 12k, 一万二, 一万两千; None for what is no number."""
    if match := _MYRIAD.fullmatch(said):
        return round(float(match[1]) * 10_000) + (to_int(match[2]) or 0 if match[2] else 0) * 1_000
    if match := _THOUSAND.fullmatch(said):
        return round(float(match[1]) * 1_000) + int(match[2] or 0) * 100
    if said[0].isdigit():
        return int(float(said.replace(",", "")))
    if len(said) > 2 and said[-2] == "万" and said[-1] not in "十百千":
        said += "千"  # 一万二 is 12,000
    return to_int(said)


def weigh(km: int, known: Known, today: date) -> Verdict:
    """Whether a reading of today can be: it never falls and grows by at most 3,000 km a day."""
    if known.km is not None and km < known.km:
        return Verdict("fell", f"上次记的是{_last(known, today)}，{km:,}公里比它还少。")
    since = known.on if known.km is not None else known.delivered_on
    before = known.km or 0
    if km > MOST or (since and km - before > MOST_A_DAY * _days(since, today)):
        return Verdict("too_far", f"{km:,}公里对不上{_than(known, today)}。")
    usual = USUAL_A_DAY * max(_days(since, today), 10) if since else 0
    tenfold = before >= 1_000 and km >= 5 * before
    if (since and km - before > usual) or tenfold:
        return Verdict("jump", f"{km:,}公里，比上次多了{km - before:,}公里，没打错吧？")
    return Verdict("fine")


def _days(since: date, today: date) -> int:
    return max((today - since).days, 1)


def _last(known: Known, today: date) -> str:
    on = f"（{spoken(known.on, today)}）" if known.on else ""
    return f"{known.km:,}公里{on}" if known.km is not None else ""


def _than(known: Known, today: date) -> str:
    if known.km is not None:
        return f"，上次记的是{_last(known, today)}"
    return f"，车是{spoken(known.delivered_on, today)}交的" if known.delivered_on else ""
