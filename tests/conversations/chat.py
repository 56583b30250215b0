"""A person with a phone: says, taps, waits and reads, through real HTTP, XML, AES and signatures.

    await chat.says("预约保养", "明天", "9点")
    chat.heard("请确认")

The product runs in this process on a real database; the sandbox is WeChat. With
`restart_every_message` the whole product is torn down and built anew before each message, so that
every transcript also proves that nothing lives in memory.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.app import Parts, assembled, web_app
from bot.clock import clock
from bot.sandbox.account import Account
from bot.sandbox.api import make_app
from bot.sandbox.chat import Seen
from bot.sandbox.world import World
from bot.settings import Settings, load
from storage.scope import account_scope
from tests.people import APP_ID, SECRET, Cast

AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"


def settings_for(database_url: str, api_url: str) -> Settings:
    return load(
        database_url=database_url,
        secret_key=SECRET,
        wechat_app_id=APP_ID,
        wechat_app_secret="1" * 32,
        wechat_token="testtoken",
        wechat_aes_key=AES_KEY,
        wechat_api_url=api_url,
    )


def as_it_is(parts: Parts) -> tuple[Parts, web.Application]:
    """The product with its own conversations."""
    return parts, web_app(parts)


@dataclass
class Product:
    """The running product, which can be torn down and built anew at the same address."""

    settings: Settings
    port: int | None = None
    parts: Parts | None = None
    make: Callable[[Parts], tuple[Parts, web.Application]] = as_it_is
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def start(self) -> None:
        parts = await self._stack.enter_async_context(assembled(self.settings))
        self.parts, app = self.make(parts)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        self._stack.push_async_callback(runner.cleanup)
        site = web.TCPSite(runner, "127.0.0.1", self.port or 0)
        await site.start()
        self.port = runner.addresses[0][1]

    async def stop(self) -> None:
        await self._stack.aclose()
        self.parts = None

    async def restart(self) -> None:
        await self.stop()
        await self.start()


@dataclass
class Chat:
    """One person's phone."""

    world: World
    product: Product
    cast: Cast
    openid: str
    restart_every_message: bool = False
    last: Seen | None = None

    async def says(self, *texts: str) -> str:
        """Send one message after another; the text of the last answer."""
        for text in texts:
            await self._before()
            self.last = await self.world.says(self.openid, text)
        return self.text

    async def taps(self, *shown: str) -> str:
        """Tap the latest line on the phone that shows these words."""
        for words in shown:
            await self._before()
            lines = [line for bubble in self.world.chat(self.openid) for line in bubble.lines]
            fitting = [line for line in lines if words in line.shown]
            assert fitting, (
                f"no line shows {words}; there are {[line.shown for line in lines[-8:]]}"
            )
            self.last = await self.world.taps(self.openid, fitting[-1])
        return self.text

    async def clicks(self, key: str) -> str:
        await self._before()
        self.last = await self.world.clicks(self.openid, key)
        return self.text

    async def follows(self, scene: str | None = None) -> str:
        await self._before()
        self.last = await self.world.follow(self.openid, scene)
        return self.text

    async def sends_photo(self, data: bytes = b"\xff\xd8\xff\xe0 a picture") -> str:
        await self._before()
        self.last = await self.world.sends_photo(self.openid, data)
        return self.text

    async def sends_voice(self, data: bytes = b"#!AMR\n a voice note", words: str = "") -> str:
        """`words`: what WeChat understands of it, where it is asked to."""
        await self._before()
        self.last = await self.world.sends_voice(self.openid, data, words)
        return self.text

    async def sends_video(self, data: bytes = b"\0\0\0\x18ftypmp42 a video") -> str:
        await self._before()
        self.last = await self.world.sends_video(self.openid, data)
        return self.text

    async def _before(self) -> None:
        clock.forward(timedelta(seconds=2))
        if self.restart_every_message:
            await self.product.restart()

    @property
    def text(self) -> str:
        assert self.last is not None
        assert self.last.kind != "unavailable", self.last.reason
        return self.last.text

    def heard(self, *words: str) -> None:
        """The last answer contains each of these."""
        for word in words:
            assert word in self.text, f"{word!r} is not in:\n{self.text}"

    def heard_not(self, *words: str) -> None:
        for word in words:
            assert word not in self.text, f"{word!r} is in:\n{self.text}"

    @property
    def screen(self) -> str:
        """Everything on the phone."""
        return "\n".join(bubble.text for bubble in self.world.chat(self.openid))

    async def waits(self, **time: float) -> None:
        """Let time pass, and the clockwork do what falls due in it."""
        clock.forward(timedelta(**time))
        assert self.product.parts is not None
        await self.product.parts.chores.everything(clock.now())

    @property
    def now(self) -> datetime:
        return clock.now()

    def of(self, openid: str) -> "Chat":
        """Somebody else's phone at the same dealership."""
        return Chat(self.world, self.product, self.cast, openid, self.restart_every_message)

    @asynccontextmanager
    async def database(self) -> AsyncIterator[None]:
        """Queries of the test run here."""
        assert self.product.parts is not None
        with account_scope(self.product.parts.account):
            yield


@asynccontextmanager
async def open_chat(
    database_url: str,
    cast: Cast,
    openid: str,
    *,
    restart_every_message: bool = False,
    make: Callable[[Parts], tuple[Parts, web.Application]] = as_it_is,
) -> AsyncIterator[Chat]:
    """A product, a WeChat, and a phone in between. The clock stands where the test put it."""
    account = Account(APP_ID, "1" * 32, "testtoken", AES_KEY)
    world = World(account, "http://127.0.0.1:1/wechat")
    api = TestServer(make_app(world))
    async with AsyncExitStack() as stack:
        await api.start_server()
        stack.push_async_callback(api.close)
        world.public_url = str(api.make_url("")).rstrip("/")
        settings = settings_for(database_url, world.public_url)
        product = Product(settings, make=make)
        await product.start()
        stack.push_async_callback(product.stop)
        world.courier.url = f"http://127.0.0.1:{product.port}/wechat"
        await stack.enter_async_context(world)
        for person in (cast.wang, cast.li, cast.stranger):
            world.add_follower(person.openid)
        yield Chat(world, product, cast, openid, restart_every_message)
