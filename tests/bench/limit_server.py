"""The limit: a bare aiohttp handler that reads the body and answers. `python -m … PORT`"""

import sys

from aiohttp import web


async def answer(request: web.Request) -> web.Response:
    await request.read()
    return web.Response(text="success")


if __name__ == "__main__":
    app = web.Application()
    app.add_routes([web.get("/wechat", answer), web.post("/wechat", answer)])
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), access_log=None, print=None)
