"""What was said between a customer and the store in WeChat around a complaint."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from storage.db import moment, sql
from storage.queries.cases.rows import Case
from storage.queries.records.tables import among
from storage.scope import account_id
from storage.secrets import unseal

BEFORE: Final = timedelta(days=3)
AFTER: Final = timedelta(days=1)
"""How long before a complaint and after its end what is said still belongs to it."""
MOST: Final = 2000
_KINDS: Final = {
    "image": "【照片】",
    "voice": "【语音】",
    "video": "【视频】",
    "shortvideo": "【小视频】",
    "location": "【位置】",
    "link": "【链接】",
}
_NOT_READ: Final = {"failed": "未送达", "blocked": "被拒收", "uncertain": "不确定是否送达"}
_SENT: Final = ("accepted", "delivered", *_NOT_READ)


@dataclass(frozen=True, slots=True)
class Said:
    """`by`: customer or store. `note`: why the customer may not have read it. `media_id` of a file."""

    at: datetime
    by: str
    words: str
    note: str = ""
    media_id: str = ""


async def around(case: Case, now: datetime) -> list[Said]:
    """In the order in which it was said; at most the first 2,000."""
    people = await _identities(case)
    if not people:
        return []
    first, last = case.recorded_at - BEFORE, (case.ended_at or now) + AFTER
    found = [*await _came_in(people, first, last), *await _went_out(people, first, last)]
    return sorted(found, key=lambda one: one.at)[:MOST]


async def _identities(case: Case) -> list[int]:
    rows = await sql().rows(
        "SELECT id FROM wechat_user WHERE account_id = ? AND (id = ? OR customer_id = ?)",
        *(account_id(), case.wechat_user_id, case.customer_id),
    )
    return [row["id"] for row in rows]


async def _came_in(people: Sequence[int], first: datetime, last: datetime) -> list[Said]:
    db = sql()
    condition, value = among(db, "wechat_user_id", people)
    rows = await db.rows(
        "SELECT kind, body, reply, received_at FROM inbox WHERE account_id = ?"  # noqa: S608 - our own condition
        f" AND {condition} AND received_at >= ? AND received_at <= ? ORDER BY id LIMIT ?",
        *(account_id(), value, first, last, MOST),
    )
    found: list[Said] = []
    for row in rows:
        at = moment(row["received_at"])
        assert at is not None  # noqa: S101 - the column is never NULL
        body = _json(unseal("inbox.body", row["body"]))
        words = _words(row["kind"], body)
        if words:
            found.append(Said(at, "customer", words, media_id=str(body.get("MediaId") or "")))
        if reply := _blocks(_json(unseal("inbox.reply", row["reply"]))):
            found.append(Said(at, "store", reply))
    return found


def _words(kind: str, body: dict[str, Any]) -> str:
    """What somebody typed, tapped, spoke or sent; events that nobody did on purpose say nothing."""
    if kind == "text":
        return str(body.get("Content") or "")
    if kind in _KINDS:
        heard = str(body.get("Recognition") or body.get("Label") or "")
        return f"{_KINDS[kind]}{heard}"
    if kind == "event" and str(body.get("Event") or "").lower() == "click":
        return f"【点菜单】{body.get('EventKey') or ''}"
    return ""


async def _went_out(people: Sequence[int], first: datetime, last: datetime) -> list[Said]:
    """What was pushed, by when it was due to go."""
    db = sql()
    condition, value = among(db, "m.wechat_user_id", people)
    sent, states = among(db, "m.state", _SENT)
    rows = await db.rows(
        "SELECT m.body, m.state, m.due_at, x.body AS mass FROM message m"  # noqa: S608 - our own conditions
        " LEFT JOIN mass_send x ON x.account_id = m.account_id AND x.id = m.mass_id"
        f" WHERE m.account_id = ? AND {condition} AND {sent} AND m.due_at >= ? AND m.due_at <= ?"
        " ORDER BY m.id LIMIT ?",
        *(account_id(), value, states, first, last, MOST),
    )
    found: list[Said] = []
    for row in rows:
        at = moment(row["due_at"])
        assert at is not None  # noqa: S101 - the column is never NULL
        body = _json(unseal("message.body", row["body"]))
        words = _blocks(body) or _fields(body) or unseal("mass_send.body", row["mass"])
        if words:
            found.append(Said(at, "store", words, _NOT_READ.get(row["state"], "")))
    return found


def _json(kept: str) -> dict[str, Any]:
    """{} for what was taken away, or is no object."""
    try:
        found = json.loads(kept) if kept else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _blocks(body: dict[str, Any]) -> str:
    blocks = body.get("blocks")
    if not isinstance(blocks, list):
        return ""
    return "\n".join(one if isinstance(one, str) else f"▸ {one[0]}" for one in blocks)


def _fields(body: dict[str, Any]) -> str:
    """A template's fields, as the customer reads them."""
    data = body.get("data")
    if not isinstance(data, dict):
        return ""
    return "\n".join(
        str(one["value"] if isinstance(one, dict) else one) for one in data.values() if one
    )
