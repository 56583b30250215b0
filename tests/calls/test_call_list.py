"""The list of a person with a queue: what is lawful now first, by deadline, with the card."""

from datetime import date, datetime, timedelta

from storage.db import dumps, sql
from storage.queries import consents
from storage.queries.calls import records as calls
from storage.queries.calls import worklist as call_list
from storage.queries.calls.questions import asking
from storage.queries.calls.records import Told
from storage.queries.calls.worklist import Place, Span
from storage.queries.cases import opening as cases
from storage.queries.cases.opening import NewCase
from storage.queries.consents import Who
from storage.queries.leads.opening import NewLead, open_lead
from storage.queries.stores.care import set_care
from storage.secrets import seal_json
from tests.calls.rig import FOUR, consents_to, owed
from tests.leads.rig import colleague
from tests.people import NOW, TOMORROW, at, dealership


async def test_what_is_due_and_lawful_now_comes_first(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        jing = await colleague(cast, "静静", "care_specialist", everywhere=True)
        await consents_to(cast.wang)
        await consents_to(cast.li)
        hours = "UPDATE customer SET contact_hours = ? WHERE id = ?"
        await sql().run(hours, "18:30-20:00", cast.li.customer_id)
        evening = await owed(cast.li, "month_6", until=FOUR + timedelta(hours=5))
        someday = await owed(cast.wang, "month_3")
        urgent = await owed(cast.wang, until=FOUR + timedelta(hours=1))
        found = await call_list.todays(jing, FOUR)
        assert [one.id for one in found] == [urgent.id, someday.id, evening.id]
        assert [one.lawful for one in found] == [True, True, False]
        assert (found[2].at, found[2].why) == (at("18:30"), "客户自己希望的时段")
        assert found[0].overdue(at("17:30"))
        assert not found[1].overdue(at("17:30"))
        [last] = await call_list.todays(jing, at("18:30"))  # to the others these hours are quiet
        assert (last.id, last.lawful) == (evening.id, True)


async def test_nobody_is_called_at_night_or_in_the_quiet_hours(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        jing = await colleague(cast, "静静", "care_specialist", everywhere=True)
        await consents_to(cast.wang)
        await owed(cast.wang)
        [early] = await call_list.todays(jing, at("08:30"))
        assert (early.lawful, early.at) == (False, at("16:00"))
        [late] = await call_list.todays(jing, at("17:59"))
        assert late.lawful
        assert await call_list.todays(jing, at("20:30")) == []  # tomorrow's
        await set_care("main", {"prefer_workdays": [["11:00", "12:00"]]}, "经理", NOW)
        [own] = await call_list.todays(jing, at("10:00"))
        assert own.at == at("11:00")


async def test_the_card_lies_beside_the_telephone(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        jing = await colleague(cast, "静静", "care_specialist", everywhere=True)
        await consents_to(cast.wang)
        likes = seal_json("customer.preferences", {"饮料": "绿茶"})
        await sql().run(
            "UPDATE customer SET preferences = ?, tier = 'VIP' WHERE id = ?",
            *(likes, cast.wang.customer_id),
        )
        wish = NewCase("staff", "等太久", customer_id=cast.wang.customer_id, by="静静")
        case = await cases.open_case(wish, FOUR)
        await owed(cast.wang)
        [task] = await call_list.todays(jing, FOUR)
        card = task.card
        assert (card.name, card.called, card.phone) == ("王芳", "王女士", "13800000001")
        assert (card.car, card.tier, card.preferences) == (
            "奥迪 Q5L · 京A12345",
            "VIP",
            {"饮料": "绿茶"},
        )
        assert card.last_visit is not None
        assert (card.last_visit.at.date(), card.last_visit.items) == (date(2026, 11, 18), ("首保",))
        assert card.cases == (f"{case.number} 待处理",)
        questions = await asking(task.touchpoint_id, FOUR)
        first = questions.surveys[0]
        assert (first.code, first.questions[0].text[:4]) == ("standard", "总的来说")


async def test_who_took_consent_back_or_complains_is_not_called_for_it(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        jing = await colleague(cast, "静静", "care_specialist", everywhere=True)
        await consents_to(cast.wang)
        await owed(cast.wang)
        await owed(cast.wang, "win_back")
        await owed(cast.wang, "no_show")
        assert len(await call_list.todays(jing, FOUR)) == 3
        await cases.open_case(NewCase("staff", "等太久", customer_id=cast.wang.customer_id), FOUR)
        kinds = {one.about for one in await call_list.todays(jing, FOUR)}
        assert kinds == {"after_visit", "no_show"}
        await consents.withdraw(Who(cast.wang.customer_id), ["follow_up"], "不", FOUR)
        assert [one.about for one in await call_list.todays(jing, FOUR)] == ["no_show"]


async def test_whose_list_it_is(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await consents_to(cast.wang)
        await consents_to(cast.li)
        lei, mei = await colleague(cast, "李雷"), await colleague(cast, "韩梅梅")
        jing = await colleague(cast, "静静", "care_specialist", everywhere=True)
        ads = await colleague(cast, "小李", "marketing", everywhere=True)
        advisor = await colleague(cast, "阿强", "service_advisor")
        given = await owed(cast.wang, staff_id=lei.id)
        open_ = await owed(cast.li)
        lead = await open_lead(NewLead("visit", phone="13700000009", consultant_id=mei.id), NOW)

        async def ids(who: object, *, everyone: bool = False) -> list[int]:
            assert isinstance(who, type(lei))
            found = await call_list.todays(who, FOUR, everyone=everyone)
            return sorted(one.id for one in found)

        [theirs] = await ids(mei)
        assert (await ids(lei), await ids(jing)) == ([given.id], [open_.id])
        assert await ids(jing, everyone=True) == sorted([given.id, open_.id, theirs])
        assert await ids(advisor) == [open_.id]
        assert await ids(advisor, everyone=True) == sorted([given.id, open_.id, theirs])
        assert await ids(ads, everyone=True) == []
        assert await call_list.one(given.id, FOUR, mei) is None
        everything = await call_list.work_list(FOUR)
        assert len(everything) == 3
        assert [one.id for one in await call_list.work_list(FOUR, staff_id=lei.id)] == [given.id]
        assert await call_list.work_list(FOUR, store_id=cast.east.id) == []
        assert [one.lead for one in everything if one.about == "lead"] == [lead]


async def test_a_customer_who_was_erased_has_no_card(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        task = await owed(cast.wang)
        await sql().run(
            "UPDATE customer SET erased_at = ?, tags = ? WHERE id = ?",
            *(FOUR, dumps([]), cast.wang.customer_id),
        )
        again = await call_list.one(task.id, FOUR)
        assert again is not None
        assert (again.card.name, again.card.called) == ("", "您")
        assert await asking(None, FOUR) == type(await asking(None, FOUR))()
        assert (await call_list.one(10**9, FOUR)) is None


async def test_a_lead_by_the_calendar_is_called_in_the_welcome_hours(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        jing = await colleague(cast, "静静", "care_specialist", everywhere=True)
        await open_lead(NewLead("visit", phone="13700000009"), NOW)
        [new] = await call_list.todays(jing, at("09:00", NOW.date()))
        assert new.lawful  # who asked is called at once
        assert new.due_at == at("17:30", TOMORROW - timedelta(days=1))


async def test_as_it_was_and_as_it_will_be(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await consents_to(cast.wang)
        await consents_to(cast.li)
        jing = await colleague(cast, "静静", "care_specialist", everywhere=True)
        task, other = await owed(cast.wang), await owed(cast.li)
        told = Told("refused", "客户不想说")
        assert await calls.record(task.id, jing, told, FOUR) is not None
        later = FOUR + timedelta(minutes=30)

        async def then(at_: datetime, until: datetime | None = None) -> list[int]:
            span = Span(at_, until)
            return [one.id for one in await call_list.todays(jing, later, then=span)]

        assert [one.id for one in await call_list.todays(jing, later)] == [other.id]
        assert await then(FOUR - timedelta(minutes=1)) == [task.id, other.id]
        assert await then(FOUR) == [other.id]
        assert await then(FOUR - timedelta(hours=7)) == []  # nobody owed a call yet
        morning = at("00:00")
        day = await call_list.todays(jing, later, then=Span(morning, morning + timedelta(days=1)))
        assert [(one.id, one.done_at is not None) for one in day] == [
            (task.id, True),
            (other.id, False),
        ]
        before = morning - timedelta(days=1)
        assert await then(before, morning) == []
        after = morning + timedelta(days=1)
        assert await then(after, after + timedelta(days=1)) == [other.id]


async def test_what_was_tried_later_does_not_show_before(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await consents_to(cast.wang)
        jing = await colleague(cast, "静静", "care_specialist", everywhere=True)
        task = await owed(cast.wang)
        await calls.record(task.id, jing, Told("no_answer"), FOUR)
        [before] = await call_list.todays(jing, FOUR, then=Span(FOUR - timedelta(minutes=1)))
        assert (before.last, before.lawful) == (None, True)


async def test_no_call_is_out_of_reach(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        for number in range(7):
            await open_lead(NewLead("visit", phone=f"1370000000{number}"), NOW)
        await consents_to(cast.wang)
        await owed(cast.wang)
        whole = [one.id for one in await call_list.work_list(FOUR)]
        assert len(whole) == 8
        found, place = list[int](), Place(FOUR)
        for _ in range(8):
            some, following = await call_list.work_page(place, limit=2, at_once=3)
            found += [one.id for one in some]
            if following is None:
                break
            place = following
        assert sorted(found) == sorted(whole)
        assert len(found) == 8


async def test_a_past_list_goes_by_what_was_agreed_to_then(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await consents_to(cast.wang)
        jing = await colleague(cast, "静静", "care_specialist", everywhere=True)
        task = await owed(cast.wang)
        who, ten = Who(cast.wang.customer_id), FOUR + timedelta(minutes=10)
        morning, never = at("00:00"), await owed(cast.li)

        async def then(at_: datetime, until: datetime | None = None) -> list[int]:
            found = await call_list.todays(jing, ten, everyone=True, then=Span(at_, until))
            return [one.id for one in found]

        await consents.withdraw(who, ["follow_up"], "不再回访", FOUR)
        assert await call_list.todays(jing, ten) == []
        assert await then(FOUR - timedelta(minutes=1)) == [task.id]
        assert await then(FOUR) == []
        assert await then(morning, morning + timedelta(days=1)) == [task.id]
        assert await then(morning + timedelta(days=1), morning + timedelta(days=2)) == []
        lis = Who(cast.li.customer_id)
        await consents.give(lis, ["follow_up"], "同意回访", FOUR - timedelta(hours=7))
        day = await then(morning, morning + timedelta(days=1))
        assert day == [task.id, never.id]  # agreed that day, before the call was owed
