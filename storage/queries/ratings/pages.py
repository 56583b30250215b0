"""Ratings for those outside: one, a page of them, and what is told when something becomes of one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from storage.db import loads, moment, sql
from storage.queries import feeds
from storage.queries.evidence import collecting as evidence
from storage.queries.ratings.changes import earlier, mark
from storage.queries.ratings.rows import WAS
from storage.scope import account_id
from storage.secrets import unseal

STATES: Final = ("open", "done", "closed", "declined")
_SHOWN: Final = (
    "SELECT r.id, r.subject, r.occasion, r.state, r.channel, r.entered_by, r.satisfaction, r.nps,"
    " r.low, r.asked_at, r.first_answer_at, r.ended_at, r.rev, c.ref AS customer_ref,"
    " v.vin, i.ref AS repair_order, s.code AS store, a.name AS advisor,"
    " (SELECT max(k.id) FROM complaint k WHERE k.account_id = r.account_id AND k.rating_id = r.id)"
    " AS complaint FROM rating r LEFT JOIN customer c ON c.id = r.customer_id"
    " LEFT JOIN vehicle v ON v.id = r.vehicle_id LEFT JOIN visit i ON i.id = r.visit_id"
    " LEFT JOIN store s ON s.id = r.store_id LEFT JOIN staff a ON a.id = r.advisor_id"
    " WHERE r.account_id = ?"
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """`before`: the id of the last one of the page before; the newest come first."""

    state: str | None = None
    store: str | None = None
    low: bool | None = None
    repair_order: str | None = None
    before: int | None = None


async def page(wanted: Wanted, limit: int) -> list[dict[str, Any]]:
    """Newest first."""
    conditions: list[tuple[str, Any]] = [
        ("r.state = ?", wanted.state),
        ("s.code = ?", wanted.store),
        ("r.low = ?", wanted.low),
        ("i.ref = ?", wanted.repair_order),
        ("r.id < ?", wanted.before),
    ]
    given = [(text, value) for text, value in conditions if value is not None]
    more = "".join(f" AND {text}" for text, _ in given)
    rows = await sql().rows(
        f"{_SHOWN}{more} ORDER BY r.id DESC LIMIT ?",
        *(account_id(), *(value for _, value in given), limit),
    )
    return [_shown(row) for row in rows]


async def shown(rating_id: int) -> dict[str, Any] | None:
    """One with its answers, and the photos, voice notes and videos that were sent with it."""
    row = await sql().row(f"{_SHOWN} AND r.id = ?", account_id(), rating_id)
    if row is None:
        return None
    given = await sql().rows(
        "SELECT survey, version, question, kind, value, choices, words, answered_at"
        " FROM rating_answer WHERE account_id = ? AND rating_id = ? AND survey <> ? ORDER BY id",
        *(account_id(), rating_id, WAS),
    )
    before = await earlier(rating_id)
    return {
        **_shown(row),
        "answers": [_answer(one, before) for one in given],
        "evidence": [one.shown() for one in await evidence.of_rating(rating_id)],
    }


async def tell(event: str, rating_id: int, now: datetime) -> None:
    """Queue `event` for the outside, in the transaction that made it true."""
    if await feeds.listeners(event):
        payload = await shown(rating_id)
        assert payload is not None  # noqa: S101 - just written
        await feeds.emit(event, payload, now, same=f"rating {rating_id} {payload['rev']}")


def _time(value: Any) -> str | None:
    at = moment(value)
    return at.isoformat() if at else None


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    texts = ("customer_ref", "repair_order", "store", "advisor", "entered_by")
    return {
        **{name: row[name] for name in ("id", "subject", "occasion", "state", "channel")},
        **{name: row[name] for name in ("satisfaction", "nps")},
        "low": bool(row["low"]),
        **{name: row[name] or None for name in texts},
        "vin": unseal("vehicle.vin", row["vin"]) or None,
        "complaint": f"T{row['complaint']:06d}" if row["complaint"] else None,
        **{name: _time(row[name]) for name in ("asked_at", "first_answer_at", "ended_at")},
        "rev": row["rev"],
    }


def _answer(
    row: Mapping[str, Any], before: Mapping[str, Sequence[dict[str, Any]]]
) -> dict[str, Any]:
    return {
        **{name: row[name] for name in ("survey", "version", "question", "kind", "value")},
        "choices": loads(row["choices"]) if row["choices"] else [],
        "words": unseal("rating_answer.words", row["words"]),
        "answered_at": _time(row["answered_at"]),
        "earlier": list(before.get(mark(row["survey"], row["question"]), ())),
    }
