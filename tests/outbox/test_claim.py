"""Claiming: each message in one pair of hands, in the order of its person, fenced by its attempts."""

import asyncio
from datetime import timedelta

from storage.db import dumps, sql, transaction
from storage.queries.outbox import claiming as outbox
from storage.queries.stores.shops import ensure_account
from storage.queries.talks import Person
from storage.scope import account_id, account_scope
from tests.outbox.post import NOW, letter, post_office, states, writes

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
LEASE = timedelta(minutes=2)


async def people(count: int) -> list[Person]:
    return [await writes(f"o-{n}", f"k{n}") for n in range(count)]


async def claimed(limit: int = 99, now: timedelta = timedelta(0)) -> list[str]:
    return [message.idem for message in await outbox.claim(NOW + now, limit, LEASE)]


async def test_what_is_due_comes_in_order_and_up_to_the_limit(migrated_url: str) -> None:
    async with post_office(migrated_url):
        for n, person in enumerate(await people(5)):
            await letter(person, f"m{n}", now=NOW - n * SECOND)
        assert await claimed(2) == ["m4", "m3"]
        assert await claimed() == ["m2", "m1", "m0"]
        assert await claimed() == []


async def test_a_message_says_all_that_sending_needs(migrated_url: str) -> None:
    async with post_office(migrated_url):
        wang = await writes("o-wang", "k1", window="tap")
        await outbox.count_sent(wang.id, 2)
        await letter(wang, "m1", "您好")
        (message,) = await outbox.claim(NOW, 9, LEASE)
        to = outbox.Addressee(wang.id, "o-wang", None, True, "tap", NOW, 2)
        body = dumps({"blocks": ["您好"], "hand_over": False})
        assert message == outbox.Claimed(message.id, "m1", body, 1, NOW, to)


async def test_a_person_has_one_message_in_hand(migrated_url: str) -> None:
    async with post_office(migrated_url):
        wang, li = await people(2)
        for idem in ("w1", "w2", "w3"):
            await letter(wang, idem)
        await letter(li, "l1")
        first, other = await outbox.claim(NOW, 9, LEASE)
        assert (first.idem, other.idem) == ("w1", "l1")
        assert await claimed() == []
        await outbox.settle(first, "waiting", NOW, "busy", NOW + HOUR)
        assert await claimed() == []
        again, *_ = await outbox.claim(NOW + HOUR, 9, LEASE)
        assert (again.idem, again.attempts) == ("w1", 2)
        await outbox.settle(again, "failed", NOW)
        assert await claimed() == ["w2"]


async def test_what_is_meant_for_later_holds_nothing_up(migrated_url: str) -> None:
    async with post_office(migrated_url):
        (wang,) = await people(1)
        await letter(wang, "tomorrow", now=NOW + 24 * HOUR)
        await letter(wang, "today")
        assert await claimed() == ["today"]


async def test_another_accounts_messages_are_not_ours(migrated_url: str) -> None:
    async with post_office(migrated_url):
        await letter((await people(1))[0], "ours")
        with account_scope(await ensure_account("wx-another")):
            assert await claimed() == []
            assert await outbox.expired_leases(NOW + HOUR) == []
            assert sum((await outbox.by_state()).values()) == 0


async def test_two_dispatchers_never_wait_nor_share(migrated_postgres_url: str) -> None:
    async with post_office(migrated_postgres_url), asyncio.timeout(30):
        for n, person in enumerate(await people(6)):
            await letter(person, f"m{n}")
            await letter(person, f"later{n}")

        inside, may_end = asyncio.Event(), asyncio.Event()

        async def slow() -> list[str]:
            async with transaction():
                mine = await claimed(4)
                inside.set()
                await may_end.wait()
                return mine

        holding = asyncio.create_task(slow())
        await inside.wait()
        assert await claimed(4) == ["m4", "m5"]  # the other four are not committed yet
        may_end.set()
        assert await holding == ["m0", "m1", "m2", "m3"]


async def test_many_dispatchers_take_each_message_once(migrated_url: str) -> None:
    async with post_office(migrated_url):
        for person in await people(20):
            for n in range(5):
                await letter(person, f"{person.openid}:{n}")
        order: list[str] = []

        async def dispatcher() -> None:
            idle = 0
            while idle < 20:
                batch = await outbox.claim(NOW, 3, LEASE)
                idle = 0 if batch else idle + 1
                for message in batch:
                    order.append(message.idem)
                    assert await outbox.settle(message, "accepted", NOW)

        await asyncio.gather(*(dispatcher() for _ in range(6)))
        assert len(order) == len(set(order)) == 100
        for n in range(20):
            assert [i for i in order if i.startswith(f"o-{n}:")] == [f"o-{n}:{k}" for k in range(5)]


async def test_what_nobody_settled_is_uncertain(migrated_url: str) -> None:
    async with post_office(migrated_url):
        await letter((await people(1))[0], "m1")
        (message,) = await outbox.claim(NOW, 9, LEASE)
        assert await outbox.expired_leases(NOW + LEASE - SECOND) == []
        (lapsed,) = await outbox.expired_leases(NOW + LEASE)
        assert lapsed == message
        assert await outbox.expired_leases(NOW + HOUR) == []
        assert await states() == {"m1": "uncertain"}
        assert await claimed(now=HOUR) == []
        # The dispatcher was only slow, and it knows.
        assert await outbox.settle(message, "accepted", NOW + HOUR)
        assert not await outbox.settle(message, "failed", NOW + HOUR)
        assert await states() == {"m1": "accepted"}


async def test_an_old_claim_settles_nothing(migrated_url: str) -> None:
    async with post_office(migrated_url):
        await letter((await people(1))[0], "m1")
        (old,) = await outbox.claim(NOW, 9, LEASE)
        await outbox.settle(old, "waiting", NOW, "busy", NOW)
        (new,) = await outbox.claim(NOW, 9, LEASE)
        assert not await outbox.settle(old, "failed", NOW)
        assert await outbox.settle(new, "accepted", NOW)


async def test_the_same_occasion_is_one_message(migrated_url: str) -> None:
    async with post_office(migrated_url):
        (wang,) = await people(1)
        await letter(wang, "m1", "first")
        await letter(wang, "m1", "second")
        (message,) = await outbox.claim(NOW, 9, LEASE)
        assert "first" in message.body


async def test_what_is_not_at_its_end_is_counted(migrated_url: str) -> None:
    async with post_office(migrated_url):
        for n, person in enumerate(await people(7)):
            await letter(person, f"m{n}")
        taken = await outbox.claim(NOW, 5, LEASE)
        for message, state in zip(
            taken, ["accepted", "failed", "uncertain", "waiting"], strict=False
        ):
            await outbox.settle(message, state, NOW, due_at=NOW + HOUR)
        expected = {"queued": 2, "waiting": 1, "sending": 1, "uncertain": 1}
        assert await outbox.by_state() == expected


async def test_a_window_never_holds_less_than_nothing(migrated_url: str) -> None:
    async with post_office(migrated_url):
        (wang,) = await people(1)
        await outbox.count_sent(wang.id, 2)
        await outbox.count_sent(wang.id, -3)
        row = await sql().one("SELECT window_sent, account_id FROM wechat_user")
        assert (row["window_sent"], row["account_id"]) == (0, account_id())
