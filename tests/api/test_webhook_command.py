"""`cheyu webhook`: what did not arrive is seen, sent again, or given up; what arrived goes in time."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, TypeVar

import pytest
from click.testing import CliRunner, Result

from bot.cli import cheyu
from bot.clock import clock
from storage.db import opened, sql
from storage.queries import audit, webhooks
from storage.queries.feeds import emit
from storage.queries.privacy.retention import expire_old
from storage.queries.stores.shops import ensure_account
from storage.scope import account_scope
from tests.people import APP_ID, NOW, SECRET

T = TypeVar("T")
FIRST, MONTH = timedelta(minutes=1), timedelta(days=31)


@pytest.fixture
def url(migrated_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    names = {
        "DATABASE_URL": migrated_url,
        "SECRET_KEY": SECRET,
        "WECHAT_APP_ID": APP_ID,
        "WECHAT_APP_SECRET": "made-up",
        "WECHAT_TOKEN": "madeup",
    }
    for name, value in names.items():
        monkeypatch.setenv(f"CHEYU_{name}", value)
    monkeypatch.setenv("COLUMNS", "200")
    clock.stop(NOW)
    return migrated_url


def inside(url: str, work: Callable[[], Awaitable[T]]) -> T:
    async def apart() -> T:
        async with opened(url):
            with account_scope(await ensure_account(APP_ID)):
                return await work()

    return asyncio.run(apart())


async def _three_dead_one_done() -> list[int]:
    await webhooks.add("http://127.0.0.1:9/dms", ["appointment.*"], "s" * 20, NOW)
    for number in range(4):
        await emit("appointment.booked", {"id": f"A{number}"}, NOW, same=f"A{number}")
    held = await webhooks.claim(NOW, 10, NOW + FIRST)
    for one, state in zip(held, ("dead", "dead", "dead", "done"), strict=True):
        await webhooks.settle(one, state, "HTTP 500" if state == "dead" else "", NOW)
    return [one.id for one in held]


def typed(*words: Any) -> Result:
    return CliRunner().invoke(cheyu, ["webhook", *(str(word) for word in words)])


async def _states() -> list[str]:
    return [row["state"] for row in await sql().rows("SELECT state FROM webhook_delivery")]


def test_the_dead_are_seen_sent_again_or_given_up(url: str) -> None:
    first, second, third, done = inside(url, _three_dead_one_done)
    assert "http://127.0.0.1:9/dms" in typed("list").output
    shown = typed("dead").output
    assert shown.count("HTTP 500") == 3
    assert str(second) in shown
    assert (typed("resend", first).exit_code, typed("drop", second).exit_code) == (0, 0)
    assert typed("drop", first, third, done).exit_code == 1  # only the third is dead
    assert typed("resend", second).exit_code == 1
    assert typed("resend", "one").exit_code == typed("resend").exit_code == 2
    assert sorted(inside(url, _states)) == ["done", "queued"]
    [again] = inside(url, lambda: webhooks.claim(NOW, 10, NOW + FIRST))
    assert (again.id, again.attempts) == (first, 1)
    book = inside(url, lambda: audit.entries(subject=f"webhook_delivery:{second}"))
    assert [(entry.actor, entry.action) for entry in book] == [("cli", "drop")]


def test_what_arrived_is_kept_a_month_and_the_dead_for_as_long_as_it_takes(url: str) -> None:
    inside(url, _three_dead_one_done)
    assert inside(url, lambda: expire_old(NOW + MONTH - timedelta(days=2))) == {}
    assert inside(url, lambda: expire_old(NOW + MONTH)) == {"webhook_delivery": 1}
    assert inside(url, _states) == ["dead"] * 3
