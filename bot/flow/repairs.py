"""What people do in any conversation, written once: who gets a message, in which order.

A tapped menu or keyword is explicit and beats the open question; a correction beats its reader;
another conversation's opening words come after it; what nobody understood is said so, and the
second time in a row a person is offered. Silence is in timers.py.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.flow.commands import commands
from bot.flow.conversation import Conversation
from bot.flow.corrections import change_to, corrections, flow_named
from bot.flow.gathering import (
    COMPLAINT,
    complaint_words,
    gathered,
    given_up,
    overheard,
    tapped_by_mistake,
    unhappy,
)
from bot.flow.heard import Heard, opens
from bot.flow.manners import GO_ON, manners
from bot.flow.reply import OFFER, Line
from bot.flow.row import picked
from bot.flow.safety import danger
from bot.flow.telling import SHOWN, SPOKEN, add_part, drop_part
from bot.flow.turn import HUMAN, TurnWork
from bot.rules.openings import match_opening
from bot.rules.wording import plain

_TROUBLE = re.compile(
    "坏了|故障|抛锚|打不着|启动不了|发动不了|熄火|趴窝|漏[油水液]|冒烟|异响|亮灯|灯亮|抖动|失灵|没反应"
)
_NUMBER = "投诉电话"
_ASKED = (_NUMBER, "门店信息")
"""What is asked in the middle of a story, and answered there."""
_DEAD_LINE = re.compile("不通|没人|无人|不接|没有?用|挂[了断]|忙线|占线")
"""投诉电话打不通 asks for nothing."""


def busy(flow: Conversation) -> str:
    return flow.busy or f"“{flow.name}”正办着呢，接着回答就好；不办了请说“取消”。"


async def quiet_events(work: TurnWork) -> bool:
    """Events nobody waits for an answer to (receipts, page views, leaving) are only kept."""
    return not work.incoming.from_person


async def events(work: TurnWork) -> bool:
    """A menu key, a follow, a scan."""
    incoming = work.incoming
    if incoming.kind != "event":
        return False
    flow = (
        work.conversations.by_menu.get(incoming.menu)
        if incoming.menu
        else work.conversations.by_event.get(incoming.event)
    )
    if flow is None:
        work.ask_again("这个功能还没有开放，您可以直接打字告诉我。" if incoming.menu else "")
        return True
    if work.row is not None and work.row.flow == flow.name:
        work.ask_again(busy(flow))
        return True
    await work.begin(flow, Heard(incoming.scene, work.now) if incoming.scene else None)
    return True


async def tapped(work: TurnWork) -> bool:
    """A line of the open question, tapped: nothing else can be meant."""
    row, incoming = work.row, work.incoming
    if row is None or row.asking is None or incoming.tag != f"{row.id}.{row.asking['n']}":
        return False
    said = Heard(incoming.text, work.now)
    found = picked(row.asking, said)
    if found is None or str(found.kept).startswith("改"):
        return False
    return await work.go_on(said)


async def human_words(work: TurnWork) -> bool:
    """Somebody who wants a person gets one, whatever is open."""
    flow = work.conversations.by_name.get(HUMAN)
    if flow is None or not work.incoming.worded:
        return False
    if not opens(work.incoming.text, HUMAN):
        return False
    if work.row is not None and work.row.flow == HUMAN:
        return False
    await work.begin(flow, work.said)
    return True


async def earlier_tap(work: TurnWork) -> bool:
    """A line of a question that is not the open one: of this talk, it corrects that answer."""
    talk_id, _, number = work.incoming.tag.partition(".")
    row = work.row
    if not (talk_id.isdecimal() and number.isdecimal()) or talk_id == "0":
        return False
    if row is None or str(row.id) != talk_id:
        return _tap_of_another_talk(work, talk_id)
    if row.asking is not None and str(row.asking["n"]) == number:
        return False
    given = {str(kept["n"]): name for name, kept in row.answers.items() if name[:5] != "once:"}
    name = given.get(number)
    if name is None:
        return False
    await change_to(work, name, work.incoming.text)
    return True


def _tap_of_another_talk(work: TurnWork, talk_id: str) -> bool:
    waits = work.suspended is not None and str(work.suspended.id) == talk_id
    if waits or flow_named(work, work.incoming.text):
        return False
    work.ask_again("这一条是之前的对话，已经结束了。")
    if work.row is None:
        work.answer.say("需要什么请直接告诉我，或发“帮助”。")
    return True


async def keyword(work: TurnWork) -> bool:
    """The very name of a conversation, typed or tapped at any time."""
    name = flow_named(work, work.incoming.text)
    if name is None:
        return False
    flow = work.conversations.by_name[name]
    if work.row is not None and work.row.flow == name:
        if name == HUMAN:
            return False  # asked what it is about: these words will do
        work.ask_again(busy(flow))
        return True
    exact = plain(work.incoming.text) == plain(name)
    await work.begin(flow, work.said if exact else replace(work.said, text=name))
    return True


async def open_question(work: TurnWork) -> bool:
    """The open question's own reader."""
    row, said = work.row, work.said
    if row is None or work.incoming.kind == "event":
        return False
    asked = row.asking["name"] if row.asking else ""
    aloud = said.kind == "voice" and said.worded and asked != (work.flow and work.flow.gathers)
    if aloud:
        add_part(row, SPOKEN, said)
    taken = await work.go_on(said)
    if aloud and not taken:
        drop_part(row, SPOKEN)
    return taken


async def noted(work: TurnWork) -> bool:
    """Not an answer to this question, but to one that is still to come: kept for it."""
    row, heard = work.row, work.said
    if row is None or row.asking is None or not work.incoming.worded:
        return False
    said = heard.understood
    if said.intent not in (None, row.flow) and said.intent in work.conversations.by_name:
        return False
    if said.day or heard.says_when or said.plate or said.phone:
        row.heard[:] = [*row.heard[-4:], heard.keep()]
        work.answer.say("记下了。")
        await work.go_on()
    elif said.intent == row.flow:
        work.ask_again(busy(work.conversations.by_name[row.flow]))
    else:
        return False
    return True


async def asked_meanwhile(work: TurnWork) -> bool:
    """投诉电话多少 is a question and no answer, nor a part of the story that is being told."""
    row, incoming = work.row, work.incoming
    if row is None or row.asking is None or _DEAD_LINE.search(incoming.text):
        return False
    asked = _ASKED if row.asking.get("kind") == "Telling" else (_NUMBER,)
    found = match_opening(incoming.text, asked) if incoming.worded else None
    flow = work.conversations.by_name.get(found.intent) if found else None
    if flow is None:
        return False
    await work.begin(flow, work.said)
    return True


async def goes_on(work: TurnWork) -> bool:
    """继续, after something else: what is open is asked again, and that is no answer to it."""
    row, incoming = work.row, work.incoming
    if row is None or row.asking is None or not incoming.worded:
        return False
    if not GO_ON.fullmatch(plain(incoming.text)) or picked(row.asking, work.said):
        return False
    work.ask_again("" if row.asking.get("kind") == "Telling" else "好的，我们接着来：")
    return True


async def opening_words(work: TurnWork) -> bool:
    """Another conversation's opening words, also with typos and inside a sentence."""
    if not work.incoming.worded:
        return False
    heard = work.said
    flow = work.conversations.by_name.get(heard.understood.intent or "")
    if flow is None:
        return False
    await work.begin(flow, heard)
    return True


async def kept_on_timeline(work: TurnWork) -> bool:
    """A photo, a voice note, a place nobody asked for: kept and acknowledged."""
    incoming = work.incoming
    if incoming.worded:
        return False
    if await overheard(work):
        return True
    what = SHOWN.get(incoming.kind, "消息")
    work.ask_again(f"{what}收到了，已经存进您的记录。")
    if work.row is None:
        work.answer.say("需要办什么，请直接打字告诉我，或发“帮助”。")
    return True


def _puzzled(work: TurnWork) -> str:
    lines = work.row is not None and work.row.asking is not None and work.row.asking["shown"]
    return "没太明白，请从下面选一个，或换个说法：" if lines else "没太明白您的意思。"


def _a_moment(work: TurnWork) -> str:
    """What was said, if it is little more than a day or a time; else ''."""
    text = work.incoming.text
    said = Heard(text, work.now).understood
    return text if len(text) <= 40 and (said.day or said.time) else ""


async def not_understood(work: TurnWork) -> bool:
    """Nobody understood: say so, say what works, and the second time offer a person."""
    if work.row is not None and work.row.misses >= 1:
        await work.miss("抱歉，还是没听懂。可以点下面的选项，或找门店同事：")
        work.answer.blocks.append(Line(HUMAN, HUMAN, OFFER))
    elif work.row is not None:
        await work.miss(_puzzled(work))
    elif COMPLAINT in work.conversations.by_name and _TROUBLE.search(work.incoming.text):
        work.answer.say(
            "车出状况了？约检查点“预约保养”，急事点“人工”或致电门店；对我们的维修不满意，点“投诉”。"
        )
        lines = ("预约保养", HUMAN, COMPLAINT)
        work.answer.blocks += [Line(words, words, OFFER) for words in lines]
    elif wish := _a_moment(work):
        work.answer.say("这句我没听懂。您是想预约保养吗？是的话点这里：")
        work.answer.blocks.append(Line("预约保养", f"预约保养 {wish}", OFFER))
    else:
        work.answer.say("抱歉，这句我没听懂。可以直接说要办的事，比如“周六上午十点做保养”。")
        work.answer.blocks += [Line(words, words, OFFER) for words in ("预约保养", "帮助", HUMAN)]
    return True


Listener = Callable[[TurnWork], Awaitable[bool]]

ORDER: tuple[Listener, ...] = (
    quiet_events,
    events,
    tapped,
    commands,
    human_words,
    earlier_tap,
    tapped_by_mistake,
    corrections,
    given_up,
    keyword,
    complaint_words,
    asked_meanwhile,
    goes_on,
    open_question,
    gathered,
    noted,
    opening_words,
    unhappy,
    danger,
    kept_on_timeline,
    manners,
    overheard,
    not_understood,
)


async def decide(work: TurnWork) -> None:
    """Offer the message to each listener in order; the first that takes it answers."""
    for listener in ORDER:
        if await listener(work):
            return
