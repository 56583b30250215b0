"""One-time messages, what became of a mass send, and how many calls a minute are left."""

import pytest

from bot.errors import WeChatError
from bot.wechat.results import Quota
from tests.wechat.api import wired

BIZSEND, BY_LINK = "/cgi-bin/message/subscribe/bizsend", "/cgi-bin/message/template/subscribe"


async def test_a_subscribe_message() -> None:
    async with wired() as far:
        assert await far.client.bizsend("o1", "TPL1", {"thing1": "保养"}) == ""
        plain = far.platform.asked[-1]
        assert (plain.path, plain.json) == (
            BIZSEND,
            {"touser": "o1", "template_id": "TPL1", "data": {"thing1": {"value": "保养"}}},
        )
        far.platform.answers[BIZSEND] = {"errcode": 0, "msgid": 17}
        mini = {"appid": "wx1", "pagepath": "p"}
        sent = await far.client.bizsend(
            "o1", "TPL1", {}, page="https://x.example", miniprogram=mini
        )
        assert sent == "17"
        assert far.platform.asked[-1].json["page"] == "https://x.example"
        assert far.platform.asked[-1].json["miniprogram"] == mini
        far.platform.answers[BIZSEND] = {"errcode": 43101, "errmsg": "no leave"}
        with pytest.raises(WeChatError, match="43101"):
            await far.client.bizsend("o1", "TPL1", {})


async def test_a_message_by_a_link() -> None:
    async with wired() as far:
        await far.client.once_send(
            "o1", "TPL1", "该保养了", scene="7", title="提醒", url="https://x"
        )
        asked = far.platform.asked[-1]
        assert (asked.path, asked.json) == (
            BY_LINK,
            {
                "touser": "o1",
                "template_id": "TPL1",
                "scene": "7",
                "title": "提醒",
                "data": {"content": {"value": "该保养了"}},
                "url": "https://x",
            },
        )


async def test_what_became_of_a_mass_send() -> None:
    async with wired() as far:
        path = "/cgi-bin/message/mass/get"
        far.platform.answers[path] = {"msg_id": 5, "msg_status": "SEND_SUCCESS"}
        assert await far.client.mass_get("5") == "SEND_SUCCESS"
        assert far.platform.asked[-1].json == {"msg_id": "5"}


async def test_calls_a_minute() -> None:
    async with wired() as far:
        far.platform.answers["/cgi-bin/openapi/quota/get"] = {
            "quota": {"daily_limit": 100, "used": 1, "remain": 99},
            "rate_limit": {"call_count": 100, "refresh_second": 30},
        }
        assert await far.client.quota("x") == Quota(100, 1, 99, 200)
