"""The platform's published examples. WeChat docs: message push, encryption; the crypto demo."""

from dataclasses import dataclass

APP = "wxba5fad812f8e6fb9"
KEY = "A" * 43
DEMO_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed text with its signature, and what is inside."""

    token: str
    key: str
    app: str
    timestamp: str
    nonce: str
    encrypt: str
    clear: str
    msg_signature: str = ""


V3 = Sealed(
    token="AAAAA",
    key=KEY,
    app=APP,
    timestamp="1714112445",
    nonce="415670741",
    encrypt=(
        "+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJG"
        "QqcvZqzDpVzazhZv6JsXUnnR8XGT740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrf"
        "MZuMcp3Fn2Pede2IuQrKEYwKSqFIZoNqJ4M8EajAsjLY2km32IIjdf8YL/P50F7mStwntrA2cPDrM1kb6mOcfBgR"
        "tWygb3VIYnSeOBrebufAlr7F9mFUPAJGj04="
    ),
    clear=(
        '{"ToUserName":"gh_97417a04a28d","FromUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY",'
        '"CreateTime":1714112445,"MsgType":"event","Event":"debug_demo","debug_str":"hello world"}'
    ),
    msg_signature="046e02f8204d34f8ba5fa3b1db94908f3df2e9b3",
)
V3_SIGNATURE = "6c5c811b55cc85e0e1b54100749188c20beb3f5d"

V4 = Sealed(
    token="AAAAA",
    key=KEY,
    app=APP,
    timestamp="1713424427",
    nonce="415670741",
    encrypt=(
        "ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ=="
    ),
    clear='{"demo_resp":"good luck"}',
    msg_signature="1b9339964ed2e271e7c7b6ff2b0ef902fc94dea1",
)

V5 = Sealed(
    token="spamtest",
    key=DEMO_KEY,
    app="wx2c2769f8efd9abc2",
    timestamp="1409735669",
    nonce="1320562132",
    encrypt=(
        "hyzAe4OzmOMbd6TvGdIOO6uBmdJoD0Fk53REIHvxYtJlE2B655HuD0m8KUePWB3+LrPXo87wzQ1QLvbeUgmBM4x6"
        "F8PGHQHFVAFmOD2LdJF9FrXpbUAh0B5GIItb52sn896wVsMSHGuPE328HnRGBcrS7C41IzDWyWNlZkyyXwon8T33"
        "2jisa+h6tEDYsVticbSnyU8dKOIbgU6ux5VTjg3yt+WGzjlpKn6NPhRjpA912xMezR4kw6KWwMrCVKSVCZciVGCg"
        "avjIQ6X8tCOp3yZbGpy0VxpAe+77TszTfRd5RJSVO/HTnifJpXgCSUdUue1v6h0EIBYYI1BD1DlD+C0CR8e6Oewp"
        "usjZ4uBl9FyJvnhvQl+q5rv1ixrcpCumEPo5MJSgM9ehVsNPfUM669WuMyVWQLCzpu9GhglF2PE="
    ),
    clear=(
        "<xml><ToUserName><![CDATA[gh_10f6c3c3ac5a]]></ToUserName>\n"
        "<FromUserName><![CDATA[oyORnuP8q7ou2gfYjqLzSIWZf0rs]]></FromUserName>\n"
        "<CreateTime>1409735668</CreateTime>\n<MsgType><![CDATA[text]]></MsgType>\n"
        "<Content><![CDATA[abcdteT]]></Content>\n<MsgId>6054768590064713728</MsgId>\n</xml>"
    ),
    msg_signature="5d197aaffba7e9b25a30732f161a50dee96bd5fa",
)

V6 = Sealed(
    token="pamtest",
    key=DEMO_KEY,
    app="wxb11529c136998cb6",
    timestamp="",
    nonce="",
    encrypt=(
        "jn1L23DB+6ELqJ+6bruv21Y6MD7KeIfP82D6gU39rmkgczbWwt5+3bnyg5K55bgVtVzd832WzZGMhkP72vVOfg=="
    ),
    clear="我是中文abcd123",
)

V7 = Sealed(
    token="AAAAA",
    key=KEY,
    app=APP,
    timestamp="1700000000",
    nonce="1",
    encrypt=(
        "uMMzGtqcnpOzXOYBwDQNreOzv02yzI0bkPPytDAr20xVHmHdVW0O92RuUcMCuXN4DMkboHlg4Y+oen1qwCcKBZ0f"
        "onDVqWBDlWtYlGIvdUH71ANvK32Zc5HlRO7GXLLl"
    ),
    clear="abcdefghijklmnopqrstuvwxyz",
    msg_signature="616a942208b1a3dc6af25e9725d650be0c1af0a5",
)

SEALED = {"V3": V3, "V4": V4, "V5": V5, "V6": V6, "V7": V7}


def envelope(encrypt: str, account: str = "gh_dealer000001") -> bytes:
    """What safe mode posts."""
    return (
        f"<xml><ToUserName><![CDATA[{account}]]></ToUserName>"
        f"<Encrypt><![CDATA[{encrypt}]]></Encrypt></xml>"
    ).encode()
