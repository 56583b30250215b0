"""Who called before they had a file is the customer of that file, as far as that is certain."""

from collections.abc import AsyncIterator

import pytest

from bot.rules.roles import Kind, Role
from storage import models
from storage.queries import people
from storage.queries.cases.deeds import act
from storage.queries.cases.opening import NewCase, of_person, open_case, take_down
from storage.queries.files import changes, steps
from storage.queries.leads.opening import NewLead, open_lead
from storage.queries.privacy.erasing import erase_person
from storage.queries.staff.colleagues import add_staff
from storage.queries.touch.people import contacts
from tests.people import NOW, Cast, dealership
from tests.privacy.caller import LANDLINE, NAME, PHONE, WORDS, calls_in
from tests.privacy.test_number_only import held_of, traces
from tests.storage.test_records import put_customer


@pytest.fixture
async def cast(migrated_url: str) -> AsyncIterator[Cast]:
    async with dealership(migrated_url) as cast:
        yield cast


async def theirs() -> list[int | None]:
    return [case.customer_id for case in await models.Case.all().order_by("id")]


async def test_a_caller_who_gets_a_file_is_its_customer(cast: Cast) -> None:
    caller = await calls_in(cast)
    await act(caller.cases[1], "withdraw", "customer", NOW)
    await open_case(NewCase("call", "门有异响", phone=LANDLINE), NOW)
    fresh = await take_down(NewCase("call", WORDS, phone=PHONE), NOW)
    await put_customer("C9", name=NAME, phone=PHONE)
    customer = await models.Customer.get(ref="C9")
    assert await theirs() == [customer.id, None, None, customer.id]
    assert (await models.Lead.get(id=caller.lead)).customer_id == customer.id
    assert [case.id for case in await of_person(None, customer.id)] == [fresh.id, caller.cases[0]]
    assert (await contacts([customer.id], NOW))[0][customer.id].reach.complaint
    tasks = await models.StaffTask.filter(done_at=None, case_id=fresh.id)
    assert {task.customer_id for task in tasks} == {customer.id}
    before = (await models.Case.get(id=caller.cases[0])).rev
    await put_customer("C9", name=f"{NAME}女士", phone=PHONE)
    assert (await models.Case.get(id=caller.cases[0])).rev == before
    held = await held_of("C9")
    assert [row["id"] for row in held["complaint"]] == [*caller.cases, fresh.id]
    assert await erase_person("C9", NOW, "沈文")
    assert await traces(PHONE, [NAME, WORDS]) == []


async def test_two_wishes_of_one_caller_are_one_lead_once_they_have_a_file(cast: Cast) -> None:
    called = await open_lead(NewLead("call", name=NAME, phone=PHONE, note=WORDS), NOW)
    await put_customer("C9", name=NAME)
    customer = await models.Customer.get(ref="C9")
    asked = await open_lead(NewLead("survey", customer_id=customer.id, note="想换SUV"), NOW)
    await put_customer("C9", name=NAME, phone=PHONE)
    states = {lead.id: lead.state for lead in await models.Lead.all()}
    assert states == {called.id: "open", asked.id: "joined"}


async def test_a_number_of_two_files_says_nobodys_complaint(cast: Cast) -> None:
    await open_case(NewCase("call", WORDS, phone=PHONE), NOW)
    await models.Customer.create(
        account_id=cast.account, ref="C8", phone=PHONE, created_at=NOW, state="filed",
        phone_hash=(await models.Case.get()).phone_hash,
    )  # fmt: skip
    await put_customer("C9", name=NAME, phone=PHONE)
    assert await theirs() == [None]


async def test_a_number_typed_in_chat_is_no_proof(cast: Cast) -> None:
    """Somebody who types another one's number is not told of their complaint."""
    await open_case(NewCase("call", WORDS, phone=PHONE), NOW)
    draft = await people.draft_file(cast.stranger.user_id, PHONE, None, "坏人", NOW)
    assert draft.customer_id is not None
    later = await take_down(NewCase("call", WORDS, phone=PHONE, by="张伟"), NOW)
    assert later.customer_id is None
    assert await of_person(cast.stranger.user_id, draft.customer_id) == []
    assert await theirs() == [None, None]
    # once the dealership knows whose number it is, what is open is theirs
    await put_customer("C9", name=NAME, phone=PHONE)
    customer = await models.Customer.get(ref="C9")
    assert await theirs() == [customer.id, customer.id]
    assert (await models.WeChatUser.get(openid="oStranger")).customer_id is None


async def test_what_was_made_before_it_was_known_goes_too(cast: Cast) -> None:
    """A lead taken by telephone to which the customer's own wish is added later."""
    wang = cast.wang
    lead = await open_lead(NewLead("call", name=NAME, phone=wang.phone, note=WORDS), NOW)
    again = NewLead("survey", customer_id=wang.customer_id, phone=wang.phone, note=WORDS)
    assert (await open_lead(again, NOW)).id == lead.id
    assert "staff_task" in await held_of(f"#{wang.customer_id}")
    assert await erase_person(f"#{wang.customer_id}", NOW, "沈文")
    assert await traces(wang.phone, [NAME, WORDS]) == []


async def test_a_number_that_colleagues_have_looked_at_is_proof(cast: Cast) -> None:
    """A file begun in chat once it is verified; a number that a manager approved."""
    boss = await add_staff("顾海波", Role.GENERAL_MANAGER, now=NOW, login="gu")
    case = await open_case(NewCase("call", WORDS, phone=PHONE), NOW)
    other = await open_case(NewCase("call", WORDS, phone="13700000010"), NOW)
    draft = await people.draft_file(cast.stranger.user_id, PHONE, None, NAME, NOW)
    assert draft.customer_id is not None
    assert await steps.verify(boss, Kind.CUSTOMER, draft.customer_id, NOW) == "verified"
    assert await theirs() == [draft.customer_id, None]
    lina = await add_staff("李娜", Role.SERVICE_MANAGER, now=NOW, login="lina")
    wang = cast.wang.customer_id or 0
    wish = await changes.edit(lina, Kind.CUSTOMER, wang, {"phone": "13700000010"}, NOW)
    assert wish is not None
    assert wish.change_id is not None
    assert await theirs() == [draft.customer_id, None]
    await changes.decide(boss, wish.change_id, True, NOW)
    assert await theirs() == [draft.customer_id, wang]
    assert (case.customer_id, other.customer_id) == (None, None)
