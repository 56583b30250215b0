"""Nobody whose complaint is open gets marketing, not even what was queued before they complained."""

import pytest

from bot.outbox.dispatch import Dispatcher, Summary
from storage.db import sql
from storage.queries.cases.deeds import act
from storage.queries.cases.opening import NewCase, open_case, take_down
from storage.queries.outbox import claiming as outbox
from storage.queries.touch.people import contacts
from tests.outbox.notices import agree, mass
from tests.outbox.post import NOW, FarSide, post_office, whys, writes
from tests.people import dealership

BODY = '{"blocks":["新车到店"],"hand_over":false}'


async def test_what_was_queued_before_the_complaint_does_not_leave(migrated_url: str) -> None:
    async with post_office(migrated_url):
        calm, cross = await writes("oCalm", "k1"), await writes("oCross", "k2")
        for person in (calm, cross):
            await agree(person.id, "marketing")
            await outbox.queue(
                person.id, f"ad:{person.id}", "service", BODY, NOW, purpose="marketing"
            )
            await outbox.put(person.id, f"answer:{person.id}", BODY, NOW)
        case = await open_case(NewCase("chat", "没人理", wechat_user_id=cross.id), NOW)
        far = FarSide()
        assert await Dispatcher(far).dispatch_due(NOW) == Summary(accepted=3, failed=1)
        assert (await whys())[f"ad:{cross.id}"] == "客户有未了结的投诉，营销和问候暂停"
        await act(case.id, "withdraw", "customer", NOW)
        await outbox.queue(cross.id, "ad:again", "service", BODY, NOW, purpose="marketing")
        assert await Dispatcher(far).dispatch_due(NOW) == Summary(accepted=1)


async def test_a_mass_send_leaves_out_who_complains(migrated_url: str) -> None:
    async with post_office(migrated_url):
        people = [(await writes(f"o-{n}", f"k{n}")).id for n in range(3)]
        for one in people:
            await agree(one, "marketing")
        await mass(people, purpose="marketing", touch=True)
        await open_case(NewCase("chat", "没人理", wechat_user_id=people[1]), NOW)
        far = FarSide()
        assert await Dispatcher(far).dispatch_due(NOW) == Summary(accepted=2, failed=1)
        assert far.lists == [["o-0", "o-2"]]


@pytest.mark.parametrize("known", [True, False])
async def test_whoever_decides_about_a_contact_knows(migrated_url: str, known: bool) -> None:
    """Also where the complaint came from an identity that became the customer's only later."""
    async with dealership(migrated_url) as cast:
        wang, li = cast.wang.customer_id or 0, cast.li.customer_id or 0
        whom = (wang, None) if known else (None, cast.stranger.user_id)
        case = await open_case(
            NewCase("chat", "没人理", customer_id=whom[0], wechat_user_id=whom[1]), NOW
        )
        await sql().run(
            "UPDATE wechat_user SET customer_id = ? WHERE id = ?", wang, cast.stranger.user_id
        )

        async def muted(customer: int) -> bool:
            return (await contacts([customer], NOW))[0][customer].reach.complaint

        assert await muted(wang)
        assert not await muted(li)
        await act(case.id, "solve", "赵", NOW, root_cause="漏派", solution="道歉")
        assert await muted(wang)
        await act(case.id, "confirm", "customer", NOW)
        assert not await muted(wang)


async def test_a_telephone_that_is_one_customers_says_who_complains(migrated_url: str) -> None:
    """Whoever takes a call down may write only the number; they are no stranger for that."""
    async with dealership(migrated_url) as cast:
        wang = cast.wang.customer_id or 0
        case = await take_down(NewCase("staff", "空调不冷", phone="138 0000 0001", by="张伟"), NOW)
        assert (case.customer_id, case.vehicle_id) == (wang, cast.wang.car)
        assert (await contacts([wang], NOW))[0][wang].reach.complaint
        nobodys = await take_down(NewCase("staff", "没人理", phone="13700000099"), NOW)
        assert nobodys.customer_id is None
        await sql().run("UPDATE customer SET phone_hash = (SELECT phone_hash FROM customer o"
                        " WHERE o.id = ?) WHERE id = ?", wang, cast.li.customer_id)  # fmt: skip
        shared = await take_down(NewCase("staff", "没人理", phone="13800000001"), NOW)
        assert shared.customer_id is None
