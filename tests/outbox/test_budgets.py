"""Budgets: what the platform gives by minute and by day, shared by all processes."""

import asyncio
from datetime import timedelta

from bot.errors import WeChatError
from bot.outbox.dispatch import Dispatcher, Summary
from storage.queries.outbox import budgets as outbox_budgets
from storage.queries.outbox import claiming as outbox
from storage.queries.outbox.budgets import Budget
from tests.outbox.notices import notice
from tests.outbox.post import NOW, FarSide, post_office, states, writes

API = "/cgi-bin/message/template/send"
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


async def queue(count: int) -> None:
    for n in range(count):
        await notice((await writes(f"o-{n}", f"k{n}")).id, f"n{n}")


async def test_no_more_than_the_day_gives(migrated_url: str) -> None:
    """NOW is ten in Beijing: fourteen hours are left of the day."""
    async with post_office(migrated_url):
        await queue(7)
        far = FarSide()
        far.left = 4
        assert await Dispatcher(far).dispatch_due(NOW) == Summary(accepted=4)
        assert await Dispatcher(far).dispatch_due(NOW + HOUR / 2) == Summary()
        budget = (await outbox_budgets.every())[API]
        assert (budget.day_limit, budget.day_used, budget.left(NOW)) == (4, 4, 0)
        assert budget.free_again(NOW) == NOW + 14 * HOUR
        assert await Dispatcher(far).dispatch_due(NOW + 14 * HOUR) == Summary(accepted=3)
        assert list((await states()).values()) == ["accepted"] * 7


async def test_no_more_than_the_minute_gives_and_two_share_it(migrated_postgres_url: str) -> None:
    async with post_office(migrated_postgres_url):
        await queue(12)
        await outbox_budgets.checked(API, NOW, day_limit=None, used=0, minute_limit=5)
        far = FarSide()
        dispatchers = [Dispatcher(far, batch=2), Dispatcher(far, batch=2)]

        async def together(after: timedelta) -> int:
            done = await asyncio.gather(*(one.dispatch_due(NOW + after) for one in dispatchers))
            return sum(one.accepted for one in done)

        assert await together(timedelta(0)) == 5
        assert await together(10 * SECOND) == 0
        assert await together(MINUTE) == 5
        assert await together(3 * MINUTE) == 2


async def test_the_platform_is_asked_once_an_hour_and_each_new_day(
    migrated_sqlite_url: str,
) -> None:
    async with post_office(migrated_sqlite_url):
        far = FarSide()
        dispatcher = Dispatcher(far)
        for number, at in enumerate((0 * HOUR, HOUR / 2, HOUR, 13.8 * HOUR, 14 * HOUR)):
            await notice((await writes(f"o-{number}", f"k{number}")).id, f"n{number}")
            await dispatcher.dispatch_due(NOW + at)
        assert far.asked_quota == [API] * 4
        assert await dispatcher.dispatch_due(NOW + 20 * HOUR) == Summary()
        assert len(far.asked_quota) == 4  # nothing to send, nothing to ask


async def test_a_frequency_refused_stops_all_for_a_minute(migrated_sqlite_url: str) -> None:
    async with post_office(migrated_sqlite_url):
        await queue(6)
        far = FarSide(lambda _openid, _content: WeChatError(45011, "too often", API))
        done = await Dispatcher(far, batch=2).dispatch_due(NOW)
        assert 1 <= done.waiting <= 2
        assert await Dispatcher(FarSide()).dispatch_due(NOW + 30 * SECOND) == Summary()
        assert await Dispatcher(FarSide()).dispatch_due(NOW + 2 * MINUTE) == Summary(accepted=6)


async def test_a_longer_pause_is_kept_and_can_be_ended(migrated_url: str) -> None:
    async with post_office(migrated_url):
        await outbox_budgets.pause(API, NOW + HOUR, "日额度", NOW)
        await outbox_budgets.pause(API, NOW + MINUTE, "频率", NOW)
        budget = await outbox_budgets.of(API)
        assert (budget.paused_until, budget.paused(NOW)) == (NOW + HOUR, True)
        assert budget.free_again(NOW) == NOW + HOUR
        assert not budget.paused(NOW - timedelta(days=2))  # the clock was set back
        await outbox_budgets.resume(API)
        assert (await outbox_budgets.of(API)).free_again(NOW) is None


async def test_one_good_answer_breaks_the_row(migrated_url: str) -> None:
    async with post_office(migrated_url):
        assert await outbox_budgets.bad_answers(API, 19, "x", NOW) is None
        await outbox_budgets.good_answer(API)
        assert await outbox_budgets.bad_answers(API, 19, "x", NOW) is None
        assert await outbox_budgets.bad_answers(API, 1, "x", NOW) == NOW + 10 * MINUTE


async def test_spending_is_counted_by_the_minute_and_the_day(migrated_url: str) -> None:
    async with post_office(migrated_url):
        async with outbox.together():
            assert await outbox_budgets.held(API) == Budget(API)
        for at in (NOW, NOW + SECOND, NOW + MINUTE, NOW + 14 * HOUR):
            await outbox_budgets.spend(API, 3, at)
        budget = await outbox_budgets.of(API)
        assert (budget.minute_used, budget.day_used) == (3, 3)
        assert (
            Budget(API, minute_limit=2, minute_start=NOW, minute_used=2).free_again(NOW + SECOND)
            == NOW + MINUTE
        )
