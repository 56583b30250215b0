"""Somebody is in danger now, and no question takes it: safety first, and a person."""

from bot.flow.reply import OFFER, Line
from bot.flow.turn import HUMAN, TurnWork
from bot.rules.danger import SAFE, in_danger


async def danger(work: TurnWork) -> bool:
    """车着火了, 我被困在车里: puzzled over by nobody. What is open waits."""
    incoming = work.incoming
    if not incoming.worded or not in_danger(incoming.text):
        return False
    await work.staff_task(
        *("hand_over", "客户可能正有危险，请马上联系", incoming.text[:200]),
        f"danger:{work.person.id}:{work.now.date()}",
    )
    work.answer.say(SAFE)
    work.ask_again("")
    work.answer.blocks.append(Line(HUMAN, HUMAN, OFFER))
    return True
