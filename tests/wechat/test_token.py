"""One token for everybody: cold, dead, near its end, and when the platform fails."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from bot.clock import clock
from bot.errors import WeChatError, WeChatUnclear
from bot.wechat.token import MemoryTokens
from tests.wechat.api import SECRET, wired

NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    clock.stop(at=NOW)
    yield
    clock.reset()


async def test_fifty_cold_calls_are_one_fetch() -> None:
    async with wired() as far:
        far.platform.slowly = asyncio.Event()
        calls = [asyncio.create_task(far.tokens.get()) for _ in range(50)]
        asyncio.get_running_loop().call_later(0.05, far.platform.slowly.set)
        assert set(await asyncio.gather(*calls)) == {"TOKEN-0"}
        assert far.platform.fetches == [False]


async def test_fifty_calls_with_a_dead_token_are_one_fetch() -> None:
    async with wired() as far:
        await far.tokens.get()
        far.platform.kill()
        await asyncio.gather(*(far.client.send_text(f"o{n}", "好") for n in range(50)))
        assert far.platform.fetches == [False, False]
        assert far.platform.refused == 50


async def test_a_token_that_is_dead_though_in_force_is_forced_once_in_30_seconds() -> None:
    async with wired() as far:
        dead = await far.tokens.get()
        far.platform.kill(forced_only=True)
        assert await far.tokens.renew(dead) == "TOKEN-1"
        assert far.platform.fetches == [False, False, True]
        far.platform.kill(forced_only=True)
        clock.forward(timedelta(seconds=29))
        assert await far.tokens.renew("TOKEN-1") == "TOKEN-1"
        assert far.platform.fetches.count(True) == 1
        clock.forward(timedelta(seconds=1))
        assert await far.tokens.renew("TOKEN-1") == "TOKEN-2"
        assert far.platform.fetches.count(True) == 2


async def test_a_server_that_always_refuses_is_asked_twice_not_for_ever() -> None:
    async with wired() as far:
        far.platform.answers["/cgi-bin/message/custom/send"] = {"errcode": 42001, "errmsg": "old"}
        with pytest.raises(WeChatError) as refused:
            await far.client.send_text("o1", "好")
        assert refused.value.errcode == 42001
        sent = [asked for asked in far.platform.asked if asked.path.endswith("custom/send")]
        assert len(sent) == 2
        assert far.platform.fetches == [False, False, True]


async def test_it_is_renewed_five_minutes_ahead() -> None:
    async with wired() as far:
        await far.tokens.get()
        clock.forward(timedelta(seconds=7200 - 301))
        await far.tokens.get()
        assert len(far.platform.fetches) == 1
        far.platform.kill()
        clock.forward(timedelta(seconds=1))
        assert await far.tokens.get() == "TOKEN-1"
        assert len(far.platform.fetches) == 2


async def test_a_token_with_little_time_left_is_not_fetched_for_every_call() -> None:
    async with wired() as far:
        far.platform.expires_in = 120
        await asyncio.gather(*(far.tokens.get() for _ in range(50)))
        assert await far.tokens.get() == "TOKEN-0"
        assert len(far.platform.fetches) == 1
        clock.forward(timedelta(seconds=30))
        await far.tokens.get()
        assert len(far.platform.fetches) == 2


async def test_while_the_platform_fails_the_old_one_serves_to_its_end() -> None:
    async with wired() as far:
        await far.tokens.get()
        far.platform.token_answer = {"errcode": -1, "errmsg": "system error"}
        clock.forward(timedelta(seconds=7000))
        assert [await far.tokens.get() for _ in range(3)] == ["TOKEN-0"] * 3
        assert len(far.platform.fetches) == 2
        clock.forward(timedelta(seconds=200))
        with pytest.raises(WeChatError):
            await far.tokens.get()


async def test_processes_share_one_token() -> None:
    store = MemoryTokens()
    async with wired(store) as far:
        other = far.other(store)
        assert set(await asyncio.gather(far.tokens.get(), other.get())) == {"TOKEN-0"}
        assert len(far.platform.fetches) == 1
        far.platform.kill()
        renewed = await asyncio.gather(far.tokens.renew("TOKEN-0"), other.renew("TOKEN-0"))
        assert set(renewed) == {"TOKEN-1"}
        assert len(far.platform.fetches) == 2


async def test_a_restart_finds_the_token() -> None:
    store = MemoryTokens()
    async with wired(store) as far:
        await far.tokens.get()
        assert await far.other(store).get() == "TOKEN-0"
        assert len(far.platform.fetches) == 1


async def test_a_caller_that_gives_up_does_not_end_the_fetch_for_others() -> None:
    async with wired() as far:
        far.platform.slowly = asyncio.Event()
        impatient, patient = (asyncio.create_task(far.tokens.get()) for _ in range(2))
        asyncio.get_running_loop().call_later(0.02, impatient.cancel)
        with pytest.raises(asyncio.CancelledError):
            await impatient
        far.platform.slowly.set()
        assert await patient == "TOKEN-0"
        assert len(far.platform.fetches) == 1


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ({"errcode": 40164, "errmsg": "invalid ip 1.2.3.4, not in whitelist"}, WeChatError),
        ({"errcode": 40125, "errmsg": f"invalid appsecret {SECRET}"}, WeChatError),
        ({"expires_in": 7200}, WeChatUnclear),
        ({"access_token": "", "expires_in": 7200}, WeChatUnclear),
        ({"access_token": "x", "expires_in": "soon"}, WeChatUnclear),
        ([], WeChatUnclear),
    ],
)
async def test_a_fetch_that_fails_fails_for_all_who_wait(
    answer: object, kind: type[WeChatError]
) -> None:
    async with wired() as far:
        far.platform.token_answer = answer
        with capture_logs() as logs:
            failures = await asyncio.gather(
                *(far.tokens.get() for _ in range(20)), return_exceptions=True
            )
        assert {type(failure) for failure in failures} == {kind}
        assert len(far.platform.fetches) == 1
        assert SECRET not in str(failures) + str(logs)


async def test_the_minutely_job_renews_it_before_a_send_has_to_wait() -> None:
    async with wired() as far:
        for _ in range(2 * 120):
            await far.client.keep_token()
            clock.forward(timedelta(minutes=1))
        assert far.platform.fetches == [False, False, False]
        far.platform.slowly = asyncio.Event()  # nothing more is fetched: a send does not wait
        await far.client.send_text("o1", "好")
        assert len(far.platform.fetches) == 3
