"""What the scheduler does, each a function of now; `cheyu tick` does them once."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime, time, timedelta

import structlog

from bot.api.deliver import Courier
from bot.app.book import StoredBook
from bot.clock import monotonic
from bot.errors import WeChatError
from bot.flow.engine import Engine
from bot.jobs.calendar import watch_calendar
from bot.jobs.clocks import clocks_due
from bot.jobs.evidence import fetch_evidence
from bot.jobs.followers import sync_followers
from bot.jobs.leads import leads_due
from bot.jobs.plan import plan_due
from bot.jobs.ratings import ratings_due
from bot.jobs.scheduler import Job, Run
from bot.jobs.templates import sync_templates
from bot.outbox.decide import decide_due
from bot.outbox.dispatch import RATE, Dispatcher
from bot.outbox.overdue import receipts_overdue
from bot.rules.etiquette import USUAL, within_hours
from bot.rules.send_check import opens_at
from bot.wechat.client import Client
from handlers.take_offer import offer_message
from storage.db import transaction
from storage.queries.bookings import waiting
from storage.queries.cases import top as case_top
from storage.queries.evidence import collecting as evidence
from storage.queries.outbox import claiming as outbox
from storage.queries.privacy.retention import expire_old
from storage.scope import account_scope

log = structlog.get_logger("jobs")

ROUNDS = 4
"""How often at one moment a contact may fail on one channel and be decided anew."""

DAY = timedelta(days=1)
UP, ABED = time(7), time(22)
"""Who queues for a slot asked to be told at once; nobody is woken for it."""


class Chores:
    """The loops besides the turn: plan, dispatch and clocks (silence, offers)."""

    def __init__(
        self, account: int, engine: Engine, client: Client, courier: Courier, rate: float = RATE
    ) -> None:
        self._account = account
        self._client = client
        self._engine = engine
        self._dispatcher = Dispatcher(client, rate=rate)
        self._courier = courier
        self._book = StoredBook(account)

    async def wake_talks(self, now: datetime) -> dict[str, int]:
        """Nudge or put away conversations that fell silent.

        At night nobody is told anything, but a complaint is on record at its time.
        """
        zone = self._engine.zone
        day = within_hours(now, USUAL, zone)
        quiet_until = None if day else opens_at(now, USUAL, zone)
        with account_scope(self._account):
            return {"talks_woken": await self._engine.wake_due(now, quiet_until=quiet_until)}

    async def offer_slots(self, now: datetime) -> dict[str, int]:
        """Slots that came free, however they did, are offered to whoever waits longest, by day."""
        local, made = now.astimezone(self._engine.zone), 0
        with account_scope(self._account):
            expired = await waiting.expire_offers(now)
            told_at_once = UP <= local.time() < ABED
            wanted = await waiting.days_wanted(local.date()) if told_at_once else ()
            for store, day in wanted:
                while await self._offer(store, day, local):
                    made += 1
        return {"offers_expired": len(expired), "offers_made": made}

    async def _offer(self, store: int, day: date, now: datetime) -> bool:
        """Keep a slot for the next in line and tell them, both or neither."""
        async with transaction():
            offer = await waiting.offer_next(store, day, now)
            if offer is None:
                return False
            idem = f"offer:{offer.waiting_id}:{offer.until.isoformat()}"
            body = offer_message(offer, now).dump()
            await outbox.put(offer.wechat_user_id, idem, body, now)
        return True

    async def plan(self, now: datetime) -> dict[str, int]:
        """Work out what is owed, and take back what is not any more."""
        with account_scope(self._account):
            return {f"plan_{name}": n for name, n in (await plan_due(now)).items()}

    async def decide(self, now: datetime) -> dict[str, int]:
        """What is due becomes a message, a call for a colleague, or waits, or ends."""
        with account_scope(self._account):
            return {f"touch_{name}": n for name, n in (await decide_due(now)).items()}

    async def clocks(self, now: datetime) -> dict[str, int]:
        """Warn of what is about to break of a complaint, and tell those above what broke."""
        with account_scope(self._account):
            return await clocks_due(now)

    async def issues(self, now: datetime) -> dict[str, int]:
        """Last week's issues, to those who answer for complaints; once a week."""
        with account_scope(self._account):
            return {"issues_told": await case_top.tell_departments(now)}

    async def leads(self, now: datetime) -> dict[str, int]:
        """Contacts that leads are owed become tasks."""
        with account_scope(self._account):
            return await leads_due(now)

    async def evidence(self, now: datetime) -> dict[str, int]:
        """Fetch the photos and voices of complaints and ratings while the platform has them."""
        with account_scope(self._account):
            return await fetch_evidence(self._client, now)

    async def evidence_files(self, _now: datetime) -> dict[str, int]:
        """Remove the files of what has been erased."""
        with account_scope(self._account):
            return {"evidence_removed": await evidence.sweep()}

    async def dispatch(self, now: datetime) -> dict[str, int]:
        """Send what is due."""
        with account_scope(self._account):
            summary = await self._dispatcher.dispatch_due(now)
        return asdict(summary)

    async def late_receipts(self, now: datetime) -> dict[str, int]:
        """Look after messages of which the platform has not said what became of them."""
        with account_scope(self._account):
            return await receipts_overdue(self._client, now)

    async def ratings(self, now: datetime) -> dict[str, int]:
        """Ask for a rating whoever named this time; put away those whose hours are over."""
        with account_scope(self._account):
            return await ratings_due(now, self._engine.zone)

    async def deliver_webhooks(self, now: datetime) -> dict[str, int]:
        """Tell the outside what happened."""
        with account_scope(self._account):
            return await self._courier.deliver_due(now)

    async def keep_token(self, _now: datetime) -> dict[str, int]:
        """The platform's token, renewed before it ends; one process asks, the others take it over."""
        await self._client.keep_token()
        return {}

    async def let_go(self, now: datetime) -> dict[str, int]:
        """What has been kept as long as it may be."""
        with account_scope(self._account):
            return {"expired": sum((await expire_old(now)).values())}

    async def sync_followers(self, now: datetime) -> dict[str, int]:
        """The platform's list of followers, against ours."""
        with account_scope(self._account):
            return await sync_followers(self._client, now)

    async def sync_templates(self, now: datetime) -> dict[str, int]:
        """The platform's list of templates, against ours."""
        with account_scope(self._account):
            return await sync_templates(self._client, now)

    async def watch_calendar(self, now: datetime) -> dict[str, int]:
        """Whether the holidays are known as far as customers book."""
        with account_scope(self._account):
            return await watch_calendar(now)

    async def everything(self, now: datetime) -> dict[str, int]:
        """All of it once, until the outbox has nothing more to send at this moment."""
        done: Counter[str] = Counter()
        first = (self.wake_talks, self.offer_slots, self.late_receipts, self.plan)
        for work in (*first, self.leads, self.clocks, self.ratings, self.evidence):
            done.update(await work(now))
        for name, job in self.table().items():
            if job.every >= DAY and await self._book.take(name, job.every, now):
                done.update(await self._daily(name, job, now))
        for _ in range(ROUNDS):
            done.update(await self.decide(now))
            sent = await self.dispatch(now)
            done.update(sent)
            if not sent["failed"]:  # what a channel would not carry is decided anew
                break
        done.update(await self.deliver_webhooks(now))
        return dict(done)

    async def _daily(self, name: str, job: Job, now: datetime) -> Mapping[str, int]:
        """A job of which one run a day is enough, noted like the scheduler's own."""
        started = monotonic()
        try:
            result, error = await job.work(now), ""
        except WeChatError as refused:  # the rest of the day's work does not hang on it
            log.warning("job_failed", job=name, errcode=refused.errcode)
            result, error = None, f"WeChatError: {refused}"
        await self._book.ended(name, Run(now, monotonic() - started, result, error), alone=True)
        return result if isinstance(result, Mapping) else {}

    def table(self) -> dict[str, Job]:
        """What the scheduler repeats, and how often; what finds its rows by itself runs everywhere."""
        return {
            "dispatch": Job(timedelta(seconds=1), self.dispatch),
            "late_receipts": Job(timedelta(minutes=10), self.late_receipts, alone=True),
            "decide": Job(timedelta(seconds=20), self.decide),
            "plan": Job(timedelta(minutes=5), self.plan, alone=True),
            "ratings": Job(timedelta(minutes=1), self.ratings, alone=True),
            "webhooks": Job(timedelta(seconds=2), self.deliver_webhooks),
            "token": Job(timedelta(minutes=1), self.keep_token),
            "clocks": Job(timedelta(minutes=1), self.clocks, alone=True),
            "leads": Job(timedelta(minutes=1), self.leads),
            "wake_talks": Job(timedelta(seconds=20), self.wake_talks),
            "offer_slots": Job(timedelta(seconds=20), self.offer_slots),
            "evidence": Job(timedelta(seconds=20), self.evidence),
            "evidence_files": Job(DAY, self.evidence_files, alone=True),
            "issues": Job(DAY, self.issues, alone=True),
            "calendar": Job(DAY, self.watch_calendar, alone=True),
            "let_go": Job(DAY, self.let_go, alone=True),
            "followers": Job(DAY, self.sync_followers, alone=True),
            "templates": Job(DAY, self.sync_templates, alone=True),
        }
