"""How many complaints stand where, for whoever watches the installation."""

from collections.abc import Mapping
from datetime import datetime

from bot.rules.cases.words import UNSETTLED
from storage.db import moment, sql
from storage.scope import account_id


async def by_state() -> Mapping[str, int]:
    """Complaints in each state in which something is still owed."""
    states = ", ".join("?" for _ in UNSETTLED)
    rows = await sql().rows(
        f"SELECT state, count(*) AS n FROM complaint WHERE account_id = ? AND state IN ({states})"  # noqa: S608 - question marks only
        " GROUP BY state",
        *(account_id(), *UNSETTLED),
    )
    return dict.fromkeys(UNSETTLED, 0) | {row["state"]: row["n"] for row in rows}


async def behind(now: datetime) -> float:
    """Seconds since the oldest clock was to be looked at and was not; 0: none is late."""
    row = await sql().row(
        "SELECT look_at FROM complaint WHERE account_id = ? AND look_at <= ? ORDER BY look_at LIMIT 1",
        *(account_id(), now),
    )
    at = moment(row["look_at"]) if row else None
    return (now - at).total_seconds() if at else 0.0
