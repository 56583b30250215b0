"""What holds of ratings and of what asks for them, whatever happened."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, Final

from storage.db import moment, sql
from storage.queries.ratings.rating import Rating
from storage.queries.ratings.rows import COLUMNS, rating_of
from storage.scope import account_id

ASKED: Final = (
    "SELECT t.subject, t.outcome, m.created_at, m.state FROM message m"
    " JOIN touchpoint t ON t.id = m.touchpoint_id WHERE m.account_id = ?"
    " AND t.kind = 'after_visit' AND m.state <> 'cancelled' ORDER BY m.id"
)


async def look(named: Counter[str]) -> Counter[str]:
    """How much there is. `named`: how often a time was named, by subject."""
    asked = await sql().rows(ASKED, account_id())
    by_job = await sql().rows(
        "SELECT m.idem FROM message m WHERE m.account_id = ? AND m.idem LIKE 'rating:%'"
        " AND m.state <> 'cancelled'",
        account_id(),
    )
    rows = await sql().rows(f"SELECT {COLUMNS} FROM rating WHERE account_id = ?", account_id())  # noqa: S608 - the columns of the table
    found = {row["id"]: rating_of(row) for row in rows}
    requests = Counter(row["subject"] for row in asked)
    requests.update(found[int(row["idem"].split(":")[1])].subject for row in by_job)
    for subject, times in requests.items():
        assert times <= 1 + named[subject], f"{subject} was asked {times} times"
    for rating in found.values():
        mine = [row for row in asked if row["subject"] == rating.subject]
        _after_it_began(rating, mine, named=named[rating.subject] > 0)
    _pause([row for row in asked if not named[row["subject"]]])
    cases = await _what_came_of(found)
    tally = Counter(rating.state for rating in found.values())
    return tally + Counter(asked=len(asked), by_job=len(by_job), complaints=cases)


def _after_it_began(rating: Rating, asked: Sequence[Any], *, named: bool) -> None:
    """Nothing asks for what somebody has begun; a time that they named does, until it is over."""
    over = rating.ended_at if rating.state in {"done", "declined"} else None
    since = over if named else rating.asked_at
    late = [row for row in asked if since is not None and _at(row["created_at"]) > since]
    assert not late, f"{rating.subject}, {rating.state}, was asked all the same"


def _pause(asked: Sequence[Any]) -> None:
    """Two weeks lie between what the plan asks of its own accord."""
    moments = [_at(row["created_at"]) for row in asked]
    for before, after in pairwise(moments):
        assert after - before >= timedelta(days=14), f"asked at {before} and at {after}"


async def _what_came_of(found: Mapping[int, Rating]) -> int:
    cases = await sql().rows(
        "SELECT rating_id, owner_id, look_at, state FROM complaint WHERE account_id = ?"
        " ORDER BY id",
        account_id(),
    )
    of: dict[int, list[str]] = {}
    for row in cases:
        of.setdefault(row["rating_id"], []).append(row["state"])
        assert row["look_at"] is not None or row["state"] == "withdrawn", dict(row)
    for states in of.values():  # a second one only where those before were withdrawn
        assert set(states[:-1]) <= {"withdrawn"}, f"two complaints of one rating: {states}"
    assert {rating.id for rating in found.values() if rating.low} <= set(of)
    leads = await sql().rows("SELECT same FROM lead WHERE account_id = ?", account_id())
    assert len({row["same"] for row in leads}) == len(leads) <= 1
    return len(cases)


def _at(value: Any) -> datetime:
    at = moment(value)
    assert at is not None
    return at
