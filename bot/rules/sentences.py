"""A whole sentence: what it opens, and every answer that it already gives.

周六上午十点给京A12345做个保养 opens 预约保养 and fills day, time, plate and service. What was read
as one thing is not read as another: a plate is no time, a phone number no day.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Final

from bot.rules.identifiers import phone_in, plate_in, vin_in
from bot.rules.opening_patterns import STORY
from bot.rules.openings import SLIP_SCORE, match_opening
from bot.rules.patterns import Lazy
from bot.rules.readings import Reading
from bot.rules.zh.mentions import Mention, join
from bot.rules.zh.text import BLANK, blank, plain
from bot.rules.zh.times import TimeWish, moment_in

BOOKING: Final = "预约保养"


@dataclass(frozen=True, slots=True)
class Understood:
    """`intent`: the conversation's keyword (contract: Chat). None: not said.

    Day and time may share one span (半小时后); all other spans are apart, save that a reading of
    several places spans what stands between them.
    """

    intent: str | None
    day: Reading[date] | None
    time: Reading[TimeWish] | None
    plate: Reading[str] | None
    phone: Reading[str] | None
    vin: Reading[str] | None
    service: Reading[str] | None


def understand(
    text: str,
    now: datetime,
    *,
    services: Mapping[str, Sequence[str]] | None = None,
    plates: Sequence[str] = (),
    among: Collection[str] | None = None,
) -> Understood:
    """`now`: aware, in the store's zone. `services`: name to aliases. `plates`: the customer's own
    (then A12345 or 尾号345 will do). `among`: the intents that exist; None means all."""
    source = plain(text)
    rest = source.text
    vin, rest = _taken(vin_in(rest), rest)
    phone, rest = _taken(phone_in(rest), rest)
    plate, rest = _taken(plate_in(rest) or _own_plate(rest, plates), rest)
    moment, rest = moment_in(source, rest, now)
    service = _service(rest, services) if services else []
    said = rest.replace(BLANK, "")
    past = moment.day is not None and moment.day.problem == "past"
    intent, slipped = _intent(said, past=past, among=among)
    if slipped:
        service = []
    if intent is None and service and not past and (among is None or BOOKING in among):
        asks = moment.day or moment.time or len(said) <= service[0].end - service[0].start + 3
        intent = BOOKING if asks and not STORY.search(said) else None
    return Understood(
        intent,
        moment.day,
        moment.time,
        join([plate], source) if plate else None,
        join([phone], source) if phone else None,
        join([vin], source) if vin else None,
        join(service, source),
    )


def _taken(found: Mention[str] | None, rest: str) -> tuple[Mention[str] | None, str]:
    return found, blank(rest, found.start, found.end) if found else rest


def _intent(said: str, *, past: bool, among: Collection[str] | None) -> tuple[str | None, bool]:
    """The conversation, and whether its keyword was mistyped and so was all that was said."""
    opening = match_opening(said, among)
    if opening is None:
        return None, False
    # 昨天做的保养: a story, though its words would book
    told = past and opening.intent == BOOKING and opening.score < 0.95
    return None if told else opening.intent, opening.score == SLIP_SCORE


_TAIL: Final = Lazy(r"尾号(?:是|为)?([0-9A-Za-z]{2,6})")
_SERIAL: Final = Lazy(
    r"(?<!\w)[A-Za-z]?[0-9A-Za-z]{5,6}(?![0-9A-Za-z])|(?<=[给是])[A-Za-z][0-9A-Za-z]{5,6}(?![0-9A-Za-z])"
)
_COUNTED: Final = Lazy(r" ?(?:公里|km|千米|万|元|块|分|米)", re.IGNORECASE)


def _own_plate(text: str, plates: Sequence[str]) -> Mention[str] | None:
    if not plates:
        return None
    tail = _TAIL.search(text)
    candidates = [(tail[1], tail.span())] if tail else []
    candidates += [(m[0], m.span()) for m in _SERIAL.finditer(text)]
    for said, (start, end) in candidates:
        own = tuple(plate for plate in plates if plate.upper().endswith(said.upper()))
        if own and not _COUNTED.match(text, end):
            return Mention(own, start, end)
    return None


# the keyword names the conversation, not one of its services
_KEYWORD: Final = Lazy("预约保养|保养预约")
_DECLINED: Final = Lazy(r"(?:不做|不要|不用|不想做?|不是|不需要|别)(?:什么)?$")


def _service(text: str, services: Mapping[str, Sequence[str]]) -> list[Mention[str]]:
    """Services named in the text; of overlapping names the longest counts."""
    text = _KEYWORD.sub(BLANK * 4, text).lower()
    hits: dict[tuple[int, int], list[str]] = {}
    for name, aliases in services.items():
        for alias in (name, *aliases):
            span = _place(text, _plain_words(alias))
            if span:
                names = hits.setdefault(span, [])
                names += [name] * (name not in names)
    found: list[Mention[str]] = []
    for (start, end), names in sorted(hits.items(), key=lambda hit: hit[0][0] - hit[0][1]):
        apart = all(end <= each.start or start >= each.end for each in found)
        if apart:
            found.append(Mention(tuple(names), start, end))
    wanted = [each for each in found if not _DECLINED.search(text[: each.start])]
    return sorted(wanted, key=lambda each: each.start)


def _place(text: str, words: str) -> tuple[int, int] | None:
    """Where an alias stands; 换机油 also as 换个机油."""
    for said in (words, f"{words[:1]}个{words[1:]}") if words else ():
        start = text.find(said)
        if start >= 0:
            return start, start + len(said)
    return None


@lru_cache(maxsize=1024)
def _plain_words(alias: str) -> str:
    return plain(alias).text.lower()
