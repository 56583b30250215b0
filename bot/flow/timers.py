"""Silence: one nudge, then the conversation is put away. The only timer is the row's wake_at."""

from bot.flow.conversation import Conversation
from bot.flow.store import TalkRow
from bot.flow.talk import Talk
from bot.flow.turn import TurnWork


async def on_silence(work: TurnWork, row: TalkRow) -> bool:
    """Remind once; the next time close. True: something that was told is kept, and said so."""
    flow = work.flow
    if flow is not None and not row.reminded and work.read_at > work.now:
        await _pass_the_night(work, row, flow)
        return False
    if flow is None or row.reminded:
        away = [row] if work.suspended is None else [row, work.suspended]
        work.suspended = None
        kept = [one for one in away if await work.put_away(one, "closed")]
        names = [f"“{one.flow}”" for one in away if one not in kept and not _keeps(work, one)]
        if names:
            named = "和".join(names)
            work.answer.say(f"{named}先帮您收起来了，没有改动任何内容。想继续时再说一声就好。")
        return bool(kept)
    await _nudge(work, row, flow)
    return False


async def _pass_the_night(work: TurnWork, row: TalkRow, flow: Conversation) -> None:
    """Nobody is nudged now; what was told, here or in what waits, is kept as soon as by day."""
    known = work.conversations.by_name
    told = [known[one.flow] for one in (row, work.suspended) if one and one.flow in known]
    row.reminded = True
    row.wake_at = work.now + min([one.close for one in told if one.keeping], default=flow.close)
    await work.store.save_talk(row, work.person, work.now)


async def _nudge(work: TurnWork, row: TalkRow, flow: Conversation) -> None:
    if flow.applying is not None and not await flow.applying(Talk(row, work)):
        await work.end(row, "closed")
        return
    words = flow.nudge or f"“{row.flow}”还差一步，您有空时接着回复就行："
    if _another_day(work, row, flow):
        work.answer.say(words)
        await work.go_on()
        if work.row is not row:  # what was asked about is past
            return
    else:
        work.ask_again(words)
    row.reminded = True
    row.wake_at = work.now + flow.close
    await work.store.save_talk(row, work.person, work.now)


def _another_day(work: TurnWork, row: TalkRow, flow: Conversation) -> bool:
    """Whether a night has passed since it was asked: 明天 and 今天 would say another day by now."""
    if row.wake_at is None:
        return False
    asked = (row.wake_at - flow.remind).astimezone(work.now.tzinfo)
    return asked.date() != work.now.date()


def _keeps(work: TurnWork, row: TalkRow) -> bool:
    """Whether what was answered holds, so that there is nothing to tell."""
    flow = work.conversations.by_name.get(row.flow)
    return flow is not None and bool(flow.keeps)
