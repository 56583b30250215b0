"""Events for the outside, written in the transaction that makes them true."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from bot.rules.cases import amends as case_amends
from bot.rules.cases import words as case_words
from storage.db import dumps, loads, sql
from storage.scope import account_id
from storage.secrets import seal

EVENTS: Final = (
    *(
        f"appointment.{name}"
        for name in ("booked", "changed", "cancelled", "arrived", "done", "no_show")
    ),
    "case.opened",
    *(f"case.{kind}" for kind in case_words.EVENTS if kind != "recorded"),
    *(f"case.{kind}" for kind in case_amends.EVENTS),
    *(f"rating.{name}" for name in ("low", "done", "closed", "declined", "changed")),
    "lead.created",
    "lead.changed",
)


def wants(patterns: Iterable[str], event: str) -> bool:
    """Whether a webhook for `patterns` hears of `event`: its name, its family (`appointment.*`), `*`."""
    return not {event, f"{event.partition('.')[0]}.*", "*"}.isdisjoint(patterns)


async def listeners(event: str) -> list[int]:
    """The webhooks that want `event`."""
    rows = await sql().rows(
        "SELECT id, events FROM webhook WHERE account_id = ? AND active = ? ORDER BY id",
        *(account_id(), True),
    )
    return [row["id"] for row in rows if wants(loads(row["events"]), event)]


async def emit(event: str, payload: Mapping[str, Any], now: datetime, *, same: str = "") -> int:
    """Queue `event` for every webhook that wants it; how many do.

    `same` names the occasion: said again, nothing is added. Without it the payload is the occasion.
    """
    hooks = await listeners(event)
    if not hooks:
        return 0
    occasion = same or f"{now.isoformat()} {dumps(payload)}"
    event_id = f"evt_{sha256(f'{account_id()} {event} {occasion}'.encode()).hexdigest()[:32]}"
    whole = {"id": event_id, "event": event, "created_at": now.isoformat(), "data": payload}
    body = seal("webhook_delivery.body", dumps(whole))
    for hook in hooks:
        await sql().run(
            "INSERT INTO webhook_delivery (account_id, webhook_id, event_id, event, body, due_at,"
            " created_at) VALUES (?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (account_id, webhook_id, event_id) DO NOTHING",
            *(account_id(), hook, event_id, event, body, now, now),
        )
    return len(hooks)
