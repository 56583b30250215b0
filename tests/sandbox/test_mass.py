"""Behaviour 13: lists, quotas, the four a month, clientmsgid, states and the finish event."""

from datetime import timedelta
from typing import Any

import pytest

from bot.clock import clock
from bot.sandbox import api_mass
from bot.sandbox.world import World
from tests.sandbox.conftest import WANG, Api
from tests.sandbox.toy import Toy

SEND = "/cgi-bin/message/mass/send"
ALL = "/cgi-bin/message/mass/sendall"
GET = "/cgi-bin/message/mass/get"
LI, ZHAO = "oLiNa0000002", "oZhaoLiu0003"


@pytest.fixture(autouse=True)
def three(world: World) -> None:
    world.add_follower(LI, "李娜")
    world.add_follower(ZHAO, "赵六")


def text(*people: str, **more: Any) -> dict[str, Any]:
    people = people or (WANG, LI)
    return {"touser": list(people), "msgtype": "text", "text": {"content": "中秋安康"}, **more}


def finished(toy: Toy) -> list[tuple[str, str, str]]:
    """MsgID, Status and the four counts of each finish event."""
    got = [one for one in toy.got if one.get("Event") == "MASSSENDJOBFINISH"]
    counts = ("TotalCount", "FilterCount", "SentCount", "ErrorCount")
    return [(one["MsgID"], one["Status"], " ".join(one[name] for name in counts)) for one in got]


async def test_a_job_is_accepted_runs_and_is_told(world: World, toy: Toy, api: Api) -> None:
    world.mass.takes = timedelta(minutes=2)
    world.afterwards.by_hand = True
    answer = await api.post(SEND, text(clientmsgid="m1"))
    assert (answer["errcode"], answer["errmsg"]) == (0, "send job submission success")
    job = {"msg_id": answer["msg_id"]}
    assert (await api.post(GET, job))["msg_status"] == "SENDING"
    assert (world.chat(WANG), await world.afterwards.run()) == ([], 0)
    clock.forward(timedelta(minutes=2))
    await world.afterwards.run()
    assert finished(toy) == [(str(answer["msg_id"]), "send success", "2 2 2 0")]
    assert toy.got[-1]["FromUserName"] not in (WANG, LI)
    assert [(b.text, b.note) for b in world.chat(LI)] == [("中秋安康", "群发")]
    assert await api.post(GET, job) == {**job, "msg_status": "SEND_SUCCESS"}
    assert (await api.post(GET, {"msg_id": 1}))["errcode"] == 40059
    assert [(one.kind, one.client_id) for one in world.ledger.of(LI)] == [("mass", "m1")]


@pytest.mark.parametrize(
    ("body", "errcode"),
    [
        (text(WANG), 40130),
        ({**text(), "touser": []}, 40130),
        ({**text(), "touser": [f"o{n}" for n in range(10_001)]}, 40032),
        ({**text(), "touser": WANG}, 40031),
        ({**text(), "touser": [WANG, 7]}, 40031),
        ({**text(), "msgtype": "wxcard"}, 45113),
        ({**text(), "msgtype": "dance"}, 40008),
        ({**text(), "text": "hello"}, 47001),
        ({**text(), "text": {"content": " "}}, 44004),
        ({**text(), "text": {"content": "很" * 683}}, 45002),
        ({**text(), "msgtype": "image", "images": {"media_ids": ["none"]}}, 40007),
        ({**text(), "msgtype": "image", "images": {}}, 40007),
        ({**text(), "msgtype": "voice", "voice": {"media_id": "none"}}, 40007),
        (text(clientmsgid="x" * 33), 45067),
        (text(clientmsgid=7), 47001),
    ],
)
async def test_what_is_refused(world: World, api: Api, body: dict[str, Any], errcode: int) -> None:
    answer = await api.post(SEND, body)
    assert answer["errcode"] == errcode
    assert " rid: " in answer["errmsg"]
    assert len(world.afterwards) == 0


async def test_ten_thousand_are_taken(world: World, toy: Toy, api: Api) -> None:
    people = [WANG, LI, *(f"oStranger{n:05}" for n in range(9_998))]
    assert (await api.post(SEND, text(*people)))["errcode"] == 0
    await world.afterwards.run()
    assert finished(toy)[0][1:] == ("send success", "10000 2 2 0")


async def test_four_a_month_for_each_person(world: World, toy: Toy, api: Api) -> None:
    for number in range(4):
        await api.post(SEND, text(clientmsgid=f"a{number}"))
    await api.post(SEND, text(WANG, ZHAO, clientmsgid="a4"))
    await world.afterwards.run()
    assert max(finished(toy))[2] == "2 1 1 0"
    assert (len(world.chat(WANG)), len(world.chat(ZHAO))) == (4, 1)
    assert (world.mass.got(WANG, clock.now()), world.ledger.unseen["mass", "over quota"]) == (4, 1)
    clock.forward(timedelta(days=30, hours=13, minutes=59))  # 23:59 on 31 December in Beijing
    assert world.mass.got(WANG, clock.now()) == 4
    clock.forward(timedelta(minutes=1))
    await api.post(SEND, text(clientmsgid="b"))
    await world.afterwards.run()
    assert len(world.chat(WANG)) == 5


async def test_who_cannot_be_reached_is_filtered(world: World, toy: Toy, api: Api) -> None:
    world.people.all[LI].receives = False
    world.people.all[ZHAO].subscribed = False
    world.add_follower("oBlocks").blocks = True
    world.add_follower("oBlack").blacklisted = True
    world.add_follower("oGone").closed = True
    await api.post(SEND, text(WANG, WANG, LI, ZHAO, "oBlocks", "oBlack", "oGone", "oNobody"))
    await world.afterwards.run()
    assert finished(toy)[0][1:] == ("send success", "7 2 1 1")
    assert world.ledger.sent == {"mass": 1}
    assert world.ledger.unseen == {("mass", "filtered"): 5, ("mass", "error"): 1}


async def test_the_same_client_id_is_one_job(world: World, toy: Toy, api: Api) -> None:
    first = await api.post(SEND, text(clientmsgid="a"))
    assert (await api.post(SEND, text(clientmsgid="a")))["errcode"] == 45066
    clock.forward(timedelta(minutes=1))
    again = await api.post(SEND, text(clientmsgid="a"))
    assert (again["errcode"], again["msg_id"]) == (45065, first["msg_id"])
    await world.afterwards.run()
    assert len(world.chat(WANG)) == 1
    clock.forward(timedelta(hours=24))
    assert (await api.post(SEND, text(clientmsgid="a")))["errcode"] == 0


async def test_without_a_client_id_the_same_words_to_the_same_people_are_one_job(
    world: World, api: Api
) -> None:
    assert (await api.post(SEND, text()))["errcode"] == 0
    clock.forward(timedelta(hours=1))
    assert (await api.post(SEND, text()))["errcode"] == 45065
    assert (await api.post(SEND, text(LI, ZHAO)))["errcode"] == 0


async def test_a_hundred_calls_a_day_and_sixty_a_minute(world: World, api: Api) -> None:
    codes = [(await api.post(SEND, text(clientmsgid=f"a{n}")))["errcode"] for n in range(61)]
    assert codes == [0] * 60 + [45011]
    clock.forward(timedelta(minutes=1))
    codes = [(await api.post(SEND, text(clientmsgid=f"b{n}")))["errcode"] for n in range(41)]
    assert codes == [0] * 40 + [45028]
    clock.forward(timedelta(days=1))
    assert (await api.post(SEND, text(clientmsgid="c")))["errcode"] == 0


async def test_a_job_that_is_judged_bad_reaches_nobody(world: World, toy: Toy, api: Api) -> None:
    world.mass.next("err(10001)")
    world.mass.next("send fail")
    ids = [(await api.post(SEND, text(clientmsgid=f"a{n}")))["msg_id"] for n in range(2)]
    await world.afterwards.run()
    assert sorted(finished(toy)) == [
        (str(ids[0]), "err(10001)", "2 0 0 0"),
        (str(ids[1]), "send fail", "2 0 0 0"),
    ]
    assert (await api.post(GET, {"msg_id": str(ids[0])}))["msg_status"] == "SEND_FAIL"
    assert world.chat(WANG) == []


async def test_the_administrator_is_asked(world: World, toy: Toy, api: Api) -> None:
    world.mass.confirm = True
    world.afterwards.by_hand = True
    ids = [(await api.post(SEND, text(clientmsgid=f"a{n}")))["msg_id"] for n in range(3)]
    await api_mass.confirm(world, ids[0], yes=True)
    await api_mass.confirm(world, ids[1], yes=False)
    with pytest.raises(LookupError):
        await api_mass.confirm(world, ids[1], yes=True)
    clock.forward(timedelta(minutes=30))
    await world.afterwards.run()
    assert [one[:2] for one in finished(toy)] == [
        (str(ids[0]), "send success"),
        (str(ids[1]), "err(40001)"),
        (str(ids[2]), "err(40002)"),
    ]
    assert len(world.chat(WANG)) == 1


async def test_to_all_once_a_day_and_to_a_tag_often(world: World, toy: Toy, api: Api) -> None:
    tag = world.people.add_tag("车主")
    world.people.tag([LI], tag, on=True)
    body = {"msgtype": "text", "text": {"content": "公告"}}
    for number in range(2):
        tagged = {**body, "filter": {"is_to_all": False, "tag_id": tag}, "clientmsgid": str(number)}
        assert (await api.post(ALL, tagged))["errcode"] == 0
    everybody = {**body, "filter": {"is_to_all": True}}
    assert (await api.post(ALL, everybody))["errcode"] == 0
    await world.afterwards.run()
    assert [len(world.chat(one)) for one in (WANG, LI, ZHAO)] == [1, 3, 1]
    assert (await api.post(ALL, {**everybody, "clientmsgid": "x"}))["errcode"] == 45028
    for number in range(3):
        clock.forward(timedelta(days=1))
        assert (await api.post(ALL, {**everybody, "clientmsgid": f"y{number}"}))["errcode"] == 0
    clock.forward(timedelta(days=1))
    assert (await api.post(ALL, {**everybody, "clientmsgid": "z"}))["errcode"] == 45028
    assert (await api.post(ALL, body))["errcode"] == 40059
    unknown = {**body, "filter": {"tag_id": 999}}
    assert (await api.post(ALL, unknown))["errcode"] == 45159


async def test_preview_delete_and_speed(world: World, api: Api) -> None:
    media_id = world.media.add("video", b"mp4", "video/mp4", clock.now())
    shown = {"touser": WANG, "msgtype": "mpvideo", "mpvideo": {"media_id": media_id}}
    assert (await api.post("/cgi-bin/message/mass/preview", shown))["errcode"] == 0
    assert (world.chat(WANG)[-1].kind, world.mass.got(WANG, clock.now())) == ("video", 0)
    world.people.all[LI].subscribed = False
    refused = await api.post("/cgi-bin/message/mass/preview", {**shown, "touser": LI})
    assert refused["errcode"] == 43004
    job = await api.post(SEND, {**shown, "touser": [WANG, ZHAO]})
    await world.afterwards.run()
    delete, given = "/cgi-bin/message/mass/delete", {"msg_id": job["msg_id"]}
    assert [(await api.post(delete, given))["errcode"] for _ in range(2)] == [0, 48005]
    assert (await api.post(GET, given))["msg_status"] == "DELETE"
    speed = "/cgi-bin/message/mass/speed"
    codes = [(await api.post(f"{speed}/set", {"speed": n}))["errcode"] for n in (4, 5, "1")]
    codes.append((await api.post(f"{speed}/set", {"pace": 1}))["errcode"])
    assert codes == [0, 45083, 45083, 45084]
    assert await api.post(f"{speed}/get", {"x": 1}) == {"speed": 4, "realspeed": 100_000}
