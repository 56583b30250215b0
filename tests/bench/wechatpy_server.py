"""An echo with wechatpy as its quick start tells, in safe mode, on aiohttp. `python -m … PORT`

It keeps nothing: a message that is delivered twice is answered twice.
"""

import sys

from aiohttp import web
from wechatpy import create_reply, parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.exceptions import InvalidSignatureException
from wechatpy.utils import check_signature

from tests.bench.messages import AES_KEY, TOKEN
from tests.people import APP_ID

CRYPTO = WeChatCrypto(TOKEN, AES_KEY, APP_ID)


async def alive(_request: web.Request) -> web.Response:
    return web.Response(text="ok")


async def echo(request: web.Request) -> web.Response:
    query = request.query
    timestamp, nonce = query["timestamp"], query["nonce"]
    try:
        check_signature(TOKEN, query["signature"], timestamp, nonce)
        xml = CRYPTO.decrypt_message(await request.text(), query["msg_signature"], timestamp, nonce)
    except InvalidSignatureException:
        raise web.HTTPForbidden from None
    message = parse_message(xml)
    reply = create_reply(message.content, message=message)
    sealed = CRYPTO.encrypt_message(reply.render(), nonce, timestamp)
    return web.Response(text=sealed, content_type="application/xml")


if __name__ == "__main__":
    app = web.Application()
    app.add_routes([web.get("/wechat", alive), web.post("/wechat", echo)])
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), access_log=None, print=None)
