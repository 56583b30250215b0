"""What a turn reads and writes: in order for one person, side by side for two, once for all."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from bot.errors import Conflict
from storage.db import AlreadyThere, opened, sql
from storage.queries.stores.shops import ensure_account
from storage.queries.talks import Start, Talks
from storage.scope import account_scope
from storage.secrets import unseal
from tests.people import APP_ID, NOW
from tests.source import ROOT
from tests.storage.copies import answers
from tests.storage.soak import turns

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@asynccontextmanager
async def account(url: str) -> AsyncIterator[Talks]:
    async with opened(url):
        with account_scope(await ensure_account(APP_ID)):
            yield Talks()


@asynccontextmanager
async def begun(talks: Talks, openid: str, key: str) -> AsyncIterator[Start]:
    async with talks.turn(openid, key, NOW, window="message", subscribed=True, scene="") as start:
        yield start


class Turn:
    """A turn that says when it is inside and ends when told to."""

    def __init__(self, talks: Talks, openid: str, key: str) -> None:
        self.inside, self.may_end = asyncio.Event(), asyncio.Event()
        self.task = asyncio.create_task(self._run(talks, openid, key))

    async def _run(self, talks: Talks, openid: str, key: str) -> None:
        async with begun(talks, openid, key):
            self.inside.set()
            await self.may_end.wait()

    async def end(self) -> None:
        self.may_end.set()
        await self.task


@pytest.mark.parametrize("known", [True, False])
async def test_one_person_queues_and_two_go_side_by_side(
    migrated_postgres_url: str, known: bool
) -> None:
    async with account(migrated_postgres_url) as talks, asyncio.timeout(30):
        if known:
            async with begun(talks, "o-wang", "k0"), begun(talks, "o-li", "k0"):
                pass
        first = Turn(talks, "o-wang", "k1")
        await first.inside.wait()
        second = Turn(talks, "o-wang", "k2")
        other = Turn(talks, "o-li", "k1")
        await other.inside.wait()
        for _ in range(5):  # a second message has every chance to get in, and does not
            await sql().rows("SELECT pg_sleep(0.01)")
        assert not second.inside.is_set()
        await other.end()
        await first.end()
        await second.inside.wait()
        await second.end()


async def test_on_sqlite_everybody_queues(migrated_sqlite_url: str) -> None:
    async with account(migrated_sqlite_url) as talks, asyncio.timeout(30):
        first, other = Turn(talks, "o-wang", "k1"), Turn(talks, "o-li", "k1")
        await first.inside.wait()
        await turns(50)
        assert not other.inside.is_set()
        await first.end()
        await other.inside.wait()
        await other.end()


async def test_a_repeat_gets_the_stored_reply(migrated_url: str) -> None:
    async with account(migrated_url) as talks:
        async with begun(talks, "o-wang", "k1") as start:
            assert start.repeat is None
            await talks.record(start.person, "k1", "text", "body", "您好😀", NOW)
        async with begun(talks, "o-wang", "k1") as start:
            assert start.repeat == "您好😀"
        async with begun(talks, "o-wang", "k2") as start:
            assert start.repeat is None
        with account_scope(await ensure_account("wx-another")):
            async with begun(talks, "o-wang", "k1") as start:
                assert start.repeat is None


async def test_a_turn_that_fails_leaves_no_trace(migrated_url: str) -> None:
    async with account(migrated_url) as talks:
        with pytest.raises(RuntimeError):  # noqa: PT012 - the whole turn is what raises
            async with begun(talks, "o-wang", "k1") as start:
                await talks.begin_talk(start.person, "预约保养", 1, NOW)
                await talks.record(start.person, "k1", "text", "", "好", NOW)
                raise RuntimeError
        assert await sql().rows("SELECT id FROM wechat_user") == []
        async with begun(talks, "o-wang", "k1") as start:
            assert (start.repeat, start.open) == (None, None)


async def test_a_message_answered_meanwhile_is_a_conflict(migrated_url: str) -> None:
    async with account(migrated_url) as talks:
        async with begun(talks, "o-wang", "k1") as start:
            await talks.record(start.person, "k1", "text", "", "first", NOW)
        with pytest.raises(Conflict):
            async with begun(talks, "o-wang", "k1") as start:
                await talks.record(start.person, "k1", "text", "", "second", NOW)
        async with begun(talks, "o-wang", "k1") as start:
            assert start.repeat == "first"


async def test_copies_in_two_processes_act_once(migrated_url: str) -> None:
    async with account(migrated_url):
        other = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.storage.copies", migrated_url, "12", "4", "theirs",
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip  # one call, one line
        assert other.stdout is not None
        assert await other.stdout.readline() == b"ready\n"
        ours, (out, _) = await asyncio.gather(answers(12, 4, "ours"), other.communicate(b"\n"))
        given = [*ours, *out.decode().split("\n")[:-1]]
        assert len(given) == 12 * 4 * 2
        assert len(set(given)) == 12  # every copy got the answer of the one that acted
        rows = await sql().rows("SELECT body FROM message")
        bodies = sorted(unseal("message.body", row["body"]) for row in rows)
        assert bodies == sorted(set(given))


async def test_a_talk_comes_back_as_it_was_saved(migrated_url: str) -> None:
    async with account(migrated_url) as talks:
        async with begun(talks, "o-wang", "k1") as start:
            row = await talks.begin_talk(start.person, "预约保养", 2, NOW)
            row.answers = {"哪天": {"v": "2026-12-01", "n": 1}}
            row.heard = [{"text": "明天"}]
            row.asking = {"name": "几点", "lines": ["08:30"]}
            row.misses, row.reminded, row.wake_at = 2, True, NOW + HOUR
            await talks.save_talk(row, start.person, NOW)
        async with begun(talks, "o-wang", "k2") as start:
            assert start.open == row
            assert start.suspended is None
            row.status, row.asking, row.wake_at = "suspended", None, None
            await talks.save_talk(row, start.person, NOW)
        async with begun(talks, "o-wang", "k3") as start:
            assert (start.open, start.suspended) == (None, row)


async def test_who_saves_what_another_has_changed_is_told(migrated_url: str) -> None:
    async with account(migrated_url) as talks:
        async with begun(talks, "o-wang", "k1") as start:
            await talks.begin_talk(start.person, "预约保养", 1, NOW)
        async with begun(talks, "o-wang", "k2") as start:
            stale = start.open
        async with begun(talks, "o-wang", "k3") as start:
            assert start.open is not None
            await talks.save_talk(start.open, start.person, NOW)
            assert stale is not None
            with pytest.raises(Conflict):
                await talks.save_talk(stale, start.person, NOW)


async def test_one_open_talk_a_person_is_a_fact_of_the_database(migrated_url: str) -> None:
    async with account(migrated_url) as talks:
        async with begun(talks, "o-wang", "k1") as start:
            first = await talks.begin_talk(start.person, "预约保养", 1, NOW)
            with pytest.raises(AlreadyThere):
                async with talks.savepoint():
                    await talks.begin_talk(start.person, "绑定", 1, NOW)
            first.status = "suspended"
            await talks.save_talk(first, start.person, NOW)
            await talks.begin_talk(start.person, "绑定", 1, NOW)
            first.status = "open"
            with pytest.raises(AlreadyThere):
                async with talks.savepoint():
                    await talks.save_talk(first, start.person, NOW)
        async with begun(talks, "o-wang", "k2") as start:
            assert start.open is not None
            assert start.suspended is not None
            assert (start.open.flow, start.suspended.flow) == ("绑定", "预约保养")


async def test_what_is_due_to_be_woken(migrated_url: str) -> None:
    async with account(migrated_url) as talks:
        for n, (openid, status, wake) in enumerate(
            [
                ("o-late", "open", NOW - HOUR),
                ("o-now", "open", NOW),
                ("o-soon", "open", NOW + MINUTE),
                ("o-never", "open", None),
                ("o-done", "done", NOW - HOUR),
            ]
        ):
            async with begun(talks, openid, f"k{n}") as start:
                row = await talks.begin_talk(start.person, "预约保养", 1, NOW)
                row.status, row.wake_at = status, wake
                await talks.save_talk(row, start.person, NOW)
        assert [openid for _, openid in await talks.due_talks(NOW, 9)] == ["o-late", "o-now"]
        assert [openid for _, openid in await talks.due_talks(NOW, 1)] == ["o-late"]


async def test_at_night_only_those_are_woken_that_told_something(migrated_url: str) -> None:
    async with account(migrated_url) as talks:
        async with begun(talks, "o-told", "k1") as start:
            row = await talks.begin_talk(start.person, "投诉", 1, NOW)
            row.wake_at = NOW
            await talks.save_talk(row, start.person, NOW)
        async with begun(talks, "o-waits", "k2") as start:
            row = await talks.begin_talk(start.person, "投诉", 1, NOW)
            row.status = "suspended"
            await talks.save_talk(row, start.person, NOW)
            row = await talks.begin_talk(start.person, "预约保养", 1, NOW)
            row.wake_at = NOW
            await talks.save_talk(row, start.person, NOW)
        async with begun(talks, "o-books", "k3") as start:
            row = await talks.begin_talk(start.person, "预约保养", 1, NOW)
            row.wake_at = NOW - HOUR
            await talks.save_talk(row, start.person, NOW)
        found = await talks.due_talks(NOW, 2, ["投诉", "补充"])
        assert {openid for _, openid in found} == {"o-told", "o-waits"}
        assert await talks.due_talks(NOW, 2, []) == []
