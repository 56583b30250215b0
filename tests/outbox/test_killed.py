"""Killed in the middle of anything, nobody is written to twice and no message is lost."""

import pytest

from storage.queries.outbox.ledger import ENDED
from tests.outbox.killing import post, proof, queued


@pytest.mark.timeout(1500)  # eight processes are started, one after another
async def test_two_dispatchers_killed_again_and_again(migrated_postgres_url: str) -> None:
    messages, kills = 120, 6
    async with post(migrated_postgres_url, seed=1) as made:
        made.filled_with_faults(messages * 2)
        await queued(made, messages)
        for child in made.children:
            await child.start()
        await made.killed(kills, messages)
        await made.ended()
        said = await proof(made)
    assert said.kills == kills
    assert sum(said.states.values()) == messages
    assert set(said.states) <= set(ENDED), said
    assert (said.most, said.lies, said.audit.problems) == (1, [], ())
    assert said.states["delivered"] > messages / 2
