"""Telling colleagues: a task each, and a message to their own WeChat where it lawfully goes.

An open window carries it, else the account's template for STAFF_ALERT; where neither does, the task
stands alone. At night the task is there at once and the message in the morning.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.rules.etiquette import BEIJING
from bot.rules.letter import context_of
from bot.rules.send_check import ANYTHING
from bot.rules.staff_hours import told_at
from bot.rules.template_fields import fit
from bot.rules.touch_lines import OFFER
from bot.rules.windows import may_send
from storage.db import loads, moment, sql
from storage.queries import outbox, platform_templates
from storage.queries.outbox_people import in_force
from storage.queries.platform_templates import Registered
from storage.queries.records_tables import among
from storage.scope import account_id
from storage.secrets import seal

STAFF_ALERT: Final = "staff_alert"
"""The notice that a template may carry to colleagues."""
ALERT: Final = "alert:"
"""How the idem of such a message begins: where it cannot go, the task is there anyway."""
NEW, GIVEN, WARNED, BROKEN, ADDED = (
    *("case_new", "case_given", "case_warned", "case_broken", "case_added"),
)
"""Kinds of tasks about a complaint: it came, it became one's own, a clock, the customer's words."""
_ANSWERED_BY: Final = {NEW: "收到", GIVEN: "收到", "case_report": "已阅"}
LONGEST: Final = 300


@dataclass(frozen=True, slots=True)
class _Alert:
    """What is told. `title` and `detail` as a colleague reads them."""

    kind: str
    title: str
    detail: str
    same: str
    store_id: int | None
    customer_id: int | None
    case_id: int | None
    due_at: datetime | None


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
) -> int:
    """A task for each of these who works here, and word of it; how many are new.

    `same`: one occasion; for each colleague there is one task of it, however often it is said.
    """
    what = _Alert(kind, title[:120], detail, same, store_id, customer_id, case_id, due_at)
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
    what = _Alert("", title[:120], detail, same, None, None, None, due_at)
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
    return await db.run(
        "UPDATE staff_task SET done_at = ?, done_by = ? WHERE account_id = ? AND case_id = ?"  # noqa: S608 - our own condition
        f" AND done_at IS NULL AND {condition}",
        *(now, by, account_id(), case_id, value),
    )


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


async def _task(staff_id: int, what: _Alert, now: datetime) -> bool:
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
    row: Any, what: _Alert, template: Registered | None, now: datetime, idem: str
) -> None:
    at = told_at(now, ZoneInfo(row["timezone"]) if row["timezone"] else BEIJING)
    window = may_send(row["window_kind"], moment(row["window_opened_at"]), row["window_sent"], at)
    refused = in_force(loads(row["refusals"]), now) if row["refusals"] else {}
    if not row["subscribed"]:
        return
    if window.left > row["queued"]:
        body = {"blocks": [*_words(what), *_taps(what)], "hand_over": False}
        await outbox.queue(row["id"], idem, "service", _json(body), now, due_at=at)
    elif template is not None and not {ANYTHING, template.template_id} & set(refused):
        data = _filled(template, row, what, now)
        if data is not None:
            body = {"template": template.template_id, "data": data, "url": ""}
            await outbox.queue(row["id"], idem, "template", _json(body), now, due_at=at)


def _words(what: _Alert) -> list[str]:
    detail = what.detail if len(what.detail) <= LONGEST else what.detail[: LONGEST - 1] + "…"
    return [f"【{what.title}】", detail] if detail else [f"【{what.title}】"]


def _taps(what: _Alert) -> list[list[str]]:
    """Lines that can be tapped: to say that it has arrived, and to see all that is one's own."""
    verb = _ANSWERED_BY.get(what.kind)
    answers = [f"{verb} T{what.case_id:06d}"] if verb and what.case_id else []
    return [[words, words, OFFER] for words in (*answers, "我的任务")]


def _filled(template: Registered, row: Any, what: _Alert, now: datetime) -> dict[str, str] | None:
    """The template's fields, or None where one of them takes none of our words."""
    zone = ZoneInfo(row["timezone"]) if row["timezone"] else BEIJING
    context = context_of(
        now.astimezone(zone).date(),
        zone,
        name=row["name"],
        store=row["store"] or "",
        title=what.title,
        body=what.detail or what.title,
        case=f"T{what.case_id:06d}" if what.case_id else None,
        booked_at=what.due_at or now,
    )
    found = {
        key: fit(key, source[1:] if source.startswith("=") else context.values.get(source, ""))
        for key, source in template.mapping.items()
    }
    if any(one.refused for one in found.values()):
        return None
    return {key: one.text for key, one in found.items()}


def _json(body: dict[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))
