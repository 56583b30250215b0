"""补偿: asked for, decided by somebody else who may, given; each step in the case's history."""

import asyncio
from decimal import Decimal
from itertools import product

import pytest

from bot.errors import StaffError
from storage.queries import audit
from storage.queries.cases import compensations
from storage.queries.cases.compensations import LARGEST, Compensation
from storage.queries.cases.history import MovedOn
from tests.cases.office import LATER, Office, history, office, sealed, tasks
from tests.people import NOW


async def asked(here: Office, by: str = "yan", case: int | None = None) -> Compensation:
    case = case or await here.complaint()
    made = await compensations.ask(
        here.who(by), case, "voucher", "保养代金券", NOW, amount=Decimal(200)
    )
    assert made is not None
    return made


async def test_asked_for_approved_and_given(migrated_url: str) -> None:
    async with office(migrated_url) as here:
        first = await asked(here)
        assert (first.state, first.asked_by, first.amount) == ("pending", "严工", Decimal("200.00"))
        assert first.said == "代金券：保养代金券（200.00元）"
        assert [one.id for one in await compensations.waiting(here.who("gu"))] == [first.id]
        assert await tasks() == ["fu", "gu", "zhao"]
        agreed = await compensations.take(here.who("gu"), first.id, "approve", LATER)
        assert agreed is not None
        assert (agreed.state_name, agreed.decided_by, agreed.decided_at) == (
            "已批准",
            "顾海波",
            LATER,
        )
        assert await compensations.waiting(here.who("gu")) == []
        assert await tasks() == []
        given = await compensations.take(here.who("yan"), first.id, "give", LATER, words="已发券")
        assert given == await compensations.one(first.id)
        assert given is not None
        assert (given.state, given.given_by, given.note) == ("given", "严工", "已发券")
        assert await history(first.case_id) == [
            ("compensation_asked", "严工", "代金券：保养代金券（200.00元）"),
            ("compensation_approved", "顾海波", "代金券：保养代金券（200.00元）"),
            ("compensation_given", "严工", "已发券"),
        ]
        noted = [entry.action for entry in await audit.entries(subject=f"compensation:{first.id}")]
        assert noted == ["compensation_given", "compensation_approved", "compensation_asked"]
        assert await compensations.of_case(first.case_id) == [given]
        for column, kept in product(("what", "note"), ("代金券", "已发券")):
            assert kept not in "".join(await sealed("compensation", column))


async def test_a_refused_one_keeps_its_reason(migrated_url: str) -> None:
    async with office(migrated_url) as here:
        first = await asked(here)
        with pytest.raises(StaffError, match="理由"):
            await compensations.take(here.who("gu"), first.id, "refuse", LATER)
        found = await compensations.take(
            here.who("gu"), first.id, "refuse", LATER, words="已在保修内"
        )
        assert found is not None
        assert (found.state, found.note, found.decided_by) == ("refused", "已在保修内", "顾海波")
        assert (await history(first.case_id))[-1] == (
            "compensation_refused",
            "顾海波",
            "已在保修内",
        )
        with pytest.raises(MovedOn, match="已驳回") as raised:
            await compensations.take(here.who("zhao"), first.id, "approve", LATER)
        assert raised.value.state == "refused"


async def test_nobody_approves_what_they_asked_for(migrated_url: str) -> None:
    async with office(migrated_url) as here:
        mine = await asked(here, by="gu")
        assert await compensations.waiting(here.who("gu")) == []
        with pytest.raises(StaffError, match="另一位同事"):
            await compensations.take(here.who("gu"), mine.id, "approve", LATER)
        assert await compensations.take(here.who("zhao"), mine.id, "approve", LATER)


async def test_only_managers_of_the_store_decide(migrated_url: str) -> None:
    async with office(migrated_url) as here:
        first = await asked(here)
        for login in ("yan", "mo", "tao"):
            with pytest.raises(StaffError, match="岗位"):
                await compensations.take(here.who(login), first.id, "approve", LATER)
            assert await compensations.waiting(here.who(login)) == []
        for stranger in ("hou", "wu", "shi"):
            assert await compensations.take(here.who(stranger), first.id, "approve", LATER) is None
            assert (
                await compensations.ask(here.who(stranger), first.case_id, "gift", "杯", NOW)
                is None
            )
        assert (await history(first.case_id))[1:] == []


async def test_what_cannot_be_asked_for(migrated_url: str) -> None:
    async with office(migrated_url) as here:
        case, yan = await here.complaint(), here.who("yan")
        gone = await here.complaint(state="withdrawn")
        with pytest.raises(MovedOn, match="撤回"):
            await compensations.ask(yan, gone, "gift", "保温杯", NOW)
        for amount in (Decimal(-1), LARGEST + 1, Decimal("NaN"), Decimal("inf"), Decimal("0.001")):
            with pytest.raises(StaffError, match="金额"):
                await compensations.ask(yan, case, "refund", "退工时费", NOW, amount=amount)
        with pytest.raises(StaffError, match="金额"):
            await compensations.ask(yan, case, "refund", "退工时费", NOW)
        assert await compensations.ask(yan, 999_999, "gift", "保温杯", NOW) is None
        assert await compensations.take(yan, 999_999, "give", NOW) is None
        assert await compensations.one(999_999) is None
        assert await compensations.of_case(case) == []


async def test_two_managers_at_once_decide_once(migrated_postgres_url: str) -> None:
    async with office(migrated_postgres_url) as here:
        first = await asked(here)
        done = await asyncio.gather(
            compensations.take(here.who("gu"), first.id, "approve", LATER),
            compensations.take(here.who("zhao"), first.id, "refuse", LATER, words="不必"),
            compensations.take(here.who("fu"), first.id, "approve", LATER),
            return_exceptions=True,
        )
        assert sum(isinstance(one, Compensation) for one in done) == 1
        assert sum(isinstance(one, MovedOn) for one in done) == 2
        assert [kind for kind, _, _ in await history(first.case_id)][1:] != []
        assert len(await history(first.case_id)) == 2
