"""`cheyu serve` as a process of its own, which dies when the test says so, and a wire that cuts.

async with killed(url) as phone:
    phone.cut = "after"          # the server dies before its reply has left the house
    await phone.says("预约保养")   # WeChat delivers again, to the server that was started anew
"""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Literal

from aiohttp.test_utils import TestServer

from bot.sandbox.account import Account
from bot.sandbox.api import make_app
from bot.sandbox.chat import Seen
from bot.sandbox.world import World
from tests.conversations.chat import AES_KEY
from tests.people import APP_ID, SECRET
from tests.source import ROOT

PATIENCE = 60.0
"""Seconds this WeChat waits for an answer: long enough for a server to start on a busy machine."""

Cut = Literal["", "before", "after"]


@dataclass
class Server:
    """One `cheyu serve` at a time, always at the same port, over the same database."""

    database_url: str
    api_url: str
    port: int
    up: asyncio.Event = field(default_factory=asyncio.Event)
    process: asyncio.subprocess.Process | None = None
    deaths: int = 0

    async def start(self) -> None:
        settings = {
            "DATABASE_URL": self.database_url,
            "PORT": str(self.port),
            "SECRET_KEY": SECRET,
            "WECHAT_APP_ID": APP_ID,
            "WECHAT_APP_SECRET": "1" * 32,
            "WECHAT_TOKEN": "testtoken",
            "WECHAT_AES_KEY": AES_KEY,
            "WECHAT_API_URL": self.api_url,
        }
        self.process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot.cli", "serve"),
            cwd=ROOT,
            env=os.environ | {f"CHEYU_{name}": value for name, value in settings.items()},
            stdout=asyncio.subprocess.PIPE,
        )
        assert self.process.stdout is not None
        async with asyncio.timeout(30):
            line = await self.process.stdout.readline()
        assert b"ready" in line, line
        self.up.set()

    async def kill(self) -> None:
        """SIGKILL: nothing is tidied up."""
        self.up.clear()
        if self.process is not None and self.process.returncode is None:
            self.process.send_signal(signal.SIGKILL)
            await self.process.wait()
            self.deaths += 1

    async def die(self) -> None:
        """Killed, and started again by whoever watches over it."""
        await self.kill()
        await self.start()


@dataclass
class Phone:
    """Somebody the dealership does not know, and the wire between WeChat and the server."""

    world: World
    server: Server
    cut: Cut = ""
    said: int = 0
    last: Seen = field(default_factory=lambda: Seen("nothing"))
    openid: str = "oStranger"

    async def says(self, text: str) -> str:
        self.said += 1
        self.last = await self.world.says(self.openid, text)
        return self.last.text

    async def taps(self, words: str) -> str:
        """Tap the newest line that begins with or shows these words."""
        bubbles = self.world.chat(self.openid)
        fitting = [line for bubble in bubbles for line in bubble.lines if words in line.shown]
        self.said += 1
        self.last = await self.world.taps(self.openid, fitting[-1])
        return self.last.text

    @property
    def heard(self) -> list[str]:
        """Everything but what this phone sent itself."""
        return [b.text for b in self.world.chat(self.openid) if b.who != "me"]

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection of WeChat's to the server, cut where the test wants it."""
        with suppress(OSError, TimeoutError, asyncio.IncompleteReadError):
            request = await _message(reader)
            cut, self.cut = self.cut, ""
            if cut == "before":
                await self._dies(writer)
                return
            async with asyncio.timeout(30):
                await self.server.up.wait()
            to, back = await asyncio.open_connection("127.0.0.1", self.server.port)
            back.write(request)
            reply = await _message(to)
            back.close()
            if cut == "after":
                await self._dies(writer)
                return
            writer.write(reply)
            await writer.drain()
        writer.close()

    async def _dies(self, writer: asyncio.StreamWriter) -> None:
        await self.server.kill()
        writer.transport.abort()
        await self.server.start()


async def _message(reader: asyncio.StreamReader) -> bytes:
    """One HTTP message with its body."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = 0
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    return head + await reader.readexactly(length)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@asynccontextmanager
async def killed(database_url: str) -> AsyncIterator[Phone]:
    """The running server of the migrated database at `database_url`, and a stranger's phone."""
    account = Account(APP_ID, "1" * 32, "testtoken", AES_KEY)
    world = World(account, "http://127.0.0.1:1/wechat", patience=PATIENCE)
    api = TestServer(make_app(world))
    async with AsyncExitStack() as stack:
        await api.start_server()
        stack.push_async_callback(api.close)
        server = Server(database_url, str(api.make_url("")).rstrip("/"), _free_port())
        phone = Phone(world, server)
        wire = await asyncio.start_server(phone.carry, "127.0.0.1", 0)
        stack.push_async_callback(wire.wait_closed)
        stack.callback(wire.close)
        world.courier.url = f"http://127.0.0.1:{wire.sockets[0].getsockname()[1]}/wechat"
        world.courier.apart = 0
        await stack.enter_async_context(world)
        world.add_follower(phone.openid)
        stack.push_async_callback(server.kill)
        await server.start()
        yield phone
