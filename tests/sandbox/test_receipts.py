"""Behaviours 11 and 12: idempotency, the receipt that follows, and the states of the person."""

import asyncio
import json
from datetime import timedelta

import pytest

from bot.clock import clock
from bot.sandbox import notices
from bot.sandbox.afterwards import Receipt
from bot.sandbox.catalogue import Template
from bot.sandbox.ledger import Pushed
from bot.sandbox.world import World
from tests.sandbox.conftest import NOW, WANG, Api
from tests.sandbox.test_templates import GOOD, LI, SEND, notice, receipts
from tests.sandbox.toy import Toy


@pytest.fixture
def booked(world: World) -> Template:
    return world.templates.choose("46591")


async def test_a_repeated_client_id_is_delivered_once_in_ten_minutes(
    world: World, toy: Toy, api: Api, booked: Template
) -> None:
    world.add_follower(LI)
    first = await api.post(SEND, notice(booked, client_msg_id="a"))
    clock.forward(timedelta(minutes=9, seconds=59))
    assert (await api.post(SEND, notice(booked, client_msg_id="a")))["msgid"] == first["msgid"]
    assert (await api.post(SEND, notice(booked, LI, client_msg_id="a")))["msgid"] != first["msgid"]
    assert (len(world.chat(WANG)), world.ledger.suppressed[SEND]) == (1, 1)
    clock.forward(timedelta(seconds=1))
    assert (await api.post(SEND, notice(booked, client_msg_id="a")))["msgid"] != first["msgid"]
    await world.afterwards.run()
    assert (len(world.chat(WANG)), len(receipts(toy))) == (2, 3)


async def test_a_lost_answer_can_be_asked_for_again(
    world: World, api: Api, booked: Template
) -> None:
    token = (await api.stable())["access_token"]
    world.faults.next(SEND, status=502, after=True)
    asked = notice(booked, client_msg_id="a")
    data = json.dumps(asked, ensure_ascii=False).encode()
    answer = await api.client.post(SEND, params={"access_token": token}, data=data)
    assert answer.status == 502
    assert (await api.post(SEND, asked))["errcode"] == 0
    assert len(world.chat(WANG)) == 1


async def test_receipts_come_late_early_or_never(
    world: World, toy: Toy, api: Api, booked: Template
) -> None:
    world.afterwards.by_hand = True
    world.receipts.next("failed: system failed", when="early")
    early = await api.post(SEND, notice(booked))
    assert receipts(toy) == [(str(early["msgid"]), "failed: system failed")]
    assert world.chat(WANG) == []
    world.receipts.next(when="never")
    await api.post(SEND, notice(booked))
    world.receipts.next(delay=timedelta(minutes=3))
    late = await api.post(SEND, notice(booked))
    assert await world.afterwards.run() == 0
    clock.forward(timedelta(minutes=3))
    assert await world.afterwards.run() == 1
    assert receipts(toy)[1:] == [(str(late["msgid"]), "success")]
    assert world.ledger.unseen["template", "failed: system failed"] == 1


async def test_receipts_come_by_themselves_when_the_clock_is_moved(
    world: World, toy: Toy, api: Api, booked: Template
) -> None:
    world.receipts.usual = lambda _openid: Receipt(delay=timedelta(hours=1))
    await api.post(SEND, notice(booked))
    bell: asyncio.Queue[str] = asyncio.Queue()
    world.traffic.bells.add(bell)
    clock.forward(timedelta(hours=1))
    async with asyncio.timeout(60):
        while not receipts(toy):
            await bell.get()
    assert [status for _, status in receipts(toy)] == ["success"]


async def test_the_states_of_a_person(world: World, toy: Toy, api: Api, booked: Template) -> None:
    person = world.people.all[WANG]
    kf = {"touser": WANG, "msgtype": "text", "text": {"content": "您好"}}
    await world.says(WANG, "你好")
    shown = len(world.chat(WANG))
    for name, value, template, service in (
        ("blacklisted", True, 43019, 43019),
        ("receives", False, 48002, 48002),
        ("refused", [booked.template_id], 43101, 0),
        ("subscribed", False, 43004, 45015),
    ):
        before = getattr(person, name)
        setattr(person, name, value)
        assert (await api.post(SEND, notice(booked)))["errcode"] == template
        assert (await api.post("/cgi-bin/message/custom/send", kf))["errcode"] == service
        setattr(person, name, before)
    assert len(world.chat(WANG)) == shown + 1
    person.blocks = True
    sent = await api.post(SEND, notice(booked))
    await world.afterwards.run()
    assert receipts(toy) == [(str(sent["msgid"]), "failed:user block")]
    assert world.ledger.sent == {"service": 1}


async def test_switching_off_a_template_and_closing_the_account_are_told(
    world: World, toy: Toy, api: Api, booked: Template
) -> None:
    await notices.refuses_template(world, WANG, booked.template_id)
    assert toy.got[-1]["Event"] == "subscribe_msg_change_event"
    assert toy.got[-1]["SubscribeStatusString"] == "reject"
    assert (await api.post(SEND, notice(booked)))["errcode"] == 43101
    await notices.closes_account(world, WANG)
    told = toy.got[-1]
    assert (told["Event"], told["OpenID"]) == ("user_authorization_cancellation", WANG)
    assert told["FromUserName"] != WANG
    assert (await api.post(SEND, notice(booked)))["errcode"] == 43004


async def test_the_ledger_knows_who_saw_what_and_when(
    world: World, api: Api, booked: Template
) -> None:
    heard: list[Pushed] = []
    world.ledger.listeners.append(heard.append)
    await api.post(SEND, notice(booked, client_msg_id="a"))
    clock.forward(timedelta(hours=1))
    await world.says(WANG, "你好")
    kf = {"touser": WANG, "msgtype": "text", "text": {"content": "您好"}}
    await api.post("/cgi-bin/message/custom/send", kf)
    first, second = world.ledger.of(WANG)
    assert (first.kind, first.at, first.client_id, first.data) == ("template", NOW, "a", GOOD)
    assert (second.kind, second.at, second.text) == ("service", NOW + timedelta(hours=1), "您好")
    assert (world.ledger.since(first.id), heard) == ([second], [first, second])
    assert world.ledger.people[WANG, "template"] == 1
    world.faults.next(SEND, errcode=-1)
    await api.post(SEND, notice(booked))
    assert (world.ledger.injected, world.ledger.refused) == ({(SEND, -1): 1}, {})
