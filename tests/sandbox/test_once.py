"""Behaviour 15, what is allowed once: grants by pop-up and by link, spent by one message."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.sandbox import notices
from bot.sandbox.catalogue import Template
from bot.sandbox.world import World
from tests.sandbox.conftest import WANG, Api
from tests.sandbox.toy import ACCOUNT, Toy

SEND = "/cgi-bin/message/subscribe/bizsend"
BY_LINK = "/cgi-bin/message/template/subscribe"
STRANGER = "oStranger0000000000000000001"


@pytest.fixture
def ready(world: World) -> Template:
    return world.templates.add("到店提醒", {"thing1": "门店", "time2": "时间"}, once=True)


def once(template: Template, openid: str = WANG, **more: Any) -> dict[str, Any]:
    data = {"thing1": {"value": "张江店"}, "time2": {"value": "09:30"}}
    return {"touser": openid, "template_id": template.template_id, "data": data, **more}


async def test_one_leave_is_one_message(world: World, toy: Toy, api: Api, ready: Template) -> None:
    refused = await api.post(SEND, once(ready))
    assert refused["errcode"] == 43101
    assert refused["errmsg"].startswith("user refuse to accept the msg rid: ")
    for _ in range(2):
        await notices.answers_popup(world, WANG, ready.template_id)
    assert (toy.got[-1]["Event"], toy.got[-1]["SubscribeStatusString"]) == (
        "subscribe_msg_popup_event",
        "accept",
    )
    codes = [(await api.post(SEND, once(ready)))["errcode"] for _ in range(3)]
    assert codes == [0, 0, 43101]
    assert (world.chat(WANG)[-1].kind, world.ledger.sent["once"]) == ("once", 2)
    await world.afterwards.run()
    told = [one for one in toy.got if one["Event"] == "subscribe_msg_sent_event"]
    assert [(one["ErrorCode"], one["ErrorStatus"]) for one in told] == [("0", "success")] * 2
    assert told[0]["MsgID"] != told[1]["MsgID"]


async def test_the_answer_has_no_message_id(world: World, api: Api, ready: Template) -> None:
    world.grants.give(STRANGER, ready.template_id)
    world.people.know(STRANGER)
    assert await api.post(SEND, once(ready, STRANGER)) == {"errcode": 0, "errmsg": "ok"}


async def test_a_refusal_gives_no_leave(world: World, toy: Toy, api: Api, ready: Template) -> None:
    await notices.answers_popup(world, WANG, ready.template_id, accepts=False)
    assert toy.got[-1]["SubscribeStatusString"] == "reject"
    assert (await api.post(SEND, once(ready)))["errcode"] == 43101
    world.grants.give(WANG, ready.template_id)
    await notices.refuses_template(world, WANG, ready.template_id)
    assert (await api.post(SEND, once(ready)))["errcode"] == 43101


async def test_how_a_subscribe_message_may_end(
    world: World, toy: Toy, api: Api, ready: Template
) -> None:
    world.people.all[WANG].blocks = True
    for status in ("", "failed: system failed"):
        world.grants.give(WANG, ready.template_id)
        world.receipts.next(status)
        assert (await api.post(SEND, once(ready)))["errcode"] == 0
    world.grants.give(WANG, ready.template_id)
    world.receipts.next(when="never")
    await api.post(SEND, once(ready))
    await world.afterwards.run()
    assert sorted(one["ErrorCode"] for one in toy.got) == ["-1", "43101"]
    assert world.chat(WANG) == []


async def test_its_templates_are_listed_apart(world: World, api: Api, ready: Template) -> None:
    notice = world.templates.choose("60103")
    listed = (await api.get("/wxaapi/newtmpl/gettemplate"))["data"]
    assert [(one["priTmplId"], one["type"]) for one in listed] == [(ready.template_id, 2)]
    assert "thing1.DATA" in listed[0]["content"]
    mine = (await api.get("/cgi-bin/template/get_all_private_template"))["template_list"]
    assert [one["template_id"] for one in mine] == [notice.template_id]
    assert (await api.post(SEND, once(notice)))["errcode"] == 40037
    world.account.test = True
    assert (await api.post(SEND, once(ready)))["errcode"] == 48001


@pytest.mark.parametrize(
    ("data", "errcode"),
    [
        ({"thing1": {"value": "张江店"}, "time2": {"value": "明天"}}, 47003),
        ({"thing1": {"value": "张江店"}}, 47003),
        ([], 47001),
    ],
)
async def test_its_fields_are_checked_before_the_leave_is_spent(
    world: World, api: Api, ready: Template, data: Any, errcode: int
) -> None:
    world.grants.give(WANG, ready.template_id)
    assert (await api.post(SEND, once(ready, data=data)))["errcode"] == errcode
    assert world.grants.count(WANG, ready.template_id) == 1


def link(world: World, **more: str) -> dict[str, str]:
    return {
        "action": "get_confirm",
        "appid": ACCOUNT.app_id,
        "scene": "7",
        "template_id": world.templates.by_link,
        "redirect_url": "https://x.example/back?a=1",
        "reserved": "csrf",
        "openid": WANG,
        **more,
    }


async def test_a_link_gives_leave_for_one_message_of_its_scene(world: World, api: Api) -> None:
    path = "/mp/subscribemsg"
    no = await api.client.get(path, params=link(world, decline="1"), allow_redirects=False)
    assert parse_qs(urlsplit(no.headers["Location"]).query)["action"] == ["cancel"]
    asked = await api.client.get(path, params=link(world), allow_redirects=False)
    assert asked.status == 302
    assert parse_qs(urlsplit(asked.headers["Location"]).query) == {
        "a": ["1"],
        "openid": [WANG],
        "template_id": [world.templates.by_link],
        "action": ["confirm"],
        "scene": ["7"],
        "reserved": ["csrf"],
    }
    body = {
        "touser": WANG,
        "template_id": world.templates.by_link,
        "scene": "8",
        "title": "您的爱车已完工",
        "data": {"content": {"value": "请来取车", "color": "#000"}},
    }
    assert (await api.post(BY_LINK, body))["errcode"] == 43101
    codes = [(await api.post(BY_LINK, {**body, "scene": 7}))["errcode"] for _ in range(2)]
    assert codes == [0, 43101]
    assert (world.chat(WANG)[-1].text, world.ledger.of(WANG)[-1].text) == (
        "您的爱车已完工",
        "请来取车",
    )
    for wrong, code in (
        ({"title": "一" * 16}, 40062),
        ({"template_id": "x"}, 40037),
        ({"data": {}}, 47001),
        ({"data": {"content": {"value": " "}}}, 44004),
        ({"data": {"content": {"value": "一" * 201}}}, 45002),
        ({"touser": "x"}, 40003),
    ):
        assert (await api.post(BY_LINK, {**body, **wrong}))["errcode"] == code


@pytest.mark.parametrize(
    ("more", "errcode"),
    [
        ({"appid": "wx0"}, 40013),
        ({"scene": "10001"}, 40097),
        ({"scene": "x"}, 40097),
        ({"template_id": "x"}, 40037),
        ({"redirect_url": ""}, 10003),
        ({"openid": "x"}, 40003),
    ],
)
async def test_links_that_are_refused(
    world: World, api: Api, more: dict[str, str], errcode: int
) -> None:
    query = link(world, **more)
    answer = await api.client.get("/mp/subscribemsg", params=query, allow_redirects=False)
    assert (answer.status, (await answer.json())["errcode"]) == (200, errcode)


async def test_the_blacklist(world: World, toy: Toy, api: Api) -> None:
    members = "/cgi-bin/tags/members"
    own = "o" + "x" * 27
    world.add_follower(own)
    put = await api.post(f"{members}/batchblacklist", {"openid_list": [WANG, own]})
    assert put["errcode"] == 0
    listed = await api.post(f"{members}/getblacklist", {"begin_openid": ""})
    assert listed == {"total": 2, "count": 2, "next_openid": own, "data": {"openid": [WANG, own]}}
    assert (await api.post(f"{members}/getblacklist", {"begin_openid": own}))["count"] == 0
    seen = await world.says(WANG, "在吗")
    assert (seen.bypassed, toy.got) == (True, [])
    await api.post(f"{members}/batchunblacklist", {"openid_list": [WANG]})
    await world.says(WANG, "在吗")
    assert len(toy.got) == 1
    for people, code in (([], 40032), ([WANG] * 21, 40032), (["x"], 40003), ([STRANGER], 49003)):
        asked: dict[str, Any] = {"openid_list": people}
        assert (await api.post(f"{members}/batchblacklist", asked))["errcode"] == code
    tag = world.people.add_tag("车主")
    body: dict[str, Any] = {"openid_list": [STRANGER], "tagid": tag}
    assert (await api.post(f"{members}/batchtagging", body))["errcode"] == 49003


async def test_one_quota_is_cleared_fifty_times_a_month(world: World, api: Api) -> None:
    ips = "/cgi-bin/message/custom/send"
    world.quotas.per_day[ips] = 1
    clear = "/cgi-bin/openapi/quota/clear"
    hello = {"touser": WANG, "msgtype": "text", "text": {"content": "您好"}}
    codes = [(await api.post(ips, hello))["errcode"] for _ in range(2)]
    assert codes == [45015, 45009]
    assert (await api.post(clear, {"cgi_path": ips}))["errcode"] == 0
    assert (await api.post(ips, hello))["errcode"] == 45015
    assert (await api.post(clear, {"cgi_path": "/no"}))["errcode"] == 76021
    codes = [(await api.post(clear, {"cgi_path": ips}))["errcode"] for _ in range(50)]
    assert codes == [0] * 49 + [48006]
