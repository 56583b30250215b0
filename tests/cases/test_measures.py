"""整改与预防措施: proposed, approved by the general manager, carried out, looked at."""

from datetime import timedelta

import pytest

from bot.errors import StaffError
from bot.rules.cases.amends import wants_another
from storage.queries import audit
from storage.queries.cases import measures
from storage.queries.cases.history import MovedOn
from storage.queries.cases.measures import Measure, New
from tests.cases.office import LATER, Office, history, office, sealed, tasks
from tests.people import NOW, TODAY

DUE = TODAY + timedelta(days=14)


async def proposed(here: Office, by: str = "gu", case: int | None = None) -> Measure:
    case = case or await here.complaint()
    new = New("每两小时给等候客户发进度", DUE, here.who("yan").id, case)
    made = await measures.propose(here.who(by), new, NOW)
    assert made is not None
    return made


async def test_from_proposal_to_effect(migrated_url: str) -> None:
    async with office(migrated_url) as here:
        first = await proposed(here)
        assert (first.kind_name, first.state_name, first.owner) == ("整改措施", "待批准", "严工")
        assert not first.overdue(DUE)
        assert first.overdue(DUE + timedelta(days=1))
        assert await tasks() == ["fu", "zhao"]
        for step, login, words, left in (
            ("approve", "zhao", "", ["yan"]),
            ("report", "yan", "已在看板上执行", []),
            ("effective", "tao", "一个月没有同类投诉", []),
        ):
            found = await measures.take(here.who(login), first.id, step, LATER, words=words)
            assert await tasks() == left
        assert found == await measures.one(first.id)
        assert found is not None
        assert (found.state_name, found.effect, found.checked_by) == (
            *("有效", "一个月没有同类投诉", "陶倩"),
        )
        assert (found.report, found.reported_by, found.decided_by) == (
            *("已在看板上执行", "严工", "赵敏"),
        )
        assert not found.overdue(DUE + timedelta(days=1))
        assert [kind for kind, _, _ in await history(first.case_id or 0)] == [
            *("measure_proposed", "measure_approved", "measure_reported", "measure_effective"),
        ]
        noted = [entry.action for entry in await audit.entries(subject=f"measure:{first.id}")]
        assert len(noted) == 4
        for column in ("what", "report", "effect"):
            assert "看板" not in "".join(await sealed("measure", column))
        assert await measures.of_case(first.case_id or 0) == [found]


async def test_only_the_general_manager_approves_and_never_their_own(migrated_url: str) -> None:
    async with office(migrated_url) as here:
        first = await proposed(here, by="zhao")
        for login in ("gu", "yan", "tao"):
            with pytest.raises(StaffError, match="总经理"):
                await measures.take(here.who(login), first.id, "approve", LATER)
        with pytest.raises(StaffError, match="另一位同事"):
            await measures.take(here.who("zhao"), first.id, "approve", LATER)
        assert await measures.take(here.who("fu"), first.id, "approve", LATER)


async def test_a_refused_one_keeps_its_reason(migrated_url: str) -> None:
    async with office(migrated_url) as here:
        first = await proposed(here)
        found = await measures.take(here.who("zhao"), first.id, "refuse", LATER, words="人手不够")
        assert found is not None
        assert (found.state, found.note) == ("refused", "人手不够")
        assert (await history(first.case_id or 0))[-1] == ("measure_refused", "赵敏", "人手不够")
        with pytest.raises(MovedOn, match="已驳回"):
            await measures.take(here.who("yan"), first.id, "report", LATER, words="做了")


async def test_what_did_not_help_asks_for_another(migrated_url: str) -> None:
    async with office(migrated_url) as here:
        first = await proposed(here)
        case = first.case_id or 0
        await measures.take(here.who("zhao"), first.id, "approve", LATER)
        await measures.take(here.who("yan"), first.id, "report", LATER, words="做了")
        with pytest.raises(StaffError, match="另一位同事"):
            await measures.take(here.who("yan"), first.id, "ineffective", LATER, words="没用")
        await measures.take(here.who("gu"), first.id, "ineffective", LATER, words="照样等")
        assert wants_another([one.state for one in await measures.of_case(case)])
        assert await tasks() == ["yan"]
        await proposed(here, case=case)
        assert await tasks() == ["fu", "zhao"]
        assert not wants_another([one.state for one in await measures.of_case(case)])


async def test_a_preventive_one_belongs_to_a_pattern(migrated_url: str) -> None:
    async with office(migrated_url) as here:
        new = New("前台增设进度屏", DUE, None, None, "response_time")
        made = await measures.propose(here.who("gu"), new, NOW)
        assert made is not None
        assert (made.kind_name, made.owner, made.case_id) == ("预防措施", "顾海波", None)
        other = await measures.propose(
            here.who("gu"), New("培训", DUE, here.who("yan").id, None, "attitude"), NOW
        )
        assert other is not None
        assert [one.id for one in await measures.page(here.who("gu"))] == [made.id, other.id]
        assert [one.id for one in await measures.page(here.who("yan"))] == [other.id]
        assert [one.id for one in await measures.page(here.who("zhao"), after=made.id)] == [
            other.id
        ]
        assert await measures.page(here.who("hou")) == []
        assert await measures.page(here.who("zhao"), state="approved") == []
        assert len(await measures.page(here.who("zhao"), kind="preventive", limit=1)) == 1
        assert await measures.take(here.who("hou"), made.id, "report", LATER, words="x") is None
        await measures.take(here.who("zhao"), other.id, "approve", LATER)
        await measures.take(here.who("yan"), other.id, "report", LATER, words="培训两次")
        found = await measures.take(here.who("gu"), other.id, "effective", LATER, words="好转")
        assert found is not None
        assert found.state == "effective"


async def test_what_cannot_be_proposed(migrated_url: str) -> None:
    async with office(migrated_url) as here:
        case = await here.complaint()
        for new, said in (
            (New(" ", DUE, None, case), "要做什么"),
            (New("培训", DUE), "哪类问题"),
            (New("培训", TODAY - timedelta(days=1), None, case), "已经过去"),
            (New("培训", DUE, 999_999, case), "在职员工"),
        ):
            with pytest.raises(StaffError, match=said):
                await measures.propose(here.who("gu"), new, NOW)
        with pytest.raises(StaffError, match="岗位"):
            await measures.propose(here.who("shi"), New("培训", DUE, None, case), NOW)
        assert await measures.propose(here.who("hou"), New("培训", DUE, None, case), NOW) is None
        assert await measures.take(here.who("gu"), 999_999, "report", NOW, words="x") is None
        assert await measures.one(999_999) is None
        assert await history(case) == []
