"""Nothing that somebody complained of is ever dropped: random talks, and then silence.

Whatever was acknowledged ends in a complaint, unless its customer said that it shall not.
"""

from dataclasses import dataclass, field
from random import Random

import pytest

from storage.db import sql
from storage.queries.cases import opening as cases
from tests.conversations.chat import Chat
from tests.conversations.complaining import JPEG

TALKS = 24
MESSAGES = 16
ACKNOWLEDGED = ("在听，都记着", "嗯，记下了", "这句也记着", "记着呢", "加进去了")
DROPPED = ("这次不登记", "“投诉”先不办了")
STORIES = ("空调还是不冷", "前台爱理不理", "多收了我钱", "等了四个小时", "销售答应的没有给")
OTHER = (
    *("投诉", "投诉", "我要投诉你们", "说完了", "说完了", "服务态度", "今天", "道歉", "没错", "没错"),
    *("算了", "登记", "不登记了", "取消", "返回", "改类别", "人工", "预约保养", "明天", "绑定", "帮助"),
    *("投诉进度", "还没解决", "新的问题", "跳过", "谢谢", "1", "补充"),
)  # fmt: skip


@dataclass
class Person:
    """`told`: what was acknowledged and not taken back; `talk`: of the complaint now open."""

    openid: str
    told: set[str] = field(default_factory=set)
    talk: set[str] = field(default_factory=set)


async def step(chat: Chat, person: Person, dice: Random, number: int) -> None:
    roll = dice.random()
    if roll < 0.1:
        await chat.sends_photo(JPEG + bytes([number]))
        return
    story = roll < 0.45
    words = f"{dice.choice(STORIES)}{number}" if story else dice.choice(OTHER)
    last = await chat.world.says(chat.openid, words)
    if last.bypassed:  # a colleague answers in person: it reaches nobody else
        chat.world.close_session(chat.openid)
        return
    said = last.text
    assert last.kind != "unavailable", (words, last.reason)
    if any(mark in said for mark in DROPPED):
        person.talk.clear()
    if story and any(mark in said for mark in ACKNOWLEDGED):
        person.talk.add(words)
    if "登记好了" in said or "您的话" in said:
        person.told |= person.talk
        person.talk = set()


@pytest.mark.parametrize("chat", ["postgres"], indirect=True)
@pytest.mark.parametrize("seed", [1, 2])
async def test_what_was_heard_is_on_file(chat: Chat, seed: int) -> None:
    people = []
    for number in range(TALKS):
        person, dice = Person(f"oAngry{seed}x{number}"), Random(f"{seed} {number}")
        people.append(person)
        phone = chat.of(person.openid)
        await phone.follows()
        for message in range(MESSAGES):
            await step(phone, person, dice, message)
    for _ in range(6):
        await chat.waits(hours=9)
    heard = 0
    for person in people:
        async with chat.database():
            row = await sql().one("SELECT id FROM wechat_user WHERE openid = ?", person.openid)
            mine = await cases.of_person(row["id"], None, limit=100)
            events = [event for case in mine for event in await cases.events(case.id)]
        filed = "\n".join([*(case.what for case in mine), *(event.words for event in events)])
        missing = {words for words in person.told | person.talk if words not in filed}
        assert not missing, (person, filed, phone_of(chat, person))
        heard += len(person.told | person.talk)
    assert heard > TALKS // 2  # else nothing was put to the test


def phone_of(chat: Chat, person: Person) -> str:
    return chat.of(person.openid).screen
