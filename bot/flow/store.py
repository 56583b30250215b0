"""What the engine needs of a store; `storage.queries.talks` fulfils it."""

from collections.abc import Collection, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any, Protocol

from bot.rules.receipts import Leave, Receipt


class Person(Protocol):
    """Who writes: one WeChat identity, and the customer it is bound to, if any."""

    id: int
    openid: str
    scene: str
    customer_id: int | None
    name: str
    gender: str
    phone: str


class TalkRow(Protocol):
    """One conversation as it is kept. `answers`: name → {"v": kept, "n": order, "of": digest}."""

    id: int
    flow: str
    version: int
    status: str
    answers: dict[str, dict[str, Any]]
    heard: list[dict[str, Any]]
    asking: dict[str, Any] | None
    misses: int
    reminded: bool
    wake_at: datetime | None
    rev: int


class Start(Protocol):
    """What a turn begins with. `repeat` is the stored reply if this message was answered before."""

    @property
    def person(self) -> Person: ...
    @property
    def repeat(self) -> str | None: ...
    @property
    def open(self) -> TalkRow | None: ...
    @property
    def suspended(self) -> TalkRow | None: ...


class TurnStore(Protocol):
    """One turn is one transaction; everything here happens inside the one `turn` opened.

    `person` and `row` are the store's own, as it gave them.
    """

    def turn(
        self, openid: str, key: str, now: datetime, *, window: str, subscribed: bool, scene: str
    ) -> AbstractAsyncContextManager[Start]:
        """Lock the person and read. Another process answering the same message is waited for."""

    def savepoint(self) -> AbstractAsyncContextManager[Any]:
        """Everything inside is undone if it raises."""

    async def begin_talk(self, person: Any, flow: str, version: int, now: datetime) -> TalkRow:
        """A new open talk; the person must have no other open one."""

    async def save_talk(self, row: Any, person: Any, now: datetime) -> None:
        """Write the row as it is; `status` decides whether it is the person's open one."""

    async def record(
        self, person: Any, key: str, kind: str, body: str, reply: str, now: datetime
    ) -> None:
        """Keep what came in and what was answered. Raises Conflict if the key is there already."""

    async def queue(
        self,
        person: Any,
        idem: str,
        body: str,
        now: datetime,
        *,
        purpose: str = "",
        due_at: datetime | None = None,
    ) -> None:
        """Put a customer-service message into the outbox; the same `idem` twice is one row.

        `purpose` "": an answer, which no hours bind. `due_at`: not before then.
        """

    async def staff_task(
        self, kind: str, person: Any, title: str, detail: str, now: datetime, same: str | None
    ) -> None:
        """Something a person must do; the same `same` twice is one task."""

    async def receipts(
        self, person: Any, receipts: Sequence[Receipt | Leave], now: datetime
    ) -> None:
        """What became of messages of ours; the same twice changes nothing."""

    async def due_talks(
        self, now: datetime, limit: int, flows: Collection[str] | None = None
    ) -> Sequence[tuple[int, str]]:
        """(talk id, openid) of open talks whose wake_at has come.

        `flows`: only where one of these is open, or waits for what is open.
        """

    async def works_here(self, person: Any) -> bool:
        """Whether this is the WeChat of one of the staff."""

    async def reload(self, person: Any) -> Person:
        """The person as the database knows them now, after a conversation bound them."""
