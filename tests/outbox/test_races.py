"""A turn of the same person in the way of a dispatcher: whoever loses begins again."""

import asyncio
from contextlib import suppress

from bot.errors import Conflict
from bot.outbox.dispatch import Dispatcher, Summary
from storage.db import Sql, sql, transaction
from tests.outbox.notices import notice, touch_states
from tests.outbox.post import NOW, FarSide, letter, post_office, states, writes

_WAITING = """
SELECT count(*) AS n FROM pg_locks l
WHERE NOT l.granted AND pg_backend_pid() = ANY(pg_blocking_pids(l.pid))
"""


async def somebody_waits(db: Sql) -> None:
    """Until another connection waits for what this one holds."""
    async with asyncio.timeout(60):
        while not (await db.one(_WAITING))["n"]:
            pass


async def test_a_claim_that_loses_is_made_again(migrated_postgres_url: str) -> None:
    async with post_office(migrated_postgres_url):
        wang = await writes("o-wang", "k1")
        await letter(wang, "late:1")
        far, may_begin = FarSide(), asyncio.Event()

        async def dispatched() -> Summary:
            await may_begin.wait()
            return await Dispatcher(far).dispatch_due(NOW)

        sending = asyncio.create_task(dispatched())  # outside the transaction below
        with suppress(Conflict):  # either of the two may be the one that is given up
            async with transaction() as turn:
                await turn.run("UPDATE wechat_user SET scene = 's' WHERE id = ?", wang.id)
                may_begin.set()
                await somebody_waits(turn)
                await turn.run("UPDATE message SET why = 'w' WHERE wechat_user_id = ?", wang.id)
        assert await sending == Summary(accepted=1)
        assert (await states(), len(far.got)) == ({"late:1": "accepted"}, 1)


async def test_a_settlement_that_loses_is_written_again(migrated_postgres_url: str) -> None:
    async with post_office(migrated_postgres_url):
        wang = await writes("o-wang", "k1")
        number = await notice(wang.id, "n1", touch=True)
        answered, may_answer = asyncio.Event(), asyncio.Event()

        class Slow(FarSide):
            async def _take(self, openid: str, content: str) -> None:
                answered.set()
                await may_answer.wait()
                await super()._take(openid, content)

        far = Slow()
        sending = asyncio.create_task(Dispatcher(far).dispatch_due(NOW))
        await answered.wait()
        with suppress(Conflict):
            async with transaction() as other:
                await other.run("UPDATE touchpoint SET why = 'w'")
                may_answer.set()
                await somebody_waits(other)
                await other.run("UPDATE message SET why = 'w' WHERE id = ?", number)
        assert await sending == Summary(accepted=1)
        assert (await states(), await touch_states()) == ({"n1": "accepted"}, {"n1": "sent"})
        assert len(await sql().rows("SELECT id FROM message WHERE msgid = 'T1'")) == 1
