"""What the platform says of our messages afterwards, read from its events."""

import pytest

from bot.rules.receipts import MassCounts, Receipt
from bot.wechat.messages import parse
from bot.wechat.receipts import receipts

COMMON = (
    "<ToUserName>gh_1</ToUserName><FromUserName>oUser</FromUserName>"
    "<CreateTime>1795000001</CreateTime><MsgType>event</MsgType>"
)


def read(inner: str) -> tuple[Receipt, ...]:
    found = receipts(parse(f"<xml>{COMMON}{inner}</xml>".encode()))
    kept = tuple(one for one in found if isinstance(one, Receipt))
    assert kept == found
    return kept


def of_template(status: str) -> str:
    return f"<Event>TEMPLATESENDJOBFINISH</Event><MsgID>200163836</MsgID><Status>{status}</Status>"


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("success", "delivered"),
        ("failed:user block", "blocked"),
        ("failed: user block", "blocked"),
        ("failed: system failed", "failed"),
        ("failed:system failed", "failed"),
        ("", "failed"),
    ],
)
def test_a_template_message(status: str, state: str) -> None:
    (receipt,) = read(of_template(status))
    assert (receipt.msgid, receipt.state, receipt.mass) == ("200163836", state, None)
    assert bool(receipt.why) == (state != "delivered")


@pytest.mark.parametrize(
    ("status", "state", "why"),
    [
        ("send success", "delivered", ""),
        ("sendsuccess", "delivered", ""),
        ("send fail", "failed", "群发失败：微信没能发出（send fail）"),
        ("err(10001)", "failed", "群发失败：疑似广告（err(10001)）"),
        ("err(40002)", "failed", "群发失败：管理员30分钟内未确认（err(40002)）"),
        ("err(77777)", "failed", "群发失败：微信没能发出（err(77777)）"),
    ],
)
def test_a_mass_send(status: str, state: str, why: str) -> None:
    (receipt,) = read(
        f"<Event>MASSSENDJOBFINISH</Event><MsgID>1000001625</MsgID><Status>{status}</Status>"
        "<TotalCount>100</TotalCount><FilterCount>80</FilterCount><SentCount>75</SentCount>"
        "<ErrorCount>?</ErrorCount>"
    )
    assert receipt == Receipt("1000001625", state, why, MassCounts(100, 80, 75, 0))


def test_a_subscribe_message() -> None:
    row = (
        "<List><TemplateId>VRR0</TemplateId><MsgID>{0}</MsgID><ErrorCode>{1}</ErrorCode>"
        "<ErrorStatus>{2}</ErrorStatus></List>"
    )
    inner = (
        "<Event>subscribe_msg_sent_event</Event><SubscribeMsgSentEvent>{}</SubscribeMsgSentEvent>"
    )
    assert read(inner.format(row.format("17", "0", "success"))) == (
        Receipt("17", "delivered", template="VRR0"),
    )
    first, second = read(
        inner.format(row.format("17", "0", "success") + row.format("18", "43101", "refused"))
    )
    assert (first.state, second.state) == ("delivered", "failed")
    assert second.why == "微信没能送达（43101 refused）"
    assert read(inner.format("")) == ()
    assert read("<Event>subscribe_msg_sent_event</Event>") == ()


def test_nothing_else_is_one() -> None:
    assert read("<Event>CLICK</Event><EventKey>A</EventKey>") == ()
    assert read("<Event>CLICK</Event><MsgID>1</MsgID><Status>success</Status>") == ()
    assert read("<Event>TEMPLATESENDJOBFINISH</Event><Status>success</Status>") == ()
