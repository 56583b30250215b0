"""Template messages to send, one-time ones and lists, and the touchpoints that they carry."""

from datetime import date, datetime
from typing import Any

from storage.db import dumps, loads, sql
from storage.queries.outbox import claiming as outbox
from storage.queries.outbox import mass as outbox_mass
from storage.scope import account_id
from tests.outbox.post import NOW

FIELDS = {"car_number1": "京A12345", "thing2": "奥迪Q5L", "thing3": "首次保养"}


async def owed(subject: str, now: datetime = NOW, purpose: str = "service") -> int:
    """A touchpoint that was taken up; its id."""
    row = await sql().one(
        "INSERT INTO touchpoint (account_id, kind, subject, purpose, due_on, due_at, state,"
        " created_at, changed_at) VALUES (?, 'first_service', ?, ?, ?, ?, 'due', ?, ?) RETURNING id",
        *(account_id(), subject, purpose, date(2026, 12, 1), now, now, now),
    )
    return int(row["id"])


async def touch_states() -> dict[str, str]:
    """subject → state of every touchpoint."""
    rows = await sql().rows("SELECT subject, state FROM touchpoint ORDER BY id")
    return {row["subject"]: row["state"] for row in rows}


async def notice(
    person: int,
    idem: str,
    template: str = "TPL1",
    *,
    channel: str = "template",
    now: datetime = NOW,
    touch: bool = False,
    **more: Any,
) -> int:
    """Queue a message of a template, with a touchpoint called like it where it is to carry one."""
    if touch:
        more["touchpoint_id"] = await owed(idem, now)
    extra = more.pop("body", {})
    body = dumps({"template": template, "data": FIELDS, "url": "", **extra})
    number = await outbox.queue(person, idem, channel, body, now, **more)
    assert number is not None
    return number


async def agree(person: int, purpose: str, *, yes: bool = True, now: datetime = NOW) -> None:
    await sql().run(
        "INSERT INTO consent (account_id, wechat_user_id, purpose, given, wording, channel, at)"
        " VALUES (?, ?, ?, ?, '', 'wechat', ?)",
        *(account_id(), person, purpose, yes, now),
    )


async def grant(person: int, template: str = "TPL1", key: str = "g1") -> None:
    await sql().run(
        "INSERT INTO grant_once (account_id, wechat_user_id, template_id, key, granted_at)"
        " VALUES (?, ?, ?, ?, ?)",
        *(account_id(), person, template, key, NOW),
    )


async def grants_left(person: int) -> int:
    row = await sql().one(
        "SELECT count(*) AS n FROM grant_once WHERE wechat_user_id = ? AND used_at IS NULL", person
    )
    return int(row["n"])


async def refusals(person: int) -> dict[str, str]:
    row = await sql().one("SELECT refusals FROM wechat_user WHERE id = ?", person)
    return dict(loads(row["refusals"]) or {})


async def mass(
    people: list[int],
    text: str = "中秋快乐",
    idem: str = "m1",
    *,
    now: datetime = NOW,
    purpose: str = "",
    touch: bool = False,
    **more: Any,
) -> list[int]:
    """Queue a mass send, with a touchpoint "p{person}" for each where they are to have one."""
    listed = [(one, await owed(f"p{one}", now) if touch else None) for one in people]
    return await outbox_mass.put(listed, purpose, text, idem, now, **more)


async def mass_rows() -> list[tuple[str, str]]:
    """State and msgid of every mass send."""
    rows = await sql().rows("SELECT state, msgid FROM mass_send ORDER BY id")
    return [(row["state"], row["msgid"]) for row in rows]


async def mass_sent(person: int) -> int:
    row = await sql().one("SELECT mass_sent FROM wechat_user WHERE id = ?", person)
    return int(row["mass_sent"])
