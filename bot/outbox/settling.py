"""Writing down what became of messages, what it teaches, and telling staff what needs them."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.errors import Conflict
from bot.outbox.outcome import Outcome
from bot.outbox.parcels import Once, Parcel, Texts
from bot.outbox.summary import Summary
from bot.rules.errcodes import Refuses
from bot.rules.send_check import ANYTHING
from storage.queries.outbox import budgets as outbox_budgets
from storage.queries.outbox import claiming as outbox
from storage.queries.outbox import people as outbox_people
from storage.queries.outbox import receipts as outbox_receipts
from storage.queries.outbox.claiming import Claimed
from storage.queries.staff import alerts as staff_alerts
from storage.queries.staff.alerts import ALERT

log = structlog.get_logger("outbox")

RACES = 5
_PAUSED = "微信消息暂停发送，请处理"
_STOPPED = "一个微信模板不能用了，请处理"


@dataclass(frozen=True, slots=True)
class Done:
    """A message and what became of it; `parcel` None: it was never tried."""

    message: Claimed
    outcome: Outcome
    parcel: Parcel | None = None


class Books:
    """Settles for all lanes of a dispatcher. `quiet`: how idems begin of which staff are not told."""

    def __init__(self, quiet: tuple[str, ...]) -> None:
        self._quiet = quiet
        self._bad: dict[str, int] = {}

    async def settle(
        self, api: str, done: Sequence[Done], now: datetime, at: datetime, summary: Summary
    ) -> bool:
        """Write a batch, together; True: the API is paused from now on."""
        paused = False
        for race in range(RACES):
            try:
                async with outbox.together():
                    paused = await self._settled(api, done, now, at)
                break
            except Conflict:  # a turn of one of these people was faster
                if race == RACES - 1:
                    raise
        for one in done:
            summary.count(one.outcome.state)
        counts = dict.fromkeys({one.outcome.state for one in done}, 0)
        for one in done:
            counts[one.outcome.state] += 1
        log.info("messages_settled", api=api, **counts)
        return paused

    async def finish(
        self, api: str, flights: Collection["asyncio.Task[Done]"], now: datetime, summary: Summary
    ) -> None:
        """Settle what is still under way, also when the lane ends by an error or is cancelled."""
        if flights:
            ended = await asyncio.gather(*flights, return_exceptions=True)
            done = [one for one in ended if isinstance(one, Done)]
            await self.settle(api, done, now, now, summary)

    async def stop(self, one: Done, now: datetime) -> None:
        """A message that may not go, in the claiming transaction."""
        outcome = one.outcome
        await outbox.settle(one.message, outcome.state, now, outcome.why, outcome.due_at)
        await self.tell_staff(one.message, outcome, now)

    async def _settled(self, api: str, done: Sequence[Done], now: datetime, at: datetime) -> bool:
        good = [one for one in done if one.outcome.state == "accepted"]
        ours = await outbox.accepted([(one.message, one.outcome.msgid) for one in good], now)
        if any(one.outcome.msgid for one in good):
            await outbox_receipts.take_kept(now)
        for one in sorted(done, key=lambda d: (d.message.to.id, d.message.id)):
            if one.outcome.state == "accepted":
                if one.message.id not in ours:
                    log.warning("message_settled_by_another", message=one.message.id)
            else:
                await self._settled_one(one, now)
        return await self._learn(api, done, bool(good), at)

    async def _settled_one(self, one: Done, now: datetime) -> None:
        message, outcome = one.message, one.outcome
        if not await outbox.settle(
            message, outcome.state, now, outcome.why, outcome.due_at, doubt=outcome.doubt
        ):
            log.warning("message_settled_by_another", message=message.id)
            return
        if outcome.state in ("waiting", "failed") and isinstance(one.parcel, Texts):
            await outbox.count_sent(message.to.id, outcome.sent - one.parcel.calls)
        await self._of_the_person(one, now)
        await self.tell_staff(message, outcome, now)
        if outcome.template_broken and one.parcel is not None:
            await outbox_people.template_broke(one.parcel.template, outcome.why)

    async def _of_the_person(self, one: Done, now: datetime) -> None:
        person, outcome, parcel = one.message.to.id, one.outcome, one.parcel
        match outcome.refuses:
            case Refuses.FOLLOWING if one.message.channel != "once":
                await outbox_people.follows_no_more(person, now)
            case Refuses.ANYTHING:
                await outbox_people.refuses(person, ANYTHING, now)
            case Refuses.TEMPLATE if isinstance(parcel, Once):
                await outbox_people.grants_are_spent(person, parcel.template, now)
            case Refuses.TEMPLATE if parcel is not None and parcel.template:
                await outbox_people.refuses(person, parcel.template, now)
            case _ if isinstance(parcel, Once) and outcome.state == "failed":
                await outbox_people.give_back_grant(person, parcel.template)

    async def _learn(self, api: str, done: Sequence[Done], good: bool, at: datetime) -> bool:
        """Pause the API where its answers say so, or where bad ones come in a row."""
        stops = [one.outcome for one in done if one.outcome.pause_until is not None]
        for stop in stops:
            assert stop.pause_until is not None  # noqa: S101 - those were chosen
            log.error("channel_paused", api=api, why=stop.why, until=stop.pause_until.isoformat())
            await outbox_budgets.pause(api, stop.pause_until, stop.why, at)
        if good:
            if self._bad.pop(api, 0):
                await outbox_budgets.good_answer(api)
            return bool(stops)
        bad = [one.outcome for one in done if one.outcome.bad]
        if bad and not stops:
            self._bad[api] = self._bad.get(api, 0) + len(bad)
            why = f"连续多次发送失败：{bad[-1].why}"
            until = await outbox_budgets.bad_answers(api, len(bad), why, at)
            if until is not None:
                log.error("channel_paused", api=api, why=why, until=until.isoformat())
                await outbox.alarm(_PAUSED, why, at)
                return True
        return bool(stops)

    async def tell_staff(self, message: Claimed, outcome: Outcome, now: datetime) -> None:
        """A reply that a person waits for must not get lost in silence, nor may the whole channel.

        What carries a touchpoint goes another way by itself.
        """
        if outcome.alarm:
            title = _STOPPED if outcome.template_broken else _PAUSED
            await outbox.alarm(title, _detail(outcome), now)
        failed = outcome.state == "failed"
        if failed and message.channel == "service" and message.idem.startswith(ALERT):
            await staff_alerts.by_template(message.to.id, message.idem, message.body, now)
        if outcome.state not in ("failed", "uncertain") or message.idem.startswith(self._quiet):
            return
        if message.touchpoint_id is not None:
            return
        title = "有一条回复没能发给客户，请联系客户" if failed else "有一条回复不确定客户是否收到"
        await outbox.staff_task(message.to, title, _detail(outcome), now, f"message:{message.id}")


def _detail(outcome: Outcome) -> str:
    return outcome.why + (f"。{outcome.mend}" if outcome.mend else "")
