"""The published vectors, and the XML that a far side must be able to write and to refuse."""

import pytest

from bot.sandbox.wire import BadEnvelope, Cipher, filler, parse_xml, sign, to_xml

DOC_KEY, DOC_APP = "A" * 43, "wxba5fad812f8e6fb9"
DEMO_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
V3 = (
    "+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJGQqcvZ"
    "qzDpVzazhZv6JsXUnnR8XGT740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrfMZuMcp3Fn2"
    "Pede2IuQrKEYwKSqFIZoNqJ4M8EajAsjLY2km32IIjdf8YL/P50F7mStwntrA2cPDrM1kb6mOcfBgRtWygb3VIYnSeOBr"
    "ebufAlr7F9mFUPAJGj04="
)
V4 = "ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ=="
V5 = (
    "hyzAe4OzmOMbd6TvGdIOO6uBmdJoD0Fk53REIHvxYtJlE2B655HuD0m8KUePWB3+LrPXo87wzQ1QLvbeUgmBM4x6F8PGH"
    "QHFVAFmOD2LdJF9FrXpbUAh0B5GIItb52sn896wVsMSHGuPE328HnRGBcrS7C41IzDWyWNlZkyyXwon8T332jisa+h6tE"
    "DYsVticbSnyU8dKOIbgU6ux5VTjg3yt+WGzjlpKn6NPhRjpA912xMezR4kw6KWwMrCVKSVCZciVGCgavjIQ6X8tCOp3yZ"
    "bGpy0VxpAe+77TszTfRd5RJSVO/HTnifJpXgCSUdUue1v6h0EIBYYI1BD1DlD+C0CR8e6OewpusjZ4uBl9FyJvnhvQl+q"
    "5rv1ixrcpCumEPo5MJSgM9ehVsNPfUM669WuMyVWQLCzpu9GhglF2PE="
)
V6 = "jn1L23DB+6ELqJ+6bruv21Y6MD7KeIfP82D6gU39rmkgczbWwt5+3bnyg5K55bgVtVzd832WzZGMhkP72vVOfg=="
V7 = (
    "uMMzGtqcnpOzXOYBwDQNreOzv02yzI0bkPPytDAr20xVHmHdVW0O92RuUcMCuXN4DMkboHlg4Y+oen1qwCcKBZ0fonDVq"
    "WBDlWtYlGIvdUH71ANvK32Zc5HlRO7GXLLl"
)
SIGNED = [
    (("AAAAA", "1714036504", "1514711492"), "f464b24fc39322e44b38aa78f5edd27bd1441696"),
    (("AAAAA", "1714037059", "486452656"), "899cf89e464efb63f54ddac96b0a0a235f53aa78"),
    (("AAAAA", "1714112445", "415670741"), "6c5c811b55cc85e0e1b54100749188c20beb3f5d"),
    (("AAAAA", "1714112445", "415670741", V3), "046e02f8204d34f8ba5fa3b1db94908f3df2e9b3"),
    (("AAAAA", "1713424427", "415670741", V4), "1b9339964ed2e271e7c7b6ff2b0ef902fc94dea1"),
    (("spamtest", "1409735669", "1320562132", V5), "5d197aaffba7e9b25a30732f161a50dee96bd5fa"),
    (("AAAAA", "1700000000", "1", V7), "616a942208b1a3dc6af25e9725d650be0c1af0a5"),
]
SEALED = [
    (DOC_KEY, DOC_APP, b"707722b803182950", b'{"demo_resp":"good luck"}', V4),
    (DEMO_KEY, "wxb11529c136998cb6", b"aaaabbbbccccdddd", "我是中文abcd123".encode(), V6),
    (DOC_KEY, DOC_APP, b"0123456789abcdef", b"abcdefghijklmnopqrstuvwxyz", V7),
]


@pytest.mark.parametrize(("parts", "signature"), SIGNED)
def test_published_signatures(parts: tuple[str, ...], signature: str) -> None:
    assert sign(*parts) == signature


@pytest.mark.parametrize(("key", "app_id", "prefix", "message", "sealed"), SEALED)
def test_published_ciphers(
    key: str, app_id: str, prefix: bytes, message: bytes, sealed: str
) -> None:
    cipher = Cipher(key, app_id)
    assert cipher.seal(message, prefix=prefix) == sealed
    assert cipher.open(sealed) == message


def test_published_messages_open() -> None:
    assert b'"debug_str":"hello world"' in Cipher(DOC_KEY, DOC_APP).open(V3)
    inside = parse_xml(Cipher(DEMO_KEY, "wx2c2769f8efd9abc2").open(V5))
    assert inside.get("Content") == "abcdteT"
    assert inside.get("MsgId") == "6054768590064713728"


def test_filler_brings_the_padding_of_32() -> None:
    message = b"<xml></xml>"
    whole = message + filler(message, DOC_APP)
    assert (20 + len(whole) + len(DOC_APP)) % 32 == 0
    assert Cipher(DOC_KEY, DOC_APP).open(Cipher(DOC_KEY, DOC_APP).seal(whole)) == whole


@pytest.mark.parametrize("sealed", ["", "不是", "AAAA", "A" * 64])
def test_what_is_no_cipher_is_refused(sealed: str) -> None:
    with pytest.raises(BadEnvelope):
        Cipher(DOC_KEY, DOC_APP).open(sealed)


def test_another_accounts_message_is_refused() -> None:
    with pytest.raises(BadEnvelope, match="appid"):
        Cipher(DOC_KEY, DOC_APP).open(_foreign())


def _foreign() -> str:
    return Cipher(DOC_KEY, DOC_APP).seal(b"x", app_id="wx0000000000000000")


def test_xml_out_and_in() -> None:
    text = to_xml(
        {"A": "一]]>二", "N": 3, "Inner": {"item": [{"P": "1"}, {"P": "2"}]}, "Empty": ""}
    )
    root = parse_xml(text.encode())
    assert root.get("A") == "一]]>二"
    assert root.get("N") == "3"
    inner = root.child("Inner")
    assert inner is not None
    assert [one.get("P") for one in inner.children] == ["1", "2"]


BAD = [
    b"",
    b"<xml>",
    b"<html></html>",
    b"<xml></xml><xml></xml>",
    b"<!DOCTYPE x [<!ENTITY a 'b'>]><xml>&a;</xml>",
    b"<xml>" + b"<a>" * 60 + b"</a>" * 60 + b"</xml>",
    b"\xff\xfe",
]


@pytest.mark.parametrize("body", BAD)
def test_bad_xml_is_refused(body: bytes) -> None:
    with pytest.raises(BadEnvelope):
        parse_xml(body)
