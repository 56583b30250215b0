"""Silence: one nudge, then the conversation is put away. The only timer is the row's wake_at."""

from bot.flow.store import TalkRow
from bot.flow.talk import Talk
from bot.flow.turn import TurnWork


async def on_silence(work: TurnWork, row: TalkRow) -> None:
    """Remind once; the next time close."""
    flow = work.flow
    if flow is None or row.reminded:
        away = [row] if work.suspended is None else [row, work.suspended]
        work.suspended = None
        kept = [one for one in away if await work.put_away(one, "closed")]
        names = [f"“{one.flow}”" for one in away if one not in kept and not _keeps(work, one)]
        if names:
            named = "和".join(names)
            work.answer.say(f"{named}先帮您收起来了，没有改动任何内容。想继续时再说一声就好。")
        return
    if flow.applying is not None and not await flow.applying(Talk(row, work)):
        await work.end(row, "closed")
        return
    work.ask_again(flow.nudge or f"刚才的“{row.flow}”还差一步，您有空时接着回复就行：")
    row.reminded = True
    row.wake_at = work.now + flow.close
    await work.store.save_talk(row, work.person, work.now)


def _keeps(work: TurnWork, row: TalkRow) -> bool:
    """Whether what was answered holds, so that there is nothing to tell."""
    flow = work.conversations.by_name.get(row.flow)
    return flow is not None and bool(flow.keeps)
