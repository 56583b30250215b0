"""One channel: claim what is due, recheck, commit, send, settle; many sends in flight.

The rules are asked again when a message is claimed, and no more are claimed than leave within
moments. Whatever has come back meanwhile is settled together.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from bot.clock import monotonic
from bot.errors import Conflict, WeChatError
from bot.outbox import outcome as outcomes
from bot.outbox.outcome import Outcome
from bot.outbox.pace import Pace
from bot.outbox.parcels import Parcel, Texts, parcel
from bot.outbox.sender import A_MINUTE, APIS, Sender
from bot.outbox.settling import Books, Done
from bot.outbox.summary import Summary
from bot.rules.backoff import BEIJING
from bot.rules.care_settings import sensible
from bot.rules.etiquette import Care, within_hours
from bot.rules.send_check import Check, Sending, check
from bot.rules.windows import may_send
from storage.queries.outbox import budgets as outbox_budgets
from storage.queries.outbox import claiming as outbox
from storage.queries.outbox import people as outbox_people
from storage.queries.outbox.claiming import Claimed

log = structlog.get_logger("outbox")

LEASE = timedelta(minutes=2)
AHEAD = 2.0
"""Seconds of sending that are claimed at a time."""
COARSE = timedelta(seconds=10)
"""A dispatch that takes no longer puts things off from its beginning."""
NUDGE = "wake:"
"""What these say is of no use later: they are dropped without a word."""
RACES = 5


@dataclass(frozen=True, slots=True)
class Ready:
    """A claimed message and what it sends."""

    message: Claimed
    parcel: Parcel


class Lane:
    """Sends the messages of one channel. `batch`: how many are in hand, `at_once`: being sent."""

    def __init__(
        self, channel: str, client: Sender, books: Books, pace: Pace, at_once: int, batch: int
    ) -> None:
        self.channel = channel
        self.api = APIS[channel]
        self._client = client
        self._books = books
        self._pace = pace
        self._at_once = asyncio.Semaphore(at_once)
        self._batch = max(1, min(batch, int(pace.rate * AHEAD)))

    async def run(self, now: datetime, summary: Summary) -> None:
        """Send until nothing more is due at `now`, or nothing more may go."""
        if not await outbox_people.any_due(self.channel, now):
            return
        await ask_quota(self._client, self.api, now)
        started, more = monotonic(), True
        flights: set[asyncio.Task[Done]] = set()
        try:
            while True:
                at = now + timedelta(seconds=monotonic() - started)
                since = at if at - now > COARSE else now
                if more and len(flights) <= self._batch * 3 // 4:
                    ready, refused = await self._claim(now, at, self._batch - len(flights), summary)
                    more = bool(ready or refused)
                    flights |= {asyncio.create_task(self._send(one, since)) for one in ready}
                if not flights:
                    if not more:
                        return
                    continue
                done, flights = await asyncio.wait(flights, return_when=asyncio.FIRST_COMPLETED)
                ended = [flight.result() for flight in done]
                more = not await self._books.settle(self.api, ended, now, since, summary) and more
        finally:
            # Whoever stops us stops us between messages: what is under way is waited for.
            await self._books.finish(self.api, flights, now, summary)

    async def _claim(
        self, now: datetime, at: datetime, room: int, summary: Summary
    ) -> tuple[list[Ready], int]:
        """What may be sent, counted in its budgets; and how many may not."""
        for _ in range(RACES):
            try:
                async with outbox.together():
                    return await self._claimed(now, at, room, summary)
            except Conflict:  # a turn of the same person was faster
                continue
        return [], 0

    async def _claimed(
        self, now: datetime, at: datetime, room: int, summary: Summary
    ) -> tuple[list[Ready], int]:
        budget = await outbox_budgets.held(self.api)
        room = min(room, budget.left(at))
        if room <= 0:
            return [], 0
        broken = await outbox_people.broken_templates() if self.channel != "service" else set()
        ready, stopped = [], []
        # In the order of the people, so that two dispatchers never wait for each other.
        claimed = await outbox.claim(at, room, LEASE, self.channel)
        for message in sorted(claimed, key=lambda m: m.to.id):
            one, verdict = _looked_at(message, at, broken)
            may = one is not None and not verdict.state
            if one and may and self.channel == "once" and not await _leave_taken(one, now):
                verdict = Check("failed", "客户没有可用的一次性订阅授权")
            if one is None or verdict.state:
                stopped.append(Done(message, Outcome(verdict.state, verdict.why, verdict.due_at)))
            else:
                ready.append(one)
                if isinstance(one.parcel, Texts):
                    await outbox.count_sent(message.to.id, one.parcel.calls)
        await outbox_budgets.spend(self.api, sum(one.parcel.calls for one in ready), at)
        for end in stopped:
            await self._books.stop(end, now)
        for end in stopped:
            summary.count(end.outcome.state)
        return ready, len(stopped)

    async def _send(self, one: Ready, at: datetime) -> Done:
        message, what = one.message, one.parcel
        async with self._at_once:
            if what.calls:
                await self._pace.turn()
            try:
                msgid = await what.send(self._client, message)
            except Exception as error:
                if not isinstance(error, WeChatError):
                    log.exception("message_not_sent", message=message.id)
                return Done(message, outcomes.after(message, error, what.sent, at), what)
        return Done(message, Outcome("accepted", msgid=msgid, sent=what.sent), what)


def _looked_at(message: Claimed, at: datetime, broken: set[str]) -> tuple[Ready | None, Check]:
    """What a message sends, or why it may not be sent now."""
    try:
        what = parcel(message)
    except ValueError:
        return None, Check("failed", "消息内容无法读取，请联系技术支持")
    if not what.calls:
        return Ready(message, what), Check()
    verdict = check(replace(sending(message, at), template=what.template), at)
    if not verdict.state and what.template in broken:
        verdict = Check("uncertain" if message.doubt_at else "failed", "模板已停用")
    if not verdict.state and isinstance(what, Texts):
        verdict = _window(message, what, at)
    return Ready(message, what), verdict


def sending(message: Claimed, at: datetime) -> Sending:
    """What the rules need to know of a message."""
    to = message.to
    return Sending(
        channel=message.channel,
        purpose=message.purpose,
        until=message.until,
        doubt_at=message.doubt_at,
        subscribed=to.subscribed,
        agreed=message.agreed,
        complaint=message.complaint,
        refusals=outbox_people.in_force(to.refusals, at, to.window_opened_at),
        mass_month=to.mass_month,
        mass_sent=to.mass_sent,
        care=_care(message),
        zone=ZoneInfo(message.timezone) if message.timezone else BEIJING,
    )


def _care(message: Claimed) -> Care:
    return Care.of(sensible(message.care)[0])  # what is wrong is said by the doctor


def _window(message: Claimed, what: Texts, at: datetime) -> Check:
    to, count = message.to, what.calls
    if message.idem.startswith(NUDGE) and to.wrote_since(message.created_at):
        return Check("failed", "客户已回复，不再提醒")
    zone = ZoneInfo(message.timezone) if message.timezone else BEIJING
    if message.idem.startswith(NUDGE) and not within_hours(at, _care(message), zone):
        return Check("failed", "不在可联系的时段内，不再提醒")
    allowed = may_send(to.window_kind, to.window_opened_at, to.window_sent, at)
    if not allowed:
        return Check("failed", allowed.why)
    if allowed.left < count:
        return Check("failed", f"内容共{count}段，客户再次来消息前只能再发{allowed.left}条")
    return Check()


async def _leave_taken(one: Ready, now: datetime) -> bool:
    """A later try still has the leave that the first one took."""
    message, what = one.message, one.parcel
    return message.attempts > 1 or await outbox_people.take_grant(message.to.id, what.template, now)


async def ask_quota(client: Sender, api: str, now: datetime) -> None:
    """What the platform says is left of an API, once an hour; without an answer our own count."""
    budget = await outbox_budgets.of(api)
    if budget.paused(now) or not budget.stale(now):
        return
    known, minute = None, A_MINUTE.get(api)
    with suppress(WeChatError):
        known = await client.quota(api)
    if known is None:
        await outbox_budgets.checked(api, now, day_limit=None, used=0, minute_limit=minute)
        return
    await outbox_budgets.checked(
        api, now, day_limit=known.daily_limit, used=known.used, minute_limit=known.minute or minute
    )
