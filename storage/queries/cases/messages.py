"""What the customer is told of a complaint: a contact that is owed, carried like every other.

The one who complained is told, by a lawful channel and at a lawful hour; where there is none now,
a colleague calls. Nothing here is planned, nor taken back by a plan: `take_back` does.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, Protocol
from zoneinfo import ZoneInfo

from bot.rules.care_settings import sensible
from bot.rules.channels import Platform, Want, plan_channel
from bot.rules.etiquette import BEIJING, USUAL, Care, within_hours
from bot.rules.send_check import opens_at
from bot.rules.touch.kinds import KINDS
from storage.db import loads, moment, sql
from storage.queries import platform_templates
from storage.queries.platform_templates import ONCE
from storage.queries.records.tables import among
from storage.queries.touch import people as touch_people
from storage.queries.touch import touchpoints
from storage.queries.touch.outbox import Call, call_many
from storage.queries.touch.people import Contact
from storage.queries.touch.touchpoints import FACTS, Settled
from storage.scope import account_id
from storage.secrets import seal_json

CaseKind = Literal["case_reply", "case_solved", "case_check"]
MEANS_FOR: Final = timedelta(days=3)
"""How long after its time word of a complaint still means something."""


@dataclass(frozen=True, slots=True)
class _When:
    """From which moment it is owed, on the store's wall, and since when."""

    at: datetime
    zone: ZoneInfo
    now: datetime


@dataclass(frozen=True, slots=True)
class _Store:
    """The hours in which its customers may be contacted."""

    zone: ZoneInfo
    care: Care


class About(Protocol):
    """The complaint, as `cases.Case` has it."""

    @property
    def id(self) -> int: ...
    @property
    def number(self) -> str: ...
    @property
    def customer_id(self) -> int | None: ...
    @property
    def wechat_user_id(self) -> int | None: ...
    @property
    def vehicle_id(self) -> int | None: ...
    @property
    def store_id(self) -> int | None: ...
    @property
    def owner_id(self) -> int | None: ...
    @property
    def phone(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Told:
    """How the customer hears of it: `channel` as in channels.NAMES, "call" a colleague's task.

    `at`: when it goes. `why`: for staff, where nothing in WeChat is lawful now.
    """

    touchpoint_id: int
    channel: str
    at: datetime
    why: str = ""


async def tell_customer(
    case: About, kind: CaseKind, words: str, now: datetime, *, due_at: datetime | None = None
) -> Told:
    """Owe the customer these words, from `due_at` on; the outbox's next run carries them.

    Once for each event of the case: said again in the same one, nothing is added. Where no channel
    is lawful now a call task for the case's owner is made at once. `case_solved` asks whether it is
    solved, as `case_check` does.
    """
    store = await _store(case.store_id)
    asked = due_at or now
    at = _lawful(asked, store)
    contact, identity = await _whom(case, at)
    made = await _put(case, kind, words, identity, _When(asked, store.zone, now))
    if asked > now:
        return Told(made, "", at)
    told = await _outlook(made, kind, contact, at)
    if told.channel == "call" and await _still_planned(made):
        await _call(case, kind, words, contact, told, now)
    return told


async def last_told(case: About, now: datetime) -> Told | None:
    """What becomes of the newest word to the customer; None: there is none, or it went already."""
    db = sql()
    condition, value = among(db, "subject", await _subjects(case.id))
    row = await db.row(
        "SELECT id, kind, state, why, due_at FROM touchpoint WHERE account_id = ?"  # noqa: S608 - our own condition
        f" AND {condition} AND kind IN ('case_reply', 'case_solved')"
        " AND state IN ('planned', 'due', 'handed_over') ORDER BY id DESC LIMIT 1",
        *(account_id(), value),
    )
    if row is None:
        return None
    if row["state"] == "handed_over":
        return Told(row["id"], "call", now, row["why"])
    store = await _store(case.store_id)
    at = _lawful(max(moment(row["due_at"]) or now, now), store)
    contact, _ = await _whom(case, at)
    return await _outlook(row["id"], row["kind"], contact, at)


def _lawful(asked: datetime, store: _Store) -> datetime:
    """That moment, or when the store's hours for contacting customers begin after it."""
    if within_hours(asked, store.care, store.zone):
        return asked
    return opens_at(asked, store.care, store.zone)


async def _subjects(case_id: int) -> list[str]:
    """What touchpoints about its events are about."""
    return [f"k{case_id}.{number}" for number in range(await _events(case_id) + 1)]


async def take_back(case_id: int, kinds: Collection[CaseKind], why: str, now: datetime) -> int:
    """What is not sent yet of these kinds has become untrue; how many."""
    db = sql()
    of_kind, wanted = among(db, "kind", kinds)
    of_case, theirs = among(db, "subject", await _subjects(case_id))
    rows = await db.rows(
        "SELECT id FROM touchpoint WHERE account_id = ?"  # noqa: S608 - our own conditions
        f" AND {of_kind} AND {of_case} AND state IN ('planned', 'due')",
        *(account_id(), wanted, theirs),
    )
    return await touchpoints.cancel([row["id"] for row in rows], why, now)


async def _events(case_id: int) -> int:
    row = await sql().row(
        "SELECT max(number) AS n FROM complaint_event WHERE account_id = ? AND case_id = ?",
        *(account_id(), case_id),
    )
    return int(row["n"] or 0) if row else 0


def case_of(subject: str) -> int:
    """The complaint that a touchpoint is about (k12.3: its third event); 0: about none."""
    number = subject.partition(".")[0].removeprefix("k")
    return int(number) if subject.startswith("k") and number.isdigit() else 0


async def handlers(case_ids: Collection[int]) -> dict[int, int]:
    """Complaint → who handles it, of those who still work here."""
    if not case_ids:
        return {}
    db = sql()
    condition, value = among(db, "c.id", case_ids)
    rows = await db.rows(
        "SELECT c.id, s.id AS staff FROM complaint c JOIN staff s ON s.id = c.owner_id"  # noqa: S608 - our own condition
        f" WHERE c.account_id = ? AND s.active AND {condition}",
        *(account_id(), value),
    )
    return {row["id"]: row["staff"] for row in rows}


async def _put(case: About, kind: str, words: str, identity: int | None, when: _When) -> int:
    db, subject = sql(), f"k{case.id}.{await _events(case.id)}"
    facts = {"投诉": case.number, "回复": words, "电话": case.phone}
    due_on = when.at.astimezone(when.zone).date()
    await db.run(
        "INSERT INTO touchpoint (account_id, kind, subject, purpose, customer_id, vehicle_id,"
        " store_id, wechat_user_id, due_on, due_at, until, facts, created_at, changed_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (account_id, kind, subject, due_on) DO NOTHING",
        *(account_id(), kind, subject, KINDS[kind].purpose, case.customer_id, case.vehicle_id),
        *(case.store_id, identity, due_on, when.at, when.at + MEANS_FOR),
        seal_json(FACTS, {label: said for label, said in facts.items() if said}),
        *(when.now, when.now),
    )
    row = await db.one(
        "SELECT id FROM touchpoint WHERE account_id = ? AND kind = ? AND subject = ? AND due_on = ?",
        *(account_id(), kind, subject, due_on),
    )
    return int(row["id"])


async def _store(store_id: int | None) -> _Store:
    row = await sql().row(
        "SELECT timezone, care FROM store WHERE account_id = ? AND id = ?",
        *(account_id(), store_id),
    )
    return (
        _Store(ZoneInfo(row["timezone"]), Care.of(sensible(loads(row["care"]))[0]))
        if row
        else _Store(BEIJING, USUAL)
    )


async def _whom(case: About, now: datetime) -> tuple[Contact, int | None]:
    """The one who complained, if they still follow; else whoever of the customer's identities."""
    if case.wechat_user_id is not None:
        found = (await touch_people.of_wechat([case.wechat_user_id], now)).get(case.wechat_user_id)
        if found is not None and (found.reach.subscribed or case.customer_id is None):
            return found, found.user_id
    ids = await sql().rows(
        "SELECT id FROM wechat_user WHERE account_id = ? AND customer_id = ? AND subscribed"
        " ORDER BY window_opened_at DESC, id DESC LIMIT 1",
        *(account_id(), case.customer_id),
    )
    best = await touch_people.of_wechat([row["id"] for row in ids], now)
    return next(iter(best.values()), Contact(case.customer_id or 0)), None


async def _outlook(touchpoint_id: int, kind: str, contact: Contact, at: datetime) -> Told:
    """What the outbox will do with it at that moment, by what is known now."""
    templates = await platform_templates.by_notice()
    usual, once = templates.get(kind), templates.get(kind + ONCE)
    account = Platform(usual.template_id if usual else "", once.template_id if once else "")
    rule = KINDS[kind]
    want = Want(kind, rule.purpose, rule.template, rule.personal, until=at + MEANS_FOR)
    decision = plan_channel(want, contact.reach, account, at)
    if decision.action == "send":
        return Told(touchpoint_id, decision.channel, at)
    return Told(touchpoint_id, "call", at, "；".join(decision.reasons))


async def _still_planned(touchpoint_id: int) -> bool:
    touch = await touchpoints.one(touchpoint_id)
    return touch is not None and touch.state == "planned"


async def _call(
    case: About, kind: str, words: str, contact: Contact, told: Told, now: datetime
) -> None:
    """The owner says it by telephone."""
    ended = Settled(told.touchpoint_id, "handed_over", "call", told.why[:200], (told.why,))
    await touchpoints.settle([ended], now)
    lines = [f"投诉：{case.number}", f"要告诉客户：{words}"]
    lines += [f"电话：{case.phone}"] if case.phone else []
    owner = (await handlers([case.id])).get(case.id)
    await call_many(
        [
            Call(
                *(told.touchpoint_id, case.customer_id, contact.user_id, case.store_id, owner),
                *(f"请致电：{KINDS[kind].name} {case.number}", "\n".join([*lines, told.why])),
                *(now + MEANS_FOR, case.id),
            )
        ],
        now,
    )
