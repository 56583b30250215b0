"""What a conversation's function holds in its hand: the person, the time, and ask/say/confirm."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any, TypeVar

from bot.flow.agreeing import Agreement
from bot.flow.answers import Kept, Option, Reader, Refused, Unclear
from bot.flow.ear import Ear
from bot.flow.heard import Heard
from bot.flow.kernel import Kernel
from bot.flow.reply import OFFER, Line
from bot.flow.row import digest, keep_answer, next_number
from bot.flow.store import Person, TalkRow
from bot.flow.telling import LEAVING, SPOKEN, Part, Telling, add_part, arrived, parts_of, said_to
from bot.rules.wording import plain

T = TypeVar("T")
SAID = "once:said "
_YES, _NO = Option("yes", "确认"), Option("no", "不用了")


class Pause(BaseException):  # not an error: an `except Exception` must not eat it
    """The question is out; the turn ends here and the function is run again next turn."""

    def __init__(self, asking: dict[str, Any]) -> None:
        super().__init__(asking["name"])
        self.asking = asking


class AskAgain(Exception):  # business saying no: the only way to push back
    """Drop the answer `name` (and `also` those), say why, and run again."""

    def __init__(self, name: str, because: str, *also: str) -> None:
        super().__init__(name, because)
        self.names = (name, *also)
        self.because = because


class Talk:
    """One run of a conversation's function."""

    def __init__(self, row: TalkRow, kernel: Kernel, pending: Heard | None = None) -> None:
        self._row = row
        self._kernel = kernel
        self._ear = Ear(row, pending)

    @property
    def id(self) -> int:
        """Unique for this conversation of this person: what it creates is keyed by it."""
        return self._row.id

    @property
    def reasons(self) -> list[str]:
        """Why answers were not taken or do not hold any more."""
        return self._ear.reasons

    @property
    def customer(self) -> Person:
        """Who is talking; `customer_id` is None for a stranger."""
        return self._kernel.person

    @property
    def now(self) -> datetime:
        """Aware, in the account's time zone."""
        return self._kernel.now

    @property
    def read_at(self) -> datetime:
        """When what is said now is read: 今天 and 明天 in it count from there."""
        return self._kernel.read_at

    @property
    def today(self) -> date:
        return self._kernel.now.date()

    @property
    def opening(self) -> str:
        """The words that opened this conversation, or the menu key or scene."""
        return str(self._row.heard[0]["text"]) if self._row.heard else ""

    @property
    def opened_with(self) -> Part:
        """The same as a part of what is told: spoken words with their voice note."""
        if not self._row.heard:
            return Part("text", "")
        said = Heard.kept(self._row.heard[0])
        return Part(said.kind, said.text, said.media_id)

    @property
    def spoken(self) -> list[Part]:
        """Voice notes that were understood as answers."""
        return parts_of(self._row, SPOKEN)

    @property
    def nudged(self) -> bool:
        """Whether a silence was answered with a nudge."""
        return self._row.reminded

    def asks(self, name: str) -> bool:
        """Whether the question that is open, and that this message may answer, is `name`."""
        return self._row.asking is not None and self._row.asking["name"] == name

    def under_way(self, *names: str) -> bool:
        """Whether one of these conversations is open, or waits, beside what is asked here."""
        both = self._kernel.row, self._kernel.suspended
        return any(one is not None and one.flow in names for one in both)

    @property
    def makes_way_for(self) -> str:
        """What they went on to, where this is put away for it; "" where they fell silent."""
        return self._kernel.begins if self._kernel.begins != self._row.flow else ""

    def just_left(self, *names: str) -> bool:
        """Whether what they say now ended one of these half-way, with nothing to keep of it."""
        return not set(names).isdisjoint(self._kernel.left)

    def nudge_no_more(self) -> None:
        """Of a conversation that `keeps`: it was nudged once already, in an earlier talk."""
        self._row.reminded = True

    def say(self, text: str) -> None:
        """Add to the reply of this turn."""
        self._kernel.answer.say(text)

    def say_once(self, text: str) -> None:
        """Say it the first time in this conversation that this line is come by."""
        mark = f"{SAID}{digest(text)}"
        if mark not in self._row.answers:
            self._row.answers[mark] = {"v": None, "n": 0, "of": ""}
            self.say(text)

    async def bye(self, text: str) -> None:
        """Last words of a conversation that ends without changing anything."""
        self.say(text)

    def offer(self, *words: str) -> None:
        """Add tappable lines that open other conversations."""
        self._kernel.answer.blocks.extend(Line(word, word, OFFER) for word in words)

    def hand_over(self) -> None:
        """A person answers from here on."""
        self._kernel.answer.hand_over = True

    async def staff_task(
        self, kind: str, title: str, detail: str = "", same: str | None = None
    ) -> None:
        """Something a person must do; the same `same` twice is one task."""
        await self._kernel.staff_task(kind, title, detail, same)

    async def recognised(self) -> None:
        """The person was bound in this turn: read again who they are."""
        await self._kernel.refresh()

    def kept(self, name: str) -> Kept:
        """An answer as it is kept, without asking; None where there is none."""
        entry = self._row.answers.get(name)
        return entry["v"] if entry else None

    async def ask(
        self,
        name: str,
        question: str,
        reader: Reader[T],
        *,
        optional: bool = False,
        of: object = None,
        preset: Kept = None,
    ) -> T:
        """The answer called `name`, kept, volunteered or asked for now (the turn then ends).

        `name` is the noun a customer uses to correct it (改日期). `of` ties the answer to what it
        was about: when that changes, the answer is void. `preset` stands for the answer until the
        customer says otherwise.
        """
        about = digest(of)
        value = self._ear.still_holds(name, reader, about)
        if value is not None and not self._ear.said_otherwise(name, reader):
            return value[0]
        await reader.prepare()
        while (found := self._ear.heard(name, reader)) is not None:
            if isinstance(found, Unclear):
                raise self._pause(name, reader, found.why, found.options, optional, about)
            if isinstance(found, Refused):
                self._ear.reasons.append(found.why)
                continue
            keep_answer(self._row, name, found.kept, about)
            value = self._ear.still_holds(name, reader, about)
            if value is not None:
                return value[0]
        mark = f"once:preset {name}"
        if preset is not None and mark not in self._row.answers:
            self._row.answers[mark] = {"v": None, "n": 0, "of": ""}
            keep_answer(self._row, name, preset, about)
            return reader.value(preset)
        raise self._pause(name, reader, question, reader.options(), optional, about)

    async def ask_optional(
        self, name: str, question: str, reader: Reader[T], *, preset: Kept = None
    ) -> T | None:
        """Like ask, but the customer may say 跳过; None then."""
        return await self.ask(name, question, reader, optional=True, preset=preset)

    async def confirm(
        self,
        wish: object,
        summary: str,
        *,
        change: Sequence[str] = (),
        yes: Option = _YES,
        no: Option = _NO,
    ) -> bool:
        """Yes or no to exactly this `wish`; a wish that changed is confirmed anew."""
        return await self.ask("确认", summary, Agreement(yes, no, change), of=wish)

    async def tell(
        self,
        name: str,
        question: str,
        then: Sequence[str],
        done: Option,
        *,
        opening: bool = False,
        keep: Callable[[Part], Awaitable[Kept]] | None = None,
    ) -> list[Part]:
        """What they tell in several messages, until they say the line `done`.

        `then` is said to the parts, one after the other. `opening`: the words that opened this are the first of it.
        `keep` is run once for every photo, voice and video, in the turn that it came in.
        """
        if opening and not self.told(name):
            add_part(self._row, name, first := Heard.kept(self._row.heard[0]))
            self._ear.reasons.extend(arrived(first) if not first.media_id else ())
        said = self._ear.told(name)
        if said is not None and plain(said.text) in map(plain, (done.label, *done.aliases)):
            keep_answer(self._row, name, done.key, "")  # an earlier line of it was tapped
        elif said is not None:
            add_part(self._row, name, said)
            self._ear.reasons.extend(arrived(said))
        parts = self.told(name)
        for part in parts:
            if keep is not None and part.media_id:
                await self.once(part.media_id, partial(keep, part), of=part.media_id)
        reader = Telling(done)
        if self._ear.still_holds(name, reader, "") is not None:
            return parts
        words = said_to(len(parts), then) if parts else question
        raise self._pause(name, reader, words, reader.options(), False, "")

    def told(self, name: str) -> list[Part]:
        """What they have told so far."""
        return parts_of(self._row, name)

    @property
    def leaving(self) -> bool:
        """They said 取消 in the middle of telling, and are asked once whether they mean it."""
        return LEAVING in self._row.answers

    def did(self, name: str, *, of: object) -> bool:
        """Whether `once` has run the effect `name` for this `of`."""
        entry = self._row.answers.get(f"once:{name}")
        return entry is not None and entry["of"] == digest(of)

    async def once(self, name: str, effect: Callable[[], Awaitable[Kept]], *, of: object) -> Kept:
        """Run `effect` once for this `of`, in this turn's transaction; later turns get what it gave."""
        if self.did(name, of=of):
            return self.kept(f"once:{name}")
        result = await effect()
        self._row.answers[f"once:{name}"] = {"v": result, "n": 0, "of": digest(of)}
        return result

    def _pause(
        self,
        name: str,
        reader: Reader[T],
        question: str,
        options: Sequence[Option],
        optional: bool,
        about: str,
    ) -> Pause:
        """The open question as it is kept: what was asked and what was shown."""
        self._ear.keep_unread()
        return Pause(
            {
                "name": name,
                "kind": type(reader).__name__,
                "n": next_number(self._row),
                "text": question,
                "shown": [[one.key, one.label, list(one.aliases)] for one in options],
                "optional": optional,
                "of": about,
            }
        )
