"""What belongs to something that is being told, whatever question is open by then.

Nobody who complains reads our questions to the end: a photo, one more sentence or a change of mind
comes when it comes. A complaint itself is explicit, like a keyword: it is no answer to anything.
"""

import re
from typing import Final

from bot.flow.corrections import asked_once_more
from bot.flow.heard import opens
from bot.flow.manners import polite
from bot.flow.passing import passing
from bot.flow.row import picked
from bot.flow.talk import Talk
from bot.flow.telling import add_part, arrived, parts_of
from bot.flow.turn import TurnWork
from bot.rules.scoring import complains
from bot.rules.wording import plain

COMPLAINT: Final = "投诉"
_UNDONE: Final = {COMPLAINT: "撤回投诉"}
_NOT_RECORDED: Final = {"不登记", "不登记了"}
_EXPLICIT: Final = re.compile("投诉|举报|12315|消协|消费者协会|维权|曝光|起诉")

_ADDS: Final = "补充"
"""补充一下，还多收了200块, before it is on file: a part of what is being told."""
_PAUSE: Final = re.compile(
    "(?:你|您|请|先|我|让我)*(?:等一?下|稍等|等等|等会儿?|想想|想一?下|想一想)(?:吧|啊|哈|我)*"
)
_NOTHING: Final = re.compile(
    "(?:(?:我|就|是|只是|不好意思|抱歉|哦|没)*(?:没事|没什么|没啥|没有|随便看看|看看|(?:只是)?问问|(?:点|按|选)错|不小心(?:点|按)|误点|手滑|没有?不满意|试试|测试|不是投诉|没有?投诉|不投诉)(?:的|到|了|儿|一下|啊|哈|吧|事|不好意思|抱歉)*)+"
)
_NOTHING_MOST: Final = 20
_INSURED: Final = re.compile("保险|理赔|交强|商业险")
"""What an insurance pays is asked about without being cross."""


async def given_up(work: TurnWork) -> bool:
    """不投诉了, 不登记了, while it is being told: there is nothing to withdraw yet."""
    row, incoming = work.row, work.incoming
    undone = _UNDONE.get(row.flow) if row else None
    if row is None or undone is None or not incoming.worded:
        return False
    if not _leaves(work, incoming.text) and not opens(incoming.text, undone):
        return False
    if not await asked_once_more(work):
        work.answer.say(f"好的，“{row.flow}”先不办了，没有任何改动。需要时随时叫我。")
        await work.end(row, "left")
    return True


def _leaves(work: TurnWork, text: str) -> bool:
    """A line of the read-back that is still on the phone, tapped when something else is asked."""
    asking = work.row.asking if work.row else None
    return plain(text) in _NOT_RECORDED and not (asking and picked(asking, work.said))


async def tapped_by_mistake(work: TurnWork) -> bool:
    """没事, 点错了, before a word of a complaint was told: it is let go, and nothing is asked."""
    row, incoming = work.row, work.incoming
    if row is None or row.flow != COMPLAINT or not incoming.worded:
        return False
    text = plain(incoming.text)
    if parts_of(row, "经过") or len(text) > _NOTHING_MOST or not _NOTHING.fullmatch(text):
        return False
    work.answer.say("好的，没有登记投诉。有不满意的地方，随时发“投诉”。")
    await work.end(row, "left")
    return True


async def complaint_words(work: TurnWork) -> bool:
    """我要投诉，周六修的车又坏了 is no day for a booking: no open question takes it."""
    flow = work.conversations.by_name.get(COMPLAINT)
    row, incoming = work.row, work.incoming
    if flow is None or row is None or not incoming.worded or row.flow == COMPLAINT:
        return False
    if not _EXPLICIT.search(incoming.text) or not opens(incoming.text, COMPLAINT):
        return False
    await work.begin(flow, work.said)
    return True


async def unhappy(work: TurnWork) -> bool:
    """Words of a complaint that nobody took, without its name: who is cross is heard, not puzzled over."""
    flow = work.conversations.by_name.get(COMPLAINT)
    row, text = work.row, work.incoming.text
    if flow is None or not work.incoming.worded or (row and row.flow == COMPLAINT):
        return False
    if _INSURED.search(text) or not complains(text):
        return False
    await work.begin(flow, work.said)
    return True


async def gathered(work: TurnWork) -> bool:
    """One more thing, while another question of a conversation that is told something is open."""
    row, flow, incoming = work.row, work.flow, work.incoming
    if row is None or flow is None or not flow.gathers or incoming.kind == "event":
        return False
    said = work.said
    if said.worded:
        intent = said.understood.intent
        if polite(said.text) or _PAUSE.fullmatch(plain(said.text)):
            return False
        if intent not in (None, flow.name, _ADDS) and intent in _known(work):
            return False
    add_part(row, flow.gathers, said)
    for words in (*arrived(said), "加进去了。"):
        work.answer.say(words)
    row.asking = None
    await work.go_on()
    return True


async def overheard(work: TurnWork) -> bool:
    """What nobody took, with nothing open, may belong to something that goes on elsewhere."""
    incoming = work.incoming
    if work.row is not None or incoming.kind == "event":
        return False
    said = work.said
    for flow in work.conversations.by_name.values():
        if flow.overhearing is None:
            continue
        row = passing(flow.name, flow.version, said)
        add_part(row, flow.gathers, said)
        if await flow.overhearing(Talk(row, work)):
            return True
    return False


def _known(work: TurnWork) -> set[str]:
    return set(work.conversations.by_name)
