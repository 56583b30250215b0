"""The published vectors, through our codec and through wechatpy's."""

import hashlib

import pytest
from wechatpy.crypto import PrpCrypto, WeChatCrypto

from bot.errors import BadSignature
from bot.wechat.crypto import Codec
from tests.wechat.vectors import APP, KEY, SEALED, V3_SIGNATURE, Sealed, envelope

KNOWN = pytest.mark.parametrize("vector", SEALED.values(), ids=SEALED.keys())


def signature_of(vector: Sealed) -> str:
    parts = sorted([vector.token, vector.timestamp, vector.nonce, vector.encrypt])
    return hashlib.sha1("".join(parts).encode()).hexdigest()  # noqa: S324 - the platform's


def query_of(vector: Sealed) -> dict[str, str]:
    return {
        "timestamp": vector.timestamp,
        "nonce": vector.nonce,
        "encrypt_type": "aes",
        "msg_signature": vector.msg_signature or signature_of(vector),
    }


@pytest.mark.parametrize(
    ("timestamp", "nonce", "signature"),
    [
        ("1714036504", "1514711492", "f464b24fc39322e44b38aa78f5edd27bd1441696"),
        ("1714037059", "486452656", "899cf89e464efb63f54ddac96b0a0a235f53aa78"),
        ("1714112445", "415670741", V3_SIGNATURE),
    ],
    ids=["V1", "V2", "V3"],
)
def test_the_query_signature_is_the_published_one(
    timestamp: str, nonce: str, signature: str
) -> None:
    codec = Codec("AAAAA")
    codec.check(signature, timestamp, nonce)
    with pytest.raises(BadSignature):
        codec.check(signature[:-1] + "0", timestamp, nonce)


@KNOWN
def test_a_published_message_opens(vector: Sealed) -> None:
    codec = Codec(vector.token, vector.key, vector.app)
    assert codec.open(query_of(vector), envelope(vector.encrypt)).decode() == vector.clear


@KNOWN
def test_wechatpy_reads_the_same(vector: Sealed) -> None:
    theirs = WeChatCrypto(vector.token, vector.key, vector.app)
    query = query_of(vector)
    clear = theirs.decrypt_message(
        envelope(vector.encrypt), query["msg_signature"], query["timestamp"], query["nonce"]
    )
    assert clear == vector.clear
    assert PrpCrypto(theirs.key).decrypt(vector.encrypt, vector.app) == vector.clear


@KNOWN
def test_the_signature_covers_the_body(vector: Sealed) -> None:
    codec = Codec(vector.token, vector.key, vector.app)
    changed = ("B" if vector.encrypt[0] == "A" else "A") + vector.encrypt[1:]
    with pytest.raises(BadSignature):
        codec.open(query_of(vector), envelope(changed))


def test_the_whole_published_query_is_taken() -> None:
    vector = SEALED["V3"]
    codec = Codec("AAAAA", KEY, APP)
    query = {**query_of(vector), "signature": V3_SIGNATURE, "openid": "o1"}
    assert codec.open(query, envelope(vector.encrypt)).decode() == vector.clear
    with pytest.raises(BadSignature):
        codec.open({**query, "signature": "0" * 40}, envelope(vector.encrypt))
