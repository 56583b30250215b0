"""回访月报 from the tables themselves: counts by the database, the clocks of complaints by their rule.

A month is that of the store's wall: follow-ups by the day they were due, ratings by their first
answer, answers by their moment, complaints by when they were recorded.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.errors import StaffError
from bot.rules import monthly as figures
from bot.rules.etiquette import BEIJING
from bot.rules.monthly import Contacts, Handled, Headline, Monthly, Stand
from bot.rules.monthly_answers import Rated, Told, question_figures, ratings
from bot.rules.service_due import add_months
from bot.rules.sla import Happened, spans
from bot.rules.surveys import Survey
from bot.rules.top_issues import Complained, top_issues
from storage.db import loads, moment, sql
from storage.queries import case_clocks, surveys
from storage.queries.stores import Shop, shop
from storage.scope import account_id
from storage.secrets import unseal

_SOLVED: Final = ("solved", "confirmed")


@dataclass(frozen=True, slots=True)
class _Month:
    """`first` day and that of the next month, the same as moments, and which store (None: all)."""

    first: date
    after: date
    begin: datetime
    end: datetime
    store_id: int | None

    def among(self, column: str, begin: Any, end: Any) -> tuple[str, tuple[Any, ...]]:
        """The rows of the month, by an index that begins with the account and `column`."""
        here = "" if self.store_id is None else " AND store_id = ?"
        more = () if self.store_id is None else (self.store_id,)
        where = f"account_id = ? AND {column} >= ? AND {column} < ?{here}"
        return where, (account_id(), begin, end, *more)


@dataclass(frozen=True, slots=True)
class _Case:
    store_id: int | None
    handled: Handled
    complained: Complained


async def monthly(month: str, now: datetime, store_code: str = "") -> Monthly:
    """The report of "2026-12", of one store or of all with a line for each; so far, if it runs.

    Raises StaffError for what is no month of ours, one that has not begun, or no store.
    """
    known = await shop()
    wanted = _month(month, known, store_code, now)
    contacts = await _contacts(wanted, min(wanted.after, _tomorrow(now, known)))
    rated = await _rated(wanted)
    told = await _told(wanted)
    cases, ran = await _cases(wanted, now)
    asked = await surveys.as_asked({(one.survey, one.version) for one in told})
    counted = [one for one in cases if one.handled.state != "withdrawn"]
    return Monthly(
        month,
        store_code,
        figures.follow_ups(_all(contacts)),
        ratings(_all(rated)),
        question_figures(told, sorted(asked, key=_place)),
        figures.complaints([one.handled for one in cases]),
        figures.clock_figures(ran),
        top_issues(one.complained for one in counted),
        () if store_code else _headlines(known, contacts, rated, cases),
    )


async def this_month(now: datetime) -> str:
    """2026-12, on the wall of the first store."""
    return f"{now.astimezone(_zone(await shop())):%Y-%m}"


def _zone(known: Shop) -> ZoneInfo:
    first = next(iter(known.stores), None)
    return first.calendar.zone if first else BEIJING


def _place(survey: Survey) -> tuple[bool, int, str, int]:
    return survey.kind != "standard", survey.position, survey.code, -survey.version


def _month(month: str, known: Shop, store_code: str, now: datetime) -> _Month:
    store = known.by_code(store_code) if store_code else next(iter(known.stores), None)
    if store_code and store is None:
        raise StaffError(f"没有门店{store_code[:32]}。", "用cheyu store add添加。")
    try:
        year, number = (int(part) for part in month.split("-"))
        first = date(year, number, 1)
    except ValueError:
        first = date.min
    if f"{first:%Y-%m}" != month or not 2000 <= first.year < 2200:
        raise StaffError(f"{month[:16]}不是月份。", "写成2026-12这样。")
    zone = store.calendar.zone if store else BEIJING
    after = add_months(first, 1)
    begin, end = _midnight(first, zone), _midnight(after, zone)
    if begin > now:
        raise StaffError(f"{month}还没到。", "请选已经开始的月份。")
    return _Month(first, after, begin, end, store.id if store and store_code else None)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def _tomorrow(now: datetime, known: Shop) -> date:
    """What is due later than today is not due yet."""
    return now.astimezone(_zone(known)).date() + timedelta(days=1)


_ByStore = Mapping[int | None, Sequence[Any]]


async def _contacts(month: _Month, before: date) -> Mapping[int | None, list[Contacts]]:
    where, values = month.among("due_on", month.first, before)
    rows = await sql().rows(
        "SELECT store_id, state, outcome, CASE WHEN state = 'skipped' THEN why ELSE '' END AS why,"  # noqa: S608 - the conditions above; values are marks
        f" COUNT(*) AS many FROM touchpoint WHERE {where} AND purpose = 'follow_up'"
        " GROUP BY 1, 2, 3, 4",
        *values,
    )
    found = defaultdict(list)
    for row in rows:
        one = Contacts(row["state"], row["outcome"], row["why"], int(row["many"]))
        found[row["store_id"]].append(one)
    return found


async def _rated(month: _Month) -> Mapping[int | None, list[Rated]]:
    where, values = month.among("first_answer_at", month.begin, month.end)
    rows = await sql().rows(
        "SELECT store_id, CASE WHEN occasion = 'visit' THEN 1 ELSE 0 END AS visit,"  # noqa: S608 - the conditions above; values are marks
        " COUNT(*) AS answered, COUNT(satisfaction) AS judged,"
        " COALESCE(SUM(satisfaction), 0) AS points, COUNT(nps) AS asked_nps,"
        " SUM(CASE WHEN nps >= 9 THEN 1 ELSE 0 END) AS promoters,"
        " SUM(CASE WHEN nps < 7 THEN 1 ELSE 0 END) AS detractors,"
        " SUM(CASE WHEN low THEN 1 ELSE 0 END) AS low"
        f" FROM rating WHERE {where} GROUP BY 1, 2",
        *values,
    )
    found = defaultdict(list)
    for row in rows:
        counts = (int(row[name]) for name in ("asked_nps", "promoters", "detractors", "low"))
        sums = (int(row["answered"]), int(row["judged"]), float(row["points"]))
        found[row["store_id"]].append(Rated(bool(row["visit"]), *sums, *counts))
    return found


async def _told(month: _Month) -> list[Told]:
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


async def _cases(month: _Month, now: datetime) -> tuple[list[_Case], list[Stand]]:
    """The complaints, and every clock that ran for those that nobody withdrew."""
    where, values = month.among("recorded_at", month.begin, month.end)
    rows = await sql().rows(
        "SELECT id, store_id, category, root_cause, department, state FROM complaint"  # noqa: S608 - the conditions above; values are marks
        f" WHERE {where} ORDER BY recorded_at, id",
        *values,
    )
    happened = await _happened(where, values)
    settings = {
        store: await case_clocks.setting(store) for store in {row["store_id"] for row in rows}
    }
    # In a thread: the clocks of a large group's month take seconds, in which others write to us.
    return await asyncio.to_thread(_read, rows, happened, settings, now)


def _read(
    rows: Sequence[Any],
    happened: Mapping[int, Sequence[Happened]],
    settings: Mapping[int | None, case_clocks.Setting],
    now: datetime,
) -> tuple[list[_Case], list[Stand]]:
    cases, ran = [], list[Stand]()
    for row in rows:
        by = settings[row["store_id"]]
        timely = None
        if row["state"] != "withdrawn" and row["id"] in happened:
            ran_here = spans(happened[row["id"]], by.calendar, by.terms)
            found = [(one.name, one.state(now)) for one in ran_here]
            timely = figures.timely(found)
            ran += found
        cause = unseal("complaint.root_cause", row["root_cause"])
        solved = row["state"] in _SOLVED
        complained = Complained(row["category"], cause, row["department"], solved)
        cases.append(_Case(row["store_id"], Handled(row["state"], timely), complained))
    return cases, ran


async def _happened(where: str, values: Sequence[Any]) -> Mapping[int, list[Happened]]:
    """The events of those complaints by complaint, as far as clocks read them."""
    rows = await sql().rows(
        "SELECT e.case_id, e.kind, e.at FROM complaint_event e WHERE e.account_id = ?"  # noqa: S608 - the conditions above; values are marks
        f" AND e.case_id IN (SELECT id FROM complaint WHERE {where}) ORDER BY e.case_id, e.number",
        *(account_id(), *values),
    )
    found = defaultdict(list)
    for row in rows:
        at = moment(row["at"])
        assert at is not None  # noqa: S101  # NOT NULL
        found[row["case_id"]].append(Happened(row["kind"], at))
    return found


def _all(by_store: _ByStore) -> list[Any]:
    return [one for some in by_store.values() for one in some]


def _headlines(
    known: Shop, contacts: _ByStore, rated: _ByStore, cases: Iterable[_Case]
) -> tuple[Headline, ...]:
    """A line for each store, and one for what belongs to none, if anything does."""
    by_store: dict[int | None, list[Handled]] = defaultdict(list)
    for one in cases:
        by_store[one.store_id].append(one.handled)
    names = {store.id: (store.code, store.name) for store in known.stores}
    others = {*contacts, *rated, *by_store} - set(names)
    lines: list[tuple[int | None, str, str]] = [(ids, *names[ids]) for ids in names]
    lines += [(ids, "", "未分门店") for ids in others]
    return tuple(
        Headline(
            *(code, name),
            figures.follow_ups(contacts.get(ids, ())),
            ratings(rated.get(ids, ())),
            figures.complaints(by_store.get(ids, ())),
        )
        for ids, code, name in lines
    )
