"""Our codec against wechatpy's in both directions, and against whoever is not the platform."""

import base64
import hashlib
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wechatpy.crypto import PrpCrypto, WeChatCrypto

from bot.errors import BadCallback, BadSignature, ConfigError
from bot.wechat.crypto import Codec
from bot.wechat.xml import read
from tests.wechat.vectors import APP, DEMO_KEY, KEY, V5, envelope

TOKEN = "AAAAA"
TEXTS = st.text(st.characters(codec="utf-8"), max_size=300)
KEYS = st.sampled_from([KEY, DEMO_KEY])


def sign(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()  # noqa: S324 - the platform's


def query_for(encrypt: str, token: str = TOKEN) -> dict[str, str]:
    return {
        "signature": sign(token, "1", "2"),
        "timestamp": "1",
        "nonce": "2",
        "encrypt_type": "aes",
        "msg_signature": sign(token, "1", "2", encrypt),
    }


def sealed(clear: bytes, app: str = APP, key: str = KEY) -> str:
    return str(PrpCrypto(WeChatCrypto(TOKEN, key, app).key).encrypt(clear, app), "ascii")


@given(TEXTS, KEYS)
def test_what_wechatpy_seals_we_open(text: str, key: str) -> None:
    encrypt = sealed(text.encode(), key=key)
    opened = Codec(TOKEN, key, APP).open(query_for(encrypt), envelope(encrypt))
    assert opened == text.encode()


@given(TEXTS, KEYS)
def test_what_we_seal_wechatpy_opens(text: str, key: str) -> None:
    body = Codec(TOKEN, key, APP).seal(text.encode(), timestamp="7", nonce="8", encrypted=True)
    signature = read(body)["MsgSignature"]
    assert WeChatCrypto(TOKEN, key, APP).decrypt_message(body, signature, "7", "8") == text
    assert read(body)["TimeStamp"] == "7"
    assert read(body)["Nonce"] == "8"


def test_two_seals_of_one_text_differ() -> None:
    codec = Codec(TOKEN, KEY, APP)
    first, second = (codec.seal(b"x", timestamp="1", nonce="2", encrypted=True) for _ in "ab")
    assert read(first)["Encrypt"] != read(second)["Encrypt"]


@given(st.lists(st.one_of(TEXTS, st.binary(max_size=100)), max_size=12))
def test_one_codec_serves_any_row_of_good_and_bad_messages(row: list[str | bytes]) -> None:
    codec, theirs = Codec(TOKEN, KEY, APP), WeChatCrypto(TOKEN, KEY, APP)
    for item in row:
        if isinstance(item, bytes):
            nonsense = base64.b64encode(item).decode()
            with pytest.raises(BadCallback):
                codec.open(query_for(nonsense), envelope(nonsense))
            continue
        encrypt = sealed(item.encode())
        assert codec.open(query_for(encrypt), envelope(encrypt)) == item.encode()
        body = codec.seal(item.encode(), timestamp="7", nonce="8", encrypted=True)
        signature = read(body)["MsgSignature"]
        assert theirs.decrypt_message(body, signature, "7", "8") == item


def test_without_a_key_nothing_is_sealed() -> None:
    with pytest.raises(BadCallback):
        Codec(TOKEN).seal(b"x", timestamp="1", nonce="2", encrypted=True)


def test_a_plain_reply_is_left_as_it_is() -> None:
    assert Codec(TOKEN).seal(b"<xml/>", timestamp="1", nonce="2", encrypted=False) == b"<xml/>"


def test_a_nonce_cannot_add_elements_to_the_envelope() -> None:
    nonce = "]]></Nonce><Nonce>9"
    body = Codec(TOKEN, KEY, APP).seal(b"x", timestamp="1", nonce=nonce, encrypted=True)
    assert read(body)["Nonce"] == nonce


@pytest.mark.parametrize(
    "signature", ["", "0" * 40, "签名", "\udcff", "\x00", "é" * 40, "A" * 100_000]
)
def test_an_odd_signature_is_a_bad_one(signature: str) -> None:
    with pytest.raises(BadSignature):
        Codec(TOKEN).check(signature, "1", "2")


@given(st.text(), st.text(), st.text())
def test_a_check_fails_in_one_way_only(signature: str, timestamp: str, nonce: str) -> None:
    with pytest.raises(BadSignature) as refused:
        Codec(TOKEN).check(signature, timestamp, nonce)
    assert refused.value.status == 403


def test_the_order_of_query_names_does_not_matter_but_their_values_do() -> None:
    good = sign(TOKEN, "1", "2")
    Codec(TOKEN).check(good, "1", "2")
    for timestamp, nonce in [("1", "3"), ("", "2"), ("1", "")]:
        with pytest.raises(BadSignature):
            Codec(TOKEN).check(good, timestamp, nonce)


CLEAR = (
    "<xml><ToUserName>gh_1</ToUserName><FromUserName>o1</FromUserName><CreateTime>1</CreateTime>"
    "<MsgType>text</MsgType><Content>{}</Content><MsgId>5</MsgId>{}</xml>"
)


def test_compatible_mode_uses_the_signed_part() -> None:
    encrypt = sealed(b"<xml>signed</xml>")
    body = CLEAR.format("forged", f"<Encrypt>{encrypt}</Encrypt>").encode()
    assert Codec(TOKEN, KEY, APP).open(query_for(encrypt), body) == b"<xml>signed</xml>"


def test_a_customer_may_type_an_envelope() -> None:
    encrypt = sealed(b"<xml>signed</xml>")
    typed = "<![CDATA[<Encrypt>AAAA</Encrypt>]]>"
    body = CLEAR.format(typed, f"<Encrypt>{encrypt}</Encrypt>").encode()
    assert Codec(TOKEN, KEY, APP).open(query_for(encrypt), body) == b"<xml>signed</xml>"


def test_compatible_mode_without_a_key_reads_the_clear_part() -> None:
    codec = Codec(TOKEN)
    encrypt = sealed(b"<xml/>")
    body = CLEAR.format("hi", f"<Encrypt>{encrypt}</Encrypt>").encode()
    query = query_for(encrypt)
    assert codec.open(query, body) == body
    assert not codec.is_sealed(query)


def test_safe_mode_without_a_key_says_what_to_do() -> None:
    encrypt = sealed(b"<xml/>")
    with pytest.raises(BadCallback, match="CHEYU_WECHAT_AES_KEY"):
        Codec(TOKEN).open(query_for(encrypt), envelope(encrypt))


def test_with_a_key_a_plain_body_is_refused() -> None:
    query = {"signature": sign(TOKEN, "1", "2"), "timestamp": "1", "nonce": "2"}
    body = CLEAR.format("forged", "").encode()
    assert Codec(TOKEN).open(query, body) == body
    for encrypt_type in ({}, {"encrypt_type": "raw"}):
        with pytest.raises(BadSignature):
            Codec(TOKEN, KEY, APP).open({**query, **encrypt_type}, body)


def test_another_accounts_message_is_refused() -> None:
    encrypt = sealed(b"<xml/>", app="wx0000000000000000")
    with pytest.raises(BadSignature):
        Codec(TOKEN, KEY, APP).open(query_for(encrypt), envelope(encrypt))


@pytest.mark.parametrize("encrypt", ["", "A", "====", "中文", "QUFB", "A" * 64, V5.encrypt])
def test_signed_nonsense_is_refused(encrypt: str) -> None:
    with pytest.raises(BadCallback):
        Codec(TOKEN, KEY, APP).open(query_for(encrypt), envelope(encrypt))


@given(st.binary(min_size=1, max_size=20).map(lambda blocks: (blocks * 32)[:320]))
def test_signed_garbage_is_refused(garbage: bytes) -> None:
    cipher = PrpCrypto(WeChatCrypto(TOKEN, KEY, APP).key).cipher
    whole = garbage[: len(garbage) // 16 * 16] or bytes(16)
    encrypt = str(base64.b64encode(cipher.encrypt(whole)), "ascii")
    with pytest.raises(BadCallback):
        Codec(TOKEN, KEY, APP).open(query_for(encrypt), envelope(encrypt))


@pytest.mark.parametrize("body", [b"", b"<xml></xml>", b"{}", b"<xml><Encrypt/></xml>", b"\xff"])
def test_a_sealed_request_needs_an_envelope(body: bytes) -> None:
    with pytest.raises(BadCallback):
        Codec(TOKEN, KEY, APP).open(query_for("x"), body)


def test_an_envelope_may_be_laid_out_in_other_ways() -> None:
    encrypt = sealed(b"<xml/>")
    for layout in (
        "<xml>\n <Encrypt> {} </Encrypt>\n</xml>",
        "<xml><Encrypt a='1'>{}</Encrypt></xml>",
    ):
        body = layout.format(escape(encrypt)).encode()
        assert Codec(TOKEN, KEY, APP).open(query_for(encrypt), body) == b"<xml/>"


def test_a_wrong_key_stops_the_start() -> None:
    for key, app in (("short", APP), ("密" * 43, APP), (KEY, "")):
        with pytest.raises(ConfigError):
            Codec(TOKEN, key, app)
