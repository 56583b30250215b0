"""补充, 还没解决: what customers have to add to a complaint, and that it is not over for them."""

from dataclasses import dataclass, replace
from functools import partial

from bot.flow import Talk, conversation, hours
from bot.flow.telling import Part
from bot.rules.cases.guess import addition
from bot.rules.cases.words import UNSETTLED
from handlers.questions.cases import asked_about, mine, nothing_open, pass_on, title, which_case
from handlers.questions.complaint import DONE, MORE, hear
from handlers.questions.media import keep_media, let_go_of, media_of
from handlers.questions.recording import NUDGE, Complaint, keep_unfinished, let_go, record, shown

BUSY = "我在听，您请接着说。"


@dataclass(frozen=True, slots=True)
class Words:
    """What a customer says about a complaint that is on file."""

    case: int
    told: tuple[str, ...]
    media: tuple[Part, ...] = ()


@conversation("补充", remind=hours(1), close=hours(2), gathers="内容", busy=BUSY)
async def add(talk: Talk) -> Words | None:
    found = await mine(talk)
    if not found and talk.under_way("投诉", "还没解决"):
        return await talk.bye("好的，您直接说，我加进去。")
    if not found and not talk.told("内容"):
        return await nothing_open(talk)
    case = await which_case(talk, found) if found else None  # withdrawn since they began
    number = case.id if case else 0
    if words := addition(talk.opening):
        first = replace(talk.opened_with, text=words)
        return Words(number, (first.shown,), media_of([first]))
    ask = f"{title(case) if case else ''}\n想补充什么？打字、语音、照片都行，说完了点下面："
    parts = await talk.tell("内容", ask, MORE, DONE, keep=partial(keep_media, talk))
    return Words(number, shown(parts), media_of(parts)) if parts else None


@add.settle
async def added(words: Words, talk: Talk) -> None:
    if not await pass_on(talk, words.case, words.told, words.media, reopen=False):
        talk.say("之前那条投诉已经撤回了，我重新登记。")
        await record(Complaint(words.told, words.media), talk)


@add.on_unfinished
async def added_so_far(talk: Talk) -> bool:
    parts, meant = talk.told("内容"), talk.kept("投诉")
    found = await mine(talk)
    case = meant if isinstance(meant, int) else next((one.id for one in found), 0)
    if parts:
        await added(Words(case, shown(parts), media_of(parts)), talk)
    return bool(parts)


@add.overhears
async def said_meanwhile(talk: Talk) -> bool:
    """Photos, and words nobody understood, while their one complaint is being worked on."""
    found, parts = await mine(talk, UNSETTLED), talk.told("内容")
    media = media_of(parts)
    words = [part for part in parts if part.worded]
    if not found and words and (asked := await asked_about(await mine(talk))):
        talk.say(f"{title(asked[0])}\n现在好了吗？点一下就行：")
        talk.offer("问题解决了", "还没解决", "人工")
        return True
    if len(found) != 1 or not (media or words):
        return False
    talk.say("这句我原样转给处理投诉的同事。" if words else "收到了，放进您的投诉里。")
    if await pass_on(talk, found[0].id, shown(parts), media, reopen=False):
        talk.offer("投诉进度", "人工", "帮助")
    return True


@add.on_leave
async def not_added(talk: Talk) -> None:
    await let_go_of(talk, "内容")


@conversation("还没解决", remind=hours(1), close=hours(2), gathers="经过", busy=BUSY, nudge=NUDGE)
async def not_solved(talk: Talk) -> Words | Complaint | None:
    """The complaint that was solved, or is being worked on; with none on file it is a new one."""
    found = await mine(talk)
    if not found or talk.told("经过"):
        return await hear(talk)
    solved = [case for case in found if case.state == "solved"]
    working = [case for case in found if case.state != "confirmed"]
    case = await which_case(talk, await asked_about(found) or solved or working or found)
    first = talk.opened_with
    return Words(case.id, (first.shown if talk.opening else "还没解决",), media_of([first]))


@not_solved.settle
async def said_so(wish: Words | Complaint, talk: Talk) -> None:
    if isinstance(wish, Complaint):
        await record(wish, talk)
    elif not await pass_on(talk, wish.case, wish.told, wish.media, reopen=True):
        await record(Complaint(wish.told, wish.media), talk)
    else:
        talk.offer("补充", "投诉进度")


not_solved.on_unfinished(keep_unfinished)
not_solved.on_leave(let_go)

CONVERSATIONS = [add, not_solved]
