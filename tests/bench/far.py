"""`python -m tests.bench.far PORT MILLISECONDS`: a far side that takes a template message after so
long, and tells at GET /told how many came, to how many people, and in its busiest second.
"""

import asyncio
import json
import sys
from collections import deque

from aiohttp import web

from bot.clock import monotonic

TOKEN = b'{"access_token":"a","expires_in":7200}'
QUOTA = (
    b'{"errcode":0,"quota":{"daily_limit":10000000,"used":0,"remain":10000000},'
    b'"rate_limit":{"call_count":1000000,"refresh_second":60}}'
)


class Far:
    """Counts what comes in. `window`: arrivals of the last second."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._window: deque[float] = deque()
        self.people: set[str] = set()
        self.came = self.busiest = 0

    async def take(self, request: web.Request) -> web.Response:
        body = json.loads(await request.read())
        now = monotonic()
        self.came += 1
        self.people.add(body["touser"])
        self._window.append(now)
        while self._window[0] <= now - 1:
            self._window.popleft()
        self.busiest = max(self.busiest, len(self._window))
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_later(self._seconds, done.set_result, None)
        msgid = self.came
        await done
        return _json(b'{"errcode":0,"msgid":%d}' % msgid)

    async def told(self, _request: web.Request) -> web.Response:
        said = {"came": self.came, "people": len(self.people), "busiest": self.busiest}
        self.came = self.busiest = 0
        self.people.clear()
        return web.json_response(said)


def _json(body: bytes) -> web.Response:
    return web.Response(body=body, content_type="application/json")


def app(seconds: float) -> web.Application:
    async def token(_request: web.Request) -> web.Response:
        return _json(TOKEN)

    async def quota(_request: web.Request) -> web.Response:
        return _json(QUOTA)

    far, made = Far(seconds), web.Application()
    made.add_routes(
        [
            web.post("/cgi-bin/message/template/send", far.take),
            web.post("/cgi-bin/stable_token", token),
            web.post("/cgi-bin/openapi/quota/get", quota),
            web.get("/told", far.told),
        ]
    )
    return made


if __name__ == "__main__":
    web.run_app(
        app(int(sys.argv[2]) / 1000), host="127.0.0.1", port=int(sys.argv[1]), access_log=None
    )
