"""What of a month a colleague's KPI counts: calls that were due, their records, and second sales."""

from datetime import date, datetime, timedelta
from typing import Any

from bot.rules.reports.kpi import Duties
from bot.rules.roles import Role
from storage import models as m
from storage.queries import consents
from storage.queries.consents import Who
from storage.queries.privacy.erasing import erase_person
from storage.queries.reports.duties import duties
from storage.queries.reports.months import month_of
from storage.queries.staff import colleagues as staff
from storage.queries.stores.shops import shop
from storage.scope import account_id
from tests.calls.rig import FOUR, owed
from tests.people import NOW, Cast, at, dealership
from tests.reports.ledger import LATER

THEN = FOUR + timedelta(days=9)
IN, BEFORE, AFTER = date(2026, 11, 10), date(2026, 10, 30), date(2026, 12, 2)


async def task(due: date, done: date | None = None, **more: Any) -> m.StaffTask:
    fields = {"kind": "call", "outcome": "reached" if done else "", **more}
    return await m.StaffTask.create(
        account_id=account_id(), title="回访", due_at=at("15:00", due), created_at=NOW,
        done_at=at("16:00", done) if done else None, **fields,
    )  # fmt: skip


async def called(of: m.StaffTask, by: int, on: date, missing: list[str] | None = None) -> None:
    await m.CallRecord.create(
        account_id=account_id(), task_id=of.id, staff_id=by, outcome="reached", missing=missing,
        called_at=at("16:00", on), created_at=at("16:00", on),
    )  # fmt: skip


async def lead(
    cast: Cast, state: str, ended: datetime | None, by: int, customer: int | None
) -> None:
    await m.Lead.create(
        account_id=account_id(), source="visit", level="H", state=state, customer_id=customer,
        consultant_id=by, store_id=cast.main.id, ended_at=ended, created_at=NOW,
        changed_at=ended or NOW,
    )  # fmt: skip


async def test_what_was_due_and_what_was_done(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        jing = (await staff.add_staff("静", Role.CARE_SPECIALIST, now=NOW)).id
        main: dict[str, Any] = {"store_id": cast.main.id}
        done = await task(IN, IN, **main)  # of the queue: whoever called
        await called(done, jing, IN)
        await task(IN, BEFORE, staff_id=jing, **main)  # done ahead
        await task(IN, AFTER, staff_id=jing, store_id=cast.east.id)  # done late
        half = await task(IN, staff_id=jing, **main)  # open
        await called(half, jing, IN, ["客户说了什么"])
        await task(IN, IN, staff_id=jing, outcome="moved", **main)
        await task(IN, staff_id=jing, kind="case", **main)
        await task(BEFORE, IN, staff_id=jing, **main)
        await task(AFTER, IN, staff_id=jing, **main)
        await task(date(2026, 11, 20), staff_id=jing, **main)  # not due yet
        await called(done, jing, AFTER)
        month = month_of("2026-11", await shop(), "", NOW)
        assert await duties(month, LATER) == {jing: Duties(due=4, done=3, records=2, complete=1)}
        only = month_of("2026-11", await shop(), "main", NOW)
        assert (await duties(only, LATER))[jing] == Duties(due=3, done=2, records=2, complete=1)


async def test_a_second_sale_is_one_to_somebody_who_had_a_car(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        qian = (await staff.add_staff("钱", Role.SALES_CONSULTANT, now=NOW)).id
        ended = at("15:00", IN)
        await lead(cast, "won", ended, qian, cast.li.customer_id)
        await lead(cast, "lost", ended, qian, cast.wang.customer_id)
        await lead(cast, "won", ended, qian, None)  # a first car
        await lead(cast, "won", at("15:00", BEFORE), qian, cast.li.customer_id)
        await lead(cast, "open", None, qian, cast.li.customer_id)
        month = month_of("2026-11", await shop(), "", NOW)
        assert await duties(month, LATER) == {qian: Duties(owners=2, sold=1)}
        await m.Vehicle.filter(customer_id=cast.wang.customer_id).update(delivered_on=IN)
        assert (await duties(month, LATER))[qian] == Duties(owners=1, sold=1)


async def test_what_a_customer_finished_in_chat_is_nobodys_call(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        jing = (await staff.add_staff("静", Role.CARE_SPECIALIST, now=NOW)).id
        begun = await task(IN, IN, store_id=cast.main.id)
        await called(begun, jing, IN, ["客户说了什么"])
        await m.CallRecord.create(
            account_id=account_id(), task_id=begun.id, outcome="rated",
            called_at=at("16:30", IN), created_at=at("16:30", IN),
        )  # fmt: skip
        month = month_of("2026-11", await shop(), "", NOW)
        assert await duties(month, LATER) == {jing: Duties(due=1, done=1, records=1, complete=0)}


async def test_what_ended_without_a_colleague_is_no_ones_merit(migrated_url: str) -> None:
    """A call that the customer, or the course of a complaint, made needless was not made."""
    async with dealership(migrated_url) as cast:
        jing = (await staff.add_staff("静", Role.CARE_SPECIALIST, now=NOW)).id
        mine: dict[str, Any] = {"staff_id": jing, "store_id": cast.main.id}
        await task(IN, IN, outcome="rated", done_by="客户", **mine)
        await task(IN, IN, outcome="", done_by="customer", **mine)
        await task(IN, IN, outcome="", done_by="system", **mine)
        await task(IN, IN, outcome="", done_by="静", **mine)
        await task(IN, **mine)
        month = month_of("2026-11", await shop(), "", NOW)
        assert await duties(month, LATER) == {jing: Duties(due=2, done=1)}


async def test_whoever_is_forgotten_was_not_called(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        jing = (await staff.add_staff("静", Role.CARE_SPECIALIST, now=NOW)).id
        mine: dict[str, Any] = {"staff_id": jing, "customer_id": cast.wang.customer_id}
        await task(IN, **mine)
        await task(IN, IN, done_by="静", **mine)
        assert await erase_person(f"#{cast.wang.customer_id}", LATER, "静") is not None
        month = month_of("2026-11", await shop(), "", NOW)
        assert await duties(month, LATER) == {jing: Duties(due=1, done=1)}


async def test_a_call_that_nobody_may_make_is_not_owed(migrated_url: str) -> None:
    """Without a yes when it was due; a yes that was taken back later does not mend a missed one."""
    async with dealership(migrated_url) as cast:
        jing = (await staff.add_staff("静", Role.CARE_SPECIALIST, now=NOW)).id
        for person, withdrawn in ((cast.wang, FOUR + timedelta(days=1)), (cast.li, FOUR)):
            who, days = Who(person.customer_id), timedelta(days=9)
            await consents.give(who, ["follow_up"], "同意回访", FOUR - days)
            await owed(person, staff_id=jing, until=FOUR)
            await consents.withdraw(who, ["follow_up"], "不再回访", withdrawn - timedelta(hours=1))
        month = month_of("2026-11", await shop(), "", NOW)
        assert await duties(month, THEN) == {jing: Duties(due=1, done=0)}
        await m.StaffTask.filter(customer_id=cast.wang.customer_id).delete()
        assert await duties(month, THEN) == {}
        await m.StaffTask.all().update(done_at=FOUR, done_by="静")  # made all the same
        assert await duties(month, THEN) == {jing: Duties(due=1, done=1)}


async def test_a_queued_call_is_his_who_tried_it_and_then_nobodys(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        jing = (await staff.add_staff("静", Role.CARE_SPECIALIST, now=NOW)).id
        who = Who(cast.wang.customer_id)
        await consents.give(who, ["follow_up"], "同意回访", FOUR - timedelta(days=9))
        call = await owed(cast.wang, until=FOUR)
        await called(await m.StaffTask.get(id=call.id), jing, FOUR.date(), ["客户说了什么"])
        month = month_of("2026-11", await shop(), "", NOW)
        found = await duties(month, THEN)
        assert found == {jing: Duties(due=1, done=0, records=1, complete=0)}
        await consents.withdraw(who, ["follow_up"], "不再回访", FOUR - timedelta(days=1))
        found = await duties(month, THEN)
        assert found == {jing: Duties(due=0, done=0, records=1, complete=0)}
