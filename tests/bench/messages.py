"""Callbacks as the platform posts them in safe mode, sealed before anything is measured."""

import re
from itertools import count

from bot.clock import clock
from bot.sandbox.wire import Cipher, sign, to_xml
from tests.bench.load import Shot
from tests.people import APP_ID

TOKEN = "benchtoken"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"

_CIPHER = Cipher(AES_KEY, APP_ID)
_ENCRYPT = re.compile(rb"<Encrypt><!\[CDATA\[([^]]+)\]\]></Encrypt>")
_NUMBERS = count(clock.timestamp() * 1_000_000)


def said(openid: str, text: str, words: str, port: int) -> Shot:
    """A new message of `openid`, answered in `words`; '' if any reply will do."""
    now, number = clock.timestamp(), next(_NUMBERS)
    clear = to_xml(
        {
            "ToUserName": "gh_bench",
            "FromUserName": openid,
            "CreateTime": now,
            "MsgType": "text",
            "Content": text,
            "MsgId": number,
        }
    )
    sealed = _CIPHER.seal(clear.encode())
    body = to_xml({"ToUserName": "gh_bench", "Encrypt": sealed}).encode()
    nonce, timestamp = str(number % 1_000_000_000), str(now)
    query = (
        f"signature={sign(TOKEN, timestamp, nonce)}&timestamp={timestamp}&nonce={nonce}"
        f"&openid={openid}&encrypt_type=aes&msg_signature={sign(TOKEN, timestamp, nonce, sealed)}"
    )
    head = (
        f"POST /wechat?{query} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUser-Agent: Mozilla/4.0\r\n"
        f"Accept: */*\r\nContent-Type: text/xml\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return Shot(head.encode() + body, words, openid)


def wrong(shot: Shot, response: bytes) -> str:
    """Why the response is not the answer it should be; '' if it is."""
    head, _, body = response.partition(b"\r\n\r\n")
    if b" 200 " not in head.partition(b"\r\n")[0]:
        return head.decode(errors="replace").partition("\r\n")[0] or "no response"
    sealed = _ENCRYPT.search(body)
    text = _CIPHER.open(sealed[1].decode()).decode() if sealed else body.decode()
    return "" if shot.words in text else f"no {shot.words!r} in {text[:400]!r}"
