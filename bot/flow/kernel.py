"""What the engine lends a talk for one turn."""

from datetime import datetime
from typing import Protocol

from bot.flow.reply import Answer
from bot.flow.store import Person, TalkRow


class Kernel(Protocol):
    """`begins`: the conversation that the message opens, "" none. `left`: those it ended half-way."""

    person: Person
    now: datetime
    read_at: datetime
    begins: str
    left: list[str]
    answer: Answer
    row: TalkRow | None
    suspended: TalkRow | None

    async def staff_task(self, kind: str, title: str, detail: str, same: str | None) -> None: ...
    async def refresh(self) -> None: ...
