"""Deciding: what is due becomes a message in the outbox, a call for a colleague, or waits, or ends.

A page of touchpoints is claimed, looked at once more by the facts of now, and written with its
messages in one transaction: decide, write, then send. Two processes share the work by locked rows.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.outbox.desk import Desk
from bot.outbox.masses import Masses
from bot.rules.deciding import Due, Verdict, Whom, decide
from bot.rules.etiquette import Past
from bot.rules.touch.facts import Facts
from bot.rules.touch.kinds import KINDS
from storage.queries import statistics
from storage.queries.cases import messages as case_messages
from storage.queries.cases.messages import case_of
from storage.queries.outbox import claiming as outbox
from storage.queries.ratings import touches as ratings_touches
from storage.queries.touch import check as touch_check
from storage.queries.touch import outbox as touch_outbox
from storage.queries.touch import people as touch_people
from storage.queries.touch import touchpoints
from storage.queries.touch.outbox import REACHED, UNDER_WAY, Call, Letter, Tried
from storage.queries.touch.people import Contact
from storage.queries.touch.touchpoints import NAMED, Settled, Touch

PAGE: Final = 200
HELD: Final = timedelta(hours=6)
"""How long the outbox has a touchpoint before somebody looks whether it was forgotten."""


async def decide_due(now: datetime) -> dict[str, int]:
    """Decide everything that is due at `now`; how many came to which end."""
    counts: Counter[str] = Counter()
    masses = Masses(now)
    await masses.take_up()
    desk = await Desk.open(now)
    while True:
        for state in touchpoints.OPEN:
            while await _page(state, desk, masses, counts, now) == PAGE:
                await statistics.keep_up()
        if not await masses.close():
            return dict(counts)


async def _page(state: str, desk: Desk, masses: Masses, counts: Counter[str], now: datetime) -> int:
    async with outbox.together():
        touches = await touchpoints.claim_due(state, now, PAGE)
        page = _Page(touches, desk, masses, now)
        if touches:
            counts.update(await page.write())
    return page.decided


class _Page:
    """Touchpoints in hand, what is known of them, and what is to be written."""

    def __init__(self, touches: Sequence[Touch], desk: Desk, masses: Masses, now: datetime) -> None:
        self._touches, self._desk, self._masses, self._now = touches, desk, masses, now
        self._settled: list[Settled] = []
        self._letters: list[Letter] = []
        self._calls: list[tuple[Touch, Contact, Verdict]] = []
        self._facts: Mapping[int, list[Facts]] = {}
        self._rated: frozenset[int] = frozenset()

    @property
    def decided(self) -> int:
        return len(self._settled)

    async def write(self) -> Counter[str]:
        customers = {one.customer_id for one in self._touches if one.customer_id is not None}
        contacts, busy = await touch_people.contacts(customers, self._now)
        named = {one.wechat_user_id for one in self._touches if one.wechat_user_id is not None}
        by_identity = await touch_people.of_wechat(named, self._now)
        self._touches = [one for one in self._touches if one.customer_id not in busy]
        self._facts = await touch_check.facts_for(self._touches, self._now, self._desk.base)
        self._rated = await ratings_touches.over_for(self._touches)
        tried = await touch_outbox.attempts([one.id for one in self._touches if one.state == "due"])
        await self._desk.read_heads(self._touches)
        for touch in self._touches:
            contact = by_identity.get(touch.wechat_user_id or 0) or contacts.get(
                touch.customer_id or 0, Contact(0)
            )
            mine = tried.get(touch.id, {})
            if not self._with_the_outbox(touch, mine):
                await self._decide(touch, contact, mine)
        await touch_outbox.queue_many(self._letters, self._now)
        await self._call()
        await touchpoints.settle(self._settled, self._now)
        return Counter(one.state if one.state != "due" else "waiting" for one in self._settled) + (
            Counter(queued=len(self._letters))
        )

    def _with_the_outbox(self, touch: Touch, tried: Mapping[str, Tried]) -> bool:
        """What was queued is settled by the outbox; where it forgot, it is settled here."""
        if not touch.channel:
            return False
        state = tried[touch.channel].state if touch.channel in tried else ""
        if state in UNDER_WAY:
            later = self._now + HELD
            self._settle(touch, "due", touch.channel, touch.why, touch.reasons, later)
        elif state in REACHED:
            self._settle(touch, "sent", touch.channel, "", touch.reasons)
        else:
            return False
        return True

    async def _decide(self, touch: Touch, contact: Contact, tried: Mapping[str, Tried]) -> None:
        store = self._desk.store(touch.store_id)
        if store is None or touch.kind not in KINDS:
            self._settle(touch, "cancelled", "", "没有可用的门店或规则", ())
            return
        facts = self._facts.get(touch.id, [])
        verdict = decide(
            Due(
                *(touch.identity, touch.customer_id, touch.purpose),
                *(touch.due_at, touch.until, touch.outcome == NAMED),
                self._desk.ruled_since(store, facts, touch),
            ),
            facts,
            self._desk.rules(store, facts, touch.kind),
            self._whom(touch, contact, tried),
            self._desk.where(store, touch.kind),
            self._now,
        )
        await self._carry_out(touch, contact, verdict, tried)

    def _whom(self, touch: Touch, contact: Contact, tried: Mapping[str, Tried]) -> Whom:
        failed = frozenset(name for name, one in tried.items() if one.failed)
        return Whom(
            replace(contact.reach, tried=failed),
            *(contact.history, contact.contact_hours, contact.tier, contact.first_car),
            rated=touch.id in self._rated,
        )

    async def _carry_out(
        self, touch: Touch, contact: Contact, verdict: Verdict, tried: Mapping[str, Tried]
    ) -> None:
        why = "；".join(verdict.reasons)
        match verdict.action:
            case "send":
                before = tried[verdict.channel].reached if verdict.channel in tried else 0
                await self._send(touch, contact, verdict, before)
            case "wait":
                self._settle(touch, "due", "", why, verdict.reasons, verdict.until)
            case "hand_over":
                self._hand_over(touch, contact, verdict)
            case "skip":
                self._settle(touch, "skipped", "", why, verdict.reasons)
            case "cancel":
                self._settle(touch, "cancelled", "", why, verdict.reasons)

    async def _send(self, touch: Touch, contact: Contact, verdict: Verdict, before: int) -> None:
        user, mass = contact.user_id, None
        body = self._desk.body(touch, verdict.channel)
        if user is None or body is None:
            why = (*verdict.reasons, "消息内容放不进这个渠道的字段")
            self._hand_over(touch, contact, Verdict("hand_over", "call", touch.until, why))
            return
        if verdict.channel == "mass":
            mass, body = await self._masses.place(touch, body), ""
        self._letters.append(
            Letter(
                *(touch.id, user, verdict.channel, touch.purpose, body, verdict.until, mass),
                before=before,
            )
        )
        later = self._now + HELD
        self._settle(touch, "due", verdict.channel, "已交给发件箱", verdict.reasons, later)
        contact.history.append(Past(touch.kind, touch.purpose, self._now))

    def _hand_over(self, touch: Touch, contact: Contact, verdict: Verdict) -> None:
        self._calls.append((touch, contact, verdict))
        why = verdict.reasons[-1] if verdict.reasons else ""
        self._settle(touch, "handed_over", "call", why, verdict.reasons)
        contact.history.append(Past(touch.kind, touch.purpose, self._now))

    def _settle(
        self,
        touch: Touch,
        state: str,
        channel: str,
        why: str,
        reasons: Sequence[str],
        due_at: datetime | None = None,
    ) -> None:
        self._settled.append(Settled(touch.id, state, channel, why, tuple(reasons), due_at))

    async def _call(self) -> None:
        cars = {touch.vehicle_id for touch, _, _ in self._calls if touch.vehicle_id is not None}
        who = await touch_outbox.callers(cars)
        cases = {one.id: case for one, _, _ in self._calls if (case := case_of(one.subject))}
        handlers = await case_messages.handlers(set(cases.values()))
        calls = [
            Call(
                *(touch.id, touch.customer_id, contact.user_id, touch.store_id),
                handlers.get(cases.get(touch.id, 0))
                or self._desk.caller(touch, contact.consultant_id, who),
                *self._desk.call_words(touch, verdict.reasons),
                touch.until,
                cases.get(touch.id),
            )
            for touch, contact, verdict in self._calls
        ]
        await touch_outbox.call_many(calls, self._now)
