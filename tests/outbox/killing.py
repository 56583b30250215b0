"""Two dispatching processes on one PostgreSQL, killed at random moments while messages go out.

The far side loses answers, breaks down, forgets tokens and dawdles; receipts come early, late, never,
or say that it did not arrive. What it saw is counted against what our ledger says.
"""

import asyncio
import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

from aiohttp.test_utils import TestServer

from bot.clock import clock
from bot.sandbox.account import Account
from bot.sandbox.afterwards import Receipt
from bot.sandbox.api import make_app
from bot.sandbox.world import World
from storage.db import dumps, sql, transaction
from storage.queries.outbox import ledger as outbox_ledger
from storage.queries.outbox import receipts as outbox_receipts
from storage.queries.outbox.ledger import ENDED, Audit
from storage.scope import account_id, account_scope
from storage.secrets import seal
from tests.conversations.chat import AES_KEY, Product, settings_for
from tests.people import APP_ID
from tests.source import ROOT

KEYS = {"car_number1": "车牌号", "thing2": "车型"}
FIELDS = {"car_number1": "京A12345", "thing2": "奥迪Q5L"}
TEMPLATE, SERVICE = "/cgi-bin/message/template/send", "/cgi-bin/message/custom/send"
A_KILL, A_ROUND = timedelta(seconds=15), timedelta(seconds=45)
ROUNDS = 80
SHOWN = 0.85
"""The part that is shown to somebody; the others are refused on the phone."""


@dataclass
class Child:
    """One dispatching process after another in the same place."""

    environment: dict[str, str]
    api_url: str
    process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        self.process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.outbox.killing_child", self.api_url),
            cwd=ROOT,
            env=os.environ | self.environment,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert self.process.stdout is not None
        async with asyncio.timeout(120):
            line = await self.process.stdout.readline()
        assert line.strip() == b"ready", line
        await self.told()

    async def told(self) -> None:
        """What time it is."""
        if self.process is not None and self.process.stdin is not None:
            with suppress(ConnectionError):
                self.process.stdin.write(f"{clock.now().isoformat()}\n".encode())
                await self.process.stdin.drain()

    async def kill(self) -> None:
        if self.process is not None and self.process.returncode is None:
            self.process.send_signal(signal.SIGKILL)
            await self.process.wait()


@dataclass
class Post:
    """The far side, the product's web server in this process, and two places for dispatchers."""

    world: World
    product: Product
    children: list[Child]
    dice: Random
    kills: int = 0
    _seen: asyncio.Event = field(default_factory=asyncio.Event)
    _wanted: int = 0

    def filled_with_faults(self, calls: int) -> None:
        """What the next calls of each API meet: nine of ten nothing."""
        for path in (TEMPLATE, SERVICE):
            for _ in range(calls):
                match self.dice.randrange(100):
                    case 0 | 1:
                        self.world.faults.next(path, status=502)
                    case 2 | 3:
                        self.world.faults.next(path, status=502, after=True)
                    case 4:
                        self.world.faults.next(path, reset=True)
                    case 5:
                        self.world.faults.next(path, reset=True, after=True)
                    case 6:
                        self.world.faults.next(path, errcode=-1)
                    case 7:
                        self.world.faults.next(path, errcode=42001)
                    case 8:
                        self.world.faults.next(path, slow=1.5, after=True)
                    case _:
                        self.world.faults.next(path)

    def receipt(self, _openid: str) -> Receipt:
        match self.dice.randrange(20):
            case 0 | 1:
                return Receipt(when="early")
            case 2 | 3:
                return Receipt(when="never")
            case 4:
                return Receipt("failed:user block")
            case 5:
                return Receipt("failed: system failed", delay=timedelta(minutes=1))
            case _:
                return Receipt(delay=timedelta(seconds=self.dice.randrange(30)))

    async def seen(self, count: int) -> None:
        """Wait until so many were shown to somebody, or no more will be for now."""
        self._seen.clear()
        self._wanted = count
        while len(self.world.ledger.pushed) < count:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._seen.wait(), 5)
            if not self._seen.is_set():  # what is left waits for a lease or for its next try
                await self.later(A_ROUND)
                if await self.open_messages() == 0:
                    return

    def count(self, _pushed: object) -> None:
        if len(self.world.ledger.pushed) >= self._wanted:
            self._seen.set()

    async def later(self, step: timedelta) -> None:
        clock.forward(step)
        for child in self.children:
            await child.told()

    async def open_messages(self) -> int:
        marks = ", ".join("?" * len(ENDED))
        row = await sql().one(
            f"SELECT count(*) AS n FROM message WHERE state NOT IN ({marks})",  # noqa: S608 - question marks only
            *ENDED,
        )
        return int(row["n"])

    async def killed(self, kills: int, messages: int) -> None:
        """Kill one or the other at moments spread over the whole sending, and start it again."""
        shown = messages * SHOWN
        for number in range(1, kills + 1):
            await self.seen(int(shown * number / (kills + 1)))
            with suppress(TimeoutError):  # not always right after something was shown
                await asyncio.wait_for(asyncio.Event().wait(), self.dice.random() / 5)
            child = self.dice.choice(self.children)
            await child.kill()
            self.kills += 1
            await self.later(A_KILL)
            await child.start()

    async def ended(self) -> None:
        """Let time pass until every message has come to its end and every receipt has been told."""
        for _ in range(ROUNDS):
            left = await self.open_messages()
            if not left and not len(self.world.afterwards):
                break
            await self.later(A_ROUND)
            with suppress(TimeoutError):
                await asyncio.wait_for(asyncio.Event().wait(), 0.5 if left else 0.1)
        await outbox_receipts.take_kept(clock.now())


@asynccontextmanager
async def post(url: str, seed: int) -> AsyncIterator[Post]:
    """Everything started; the database at `url` is migrated and empty."""
    account = Account(APP_ID, "1" * 32, "testtoken", AES_KEY)
    world = World(account, "http://127.0.0.1:1/wechat", patience=60)
    async with AsyncExitStack() as stack:
        api = TestServer(make_app(world))
        await api.start_server()
        stack.push_async_callback(api.close)
        api_url = str(api.make_url("")).rstrip("/")
        settings = settings_for(url, api_url)
        product = Product(settings)
        await product.start()
        stack.push_async_callback(product.stop)
        world.courier.url = f"http://127.0.0.1:{product.port}/wechat"
        world.courier.apart = 0
        await stack.enter_async_context(world)
        environment = {
            f"CHEYU_{name.upper()}": str(
                value.get_secret_value() if hasattr(value, "get_secret_value") else value
            )
            for name, value in settings
        }
        children = [Child(environment, api_url) for _ in range(2)]
        made = Post(world, product, children, Random(seed))  # a seed makes it repeatable
        world.ledger.listeners.append(made.count)
        world.receipts.usual = made.receipt
        assert product.parts is not None
        stack.enter_context(account_scope(product.parts.account))
        for child in children:
            stack.push_async_callback(child.kill)
        yield made


async def queued(made: Post, messages: int) -> None:
    """A message for each of so many people: nine of ten by template, the others in a window."""
    now = clock.now()
    template = made.world.templates.add("保养提醒", KEYS).template_id
    bodies = {
        "template": seal("message.body", dumps({"template": template, "data": FIELDS})),
        "service": seal("message.body", dumps({"blocks": ["您好"], "hand_over": False})),
    }
    async with transaction() as db:
        for number in range(messages):
            channel, openid = "service" if number % 10 == 0 else "template", f"o{number:06d}"
            row = await db.one(
                "INSERT INTO wechat_user (account_id, openid, window_kind, window_opened_at,"
                " created_at) VALUES (?, ?, 'message', ?, ?) RETURNING id",
                *(account_id(), openid, now, now),
            )
            await db.run(
                "INSERT INTO message (account_id, wechat_user_id, idem, channel, body, due_at,"
                " created_at, changed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                *(account_id(), row["id"], f"k{number}", channel, bodies[channel], now, now, now),
            )
            made.world.add_follower(openid)
            made.world.windows.open(openid, "message", now)


@dataclass(frozen=True)
class Proof:
    """What both sides say at the end. `lies`: messages whose state is not what people saw."""

    audit: Audit
    most: int
    kills: int
    states: Counter[str]
    seen: int
    suppressed: int
    lies: list[str]


async def proof(made: Post) -> Proof:
    """Every message's state against what its person saw."""
    rows = await sql().rows(
        "SELECT m.state, m.channel, u.openid FROM message m JOIN wechat_user u"
        " ON u.id = m.wechat_user_id ORDER BY m.id"
    )
    people, lies = made.world.ledger.people, []
    for row in rows:
        times = people[row["openid"], row["channel"]]
        sure = {"delivered": (1,), "failed": (0,), "blocked": (0,)}.get(row["state"], (0, 1))
        if times not in sure:
            lies.append(f"{row['openid']} {row['channel']} {row['state']}: seen {times} times")
    states = Counter(row["state"] for row in rows)
    most = max(people.values(), default=0)
    return Proof(
        await outbox_ledger.audit(clock.now()), most, made.kills, states,
        sum(people.values()), sum(made.world.ledger.suppressed.values()), lies,
    )  # fmt: skip
