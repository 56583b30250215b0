"""Whatever is posted, `parse` answers with an Inbound or a BadCallback, in bounded time."""

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BadCallback
from bot.wechat.messages import Inbound, parse
from tests.wechat.samples import EVENTS, HEAD, MESSAGES, event, message

TEXT = f"<xml>{HEAD}<MsgType>text</MsgType><Content>a</Content><MsgId>1</MsgId></xml>"
LAUGHS = "".join(
    f'<!ENTITY l{n} "{"".join(f"&l{n - 1};" for _ in range(10)) if n else "ha"}">' for n in range(9)
)

NASTY = {
    "nothing": b"",
    "blank": b"   \n",
    "json": b'{"ToUserName":"gh_1"}',
    "half a document": TEXT[:100].encode(),
    "two documents": TEXT.encode() * 2,
    "another root": b"<html><body/></html>",
    "a root with text": b"<xml>hello</xml>",
    "an empty root": b"<xml/>",
    "billion laughs": f"<!DOCTYPE xml [{LAUGHS}]><xml>&l8;</xml>".encode(),
    "external entity": b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><xml>&e;</xml>',
    "external type": b'<!DOCTYPE xml SYSTEM "http://x.example/a.dtd"><xml/>',
    "bare type": b"<!DOCTYPE xml>" + TEXT.encode(),
    "undefined entity": TEXT.replace(">a<", ">&nbsp;<").encode(),
    "deep": b"<xml>" + b"<a>" * 9000 + b"</a>" * 9000 + b"</xml>",
    "nine deep": TEXT.replace(">a<", ">" + "<b>" * 7 + "</b>" * 7 + "<").encode(),
    "long": TEXT.replace(">a<", f">{'a' * 70_000}<").encode(),
    "broken utf-8": TEXT.encode().replace(b">a<", b">\xff\xfe<"),
    "overlong utf-8": TEXT.encode().replace(b">a<", b">\xc0\x80<"),
    "surrogates": TEXT.encode().replace(b">a<", b">\xed\xa0\x80<"),
    "utf-16": TEXT.encode("utf-16"),
    "claims gbk": b'<?xml version="1.0" encoding="gbk"?>'
    + TEXT.replace(">a<", ">满<").encode("gbk"),
    "a null reference": TEXT.replace(">a<", ">&#0;<").encode(),
    "open cdata": TEXT.replace(">a<", "><![CDATA[a<").encode(),
    "no account": TEXT.replace("ToUserName", "X").encode(),
    "no openid": TEXT.replace("FromUserName", "X").encode(),
    "no time": TEXT.replace("CreateTime", "X").encode(),
    "no kind": TEXT.replace("MsgType", "X").encode(),
    "no event": event("").replace(b"Event", b"X"),
    "two openids": TEXT.replace("<MsgType>", "<FromUserName>o2</FromUserName><MsgType>").encode(),
    "two contents": TEXT.replace("<MsgId>", "<Content><b/></Content><MsgId>").encode(),
    "content of parts": TEXT.replace(">a<", "><b>1</b><").encode(),
    "a kind of parts": TEXT.replace(">text<", "><b>1</b><").encode(),
    "a time in words": TEXT.replace("1795000000", "noon").encode(),
    "a negative time": TEXT.replace("1795000000", "-1").encode(),
    "no moment": TEXT.replace("1795000000", "0").encode(),
    "a far time": TEXT.replace("1795000000", "9" * 5000).encode(),
    "digits of others": TEXT.replace("1795000000", "１７９５").encode(),
    "a long openid": TEXT.replace("oUser000001", "o" * 65).encode(),
    "a wide openid": TEXT.replace("oUser000001", "o 1").encode(),
    "a chinese openid": TEXT.replace("oUser000001", "王芳").encode(),
    "a long kind": TEXT.replace(">text<", f">{'t' * 65}<").encode(),
    "a long id": TEXT.replace("<MsgId>1<", f"<MsgId>{'1' * 129}<").encode(),
}


@pytest.mark.parametrize("body", NASTY.values(), ids=NASTY.keys())
def test_a_bad_body_is_a_bad_callback(body: bytes) -> None:
    with pytest.raises(BadCallback) as refused:
        parse(body)
    assert 400 <= refused.value.status < 500


def test_a_body_over_64_kib_says_so() -> None:
    with pytest.raises(BadCallback) as refused:
        parse(NASTY["long"])
    assert refused.value.status == 413


@pytest.mark.parametrize("name", ["billion laughs", "deep", "external entity"])
def test_memory_stays_small(name: str) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(BadCallback):
            parse(NASTY[name])
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 300_000


def test_characters_that_a_database_refuses_are_left_out() -> None:
    inbound = parse(TEXT.encode().replace(b">a<", b">a\x00b\x08c\x1f<"))
    assert inbound.content == "abc"


def test_emoji_and_rare_characters_stay() -> None:
    said = "👨‍👩‍👧 𠮷 \u200b车"
    assert parse(TEXT.replace(">a<", f">{said}<").encode()).content == said


def _outcome(body: bytes) -> None:
    try:
        inbound = parse(body)
    except BadCallback:
        return
    assert isinstance(inbound, Inbound)
    assert inbound.openid
    assert len(inbound.dedupe_key) <= 200
    assert "\x00" not in repr((inbound.content, inbound.key, inbound.data))
    assert inbound.source is not None
    assert isinstance(inbound.scene, str)


@given(st.binary(max_size=400))
def test_any_bytes(body: bytes) -> None:
    _outcome(body)


SEEDS = st.sampled_from(
    [message(kind, rest) for kind, rest in MESSAGES.items()]
    + [event(name, row[0]) for name, row in EVENTS.items()]
    + [body for body in NASTY.values() if 0 < len(body) < 2000]
)


@given(SEEDS, st.integers(0), st.integers(0), st.binary(max_size=20))
def test_a_real_body_with_a_piece_exchanged(
    seed: bytes, start: int, length: int, piece: bytes
) -> None:
    start %= len(seed)
    _outcome(seed[:start] + piece + seed[start + length % 40 :])


@given(SEEDS, SEEDS, st.integers(0), st.integers(0))
def test_two_real_bodies_crossed(one: bytes, other: bytes, here: int, there: int) -> None:
    _outcome(one[: here % len(one)] + other[there % len(other) :])
