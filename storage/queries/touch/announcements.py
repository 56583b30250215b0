"""政策通知, 新品资料, 活动邀请: written by one person, approved by a second, then planned."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from bot.errors import StaffError
from bot.rules.letter import LONG, LONGEST
from bot.rules.touch.audience import KEYS
from bot.rules.touch.facts import Announced
from bot.rules.touch.kinds import KINDS
from bot.rules.word_lint import lint
from storage.db import calendar_day, dumps, loads, moment, sql, transaction
from storage.queries import audit
from storage.queries.records.tables import among
from storage.scope import account_id

ANNOUNCED: Final = tuple(code for code, kind in KINDS.items() if kind.anchor == "announcement")
ENERGIES: Final = {"燃油": "ice", "纯电": "bev", "插混": "phev"}
"""How staff say what a car's file names by a code."""
_COLUMNS = (
    "id, kind, title, body, audience, due_on, until_on, created_by, created_at, approved_by,"
    " approved_at"
)


@dataclass(frozen=True, slots=True)
class Announcement:
    """`audience` is data, {} everybody; `approved_by` "" until a second person has agreed."""

    id: int
    kind: str
    title: str
    body: str
    audience: Mapping[str, Any]
    due_on: date
    until_on: date | None
    created_by: str
    created_at: datetime
    approved_by: str
    approved_at: datetime | None

    @property
    def announced(self) -> Announced:
        """As the plan asks for it."""
        return Announced(self.id, self.kind, self.due_on, self.title, self.until_on, self.audience)


@dataclass(frozen=True, slots=True)
class Words:
    """What is to be announced."""

    kind: str
    title: str
    body: str
    due_on: date
    until_on: date | None = None
    audience: Mapping[str, Any] | None = None


async def add(words: Words, by: str, now: datetime) -> int:
    """Written, not yet approved. StaffError for a kind that is no announcement, and for words that
    are missing, would lose their end in a message, or are to be avoided."""
    if words.kind not in ANNOUNCED:
        raise StaffError(f"{words.kind}不是通知。", f"可用：{'、'.join(ANNOUNCED)}。")
    if not words.title.strip() or not words.body.strip():
        raise StaffError("通知要有标题和正文。", "请补上再保存。")
    _sayable(words)
    audience = _audience(words.audience or {})
    row = await sql().one(
        "INSERT INTO announcement (account_id, kind, title, body, audience, due_on, until_on,"
        " created_by, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
        *(account_id(), words.kind, words.title.strip(), words.body.strip()),
        *(dumps(audience), words.due_on, words.until_on, by, now),
    )
    return int(row["id"])


def _sayable(words: Words) -> None:
    for what, text, most in (
        ("标题", words.title, LONGEST),
        ("正文", words.body, LONG["body"]),
    ):
        if len(text.strip()) > most:
            raise StaffError(f"{what}有{len(text.strip())}字，最多{most}字。", "请写短一些。")
        if found := lint(text):
            raise StaffError(f"{what}里不要说“{found[0].word}”。", f"{found[0].better}。")
    if words.until_on is not None and words.until_on < words.due_on:
        raise StaffError("最后一天早于发出的那天。", "请核对日期。")


def _audience(said: Mapping[str, Any]) -> dict[str, list[str]]:
    """As it is kept: lists, energies as files name them. StaffError for what nobody could meet."""
    if strange := set(said) - set(KEYS):
        raise StaffError(
            f"范围里不认识：{'、'.join(sorted(strange))}。", f"可用：{'、'.join(KEYS)}。"
        )
    kept = {key: [one] if isinstance(one, str) else one for key, one in said.items()}
    for key, values in kept.items():
        if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
            raise StaffError(f"范围{key}要写一个词或几个词。", '例如：{"energy": ["纯电"]}。')
    if "energy" in kept:
        kept["energy"] = [ENERGIES.get(one, one) for one in kept["energy"]]
        if wrong := set(kept["energy"]) - set(ENERGIES.values()):
            raise StaffError(
                f"没有这样的能源：{'、'.join(sorted(wrong))}。", f"可用：{'、'.join(ENERGIES)}。"
            )
    return kept


async def approve(number: int, by: str, now: datetime) -> None:
    """From now on it is planned. StaffError: unknown, approved already, or one's own."""
    async with transaction() as db:
        found = await one(number)
        if found is None:
            raise StaffError(f"没有编号为{number}的通知。", "请核对编号。")
        if found.created_by == by:
            raise StaffError("自己写的通知要由另一位同事批准。", "请换一位同事批准。")
        written = await db.run(
            "UPDATE announcement SET approved_by = ?, approved_at = ?"
            " WHERE account_id = ? AND id = ? AND approved_at IS NULL",
            *(by, now, account_id(), number),
        )
        if not written:
            raise StaffError("这条通知已经批准过了。", "不用再批准。")
        await audit.note(by, "approve", f"announcement:{number}", {"kind": found.kind}, now)


async def one(number: int) -> Announcement | None:
    row = await sql().row(
        f"SELECT {_COLUMNS} FROM announcement WHERE account_id = ? AND id = ?",  # noqa: S608 - our own columns
        *(account_id(), number),
    )
    return _read(row) if row else None


async def approved(first: date, last: date) -> list[Announcement]:
    """Those approved that are due from `first` to `last`."""
    rows = await sql().rows(
        f"SELECT {_COLUMNS} FROM announcement WHERE account_id = ? AND due_on >= ? AND due_on <= ?"  # noqa: S608 - our own columns
        " AND approved_at IS NOT NULL ORDER BY due_on, id",
        *(account_id(), first, last),
    )
    return [_read(row) for row in rows]


async def bodies(numbers: Collection[int]) -> dict[int, str]:
    """What these announcements say."""
    if not numbers:
        return {}
    db = sql()
    condition, value = among(db, "id", numbers)
    rows = await db.rows(
        f"SELECT id, body FROM announcement WHERE account_id = ? AND {condition}",  # noqa: S608 - our own columns
        *(account_id(), value),
    )
    return {row["id"]: row["body"] for row in rows}


async def current(today: date, days: int = 60) -> tuple[Announced, ...]:
    """Those approved that may still be on somebody's plan."""
    found = await approved(today - timedelta(days=days), today + timedelta(days=days))
    return tuple(each.announced for each in found)


def _read(row: Any) -> Announcement:
    due_on, created_at = calendar_day(row["due_on"]), moment(row["created_at"])
    assert due_on is not None and created_at is not None  # noqa: S101, PT018 - never NULL
    return Announcement(
        *(row["id"], row["kind"], row["title"], row["body"], loads(row["audience"])),
        *(due_on, calendar_day(row["until_on"]), row["created_by"], created_at),
        *(row["approved_by"], moment(row["approved_at"])),
    )
