"""From the days that are planned back to the dates a contact hangs on, so that an index finds them.

The ranges are as narrow as the calendar allows: nothing that is due is outside, little else inside.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from bot.rules.lunar import lunar_of, solar_of
from bot.rules.service_due import add_months
from bot.rules.touch.kinds import Rule

DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """Dates from `first` to `last`, both included."""

    first: date
    last: date


def anchored(rule: Rule, span: Span) -> list[Span]:
    """The anchors whose contact by this rule is due inside `span`, one range for each offset."""
    if rule.kind.soon is not None:  # some hours after a moment: that day or the next
        return [Span(span.first - DAY, span.last)]
    months = 0 if rule.kind.anchor == "service" else rule.months
    return joined(back(span, months, days) for days in rule.days)


def back(span: Span, months: int, days: int = 0) -> Span:
    """The dates that `months` and then `days` later fall inside `span`."""
    first, last = span.first - days * DAY, span.last - days * DAY
    if not months:
        return Span(first, last)
    # Several days fall on the last of a short month, so a month back is looked for around it.
    begin = add_months(first, -months) - 3 * DAY
    while add_months(begin, months) < first:
        begin += DAY
    end = add_months(last, -months) + 4 * DAY
    while add_months(end, months) > last:
        end -= DAY
    return Span(begin, end)


def joined(spans: Iterable[Span]) -> list[Span]:
    """The same days in as few ranges as possible; empty ones fall out."""
    found: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.first, one.last)):
        if span.first > span.last:
            continue
        if found and span.first <= found[-1].last + DAY:
            found[-1] = Span(found[-1].first, max(found[-1].last, span.last))
        else:
            found.append(span)
    return found


def birthday_keys(span: Span) -> tuple[list[str], list[str]]:
    """Month and day of solar and of lunar birthdays that are kept inside `span`."""
    solar, lunar = set[str](), set[str]()
    day = span.first
    while day <= span.last:
        solar.add(f"{day:%m-%d}")
        if (day.month, day.day, (day + DAY).month) == (2, 28, 3):  # a year without the 29th
            solar.add("02-29")
        lunar |= _lunar_keys(day)
        day += DAY
    return sorted(solar), sorted(lunar)


def _lunar_keys(day: date) -> set[str]:
    """A lunar 30th that a month lacks is kept on the 29th, one of a leap month in the plain one."""
    it = lunar_of(day)
    written = {
        f"{it.month:02d}-{number:02d}" for number in {it.day, 30 if it.day == 29 else it.day}
    }
    both = {f"{leap}{key}" for key in written for leap in ("", "L")}
    return {key for key in both if solar_of(it.year, key) == day}
