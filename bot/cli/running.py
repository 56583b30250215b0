"""Servers of one process: started together, stopped together by SIGINT or SIGTERM."""

import asyncio
import errno
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from bot.errors import ConfigError


@asynccontextmanager
async def listening(
    app: web.Application, host: str, port: int, setting: str
) -> AsyncIterator[None]:
    """The app on host:port; a taken port is said by the name of its setting."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=10)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
                wrong = f"{host}不是这台机器的地址"
                raise ConfigError("CHEYU_HOST", wrong, "请用127.0.0.1或0.0.0.0。") from None
            why = "端口已被占用" if error.errno == errno.EADDRINUSE else str(error.strerror)
            raise ConfigError(
                setting, f"不能使用{host}:{port}（{why}）", "请换一个空闲的端口。"
            ) from None
        yield
    finally:
        await runner.cleanup()


async def until_stopped() -> None:
    """Until somebody ends the process politely."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    await stop.wait()
