"""Customers who are merged have one open lead, and two again where they were two after all."""

from datetime import timedelta

from bot.rules.roles import Role
from storage.db import sql
from storage.queries.leads import deeds as lead_deeds
from storage.queries.leads import opening as leads
from storage.queries.leads.opening import Lead, NewLead, open_lead
from storage.queries.merging import customers as merging
from storage.queries.staff.colleagues import Staff, add_staff
from tests.leads.rig import colleague, duties
from tests.people import NOW, TODAY, Cast, at, dealership

LATER = at("10:00", TODAY)


async def boss() -> Staff:
    return await add_staff("赵敏", Role.GENERAL_MANAGER, now=NOW)


async def two(cast: Cast) -> tuple[Lead, Lead]:
    """王芳 and 李强, each with an open lead of a consultant."""
    han = await colleague(cast, "韩梅梅")
    old = await open_lead(NewLead("visit", "C", customer_id=cast.wang.customer_id), NOW)
    young = NewLead(
        "call", "A", model="唐DM", note="周末看车", customer_id=cast.li.customer_id,
        consultant_id=han.id,
    )  # fmt: skip
    return old, await open_lead(young, NOW + timedelta(hours=1))


async def merged(cast: Cast, who: Staff) -> int:
    keep, gone = cast.wang.customer_id, cast.li.customer_id
    assert keep is not None
    assert gone is not None
    merge = await merging.merge_customers(who, keep, gone, LATER)
    assert merge is not None
    return merge


async def now_(lead: Lead) -> Lead:
    found = await leads.one(lead.id)
    assert found is not None
    return found


async def kinds(lead: Lead) -> list[tuple[str, str, str]]:
    return [(one.kind, one.before, one.after) for one in await leads.events(lead.id)]


async def test_the_older_one_goes_on_with_what_the_younger_one_knew(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        old, young = await two(cast)
        await lead_deeds.confirm(young.id, "韩梅梅", NOW + timedelta(hours=1), note="要七座")
        await merged(cast, await boss())
        kept, gone = await now_(old), await now_(young)
        assert (kept.state, kept.level, kept.model, kept.consultant) == (
            "open",
            "A",
            "唐DM",
            "韩梅梅",
        )
        assert kept.confirmed_at == NOW + timedelta(hours=1)
        assert (gone.state, gone.next_at, gone.ended_at) == ("joined", None, None)
        assert await kinds(old) == [
            ("created", "", "C"), ("joined", young.number, ""), ("level", "C", "A"),
        ]  # fmt: skip
        assert (await leads.events(old.id))[1].note == "唐DM\n周末看车"
        assert [kind for kind, _, _ in await kinds(young)] == ["created", "confirmed", "joined"]
        assert (await kinds(young))[-1] == ("joined", "", old.number)
        [left] = [one for one in await duties() if not one.done]
        assert left.due_at == kept.next_at
        more = await open_lead(NewLead("chat", customer_id=cast.wang.customer_id), LATER)
        assert more.id == old.id


async def test_a_telephone_is_not_lost(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        old, young = await two(cast)
        await lead_deeds.change(young.id, {"phone": "13700000005"}, "韩梅梅", NOW)
        await merged(cast, await boss())
        assert (await now_(old)).phone == "13700000005"
        assert [one.id for one in await leads.of_person(None, cast.wang.customer_id)] == [old.id]


async def test_a_split_opens_it_again(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        (old, young), who = await two(cast), await boss()
        merge = await merged(cast, who)
        assert await merging.split_customers(who, merge, LATER) == cast.li.customer_id
        kept, back = await now_(old), await now_(young)
        assert (kept.state, back.state) == ("open", "open")
        assert (kept.customer_id, back.customer_id) == (cast.wang.customer_id, cast.li.customer_id)
        assert back.next_at == young.next_at
        assert (await kinds(young))[-1][0] == "parted"
        assert len([one for one in await duties() if not one.done]) == 2


async def test_a_split_gives_back_whose_telephone_it_is(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        (old, young), who = await two(cast), await boss()
        await lead_deeds.change(young.id, {"phone": "13700000005"}, "韩梅梅", NOW)
        merge = await merged(cast, who)
        await lead_deeds.change(old.id, {"model": "宋PLUS"}, "韩梅梅", LATER)
        await merging.split_customers(who, merge, LATER)
        kept, back = await now_(old), await now_(young)
        assert (kept.phone, kept.model) == (old.phone, "宋PLUS")
        assert (back.phone, back.model) == ("13700000005", "唐DM")
        rows = await sql().rows("SELECT id FROM lead WHERE phone_hash IS NOT NULL")
        assert [row["id"] for row in rows] == [young.id]


async def test_what_has_ended_is_left_alone(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        old, young = await two(cast)
        await lead_deeds.lose(old.id, "买了别家", "李雷", NOW + timedelta(hours=1))
        merge = await merged(cast, who := await boss())
        assert ((await now_(old)).state, (await now_(young)).state) == ("lost", "open")
        rows = await sql().rows("SELECT id FROM lead WHERE state = 'joined'")
        assert not rows
        await merging.split_customers(who, merge, LATER)
        assert (await now_(young)).state == "open"
