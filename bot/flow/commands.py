"""What colleagues type from their own WeChat: a verb with a complaint's number opens its conversation.

A command is explicit, so it beats an open question, as a tapped line does. The same words of
somebody who does not work here are an answer where a question is open.
"""

from bot.flow.conversation import Conversation
from bot.flow.heard import Heard
from bot.flow.turn import TurnWork
from bot.rules.staff_words import BIND, TAKE, UNBIND, Command, nods, read_command


async def commands(work: TurnWork) -> bool:
    """A colleague's command; of anybody else only where nothing else can be meant."""
    text = work.incoming.text if work.incoming.kind == "text" else ""
    said = read_command(text)
    if said is None and work.row is None and nods(text):
        said = Command(TAKE)
    flow = work.conversations.by_name.get(said.name) if said else None
    if said is None or flow is None:
        return False
    if said.name not in (BIND, UNBIND) and not await _meant(work, said):
        return False
    await _put_away(work, flow)
    await work.begin(flow, Heard(work.incoming.text, work.now))
    return True


async def _meant(work: TurnWork, said: Command) -> bool:
    """Whether these words are a command from this person, at this moment."""
    if not said.everybodys and work.row is None:
        return True  # nobody says such a thing by chance: who does not work here is told so
    if said.everybodys and said.words and work.row is not None:
        return False  # an answer that begins with such a word
    return await work.store.works_here(work.person)


async def _put_away(work: TurnWork, flow: Conversation) -> None:
    """The same command about another complaint: the one begun is left, what waits goes on waiting."""
    row = work.row
    if row is None or row.flow != flow.name:
        return
    waiting, work.suspended = work.suspended, None
    await work.end(row, "left")
    work.suspended = waiting
