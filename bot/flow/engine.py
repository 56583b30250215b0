"""The turn: one message in, one transaction, one answer out.

Messages of one person are handled in order, of different people side by side. A repeat gets the
reply its first copy got. An unexpected error gives one calm sentence and a task for staff.
"""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from zoneinfo import ZoneInfo

import structlog

from bot.errors import Conflict, CustomerError
from bot.flow import repairs, timers
from bot.flow.conversation import Conversations
from bot.flow.incoming import Incoming
from bot.flow.reply import Answer
from bot.flow.store import Start, TurnStore
from bot.flow.turn import TurnWork
from bot.rules.etiquette import SERVICE

log = structlog.get_logger("flow")

CALM = "抱歉，我这边出了点状况，已经告诉门店同事，稍后会联系您。急事请直接致电门店。"
NUDGE, KEPT = "wake:", "kept:"
"""How the idem begins of what is said to silence: of no use later, or that something was kept."""
RACES = 4
"""How often a turn that lost a race is run again."""

Late = Callable[[], bool]
"""Asked once, just before the turn is written: True if the answer is awaited no longer."""


Lines = dict[str, tuple[asyncio.Lock, int]]
"""openid → the lock and how many messages hold it or wait for it."""


class _InLine:
    """One person's messages one after another; a line nobody stands in is forgotten."""

    __slots__ = ("_lines", "_lock", "_openid")

    def __init__(self, lines: Lines, openid: str) -> None:
        self._lines = lines
        self._openid = openid

    async def __aenter__(self) -> None:
        self._lock, waiting = self._lines.get(self._openid) or (asyncio.Lock(), 0)
        self._lines[self._openid] = (self._lock, waiting + 1)
        try:
            await self._lock.acquire()
        except BaseException:
            self._leave()
            raise

    async def __aexit__(self, *_what: object) -> None:
        self._lock.release()
        self._leave()

    def _leave(self) -> None:
        lock, waiting = self._lines[self._openid]
        if waiting == 1:
            del self._lines[self._openid]
        else:
            self._lines[self._openid] = (lock, waiting - 1)


class Engine:
    """Everything a message goes through between the wire and the database."""

    def __init__(self, store: TurnStore, conversations: Conversations, zone: ZoneInfo) -> None:
        self.store = store
        self.conversations = conversations
        self.zone = zone
        self._lines: Lines = {}

    async def answer(self, incoming: Incoming, now: datetime, late: Late = lambda: False) -> Answer:
        """The answer to `incoming`; empty if there is none, or if it follows as its own message."""
        local = now.astimezone(self.zone)
        async with _InLine(self._lines, incoming.openid):
            for _ in range(RACES):
                try:
                    return await self._turn(incoming, local, late)
                except Conflict:
                    continue
                except Exception:
                    log.exception("turn failed", key=incoming.key, kind=incoming.kind)
                    break
            return await self._calm(incoming, local, late)

    async def _turn(self, incoming: Incoming, now: datetime, late: Late) -> Answer:
        async with self._begun(incoming, now) as start:
            if start.repeat is not None:
                return Answer.load(start.repeat)
            work = TurnWork(self.store, self.conversations, start, incoming, now)
            if incoming.receipts:
                await self.store.receipts(work.person, incoming.receipts, now)
            try:
                await repairs.decide(work)
            except CustomerError as error:
                work.ask_again(error.say)
            return await self._write(work, late)

    def _begun(self, incoming: Incoming, now: datetime) -> AbstractAsyncContextManager[Start]:
        return self.store.turn(
            incoming.openid,
            incoming.key,
            now,
            window=incoming.window,
            subscribed=incoming.event != "unsubscribe",
            scene=incoming.scene if incoming.event in {"subscribe", "scan"} else "",
        )

    async def _write(self, work: TurnWork, late: Late) -> Answer:
        """Keep the message with its answer; an answer that comes too late goes out by itself."""
        incoming = work.incoming
        first, *rest = work.answer.split()
        if late() and not first.empty:
            rest.insert(0, first)
            first = Answer()
        elif first.hand_over and first.blocks:  # a transfer carries no words: they go beside it
            rest.insert(0, Answer(first.blocks))
            first = Answer(hand_over=True)
        for number, part in enumerate(rest):
            idem = f"late:{number}:{incoming.key}"
            await self.store.queue(work.person, idem, part.dump(), work.now)
        await self.store.record(
            work.person, incoming.key, incoming.kind, incoming.body, first.dump(), work.now
        )
        return first

    async def _calm(self, incoming: Incoming, now: datetime, late: Late) -> Answer:
        """One sentence and a task for staff, in a transaction of its own."""
        async with self._begun(incoming, now) as start:
            if start.repeat is not None:
                return Answer.load(start.repeat)
            work = TurnWork(self.store, self.conversations, start, incoming, now)
            if incoming.from_person:
                work.answer.say(CALM)
            await work.staff_task(
                "error", "有客户的消息没能处理，请联系客户", incoming.text[:200], incoming.key
            )
            return await self._write(work, late)

    async def follow_up(self, incoming: Incoming, answer: Answer, now: datetime) -> None:
        """Send an answer that was written, but too late to be the reply."""
        local = now.astimezone(self.zone)
        if not answer.empty:
            async with self._begun(incoming, local) as start:
                idem = f"late:0:{incoming.key}"
                await self.store.queue(start.person, idem, answer.dump(), local)

    async def wake(
        self, talk_id: int, openid: str, now: datetime, *, quiet_until: datetime | None = None
    ) -> bool:
        """Silence: the first time a nudge, the second time the talk is put away.

        What was due is looked at again in the transaction; a talk that has moved on is left alone.
        `quiet_until`: when whoever sleeps now may be told.
        """
        local = now.astimezone(self.zone)
        incoming = Incoming(openid, f"wake:{talk_id}", "event", event="wake")
        async with _InLine(self._lines, openid), self._begun(incoming, local) as start:
            row = start.open
            if row is None or row.id != talk_id or row.wake_at is None or row.wake_at > now:
                return False
            work = TurnWork(self.store, self.conversations, start, incoming, local)
            if quiet_until is not None:
                work.read_at = quiet_until.astimezone(self.zone)
            kept = await timers.on_silence(work, row)
            if not work.answer.empty:
                idem, purpose = (KEPT, SERVICE) if kept else (NUDGE, "")
                await self.store.queue(
                    *(work.person, f"{idem}{talk_id}:{row.rev}", work.answer.dump(), local),
                    purpose=purpose,
                    due_at=work.read_at,
                )
            return True

    async def wake_due(
        self, now: datetime, limit: int = 200, *, quiet_until: datetime | None = None
    ) -> int:
        """Wake every open talk whose time has come; how many were.

        `quiet_until`: it is night until then. What customers told is kept at its time all the same,
        and they hear of it in the morning; everything else waits.
        """
        woken = 0
        flows = None if quiet_until is None else self.conversations.keepers
        for talk_id, openid in await self.store.due_talks(now, limit, flows):
            woken += await self.wake(talk_id, openid, now, quiet_until=quiet_until)
        return woken
