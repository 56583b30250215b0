"""The ledger of consent: the newest word counts, and what another system repeats undoes nothing."""

from datetime import timedelta

from storage.queries import consents
from storage.queries.consents import Who, ask, declare, give, given, ledger, state, withdraw
from storage.queries.people import bind
from tests.people import NOW, dealership

ALL = ("care", "follow_up", "marketing")
LATER = NOW + timedelta(days=1)


def customer(who: int | None) -> int:
    assert who is not None
    return who


async def test_nothing_is_agreed_to_until_it_is_given(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        wang = customer(cast.wang.customer_id)
        assert not await given(wang, "care")
        assert await ask(Who(wang), ALL, "要吗", NOW)
        assert not await ask(Who(wang), ALL, "要吗", NOW)
        assert not await given(wang, "care")
        assert await give(Who(wang), ["care"], "好", NOW) == ["care"]
        assert await give(Who(wang), ["care"], "好", LATER) == []
        assert await given(wang, "care")
        assert not await given(customer(cast.li.customer_id), "care")


async def test_withdrawn_and_given_again_with_the_words(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        who = Who(cast.wang.customer_id, cast.wang.user_id)
        await give(who, ["marketing"], "一", NOW)
        await withdraw(who, ["marketing"], "二", LATER)
        await give(who, ["marketing"], "三", LATER)
        told = [(entry.given, entry.wording, entry.channel) for entry in await ledger(who)]
        assert told == [(True, "一", "wechat"), (False, "二", "wechat"), (True, "三", "wechat")]
        assert (await state(who))["marketing"].at == LATER


async def test_a_nightly_repeat_undoes_no_withdrawal(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        wang = customer(cast.wang.customer_id)
        assert await declare(Who(wang), ALL, ALL, NOW) == list(ALL)
        assert await declare(Who(wang), ALL, ALL, NOW) == []
        await withdraw(Who(wang), ["marketing"], "退订", NOW)
        assert await declare(Who(wang), ALL, ALL, LATER) == []
        assert not await given(wang, "marketing")
        assert await declare(Who(wang), ["care"], ALL, LATER) == ["follow_up", "marketing"]
        assert [purpose for purpose in ALL if await given(wang, purpose)] == ["care"]
        assert await declare(Who(wang), ALL, ALL, LATER) == ["follow_up"]
        assert not await given(wang, "marketing")


async def test_a_no_in_chat_is_not_undone_from_outside(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        wang = customer(cast.wang.customer_id)
        await withdraw(Who(wang), ["marketing"], "退订", NOW)
        assert await declare(Who(wang), ALL, ALL, LATER) == ["care", "follow_up"]
        assert not await given(wang, "marketing")


async def test_a_stranger_keeps_their_word_when_bound(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        wang = customer(cast.wang.customer_id)
        await give(Who(wang), ALL, "到店签署", NOW, "store")
        await withdraw(Who(None, cast.stranger.user_id), ["care"], "退订", LATER)
        assert await given(wang, "care")
        await bind(cast.stranger.user_id, wang)
        assert not await given(wang, "care")
        assert [entry.channel for entry in await consents.ledger(Who(wang))].count("wechat") == 1
