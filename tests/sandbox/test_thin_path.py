"""The first way through: follow, type, tap, click, and a customer-service message back."""

from bot.sandbox.world import World
from tests.sandbox.conftest import WANG, Api
from tests.sandbox.toy import Toy, text

TAP = '<a href="weixin://bizmsgmenu?msgmenucontent={}&msgmenuid=7">{}</a>'


async def test_a_conversation_in_safe_mode(world: World, toy: Toy, api: Api) -> None:
    toy.inner = text("欢迎！\n" + TAP.format("%E9%A2%84%E7%BA%A6%E4%BF%9D%E5%85%BB", "1. 预约保养"))
    seen = await world.follow("oLiLei0001", scene="store_3")
    assert (seen.kind, seen.text) == ("reply", "欢迎！\n1. 预约保养")
    assert toy.got[-1]["EventKey"] == "qrscene_store_3"

    toy.inner = text("哪天方便？")
    await world.taps("oLiLei0001", "1. 预约保养")
    assert toy.got[-1]["Content"] == "预约保养"
    assert toy.got[-1]["bizmsgmenuid"] == "7"

    await world.clicks("oLiLei0001", "BOOK_SERVICE")
    assert toy.got[-1]["Event"] == "CLICK"
    assert "MsgId" not in toy.got[-1]
    shown = [(b.who, b.text) for b in world.chat("oLiLei0001")]
    assert shown[1:3] == [("me", "预约保养"), ("account", "哪天方便？")]


async def test_a_customer_service_message_arrives(world: World, api: Api) -> None:
    await world.says(WANG, "你好")
    body = {"touser": WANG, "msgtype": "text", "text": {"content": "您的车好了"}}
    assert (await api.post("/cgi-bin/message/custom/send", body))["errcode"] == 0
    assert [b.text for b in world.chat(WANG)] == ["你好", "好的", "您的车好了"]
