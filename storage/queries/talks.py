"""One turn of a conversation, read and written in as few statements as it takes."""

from collections.abc import Collection, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any

from bot.errors import Conflict
from bot.rules.receipts import Leave, Receipt
from storage.db import AlreadyThere, Sql, moment, sql, transaction
from storage.queries import follows, people
from storage.queries.outbox import claiming as outbox
from storage.queries.outbox import receipts as outbox_receipts
from storage.queries.staff import wechat as staff_wechat
from storage.queries.stores import shops as stores
from storage.scope import account_id
from storage.secrets import marks, seal, seal_json, unseal, unseal_json

MESSAGE_WINDOW = timedelta(hours=48)


@dataclass(slots=True)
class Person:
    """One WeChat identity and the customer it is bound to."""

    id: int
    openid: str
    scene: str
    customer_id: int | None
    name: str = ""
    gender: str = ""
    phone: str = ""


@dataclass(slots=True)
class TalkRow:
    """A conversation as it is kept; changed in memory, written by `save_talk`."""

    id: int
    flow: str
    version: int
    status: str
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    heard: list[dict[str, Any]] = field(default_factory=list)
    asking: dict[str, Any] | None = None
    misses: int = 0
    reminded: bool = False
    wake_at: datetime | None = None
    rev: int = 0


@dataclass(slots=True)
class Start:
    """What a turn begins with."""

    person: Person
    repeat: str | None = None
    open: TalkRow | None = None
    suspended: TalkRow | None = None


# The update takes the person's row lock, so two messages of one person queue here on PostgreSQL.
# A tap's short window does not end the longer one that a message opened. What the person did not
# do themselves (a receipt, a timer of ours) says nothing about whether they still follow.
_PERSON = """
INSERT INTO wechat_user
  (account_id, openid, subscribed, scene, first_scene, window_kind, window_opened_at,
   subscribed_at, created_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (account_id, openid) DO UPDATE SET
  subscribed = CASE WHEN NOT excluded.subscribed THEN FALSE
    WHEN excluded.window_kind <> '' THEN TRUE ELSE wechat_user.subscribed END,
  subscribed_at = CASE WHEN excluded.window_kind <> '' AND NOT wechat_user.subscribed
    THEN excluded.subscribed_at ELSE wechat_user.subscribed_at END,
  scene = CASE WHEN excluded.scene <> '' THEN excluded.scene ELSE wechat_user.scene END,
  first_scene = CASE WHEN wechat_user.first_scene = '' THEN excluded.first_scene
    ELSE wechat_user.first_scene END,
  unsubscribed_at = CASE WHEN NOT excluded.subscribed THEN excluded.created_at
    WHEN excluded.window_kind <> '' THEN NULL ELSE wechat_user.unsubscribed_at END,
  window_opened_at = CASE WHEN excluded.window_kind = 'message' OR (excluded.window_kind = 'tap'
      AND (wechat_user.window_kind <> 'message' OR wechat_user.window_opened_at < ?))
    THEN excluded.window_opened_at ELSE wechat_user.window_opened_at END,
  window_sent = CASE WHEN excluded.window_kind = 'message' OR (excluded.window_kind = 'tap'
      AND (wechat_user.window_kind <> 'message' OR wechat_user.window_opened_at < ?))
    THEN 0 ELSE wechat_user.window_sent END,
  window_kind = CASE WHEN excluded.window_kind = 'message' OR (excluded.window_kind = 'tap'
      AND (wechat_user.window_kind <> 'message' OR wechat_user.window_opened_at < ?))
    THEN excluded.window_kind ELSE wechat_user.window_kind END
RETURNING id, customer_id, scene
"""

_CONTEXT = """
SELECT a.settings_rev, i.reply, c.name, c.gender, c.phone, t.id, t.flow, t.version, t.status, t.answers, t.heard,
       t.asking, t.misses, t.reminded, t.wake_at, t.rev
FROM account a
LEFT JOIN inbox i ON i.account_id = a.id AND i.key = ?
LEFT JOIN customer c ON c.id = ?
LEFT JOIN talk t ON t.account_id = a.id AND t.wechat_user_id = ?
  AND t.status IN ('open', 'suspended')
WHERE a.id = ?
"""

_NEW_TALK = """
INSERT INTO talk (account_id, wechat_user_id, open_for, flow, version, status, answers, heard,
  created_at, changed_at)
VALUES (?, ?, ?, ?, ?, 'open', '', '', ?, ?) RETURNING id
"""

_SAVE_TALK = """
UPDATE talk SET open_for = ?, version = ?, status = ?, answers = ?, heard = ?, asking = ?,
  misses = ?, reminded = ?, wake_at = ?, rev = rev + 1, changed_at = ?
WHERE id = ? AND account_id = ? AND rev = ?
"""

_RECORD = """
INSERT INTO inbox (account_id, wechat_user_id, key, kind, body, reply, received_at)
VALUES (?, ?, ?, ?, ?, ?, ?)
"""

_OR_WAITS = (
    " AND (t.flow IN ({marks}) OR EXISTS (SELECT 1 FROM talk s WHERE s.account_id = t.account_id"
    " AND s.wechat_user_id = t.wechat_user_id AND s.status = 'suspended' AND s.flow IN ({marks})))"
)


class Talks:
    """Fulfils what the engine asks of a store."""

    def turn(
        self, openid: str, key: str, now: datetime, *, window: str, subscribed: bool, scene: str
    ) -> AbstractAsyncContextManager[Start]:
        """One transaction with the person locked."""
        return _Turn(openid, key, now, window, subscribed, scene)

    def savepoint(self) -> AbstractAsyncContextManager[Sql]:
        return transaction()

    async def begin_talk(self, person: Person, flow: str, version: int, now: datetime) -> TalkRow:
        account = account_id()
        row = await sql().one(_NEW_TALK, account, person.id, person.id, flow, version, now, now)
        return TalkRow(id=row["id"], flow=flow, version=version, status="open")

    async def save_talk(self, row: TalkRow, person: Person, now: datetime) -> None:
        """Raises Conflict if somebody else has written the row since it was read."""
        written = await sql().run(
            _SAVE_TALK,
            person.id if row.status == "open" else None, row.version, row.status,
            seal_json("talk.answers", row.answers), seal_json("talk.heard", row.heard),
            None if row.asking is None else seal_json("talk.asking", row.asking),
            row.misses, row.reminded, row.wake_at, now, row.id, account_id(), row.rev,
        )  # fmt: skip  # in the order of the statement
        if written != 1:
            raise Conflict(f"talk {row.id} was changed by another writer")
        row.rev += 1

    async def record(
        self, person: Person, key: str, kind: str, body: str, reply: str, now: datetime
    ) -> None:
        try:
            await sql().run(
                _RECORD, account_id(), person.id, key, kind[:32],
                seal("inbox.body", body), seal("inbox.reply", reply), now,
            )  # fmt: skip  # in the order of the statement
        except AlreadyThere:
            raise Conflict(f"{key} was answered by another process") from None

    async def queue(
        self, person: Person, idem: str, body: str, now: datetime, *,
        purpose: str = "", due_at: datetime | None = None,
    ) -> None:  # fmt: skip  # what it is, then when it may go
        await outbox.queue(person.id, idem, "service", body, now, purpose=purpose, due_at=due_at)

    async def staff_task(
        self, kind: str, person: Person, title: str, detail: str, now: datetime, same: str | None
    ) -> None:
        await people.staff_task(
            kind, title, now,
            wechat_user_id=person.id, customer_id=person.customer_id, detail=detail, same=same,
        )  # fmt: skip

    async def receipts(
        self, person: Person, receipts: Sequence[Receipt | Leave], now: datetime
    ) -> None:
        await outbox_receipts.take(receipts, person.id, now)

    async def due_talks(
        self, now: datetime, limit: int, flows: Collection[str] | None = None
    ) -> Sequence[tuple[int, str]]:
        names = list(flows or ())
        only = "" if flows is None else _OR_WAITS.format(marks=marks(names) or "NULL")
        rows = await sql().rows(
            "SELECT t.id, u.openid FROM talk t JOIN wechat_user u ON u.id = t.wechat_user_id"  # noqa: S608 - our own condition, its values are marks
            f" WHERE t.account_id = ? AND t.status = 'open' AND t.wake_at <= ?{only}"
            " ORDER BY t.wake_at LIMIT ?",
            account_id(), now, *names, *names, limit,
        )  # fmt: skip  # in the order of the statement
        return [(row["id"], row["openid"]) for row in rows]

    async def works_here(self, person: Person) -> bool:
        return await staff_wechat.works_here(person.id)

    async def reload(self, person: Person) -> Person:
        row = await sql().one(
            "SELECT u.customer_id, c.name, c.gender, c.phone FROM wechat_user u"
            " LEFT JOIN customer c ON c.id = u.customer_id WHERE u.account_id = ? AND u.id = ?",
            account_id(), person.id,
        )  # fmt: skip  # in the order of the statement
        return _person(person.id, person.openid, person.scene, row)


def _person(user_id: int, openid: str, scene: str, row: Any) -> Person:
    return Person(
        user_id, openid, scene, row["customer_id"], row["name"] or "", row["gender"] or "",
        unseal("customer.phone", row["phone"]),
    )  # fmt: skip  # in the order of the class


def _talk(row: Any) -> TalkRow:
    return TalkRow(
        id=row["id"],
        flow=row["flow"],
        version=row["version"],
        status=row["status"],
        answers=unseal_json("talk.answers", row["answers"]) or {},
        heard=unseal_json("talk.heard", row["heard"]) or [],
        asking=unseal_json("talk.asking", row["asking"]),
        misses=row["misses"],
        reminded=bool(row["reminded"]),
        wake_at=moment(row["wake_at"]),
        rev=row["rev"],
    )


class _Turn:
    """One transaction with the person locked; entering it reads what the turn begins with."""

    __slots__ = ("_key", "_now", "_openid", "_seen", "_shop", "_subscribed", "_transaction")

    def __init__(
        self, openid: str, key: str, now: datetime, window: str, subscribed: bool, scene: str
    ) -> None:
        self._openid = openid
        self._key = key
        self._now = now
        self._subscribed = subscribed
        self._seen = (scene, scene, window, now if window else None)
        self._transaction = transaction()

    async def __aenter__(self) -> Start:
        db = await self._transaction.__aenter__()
        try:
            return await self._begin(db)
        except BaseException as error:
            await self._transaction.__aexit__(type(error), error, error.__traceback__)
            raise

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        stores.in_force_no_longer(self._shop)
        await self._transaction.__aexit__(kind, error, trace)

    async def _begin(self, db: Sql) -> Start:
        account = account_id()
        leaves = not self._subscribed and not await _answered(db, self._key)
        since = None if leaves else self._now
        closed = (self._now - MESSAGE_WINDOW,) * 3
        person = (self._openid, not leaves, *self._seen, since, self._now, *closed)
        user = await db.one(_PERSON, account, *person)
        if leaves:
            await follows.left(user["id"], self._now)
        rows = await db.rows(_CONTEXT, self._key, user["customer_id"], user["id"], account)
        first = rows[0]
        start = Start(
            Person(
                user["id"], self._openid, user["scene"], user["customer_id"],
                first["name"] or "", first["gender"] or "", unseal("customer.phone", first["phone"]),
            ),
            None if first["reply"] is None else unseal("inbox.reply", first["reply"]),
        )  # fmt: skip  # in the order of the class
        for row in rows:
            if row["id"] is not None:
                talk = _talk(row)
                if talk.status == "open":
                    start.open = talk
                else:
                    start.suspended = talk
        self._shop = stores.in_force(first["settings_rev"])
        return start


async def _answered(db: Sql, key: str) -> bool:
    """Whether this very message was dealt with: a late copy of a leave must not undo a return."""
    row = await db.row("SELECT id FROM inbox WHERE account_id = ? AND key = ?", account_id(), key)
    return row is not None
