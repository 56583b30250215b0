"""Telling colleagues: a task each, and a message to their own WeChat where it lawfully goes.

An open window carries it, else the account's template for STAFF_ALERT; where neither does, the task
stands alone. At night the task is there at once and the message in the morning.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.rules.etiquette import BEIJING
from bot.rules.send_check import ANYTHING
from bot.rules.staff_hours import told_at
from bot.rules.windows import may_send
from storage.db import loads, moment, sql
from storage.queries import platform_templates
from storage.queries.outbox import claiming as outbox
from storage.queries.outbox.people import in_force
from storage.queries.platform_templates import Registered
from storage.queries.records.tables import among
from storage.queries.staff.notices import (
    ADDED,
    BROKEN,
    GIVEN,
    NEW,
    WARNED,
    Alert,
    as_lines,
    as_notice,
    filled,
    kept_in,
)
from storage.scope import account_id
from storage.secrets import seal

STAFF_ALERT: Final = "staff_alert"
"""The notice that a template may carry to colleagues."""
ALERT: Final = "alert:"
"""How the idem of such a message begins: where it cannot go, the task is there anyway."""


async def alert(
    staff_ids: Collection[int],
    kind: str,
    title: str,
    detail: str,
    now: datetime,
    *,
    same: str,
    store_id: int | None = None,
    customer_id: int | None = None,
    case_id: int | None = None,
    due_at: datetime | None = None,
    brief: str = "",
) -> int:
    """A task for each of these who works here, and word of it; how many are new.

    `same`: one occasion; for each colleague there is one task of it, however often it is said.
    `brief`: what a template says of it after deadline and number, in four characters.
    """
    what = Alert(kind, title[:120], detail, same, store_id, customer_id, case_id, due_at, brief)
    told = [row for row in await _people(staff_ids) if await _task(row["staff"], what, now)]
    reached = [row for row in told if row["openid"] is not None]
    if reached:
        template = await platform_templates.for_notice(STAFF_ALERT)
        for row in reached:
            await _message(row, what, template, now, f"{ALERT}{same}:{row['staff']}")
    return len(told)


async def word(
    staff_id: int, title: str, detail: str, now: datetime, *, same: str, due_at: datetime | None
) -> None:
    """Word of a task that there is: `same` is the occasion, told once."""
    what = Alert("", title[:120], detail, same, None, None, None, due_at)
    template = await platform_templates.for_notice(STAFF_ALERT)
    for row in await _people([staff_id]):
        if row["openid"] is not None:
            await _message(row, what, template, now, f"{ALERT}{same}")


async def over(
    case_id: int, now: datetime, *, by: str = "system", kinds: Collection[str] = ()
) -> int:
    """What colleagues were told of this complaint is done (of `kinds`; all of it); how many tasks."""
    db = sql()
    condition, value = among(db, "kind", kinds or (NEW, GIVEN, WARNED, BROKEN, ADDED, "call"))
    done = await db.run(
        "UPDATE staff_task SET done_at = ?, done_by = ? WHERE account_id = ? AND case_id = ?"  # noqa: S608 - our own condition
        f" AND done_at IS NULL AND {condition}",
        *(now, by, account_id(), case_id, value),
    )
    if done:
        await _untold(case_id, now)
    return done


async def _untold(case_id: int, now: datetime) -> None:
    """What is done before the morning is not told in the morning."""
    await sql().run(
        "UPDATE message SET state = 'cancelled', why = ?, changed_at = ? WHERE account_id = ?"
        " AND state IN ('queued', 'waiting') AND idem IN (SELECT ? || t.same FROM staff_task t"
        " WHERE t.account_id = ? AND t.case_id = ? AND t.done_at IS NOT NULL)",
        *("事情已经办好", now, account_id(), ALERT, account_id(), case_id),
    )


async def told_already(case_id: int, staff_id: int, kind: str, by: str, now: datetime) -> None:
    """What they heard of it as `kind` is over: it is told them in another way."""
    done = await sql().run(
        "UPDATE staff_task SET done_at = ?, done_by = ? WHERE account_id = ? AND case_id = ?"
        " AND staff_id = ? AND kind = ? AND done_at IS NULL",
        *(now, by, account_id(), case_id, staff_id, kind),
    )
    if done:
        await _untold(case_id, now)


async def _people(staff_ids: Collection[int]) -> Sequence[Any]:
    """Those who work here, with their WeChat where it is bound, in the order of their ids."""
    if not staff_ids:
        return []
    db = sql()
    condition, value = among(db, "s.id", sorted(set(staff_ids)))
    return await db.rows(
        "SELECT s.id AS staff, s.name, t.name AS store, t.timezone, u.id, u.openid, u.subscribed,"  # noqa: S608 - our own condition
        " u.window_kind, u.window_opened_at, u.window_sent, u.refusals, (SELECT count(*) FROM"
        " message m WHERE m.account_id = u.account_id AND m.wechat_user_id = u.id"
        " AND m.state IN ('queued', 'waiting') AND m.channel = 'service') AS queued FROM staff s"
        " LEFT JOIN store t ON t.id = s.store_id"
        " LEFT JOIN staff_wechat w ON w.account_id = s.account_id AND w.staff_id = s.id"
        " LEFT JOIN wechat_user u ON u.id = w.wechat_user_id"
        f" WHERE s.account_id = ? AND s.active AND {condition} ORDER BY s.id",
        *(account_id(), value),
    )


async def _task(staff_id: int, what: Alert, now: datetime) -> bool:
    """It names whose words it holds, also of somebody without a file: erasing them finds it."""
    row = await sql().row(
        "INSERT INTO staff_task (account_id, kind, customer_id, wechat_user_id, title, detail,"
        " same, store_id, staff_id, case_id, due_at, created_at) VALUES (?, ?, ?, (SELECT"
        " p.wechat_user_id FROM complaint p WHERE p.account_id = ? AND p.id = ?),"
        " ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (account_id, same) DO NOTHING RETURNING id",
        *(account_id(), what.kind[:24], what.customer_id, account_id(), what.case_id),
        *(seal("staff_task.title", what.title), seal("staff_task.detail", what.detail)),
        *(f"{what.same[:96]}:{staff_id}", what.store_id, staff_id, what.case_id),
        *(what.due_at, now),
    )
    return row is not None


async def _message(
    row: Any, what: Alert, template: Registered | None, now: datetime, idem: str
) -> None:
    at = _told_at(row, now)
    window = may_send(row["window_kind"], moment(row["window_opened_at"]), row["window_sent"], at)
    if not row["subscribed"]:
        return
    if window.left > row["queued"]:
        await outbox.queue(row["id"], idem, "service", as_lines(what), now, due_at=at)
    elif body := _by_template(template, row, what, now):
        await outbox.queue(row["id"], idem, "template", body, now, due_at=at)


async def by_template(wechat_user_id: int, idem: str, body: str, now: datetime) -> bool:
    """The window that was to carry this alert is closed: the template takes it; False: none does."""
    what, template = kept_in(body), await platform_templates.for_notice(STAFF_ALERT)
    bound = await sql().row(
        "SELECT staff_id FROM staff_wechat WHERE account_id = ? AND wechat_user_id = ?",
        *(account_id(), wechat_user_id),
    )
    if what is None or bound is None:
        return False
    for row in await _people([bound["staff_id"]]):
        if data := _by_template(template, row, what, now):
            at = _told_at(row, now)
            return await outbox.send_otherwise(idem, "template", data, now, due_at=at)
    return False


def _by_template(template: Registered | None, row: Any, what: Alert, now: datetime) -> str | None:
    """The body of a template's message to them; None: it cannot be sent."""
    refused = in_force(loads(row["refusals"]), now) if row["refusals"] else {}
    if template is None or not row["subscribed"] or {ANYTHING, template.template_id} & set(refused):
        return None
    data = filled(template, row, what, now)
    return as_notice(template, data) if data is not None else None


def _told_at(row: Any, now: datetime) -> datetime:
    return told_at(now, ZoneInfo(row["timezone"]) if row["timezone"] else BEIJING)
