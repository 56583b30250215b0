"""`cheyu case …` as typed, on an installation of the tests' own."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest
from click.testing import CliRunner, Result

from bot.cli import cheyu
from bot.clock import clock
from bot.errors import StaffError
from storage.db import opened
from storage.queries.stores.shops import ensure_account
from storage.scope import account_scope
from tests.cases.office import Office, office
from tests.databases import run_apart
from tests.people import APP_ID, NOW
from tests.typing_commands import settings

T = TypeVar("T")


def install(
    url: str, monkeypatch: pytest.MonkeyPatch, move_in: Callable[[Office], Awaitable[object]]
) -> None:
    """The settings of a dealership at `url`, with what `move_in` puts there."""
    clock.stop(at=NOW)

    async def inside() -> None:
        async with office(url) as here:
            await move_in(here)

    run_apart(inside())
    settings(monkeypatch, url, 220)


def inside(url: str, work: Callable[[], Awaitable[T]]) -> T:
    """What `work` finds in the database."""

    async def run() -> T:
        async with opened(url):
            with account_scope(await ensure_account(APP_ID)):
                return await work()

    return run_apart(run())


def typed(*words: str) -> Result:
    return CliRunner().invoke(cheyu, ["case", *words])


def said(*words: str) -> str:
    done = typed(*words)
    assert done.exit_code == 0, done.output or done.exception
    return done.output


def refused(*words: str) -> str:
    done = typed(*words)
    assert done.exit_code == 1, done.output
    assert isinstance(done.exception, StaffError)
    return str(done.exception)
