"""What every command of colleagues begins with: who it is, and which complaint is meant."""

from typing import Any

from bot.errors import Conflict, StaffError
from bot.flow import Talk
from bot.rules.staff_words import Command, read_command
from storage.queries import audit
from storage.queries.cases.acting import barred, do
from storage.queries.cases.history import MovedOn
from storage.queries.cases.opening import Case
from storage.queries.staff import cases as staff_cases
from storage.queries.staff import wechat as staff_wechat
from storage.queries.staff.colleagues import Staff


def typed(talk: Talk) -> Command:
    """The command as it opened the conversation."""
    return read_command(talk.opening) or Command("")


async def number_of(talk: Talk) -> int | None:
    """The complaint's number, kept from the words that opened the conversation."""

    async def read() -> int:
        return typed(talk).number or 0

    return int(await talk.once("编号", read, of=None) or 0) or None


async def words_of(talk: Talk) -> str:
    """What they wrote behind the number, kept from the words that opened the conversation."""

    async def read() -> str:
        return typed(talk).words.strip()

    return str(await talk.once("原话", read, of=None) or "")


async def me(talk: Talk) -> Staff | None:
    """The colleague whose WeChat this is; everybody else is told so, politely."""
    who = await staff_wechat.who_is(talk.customer.id)
    if who is not None and who.active:
        return who
    if who is not None:
        talk.say("您的员工身份已经停用，不能再办这件事。有疑问请联系管理员。")
        return None
    talk.say("这是门店同事用的功能。您想了解投诉处理到哪一步，或者找人帮忙，点这里：")
    talk.offer("投诉进度", "人工")
    return None


async def case_for(talk: Talk, who: Staff, number: int | None, deed: str = "") -> Case | None:
    """The complaint they named, if they are to take this step with it; else they are told why not."""
    if number is None:
        mine = [one.case.number for one in await staff_cases.own(who, talk.now)]
        like = mine[0] if mine else "T000012"
        talk.say(f"请写上投诉编号，比如“收到 {like}”“回复 {like} 您好…”。")
        talk.offer(*(f"收到 {one}" for one in mine[:4] if deed == "receive"), "我的任务")
        return None
    case = await staff_cases.handled(who, number)
    if case is None:
        talk.say(f"没有找到投诉T{number:06d}，或者它不归您处理。")
        talk.offer("我的任务")
    elif deed and (no := await barred(who, case.id, deed)):
        talk.say(f"{no.what}{no.hint}")
        return None
    return case


async def done(
    talk: Talk, who: Staff, case: Case, deed: str, *, words: str = "", **more: Any
) -> Case | None:
    """Do it in their name and note it in the book; None: it cannot be done, and they know why."""
    try:
        after = await do(who, case.id, deed, talk.now, words=words, **more)
    except MovedOn as moved:
        if "if_rev" in more:  # somebody was a moment faster: the turn runs again on what is true
            raise Conflict(str(moved)) from moved
        talk.say(f"{case.number}：{moved.what}")
        return None
    except StaffError as no:
        talk.say(f"{no.what}{no.hint}")
        return None
    await audit.note(who.actor, "edit", f"case:{case.id}", {"deed": deed, "by": "wechat"}, talk.now)
    return after
