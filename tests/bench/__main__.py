"""`python -m tests.bench [--small]`: how fast, beside what is possible and beside others."""

import importlib.util
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import click
from rich.console import Console

from tests.bench import contest
from tests.bench.contest import Batch, Contestant
from tests.bench.dealership import STEPS, Customer, equipped, settings, steps_of
from tests.bench.machine import Server, free_port, running, share_out
from tests.bench.messages import said
from tests.bench.report import Report
from tests.databases import Databases, postgres_server

HELP = "帮助"
HELP_SAYS = "您可以直接说要办的事"
HELP_AIM = 0.20
STEP_AIM = 0.10
TOP_UP_WITHIN = 30.0
"""Seconds for callbacks that are only sent to see the memory after them."""


@dataclass(frozen=True)
class Size:
    """How much is measured. `slice`: callbacks a turn; `group`: customers who book together."""

    rounds: int = 12
    seconds: float = 4.0
    starts: int = 5
    callbacks: int = 10_000
    slice: int = 400
    group: int = 40
    customers: int = 320


SMALL = Size(rounds=2, seconds=0.2, starts=1, callbacks=0, slice=20, group=5, customers=10)


class Bench:
    """Everything that is started for one run, and ended with it."""

    def __init__(self, size: Size, home: Path, stack: ExitStack) -> None:
        self.size = size
        self.cores = share_out()
        self._home = home
        self._stack = stack
        self.contestants: list[Contestant] = []
        self.starts: list[float] = []

    def _echo(self, name: str, program: str, *words: str, says: str, lines: int = 64) -> None:
        """One of the small servers beside this file."""
        port = free_port()
        command = ["-m", f"tests.bench.{program}", str(port), *words]
        server = self._stack.enter_context(
            running(self.cores, self._home, command, {}, port, "/wechat")
        )
        openids = [f"oEcho{number}" for number in range(self.size.customers)]
        size = self.size.slice * (4 if program == "limit_server" else 1)
        batches = _same(openids, port, says, size)
        self._add(Contestant(name, server, batches, lines=lines))

    def _add(self, contestant: Contestant) -> None:
        self._stack.callback(contestant.close)
        self.contestants.append(contestant)

    def limit(self) -> None:
        self._echo("bare aiohttp: the limit", "limit_server", says="success")

    def peers(self) -> list[str]:
        """wechatpy is always here; WeRoBot only if asked for. What is not measured, and why."""
        self._echo("wechatpy echo", "wechatpy_server", says=HELP)
        if importlib.util.find_spec("werobot") is None:
            return ["WeRoBot is not installed and was not measured: make bench PEERS=1."]
        self._echo("WeRoBot echo, no session", "werobot_server", says=HELP, lines=4)
        self._echo("WeRoBot echo, its session", "werobot_server", "session", says=HELP, lines=4)
        return ["WeRoBot runs as robot.run() chooses: it takes a connection a callback."]

    def product(self, database: str, url: str) -> None:
        """`cheyu serve` on the empty database at `url`, doing two things."""
        people = equipped(url, self._home, self.size.customers)
        if database == "SQLite":
            self.starts += (self._start(url).ready_after for _ in range(self.size.starts))
        server = self._serve(url, self._stack)
        openids = [customer.openid for customer in people]
        helping = _same(openids, server.port, HELP_SAYS, self.size.slice)
        aim = HELP_AIM if database == "SQLite" else 0.0
        self._add(Contestant(f"Cheyu {HELP}, {database}", server, helping, aim=aim, ours=True))
        booking = _bookings(people, server.port, self.size.group)
        aim = STEP_AIM if database == "SQLite" else 0.0
        name = f"Cheyu booking step, {database}"
        self._add(Contestant(name, server, booking, len(STEPS), aim=aim, ours=True))

    def _start(self, url: str) -> Server:
        with ExitStack() as stack:
            return self._serve(url, stack)

    def _serve(self, url: str, stack: ExitStack) -> Server:
        port = free_port()
        given = settings(url, port)
        command = ["-m", "bot.cli", "serve"]
        return stack.enter_context(running(self.cores, self._home, command, given, port, "/readyz"))

    def measure(self) -> None:
        """All slices, then callbacks until each of our servers had enough, then its memory."""
        contest.run(self.contestants, self.size.rounds, self.size.seconds)
        began = time.perf_counter()
        for one in self.contestants:
            while one.ours and one.server.answered < self.size.callbacks:
                if time.perf_counter() - began > TOP_UP_WITHIN:
                    break
                one.slice(count=False)
        for one in self.contestants:
            one.memory = (one.memory[0], one.server.memory)


def _same(openids: Sequence[str], port: int, says: str, size: int) -> Iterator[Batch]:
    """帮助 from one person after another, each a new message."""
    number = 0
    while True:
        people = [openids[(number + n) % len(openids)] for n in range(size)]
        number += size
        yield HELP, [said(openid, HELP, says, port) for openid in people]


def _bookings(people: Sequence[Customer], port: int, group: int) -> Iterator[Batch]:
    """Whole bookings of one group after another, each step of all of them before the next."""
    while True:
        turn = iter(people)
        while some := list(islice(turn, group)):
            yield from steps_of(some, port)


def run(size: Size, console: Console) -> None:
    """Start everything, measure, print."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cheyu-bench-")))
        bench = Bench(size, home, stack)
        databases = Databases(stack.enter_context(postgres_server(durable=True)))
        bench.limit()
        bench.product("SQLite", f"sqlite://{home / 'cheyu.db'}")
        bench.product("PostgreSQL", stack.enter_context(databases.fresh()))
        left_out = bench.peers()
        bench.measure()
        Report(bench.cores.told, bench.contestants, bench.starts, left_out).show(console)


@click.command()
@click.option("--small", is_flag=True, help="Seconds instead of minutes; the numbers mean little.")
def main(small: bool) -> None:
    """Callbacks per second, waits and memory, each as a ratio to a bare handler."""
    run(SMALL if small else Size(), Console(width=130))


if __name__ == "__main__":
    main()
