"""潜在客户 as they stand: one, a person's, a list, and what happened to each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from bot.rules.leads import id_of, number_of
from storage.db import Sql, moment, sql
from storage.queries import feeds
from storage.scope import account_id
from storage.secrets import seal, unseal

COLUMNS: Final = (
    "l.id, l.same, l.source, l.level, l.state, l.customer_id, l.wechat_user_id, l.name, l.phone,"
    " l.model, l.heard_of_us, l.note, l.consultant_id, l.store_id, l.confirmed_at, l.next_at,"
    " l.lost_reason, l.lost_why, l.ended_at, l.rev, l.created_at, l.changed_at, c.name AS customer_name,"
    " c.gender, c.ref, c.phone AS customer_phone, s.name AS consultant, t.code AS store"
)
FROM: Final = (
    " FROM lead l LEFT JOIN customer c ON c.id = l.customer_id"
    " LEFT JOIN staff s ON s.id = l.consultant_id LEFT JOIN store t ON t.id = l.store_id"
    " WHERE l.account_id = ?"
)


@dataclass(frozen=True, slots=True)
class Lead:
    """A lead as it stands, in the clear. `name` and `phone` are the file's where there is one."""

    id: int
    source: str
    level: str
    state: str
    customer_id: int | None
    customer_ref: str | None
    wechat_user_id: int | None
    name: str
    gender: str
    phone: str
    model: str
    heard_of_us: str
    note: str
    consultant_id: int | None
    consultant: str
    store_id: int | None
    store: str | None
    confirmed_at: datetime | None
    next_at: datetime | None
    lost_reason: str
    ended_at: datetime | None
    rev: int
    created_at: datetime
    changed_at: datetime

    @property
    def number(self) -> str:
        return number_of(self.id)

    def shown(self) -> dict[str, Any]:
        """As JSON, in the interface and in events."""
        moments = ("confirmed_at", "next_at", "ended_at", "created_at", "changed_at")
        texts = ("name", "phone", "model", "heard_of_us", "note", "consultant", "lost_reason")
        return {
            "id": self.number,
            **{name: getattr(self, name) for name in ("source", "level", "state", "store")},
            "customer_ref": self.customer_ref,
            **{name: getattr(self, name) or None for name in texts},
            **{name: at.isoformat() if (at := getattr(self, name)) else None for name in moments},
            "rev": self.rev,
        }


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to a lead: `kind` as bot/rules/leads names it."""

    kind: str
    actor: str
    before: str
    after: str
    note: str
    at: datetime


async def one(lead_id: int) -> Lead | None:
    row = await sql().row(f"SELECT {COLUMNS}{FROM} AND l.id = ?", account_id(), lead_id)
    return lead_of(row) if row else None


async def by_number(said: str) -> Lead | None:
    """L000012, l12 or 12."""
    lead_id = id_of(said)
    return await one(lead_id) if lead_id else None


async def held(connection: Sql, lead_id: int) -> Lead | None:
    """The lead, kept from other writers until the open transaction ends."""
    await connection.run(
        "UPDATE lead SET rev = rev WHERE account_id = ? AND id = ?", account_id(), lead_id
    )
    return await one(lead_id)


async def of_person(
    wechat_user_id: int | None, customer_id: int | None, limit: int = 10
) -> list[Lead]:
    """Open leads of this person, the newest first."""
    rows = await sql().rows(
        f"SELECT {COLUMNS}{FROM} AND l.state = 'open' AND (l.wechat_user_id = ?"
        " OR l.customer_id = ?) ORDER BY l.id DESC LIMIT ?",
        *(account_id(), wechat_user_id, customer_id, limit),
    )
    return [lead_of(row) for row in rows]


async def events(lead_id: int) -> list[Event]:
    """The lead's history, oldest first."""
    rows = await sql().rows(
        "SELECT kind, actor, before, after, note, at FROM lead_event"
        " WHERE account_id = ? AND lead_id = ? ORDER BY id",
        *(account_id(), lead_id),
    )
    return [_event(row) for row in rows]


def _event(row: Mapping[str, Any]) -> Event:
    at = moment(row["at"])
    assert at is not None  # noqa: S101 - the column is not null
    note = unseal("lead_event.note", row["note"])
    return Event(row["kind"], row["actor"], row["before"], row["after"], note, at)


async def note_event(
    lead_id: int,
    kind: str,
    actor: str,
    now: datetime,
    *,
    before: str = "",
    after: str = "",
    note: str = "",
) -> None:
    """Add a line to the lead's history."""
    await sql().run(
        "INSERT INTO lead_event (account_id, lead_id, kind, actor, before, after, note, at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        *(account_id(), lead_id, kind, actor[:64], before[:64], after[:64]),
        *(seal("lead_event.note", note), now),
    )


async def tell(event: str, lead_id: int, now: datetime) -> None:
    """Queue `event` about the lead as it is now; inside the transaction that changed it."""
    if await feeds.listeners(event):
        after = await one(lead_id)
        assert after is not None  # noqa: S101 - just written
        await feeds.emit(event, after.shown(), now, same=f"{after.number} {after.rev}")


def lead_of(row: Mapping[str, Any]) -> Lead:
    created, changed = moment(row["created_at"]), moment(row["changed_at"])
    assert created is not None  # noqa: S101 - the columns are not null
    assert changed is not None  # noqa: S101 - the columns are not null
    own, files = unseal("lead.phone", row["phone"]), unseal("customer.phone", row["customer_phone"])
    return Lead(
        row["id"], row["source"], row["level"], row["state"], row["customer_id"], row["ref"],
        row["wechat_user_id"], row["customer_name"] or row["name"], row["gender"] or "",
        own or files, row["model"], row["heard_of_us"], unseal("lead.note", row["note"]),
        row["consultant_id"], row["consultant"] or "", row["store_id"], row["store"],
        moment(row["confirmed_at"]), moment(row["next_at"]),
        unseal("lead.lost_why", row["lost_why"]) or row["lost_reason"],
        moment(row["ended_at"]), row["rev"], created, changed,
    )  # fmt: skip  # in the order of the class
