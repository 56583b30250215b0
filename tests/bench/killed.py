"""`python -m tests.bench.killed [--messages 10000] [--kills 200] [--seed 1]`: the proof at full size.

Two dispatching processes on one PostgreSQL are killed with SIGKILL while messages go out and the far
side misbehaves; at the end every message has one state, and nobody was written to twice.
"""

import asyncio
import sys

import click
import structlog

from bot.clock import monotonic
from storage.migrate import migrate
from storage.queries.outbox.ledger import ENDED
from storage.secrets import use_keys
from tests.databases import Databases, postgres_server
from tests.outbox.killing import Proof, post, proof, queued
from tests.people import SECRET


async def run(url: str, messages: int, kills: int, seed: int) -> Proof:
    use_keys(SECRET)
    await migrate(url)
    async with post(url, seed) as made:
        made.filled_with_faults(messages * 2)
        await queued(made, messages)
        for child in made.children:
            await child.start()
        await made.killed(kills, messages)
        await made.ended()
        return await proof(made)


@click.command()
@click.option("--messages", default=10_000)
@click.option("--kills", default=200)
@click.option("--seed", default=1)
def main(messages: int, kills: int, seed: int) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    began = monotonic()
    with postgres_server() as server, Databases(server).fresh() as url:
        said = asyncio.run(run(url, messages, kills, seed))
    states = ", ".join(f"{n} {state}" for state, n in said.states.most_common())
    click.echo(f"{messages} messages, {said.kills} kills in {monotonic() - began:.0f} s: {states}")
    click.echo(
        f"seen {said.seen}, at most {said.most} a person; {said.suppressed} repeats that the far side"
        " knew"
    )
    for wrong in (*said.lies[:20], *(f"{p.what} {p.count}" for p in said.audit.problems)):
        click.echo(f"wrong: {wrong}")
    whole = sum(said.states.values()) == messages and set(said.states) <= set(ENDED)
    sys.exit(0 if whole and said.most == 1 and not said.lies and not said.audit.problems else 1)


if __name__ == "__main__":
    main()
