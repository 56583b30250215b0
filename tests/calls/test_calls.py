"""What comes of a call: complete or not, and what changes with it in one transaction."""

from datetime import timedelta

import pytest

from bot.errors import StaffError
from storage.db import loads, sql
from storage.queries import consents
from storage.queries.calls import worklist as call_list
from storage.queries.calls.records import Given, Recorded, Taken, Told, record
from storage.queries.calls.rows import CallTask
from storage.queries.cases import opening as cases
from storage.queries.leads import deeds as lead_deeds
from storage.queries.leads import opening as leads
from storage.queries.leads.opening import NewLead, open_lead
from storage.queries.ratings import rating as ratings
from storage.queries.staff.colleagues import Staff
from tests.calls.rig import EVERY, FOUR, consents_to, owed, touch_state, written
from tests.leads.rig import colleague, duties
from tests.people import NOW, TOMORROW, Cast, at, dealership

STANDARD = tuple(Given("standard", code, value) for code, value in EVERY.items())
ALL = (*STANDARD, Given("standard", "plan", choices=("same",)))


async def specialist(cast: Cast, name: str = "静静") -> Staff:
    return await colleague(cast, name, "care_specialist", everywhere=True)


async def wrote(task: CallTask, who: Staff, told: Told, minutes: int = 0) -> Recorded:
    done = await record(task.id, who, told, FOUR + timedelta(minutes=minutes))
    assert done is not None
    return done


async def test_reached_is_complete_with_an_answer_to_each_standard_question(
    migrated_url: str,
) -> None:
    async with dealership(migrated_url) as cast:
        jing, task = await specialist(cast), await owed(cast.wang)
        first = await wrote(task, jing, Told("reached", answers=ALL[:2]))
        assert (first.done, first.missing[0][:6]) == (False, "从到店到离店")
        assert len(first.missing) == 4
        assert await touch_state(task) == ("handed_over", "")
        done = await wrote(task, jing, Told("reached", answers=ALL[2:]), 3)
        assert (done.done, done.missing, done.case) == (True, (), "")
        assert await touch_state(task) == ("done", "reached")
        one, two = await written(task)
        assert (one.missing != "", two.missing, two.rating_id) == (True, "", one.rating_id)
        rating = await ratings.one(two.rating_id or 0)
        assert rating is not None
        assert (rating.state, rating.channel, rating.entered_by) == ("done", "call", "静静")
        assert (rating.nps, rating.subject[0]) == (10, "r")


async def test_reached_is_complete_with_a_reason_too(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        jing, task = await specialist(cast), await owed(cast.wang)
        done = await wrote(task, jing, Told("reached", said="客户说都好，赶着开会"))
        assert (done.done, done.missing) == (True, ())


async def test_a_bad_answer_is_a_complaint_at_once(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        jing, task = await specialist(cast), await owed(cast.wang)
        answers = (Given("standard", "overall", 1), Given("standard", "plan", choices=("change",)))
        done = await wrote(task, jing, Told("reached", "等太久", answers=answers))
        case = await cases.by_number(done.case)
        assert case is not None
        assert (case.customer_id, case.state) == (cast.wang.customer_id, "open")
        assert case.source == "call"  # the customer said it to whoever called
        assert done.lead.startswith("L")
        lead = await leads.by_number(done.lead)
        assert lead is not None
        assert (lead.source, lead.customer_id) == ("survey", cast.wang.customer_id)


async def test_what_cannot_be_an_answer_keeps_nothing(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        jing, task = await specialist(cast), await owed(cast.wang)
        for wrong in (
            Given("standard", "overall", 9),
            Given("standard", "none", 1),
            Given("x", "y"),
        ):
            with pytest.raises(StaffError):
                await wrote(task, jing, Told("reached", answers=(wrong,)))
        with pytest.raises(StaffError, match="没有接通"):
            await wrote(task, jing, Told("no_answer", answers=ALL[:1]))
        with pytest.raises(StaffError, match="没有结果"):
            await wrote(task, jing, Told("gone"))
        assert await written(task) == []


async def test_not_now_needs_a_lawful_time(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await consents_to(cast.wang)
        jing, task = await specialist(cast), await owed(cast.wang, until=FOUR + timedelta(hours=1))
        open_ = await wrote(task, jing, Told("later"))
        assert (open_.done, open_.missing) == (False, ("客户约的时间",))
        with pytest.raises(StaffError, match="已经过去"):
            await wrote(task, jing, Told("later", later_at=NOW), 1)
        with pytest.raises(StaffError, match="不能打电话"):
            await wrote(task, jing, Told("later", later_at=at("21:00")), 1)
        friday = at("10:00", TOMORROW + timedelta(days=1))
        done = await wrote(task, jing, Told("later", later_at=friday), 1)
        assert (done.done, done.missing, done.again_at) == (False, (), friday)
        assert await call_list.todays(jing, FOUR + timedelta(minutes=5)) == []
        [again] = await call_list.todays(jing, friday)
        assert (again.lawful, again.why, again.due_at) == (
            True, "客户指定的时间", friday + timedelta(hours=2),
        )  # fmt: skip


async def test_who_refuses_takes_back_the_consent(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await consents_to(cast.wang)
        jing, task = await specialist(cast), await owed(cast.wang)
        other = await owed(cast.wang, "month_3")
        assert len(await call_list.todays(jing, FOUR)) == 2
        done = await wrote(task, jing, Told("refused"))
        assert done.done
        assert await touch_state(task) == ("done", "refused")
        said = await consents.state(consents.Who(cast.wang.customer_id))
        assert (said["follow_up"].given, said["follow_up"].channel) == (False, "call")
        assert (said["care"].given, said["marketing"].given) == (True, True)
        assert await call_list.todays(jing, FOUR) == []  # nor is the other follow-up made
        assert (await call_list.one(other.id, FOUR)) is not None


async def test_a_wrong_number_is_marked_on_the_file(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await consents_to(cast.wang)
        jing, task = await specialist(cast), await owed(cast.wang)
        await wrote(task, jing, Told("wrong_number"))
        row = await sql().one("SELECT tags FROM customer WHERE id = ?", cast.wang.customer_id)
        assert loads(row["tags"]) == ["号码有误"]
        [check] = await duties("check_file")
        assert check.title == "核对电话号码：王芳"
        second = await owed(cast.wang, "month_3")
        assert second.card.wrong_number
        await wrote(second, jing, Told("wrong_number"))
        row = await sql().one("SELECT tags FROM customer WHERE id = ?", cast.wang.customer_id)
        assert loads(row["tags"]) == ["号码有误"]


async def test_three_calls_that_nobody_answers(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await consents_to(cast.wang)
        jing, task = await specialist(cast), await owed(cast.wang)
        first = await wrote(task, jing, Told("no_answer"))
        assert (first.done, first.again_at) == (False, at("16:00", TOMORROW + timedelta(days=1)))
        assert await call_list.todays(jing, FOUR + timedelta(minutes=1)) == []
        await wrote(task, jing, Told("no_answer"), 24 * 60)
        last = await wrote(task, jing, Told("no_answer"), 48 * 60)
        assert last.done
        assert await touch_state(task) == ("done", "no_answer")


async def test_a_lead_is_spoken_to_by_its_task(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        jing = await specialist(cast)
        lead = await open_lead(NewLead("visit", name="赵六", phone="13700000009"), NOW)
        [task] = await call_list.todays(jing, NOW + timedelta(hours=1))
        assert (task.about, task.lead, task.lawful) == ("lead", lead, True)
        with_nothing = await wrote(task, jing, Told("reached", level="H"))
        assert with_nothing.missing == ("客户说了什么",)
        await wrote(task, jing, Told("reached", "周末来看车", level="H"))
        after = await leads.one(lead.id)
        assert after is not None
        assert (after.level, after.confirmed_at, after.next_at) == (
            "H", FOUR, at("08:30", TOMORROW + timedelta(days=1)),
        )  # fmt: skip
        assert [(one.done, one.outcome) for one in await duties()] == [(True, "reached")]


@pytest.mark.parametrize(
    ("outcome", "kinds"), [("refused", "lost"), ("wrong_number", "tried"), ("later", "put_off")]
)
async def test_other_ends_of_a_leads_call(migrated_url: str, outcome: str, kinds: str) -> None:
    async with dealership(migrated_url) as cast:
        jing = await specialist(cast)
        lead = await open_lead(NewLead("visit", name="赵六", phone="13700000009"), NOW)
        [task] = await call_list.todays(jing, NOW + timedelta(hours=2))
        later = at("10:00", TOMORROW + timedelta(days=4)) if outcome == "later" else None
        await wrote(task, jing, Told(outcome, later_at=later))
        events = await leads.events(lead.id)
        assert events[-1].kind == kinds
        if outcome == "refused":
            assert events[-1].note == "客户不愿再联系"
        after = await leads.one(lead.id)
        assert after is not None
        assert after.next_at == {"refused": None, "later": later}.get(outcome, after.next_at)


async def test_a_lead_that_ended_meanwhile_has_no_call(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        jing = await specialist(cast)
        lead = await open_lead(NewLead("visit", phone="13700000009"), NOW)
        [task] = await call_list.todays(jing, NOW + timedelta(hours=2))
        await lead_deeds.win(lead.id, "李雷", FOUR)
        with pytest.raises(Taken, match="已经办结"):
            await wrote(task, jing, Told("no_answer"))


async def test_what_the_customer_rated_in_chat_is_not_asked_again(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        jing, task = await specialist(cast), await owed(cast.wang)
        occasion = await ratings.of_touchpoint(task.touchpoint_id or 0)
        assert occasion is not None
        rating = await ratings.begin(occasion, FOUR, wechat_user_id=cast.wang.user_id)
        assert rating is not None
        await ratings.put_answer(rating.id, "standard", 1, "overall", "score", FOUR, value=5)
        with pytest.raises(Taken, match="客户已经评价"):
            await wrote(task, jing, Told("reached", answers=ALL[:1]))


async def test_who_declined_in_chat_is_not_asked_on_the_telephone(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        jing, task = await specialist(cast), await owed(cast.wang)
        occasion = await ratings.of_touchpoint(task.touchpoint_id or 0)
        assert occasion is not None
        rating = await ratings.begin(occasion, FOUR, wechat_user_id=cast.wang.user_id)
        assert rating is not None
        await ratings.decline(rating.id, FOUR)
        with pytest.raises(StaffError, match="已经结束"):
            await wrote(task, jing, Told("reached", answers=ALL[:1]))
        done = await wrote(task, jing, Told("reached"))
        assert (done.done, done.missing) == (True, ())


async def test_who_may_not_see_or_write(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        task = await owed(cast.wang)
        stranger = await colleague(cast, "路人", "sales_consultant")
        assert await record(task.id, stranger, Told("no_answer"), FOUR) is None
        admin = await colleague(cast, "管理员", "administrator", everywhere=True)
        with pytest.raises(StaffError, match="不能记录回访"):
            await record(task.id, admin, Told("no_answer"), FOUR)


async def test_who_refuses_in_the_middle_is_asked_no_more(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        jing, task = await specialist(cast), await owed(cast.wang)
        await wrote(task, jing, Told("reached", answers=ALL[:1]))
        await wrote(task, jing, Told("refused"), 1)
        [one, _] = await written(task)
        rating = await ratings.one(one.rating_id or 0)
        assert rating is not None
        assert rating.state == "closed"  # what was answered counts


async def test_what_a_colleague_began_the_customer_finishes_in_chat(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        jing, task = await specialist(cast), await owed(cast.wang)
        begun = await wrote(task, jing, Told("reached", answers=ALL[:1]))
        assert not begun.done
        row = await sql().one("SELECT id FROM rating")
        later = FOUR + timedelta(minutes=5)
        await ratings.put_answer(row["id"], "standard", 1, "advisor", "score", later, value=5)
        await ratings.finish(row["id"], later)
        found = await call_list.one(task.id, later)
        assert found is not None
        assert (found.outcome, found.done_at) == ("rated", later)
        assert await touch_state(task) == ("done", "rated")
        first, last = await written(task)
        assert (first.outcome, last.outcome, last.rating_id) == ("reached", "rated", row["id"])
        with pytest.raises(Taken, match="客户已经评价"):
            await wrote(task, jing, Told("reached", answers=ALL[:1]))


async def test_a_colleague_who_finishes_it_leaves_one_record(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        jing, task = await specialist(cast), await owed(cast.wang)
        await wrote(task, jing, Told("reached", said="在开车", answers=ALL[:1]))
        [only] = await written(task)
        assert only.outcome == "reached"
