"""Behaviours 10 to 12: what a template takes, its receipt, and the states of the person."""

from typing import Any

import pytest

from bot.sandbox.catalogue import LIBRARY, Template
from bot.sandbox.world import World
from tests.sandbox.conftest import WANG, Api
from tests.sandbox.toy import Toy

SEND = "/cgi-bin/message/template/send"
LI = "oLiNa0000002"
GOOD = {
    "thing1": "张江店",
    "time2": "2026-12-05 10:00",
    "thing3": "小保养",
    "car_number4": "沪A12345",
    "phone_number5": "021-58000000",
}


@pytest.fixture
def booked(world: World) -> Template:
    return world.templates.choose("46591")


def notice(template: Template, openid: str = WANG, **more: Any) -> dict[str, Any]:
    values = more.pop("data", GOOD)
    data = {key: {"value": value} for key, value in values.items()}
    return {"touser": openid, "template_id": template.template_id, "data": data, **more}


def receipts(toy: Toy) -> list[tuple[str, str]]:
    got = [one for one in toy.got if one.get("Event") == "TEMPLATESENDJOBFINISH"]
    return [(one["MsgID"], one["Status"]) for one in got]


async def test_a_notice_is_shown_and_its_receipt_follows(
    world: World, toy: Toy, api: Api, booked: Template
) -> None:
    sent = await api.post(SEND, notice(booked, url="https://x.example/b/1", client_msg_id="b1"))
    assert (sent["errcode"], sent["errmsg"]) == (0, "ok")
    bubble = world.chat(WANG)[-1]
    assert (bubble.kind, bubble.text, bubble.href) == (
        "template",
        "预约成功通知",
        "https://x.example/b/1",
    )
    assert bubble.card[:2] == [["预约门店", "张江店"], ["预约时间", "2026-12-05 10:00"]]
    await world.afterwards.run()
    assert receipts(toy) == [(str(sent["msgid"]), "success")]
    assert toy.got[-1]["FromUserName"] == WANG


async def test_the_account_lists_adds_and_drops_its_templates(world: World, api: Api) -> None:
    added = await api.post(
        "/cgi-bin/template/api_add_template",
        {"template_id_short": "60103", "keyword_name_list": ["车牌号", "建议到店日期"]},
    )
    listed = (await api.get("/cgi-bin/template/get_all_private_template"))["template_list"]
    assert [(one["template_id"], one["title"]) for one in listed] == [
        (added["template_id"], "车辆保养提醒")
    ]
    assert len(added["template_id"]) == 43
    assert listed[0]["content"] == "车牌号:{{car_number1.DATA}}\n建议到店日期:{{date4.DATA}}"
    drop = "/cgi-bin/template/del_private_template"
    assert (await api.post(drop, {"template_id": added["template_id"]}))["errcode"] == 0
    assert (await api.post(drop, {"template_id": added["template_id"]}))["errcode"] == 40037
    for number, names, code in (("1", [], 40247), ("60103", ["积分"], 40246), ("60103", 1, 40246)):
        body = {"template_id_short": number, "keyword_name_list": names}
        assert (await api.post("/cgi-bin/template/api_add_template", body))["errcode"] == code
    world.templates.choose_all()
    for extra in range(25 - len(LIBRARY)):
        world.templates.add(f"通知{extra}", {"thing1": "内容"})
    body = {"template_id_short": "60103"}
    assert (await api.post("/cgi-bin/template/api_add_template", body))["errcode"] == 45026


@pytest.mark.parametrize(
    ("key", "good", "bad"),
    [
        ("thing1", "一二三四五六七八九十一二三四五六七八九十", "一二三四五六七八九十一二三四五六七八九十1"),
        ("thing1", "a b", "第一行\n第二行"),
        ("short_thing1", "一二三四五", "一二三四五六"),
        ("phrase1", "已经完成了", "OK"),
        ("phrase1", "好", "一二三四五六"),
        ("name1", "欧阳娜娜", "一二三四五六七八九十一"),
        ("name1", "Wang Fang", "Wang Fang 2"),
        ("character_string1", "BK-2026/001", "单号1"),
        ("character_string1", "1" * 32, "1" * 33),
        ("number1", "12.50", "12万"),
        ("letter1", "abc", "ab1"),
        ("symbol1", "!?", "!a"),
        ("time1", "2026年12月1日 09:30", "2026年12月1日"),
        ("time1", "09:30~10:30", "9点半"),
        ("time1", "2026-12-01 09:30~10:30", "2026-12-01 24:30"),
        ("date1", "2026年12月1日", "2026年13月1日"),
        ("date1", "2026-12-01~2026/12/03", "12月1日"),
        ("date1", "2026-12-01 09:30", "明天"),
        ("amount1", "¥1234567890.50元", "12345678901"),
        ("amount1", "100元", "￥￥100"),
        ("phone_number1", "+86-0755-88888888", "+86-0755-888888889"),
        ("phone_number1", "13800001111", "电话"),
        ("car_number1", "沪AD12345", "沪AD123456"),
        ("car_number1", "使012345领"[:8], "沪A·1234"),
    ],
)  # fmt: skip
async def test_each_kind_has_its_form(
    world: World, api: Api, key: str, good: str, bad: str
) -> None:
    made = world.templates.add("测试", {key: "内容"})
    answer = await api.post(SEND, notice(made, data={key: good}))
    assert answer["errcode"] == 0, good
    refused = await api.post(SEND, notice(made, data={key: bad}))
    assert refused["errcode"] == 47003
    words = f"argument invalid! data.{key}.value invalid rid: "
    assert refused["errmsg"].startswith(words)


async def test_what_is_missing_or_not_allowed_is_named(world: World, api: Api) -> None:
    made = world.templates.choose("60108")
    good = {
        "car_number1": "沪A12345",
        "const2": "维修中",
        "thing3": "喷漆😀",
        "phone_number4": "021-58000000",
    }
    assert (await api.post(SEND, notice(made, data=good)))["errcode"] == 0
    assert world.chat(WANG)[-1].card[2] == ["说明", "喷漆□"]
    for key, value, words in (
        ("const2", "在修", "data.const2.value invalid"),
        ("thing3", " ", "data.thing3.value is emp"),
        ("thing3", None, "data.thing3.value is emp"),
        ("thing3", 7, "data.thing3.value invalid"),
        ("thing3", "全场优惠", "template content blocked"),
    ):
        answer = await api.post(SEND, notice(made, data={**good, key: value}))
        assert answer["errcode"] == (40249 if "blocked" in words else 47003)
        assert words in answer["errmsg"]
        assert " rid: " in answer["errmsg"]
    without = {key: value for key, value in good.items() if key != "thing3"}
    assert "thing3.value is emp" in (await api.post(SEND, notice(made, data=without)))["errmsg"]
    world.templates.marketing = ()
    wide = await api.post(SEND, notice(made, data={**good, "thing3": "全场优惠"}))
    assert wide["errcode"] == 0


@pytest.mark.parametrize(
    ("more", "errcode"),
    [
        ({"touser": "oNobody"}, 40003),
        ({"template_id": "T"}, 40037),
        ({"template_id": None}, 40037),
        ({"data": []}, 47001),
        ({"url": "ftp://x"}, 40048),
        ({"url": "https://x.example/" + "a" * 1024}, 40039),
        ({"client_msg_id": "x" * 33}, 47003),
        ({"client_msg_id": 7}, 47003),
    ],
)
async def test_arguments_that_are_refused(
    world: World, api: Api, booked: Template, more: dict[str, Any], errcode: int
) -> None:
    assert (await api.post(SEND, {**notice(booked), **more}))["errcode"] == errcode
    assert world.ledger.refused[SEND, errcode] == 1
    assert world.chat(WANG) == []


async def test_escaped_chinese_is_refused(world: World, api: Api, booked: Template) -> None:
    token = (await api.stable())["access_token"]
    data = b'{"touser":"x","data":{"thing1":{"value":"\\u5f20"}}}'
    answer = await api.client.post(SEND, params={"access_token": token}, data=data)
    assert (answer.status, (await answer.json())["errcode"]) == (200, 40033)


async def test_a_test_account_takes_any_form(world: World, api: Api) -> None:
    world.account.test = True
    made = world.templates.parse("提醒", "{{first.DATA}}\n车牌：{{plate.DATA}}\n{{remark.DATA}}")
    assert made.keys == {"first": "", "plate": "车牌", "remark": ""}
    data = {"first": "您好", "plate": "很长" * 30, "more": "也在"}
    assert (await api.post(SEND, notice(made, data=data)))["errcode"] == 0
    assert world.chat(WANG)[-1].card == [["", "您好"], ["车牌", "很长" * 30], ["", "也在"]]
    menu = {
        "touser": WANG,
        "msgtype": "msgmenu",
        "msgmenu": {"list": [{"id": "1", "content": "好"}]},
    }
    assert (await api.post("/cgi-bin/message/custom/send", menu))["errcode"] == 40200
