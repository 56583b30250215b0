"""The clock table holds for the rule, and for everything that shows or uses it: one function."""

import re
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from click.testing import CliRunner

from bot.api.app import api_app
from bot.api.limits import Limits, Rate
from bot.api.targets import Targets
from bot.cli import cheyu
from bot.clock import clock
from bot.jobs.clocks import clocks_due
from bot.rules.cases.words import CLOCK_STATES, CLOCKS, number_of
from bot.rules.sla import ASKS, TICK, USUAL, Clock, clocks, look_at
from bot.rules.wording import say_moment
from storage.queries import apikeys
from storage.queries.cases.clocks import clocks_of
from storage.queries.cases.rows import events
from tests.api.door import AT_HOME, Door
from tests.cases.clock_table import ROWS, Row
from tests.cases.clock_world import LOGIN, Told, change_calendar, world
from tests.conversations.chat import open_chat
from tests.databases import forget_compiled_queries
from tests.people import SHANGHAI, Cast
from tests.typing_commands import settings

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
SAID_ALOUD = ("receipt", "reply", "progress", "told")
RUNNING = ("running", "warned", "broken")
GESTURE = timedelta(seconds=2)
"""How long a message takes to be typed."""


def named(found: Sequence[Clock], name: str) -> Clock:
    return [clock for clock in found if clock.name == name][-1]


def test_the_table_is_long_enough() -> None:
    assert len(ROWS) >= 60
    assert {row.clock for row in ROWS} == set(CLOCKS)
    assert {row.state for row in ROWS} == set(CLOCK_STATES)


@pytest.mark.parametrize("row", ROWS, ids=[f"{row.clock} {row.why}" for row in ROWS])
def test_the_rule(row: Row) -> None:
    found = named(clocks(row.events, row.calendar, USUAL, row.now), row.clock)
    assert (found.due_at, found.state) == (row.due, row.state)
    assert found.starts_at <= found.warn_at <= found.due_at


async def test_what_is_kept_and_the_job(migrated_url: str) -> None:
    """The job warns before, is silent at the deadline itself, and goes up right after it."""
    async with world(migrated_url, ROWS) as (_, told):
        for one in told:
            await change_calendar(one)
        await clocks_due(LONG_AGO)  # nothing is due, but every calendar was changed
        due = defaultdict[datetime, list[Told]](list)
        for one in told:
            case, row = await one.case(), one.row
            clock_now = named(await clocks_of(case, row.now), row.clock)
            assert (clock_now.due_at, clock_now.state) == (row.due, row.state), row
            happened = [event.happened for event in await events(case.id)]
            last = happened[-1].at
            truth = clocks(happened, row.calendar, USUAL, last)
            assert case.look_at == look_at(truth, happened, last), row
            if not clock_now.ended and row.clock not in ASKS:
                due[row.due].append(one)
        assert sum(map(len, due.values())) >= 60
        for moment in sorted(due):
            for at, gone_up in ((moment, False), (moment + TICK, True), (moment + 2 * TICK, True)):
                await clocks_due(at)
                for one in due[moment]:
                    done = ["warned", "escalated"] if gone_up else ["warned"]
                    assert await about(one) == done, (one.row, at)


async def about(one: Told) -> list[str]:
    """What the job did because of the row's clock, as far as the first who hear of it."""
    return [
        event.kind
        for event in await events(one.case_id)
        if event.data.get("clock") == one.row.clock and event.data.get("level", 1) == 1
    ]


@pytest.fixture
def installed(migrated_sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    settings(monkeypatch, migrated_sqlite_url, 220)
    return migrated_sqlite_url


def typed(case_id: int) -> str:
    """What `cheyu case show` prints, run apart from the test's own loop."""
    words = ("case", "show", number_of(case_id), "--by", LOGIN)
    with ThreadPoolExecutor(1) as thread:
        done = thread.submit(CliRunner().invoke, cheyu, words).result()
    assert done.exit_code == 0, done.output
    return done.output


async def told_rows(url: str) -> tuple[Cast, list[Told]]:
    """In the order in which somebody looks at them."""
    async with world(url, ROWS) as (cast, told):
        for one in told:
            await change_calendar(one)
    forget_compiled_queries()
    return cast, sorted(told, key=lambda one: one.row.now)


async def test_the_command_line_says_the_same(installed: str) -> None:
    _, told = await told_rows(installed)
    for one in told:
        clock.stop(at=one.row.now)
        lines = [line for line in typed(one.case_id).splitlines() if CLOCKS[one.row.clock] in line]
        shown = [re.split(r"\s*[│|]\s*", line.strip(" │|")) for line in lines]
        rows = [cells for cells in shown if len(cells) == 5 and cells[0] == CLOCKS[one.row.clock]]
        assert rows[-1][2] == f"{one.row.due.astimezone(SHANGHAI):%Y-%m-%d %H:%M}", one.row
        assert rows[-1][4] == CLOCK_STATES[one.row.state], one.row


async def test_the_interface_says_the_same(migrated_sqlite_url: str) -> None:
    async with world(migrated_sqlite_url, ROWS) as (cast, told):
        app = web.Application()
        app.add_subapp("/api/v1", api_app(Targets(AT_HOME), Limits(Rate(10_000, 10_000))))
        async with TestClient(TestServer(app)) as client:
            door = Door(client, cast, await apikeys.add("dms", ("cases:read",), LONG_AGO))
            for one in told:
                await change_calendar(one)
                clock.stop(at=one.row.now)
                seen = await door.asks("GET", f"cases/{number_of(one.case_id)}")
                found = [each for each in seen.body["clocks"] if each["name"] == one.row.clock][-1]
                assert datetime.fromisoformat(found["due_at"]) == one.row.due, one.row
                assert found["state"] == one.row.state, one.row


def answered_by_then(row: Row) -> bool:
    """The answer itself is due before this step, of which the customer is not told then."""
    found = clocks(row.events, row.calendar, USUAL, row.now)
    answers = [one.due_at for one in found if one.name == "reply" and not one.ended]
    inner = row.clock in ("receipt", "progress") and row.state != "broken"
    return inner and any(due <= row.due for due in answers)


async def test_the_chat_says_the_same(migrated_sqlite_url: str) -> None:
    """投诉进度 names the deadlines that the customer waits for, and admits those that are broken."""
    cast, rows = await told_rows(migrated_sqlite_url)
    told = [one for one in rows if one.row.clock in SAID_ALOUD and one.row.state in RUNNING]
    told = [one for one in told if not answered_by_then(one.row)]
    assert len(told) >= 30
    clock.stop(at=LONG_AGO)
    async with open_chat(migrated_sqlite_url, cast, cast.wang.openid) as phone:
        for one in told:
            row, chat = one.row, phone.of(one.openid)
            phone.world.add_follower(one.openid)
            clock.stop(at=row.now - GESTURE)
            await chat.says("投诉进度")
            chat.heard(number_of(one.case_id))
            due, today = row.due.astimezone(SHANGHAI), row.now.astimezone(SHANGHAI).date()
            lines = [line for line in chat.text.splitlines() if say_moment(due, today) in line]
            assert lines, (row, chat.text)
            assert {"我们晚了" in line for line in lines} == {row.state == "broken"}, row
