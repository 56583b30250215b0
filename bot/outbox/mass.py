"""Mass sends: a list at a time, each person looked at once more, the same key for every try."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog

from bot.clock import monotonic
from bot.errors import Conflict, WeChatError
from bot.outbox import outcome as outcomes
from bot.outbox.lane import COARSE, LEASE, ask_quota, sending
from bot.outbox.outcome import Outcome
from bot.outbox.sender import APIS, Sender
from bot.outbox.summary import Summary
from bot.rules.mass_lists import LEAST
from bot.rules.send_check import Check, check, lapsed, month_of, morning
from storage.queries.outbox import budgets as outbox_budgets
from storage.queries.outbox import claiming as outbox
from storage.queries.outbox import mass as outbox_mass
from storage.queries.outbox import receipts as outbox_receipts
from storage.queries.outbox.claiming import Claimed
from storage.queries.outbox.mass import Batch

log = structlog.get_logger("outbox")

TOO_FEW = "群发至少要两位客户，其他客户不能收"
RACES = 5


class MassLane:
    """Sends lists of people, one after another."""

    def __init__(self, client: Sender) -> None:
        self._client = client
        self._api = APIS["mass"]

    async def run(self, now: datetime, summary: Summary) -> None:
        """Send until no list is due at `now`, or none may go."""
        if not await outbox_mass.any_due(now):
            return
        await ask_quota(self._client, self._api, now)
        started = monotonic()
        while True:
            passed = timedelta(seconds=monotonic() - started)
            at = now + passed if passed > COARSE else now
            claimed = await self._claim(now, at, summary)
            if claimed is None:
                return
            batch, openids = claimed
            if openids:
                await self._send(batch, openids, now, at, summary)

    async def _claim(
        self, now: datetime, at: datetime, summary: Summary
    ) -> tuple[Batch, list[str]] | None:
        """The next list with those who may have it; no openids: it came to its end here."""
        for _ in range(RACES):
            try:
                async with outbox.together():
                    budget = await outbox_budgets.held(self._api)
                    batch = await outbox_mass.claim(at, LEASE) if budget.left(at) else None
                    if batch is None:
                        return None
                    return batch, await self._held(batch, now, at, summary)
            except Conflict:
                continue
        return None

    async def _held(self, batch: Batch, now: datetime, at: datetime, summary: Summary) -> list[str]:
        openids = [one.to.openid for one in batch.people]
        if not batch.fresh and await self._not_now(batch, now, at, summary):
            return []
        if batch.fresh:
            verdicts = {one.id: check(sending(one, at), at) for one in batch.people}
            waits = [v.due_at for v in verdicts.values() if v.state == "waiting" and v.due_at]
            if waits:
                why = "不在可联系的时段内"
                await outbox_mass.settle(batch, "waiting", now, why=why, due_at=max(waits))
                summary.count("waiting")
                return []
            drop = _left_out(batch.people, verdicts)
            openids = await outbox_mass.hold(batch, drop, month_of(at), now)
            summary.count("failed", len(drop))
        if len(openids) < LEAST:
            await outbox_mass.settle(batch, "failed", now, why=TOO_FEW, month=month_of(at))
            return []
        await outbox_budgets.spend(self._api, 1, at)
        return openids

    async def _not_now(self, batch: Batch, now: datetime, at: datetime, summary: Summary) -> bool:
        """A list that may have arrived is repeated by day, while the platform still knows it."""
        people = [sending(one, at) for one in batch.people]
        opens = morning(people, at)
        if lapsed(people, batch.due_at, opens or at):
            why = "微信没有给出明确答复，已不能再确认是否发出"
            await outbox_mass.settle(batch, "uncertain", now, why=why)
            summary.count("uncertain", len(people))
            return True
        if opens is not None:
            why = "不在可联系的时段内"
            await outbox_mass.settle(batch, "waiting", now, why=why, due_at=opens, doubt=True)
            summary.count("waiting")
        return opens is not None

    async def _send(
        self, batch: Batch, openids: list[str], now: datetime, at: datetime, summary: Summary
    ) -> None:
        try:
            job = await self._client.mass_send(openids, batch.body, client_msg_id=batch.key)
            outcome = Outcome("accepted", msgid=job.msg_id)
        except Exception as error:
            if not isinstance(error, WeChatError):
                log.exception("mass_not_sent", mass=batch.id)
            outcome = outcomes.after(_first(batch), error, 0, at)
        for race in range(RACES):
            try:
                async with outbox.together():
                    await self._settle(batch, outcome, now, at)
                break
            except Conflict:
                if race == RACES - 1:
                    raise
        summary.count(outcome.state, len(openids) if outcome.state != "waiting" else 1)
        log.info("mass_settled", mass=batch.id, state=outcome.state, people=len(openids))

    async def _settle(self, batch: Batch, outcome: Outcome, now: datetime, at: datetime) -> None:
        await outbox_mass.settle(
            batch,
            outcome.state,
            now,
            why=outcome.why,
            msgid=outcome.msgid,
            due_at=outcome.due_at,
            doubt=outcome.doubt or not batch.fresh,
            month=month_of(at),
        )
        if outcome.msgid:
            await outbox_receipts.take_kept(now)
        if outcome.pause_until is not None:
            await outbox_budgets.pause(self._api, outcome.pause_until, outcome.why, at)
        if outcome.alarm or outcome.state in ("failed", "uncertain"):
            detail = f"{outcome.why}。{outcome.mend}"
            await outbox.alarm("群发没能发出，请处理", detail, now)


def _left_out(people: tuple[Claimed, ...], verdicts: Mapping[int, Check]) -> dict[int, str]:
    """Who may not have it; one who is left alone may not either."""
    drop = {number: verdict.why for number, verdict in verdicts.items() if verdict.state}
    if 0 < len(people) - len(drop) < LEAST:
        drop |= {one.id: TOO_FEW for one in people if one.id not in drop}
    return drop


def _first(batch: Batch) -> Claimed:
    """The list as one message: tried so often, in doubt since its first try if it ever was."""
    one = batch.people[0]
    doubt_at = None if batch.fresh else batch.due_at
    return Claimed(
        batch.id, batch.key, "", batch.attempts, one.created_at, one.to, "mass", doubt_at=doubt_at
    )
