"""回访月报 from the tables themselves: counts by the database, the clocks of complaints by their rule.

What a month's own rows are is said in report_months; its answers count by their own moment.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.rules.reports import monthly as figures
from bot.rules.reports.answers import Told, question_figures, ratings
from bot.rules.reports.monthly import Handled, Headline, Monthly
from bot.rules.reports.top_issues import top_issues
from bot.rules.surveys.choosing import Survey
from storage.db import loads, sql
from storage.queries import surveys
from storage.queries.reports.cases import Case, month_cases
from storage.queries.reports.months import Month, contacts, month_of, rated, zone_of
from storage.queries.stores.shops import Shop, shop


async def monthly(month: str, now: datetime, store_code: str = "") -> Monthly:
    """The report of "2026-12", of one store or of all with a line for each; so far, if it runs.

    Raises StaffError for what is no month of ours, one that has not begun, or no store.
    """
    known = await shop()
    wanted = month_of(month, known, store_code, now)
    called = await contacts(wanted)
    rates = await rated(wanted)
    told = await _told(wanted)
    cases, ran = await month_cases(wanted, now)
    asked = await surveys.as_asked({(one.survey, one.version) for one in told})
    counted = [one for one in cases if one.handled.state != "withdrawn"]
    return Monthly(
        month,
        store_code,
        figures.follow_ups(_all(called)),
        ratings(_all(rates)),
        question_figures(told, sorted(asked, key=_place)),
        figures.complaints([one.handled for one in cases]),
        figures.clock_figures(ran),
        top_issues(one.complained for one in counted),
        () if store_code else _headlines(known, called, rates, cases),
    )


async def this_month(now: datetime) -> str:
    """2026-12, on the wall of the first store."""
    return f"{now.astimezone(zone_of(await shop())):%Y-%m}"


def _place(survey: Survey) -> tuple[bool, int, str, int]:
    return survey.kind != "standard", survey.position, survey.code, -survey.version


_ByStore = Mapping[int | None, Sequence[Any]]


async def _told(month: Month) -> list[Told]:
    """What was skipped, and words and photos, have neither value nor choices."""
    where, values = month.among("answered_at", month.begin, month.end)
    rows = await sql().rows(
        "SELECT survey, version, question, value, choices, COUNT(*) AS many"  # noqa: S608 - the conditions above; values are marks
        f" FROM rating_answer WHERE {where} AND (value IS NOT NULL OR choices IS NOT NULL)"
        " GROUP BY 1, 2, 3, 4, 5",
        *values,
    )
    return [
        Told(
            *(row["survey"], row["version"], row["question"], row["value"]),
            tuple(loads(row["choices"]) or ()) if row["choices"] else (),
            int(row["many"]),
        )
        for row in rows
    ]


def _all(by_store: _ByStore) -> list[Any]:
    return [one for some in by_store.values() for one in some]


def _headlines(
    known: Shop, called: _ByStore, rates: _ByStore, cases: Iterable[Case]
) -> tuple[Headline, ...]:
    """A line for each store, and one for what belongs to none, if anything does."""
    by_store: dict[int | None, list[Handled]] = defaultdict(list)
    for one in cases:
        by_store[one.store_id].append(one.handled)
    names = {store.id: (store.code, store.name) for store in known.stores}
    others = {*called, *rates, *by_store} - set(names)
    lines: list[tuple[int | None, str, str]] = [(ids, *names[ids]) for ids in names]
    lines += [(ids, "", "未分门店") for ids in others]
    return tuple(
        Headline(
            *(code, name),
            figures.follow_ups(called.get(ids, ())),
            ratings(rates.get(ids, ())),
            figures.complaints(by_store.get(ids, ())),
        )
        for ids, code, name in lines
    )
