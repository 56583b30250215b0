"""One turn's work: the replay, and what the talk's row becomes."""

from datetime import datetime, timedelta

from bot.flow.conversation import Conversation, Conversations
from bot.flow.ear import Missed
from bot.flow.heard import Heard
from bot.flow.incoming import Incoming
from bot.flow.passing import passing
from bot.flow.reply import Answer
from bot.flow.show import show_question
from bot.flow.store import Person, Start, TalkRow, TurnStore
from bot.flow.talk import SAID, AskAgain, Pause, Talk
from bot.flow.telling import add_part
from bot.rules.wording import plain

PUSH_BACKS = 3
"""How often business rules may push back within one turn before it counts as a mistake."""
HUMAN = "人工"
HUMAN_HAS_IT = timedelta(days=1)
"""How long a conversation waits for its customer to come back from talking to a person."""


class TurnWork:
    """The state of one turn; made, used once and forgotten.

    `read_at`: when the answer is read; later than now where nobody is woken for it. `begins`: the
    conversation that the message opens, "" none. `left`: those that it ended half-way.
    """

    def __init__(
        self,
        store: TurnStore,
        conversations: Conversations,
        start: Start,
        incoming: Incoming,
        now: datetime,
    ) -> None:
        self.store = store
        self.conversations = conversations
        self.person: Person = start.person
        self.row: TalkRow | None = start.open
        self.suspended: TalkRow | None = start.suspended
        self.incoming = incoming
        self.now = now
        self.read_at = now
        self.answer = Answer()
        self.begins = ""
        self.left: list[str] = []

    @property
    def said(self) -> Heard:
        """The message, as conversations hear it."""
        one = self.incoming
        return Heard(one.text, self.now, one.kind, one.media_id)

    @property
    def flow(self) -> Conversation | None:
        """The open conversation."""
        return self.conversations.by_name.get(self.row.flow) if self.row else None

    async def staff_task(self, kind: str, title: str, detail: str, same: str | None) -> None:
        await self.store.staff_task(kind, self.person, title, detail, self.now, same)

    async def refresh(self) -> None:
        self.person = await self.store.reload(self.person)

    async def begin(self, flow: Conversation, heard: Heard | None) -> None:
        """Open `flow`. What is open waits, one deep, and is asked again afterwards."""
        if flow.aside:
            await flow.run(Talk(passing(flow.name, flow.version, heard), self))
            if self.row is not None and not self.answer.hand_over:
                self.answer.drop_offers()
                self.answer.say("")
                self.ask_again("")
            return
        if self.suspended is not None and self.suspended.flow == flow.name:
            if flow.gathers:
                await self._take_up(flow, heard)
                return
            await self._forget_suspended()
        self.begins = flow.name
        if self.row is not None and (flow.name == HUMAN or flow.keeps):
            await self._hand_in(self.row)
        if self.row is not None:
            await self._put_by(self.row)
        self.row = await self.store.begin_talk(self.person, flow.name, flow.version, self.now)
        if heard is not None:
            self.row.heard.append(heard.keep())
        await self.go_on()

    async def _put_by(self, row: TalkRow) -> None:
        if self.suspended is not None:
            waiting, self.suspended = self.suspended, None
            await self.put_away(row, "left")
            self.suspended = waiting
            return
        row.status, row.wake_at = "suspended", None
        await self.store.save_talk(row, self.person, self.now)
        self.row, self.suspended = None, row

    async def _take_up(self, flow: Conversation, heard: Heard | None) -> None:
        """What is being told goes on where it was; what is open waits in its turn."""
        row, self.suspended = self.suspended, None
        if row is None:
            return
        if self.row is not None:
            await self._put_by(self.row)
        row.status, row.asking, self.row = "open", None, row
        if heard is not None and plain(heard.text) != plain(flow.name):
            add_part(row, flow.gathers, heard)
        await self.go_on()

    async def _hand_in(self, row: TalkRow) -> None:
        """What was told so far is kept now: a person takes over, or something that stays open for days."""
        if self.flow is not None and self.flow.keeping is not None:
            waiting, self.suspended = self.suspended, None
            await self.put_away(row, "left")
            self.suspended = waiting

    async def put_away(self, row: TalkRow, status: str) -> bool:
        """End what its customer did not end. True: what they had said is kept, and it was said so."""
        flow = self.conversations.by_name.get(row.flow)
        kept = False
        if flow is not None and flow.keeping is not None:
            _upgrade(row, flow)
            async with self.store.savepoint():
                kept = await flow.keeping(Talk(row, self))
        await self.end(row, "done" if kept else status)
        return kept

    async def _forget_suspended(self) -> None:
        """What waited is begun anew."""
        waiting, self.suspended = self.suspended, None
        if waiting is not None:
            await self.end(waiting, "left")

    def ask_again(self, why: str) -> None:
        """Repeat the open question as it was shown, with a reason before it."""
        if why:
            self.answer.say(why)
        if self.row is not None and self.row.asking is not None:
            show_question(self.answer, self.row.id, self.row.asking)

    async def miss(self, why: str) -> None:
        """Count a message nobody understood, and ask again."""
        if self.row is not None:
            self.row.misses += 1
            await self.store.save_talk(self.row, self.person, self.now)
        self.ask_again(why)

    async def go_on(self, pending: Heard | None = None) -> bool:
        """Run the open conversation from its start until it asks or ends.

        False: the open question could not read `pending`, and nothing has changed.
        """
        row, flow = self.row, self.flow
        if row is None:
            return False
        if flow is None:
            self.answer.say(f"“{row.flow}”暂时不提供了，抱歉。")
            await self.end(row, "closed")
            return True
        _upgrade(row, flow)
        before, marks = list(self.answer.blocks), set(row.answers)
        for _ in range(PUSH_BACKS + 1):
            talk = Talk(row, self, pending)
            try:
                wish = await flow.run(talk)
                await self._finish(row, flow, talk, wish)
            except Missed:
                return False
            except Pause as pause:
                await self._ask(row, flow, talk, pause)
                return True
            except AskAgain as again:
                self.answer.blocks[:] = [*before, *dict.fromkeys([*talk.reasons, again.because])]
                before, pending = list(self.answer.blocks), None
                unsaid = {name for name in row.answers if name.startswith(SAID)} - marks
                for name in (*again.names, *unsaid):
                    row.answers.pop(name, None)
            else:
                return True
        raise RuntimeError(f"{flow.name} pushed back more than {PUSH_BACKS} times in one turn")

    async def _ask(self, row: TalkRow, flow: Conversation, talk: Talk, pause: Pause) -> None:
        for reason in dict.fromkeys(talk.reasons):
            self.answer.say(reason)
        row.asking = pause.asking
        row.misses, row.reminded = 0, row.reminded and bool(flow.keeps)
        row.wake_at = self.now + (flow.close if row.reminded else flow.remind)
        show_question(self.answer, row.id, row.asking)
        await self.store.save_talk(row, self.person, self.now)

    async def _finish(self, row: TalkRow, flow: Conversation, talk: Talk, wish: object) -> None:
        if wish is None:
            await self.end(row, "left" if flow.settling else "done")
            return
        if flow.settling is not None:
            async with self.store.savepoint():
                await flow.settling(wish, talk)
        await self.end(row, "done")

    async def end(self, row: TalkRow, status: str) -> None:
        """Put a conversation away; what it had taken is given back, what waited comes back."""
        flow = self.conversations.by_name.get(row.flow)
        if status != "done" and flow is not None and flow.leaving is not None:
            await flow.leaving(Talk(row, self))
        self.left += [row.flow] if status == "left" else []
        row.status, row.asking, row.wake_at = status, None, None
        await self.store.save_talk(row, self.person, self.now)
        if self.row is row:
            self.row = None
        if self.row is None and self.suspended is not None:
            self.row, self.suspended = self.suspended, None
            await self._resume(self.row)

    async def _resume(self, row: TalkRow) -> None:
        """What waited goes on; silently, and without a nudge, while a person has taken over."""
        row.status = "open"
        if self.answer.hand_over:
            row.wake_at, row.reminded = self.now + HUMAN_HAS_IT, True
            await self.store.save_talk(row, self.person, self.now)
            return
        self.answer.drop_offers()
        self.answer.say(f"\n我们接着办“{row.flow}”。")
        await self.go_on()


def _upgrade(row: TalkRow, flow: Conversation) -> None:
    """Answers kept by an earlier version become answers of this one."""
    for version in range(row.version + 1, flow.version + 1):
        if version in flow.upgrades:
            row.answers = flow.upgrades[version](row.answers)
    row.version = flow.version
