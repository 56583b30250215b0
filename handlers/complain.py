"""投诉: the customer speaks first; category, since when and wish after; read back; a number.

It begins at any point of any conversation, and none of it is ever dropped: who falls silent, asks
for a person or goes on to something else has complained all the same.
"""

from bot.flow import Talk, conversation, hours
from handlers.questions.complaint import hear
from handlers.questions.recording import NUDGE, Complaint, keep_unfinished, let_go, record


@conversation(
    "投诉",
    menu="COMPLAIN",
    remind=hours(1),
    close=hours(2),
    gathers="经过",
    busy="我在听，您请接着说。",
    nudge=NUDGE,
)
async def complain(talk: Talk) -> Complaint | None:
    return await hear(talk)


@complain.settle
async def write_down(complaint: Complaint, talk: Talk) -> None:
    await record(complaint, talk)


complain.on_unfinished(keep_unfinished)
complain.on_leave(let_go)

CONVERSATIONS = [complain]
