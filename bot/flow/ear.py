"""What was said in this turn, and which of the questions it answers or corrects."""

from typing import Any, TypeVar, cast

from bot.flow.answers import Gone, Got, Kept, Reader, Refused, Unclear
from bot.flow.heard import Heard
from bot.flow.row import keep_answer, picked
from bot.flow.store import TalkRow

T = TypeVar("T")
OWN_WORDS = ("FreeText", "Photo", "Telling", "Words", "Since", "Wish")
"""Kinds whose answers are nobody else's: a story may name any day."""


class Missed(BaseException):  # the same: it goes to the engine, past every flow
    """The open question could not read the message; somebody else may."""


class Ear:
    """One message against the questions of one conversation, in the order they are come by."""

    def __init__(self, row: TalkRow, pending: Heard | None) -> None:
        self._row = row
        self._pending = pending
        self._corrected = False
        self.reasons: list[str] = []
        self._take_line()

    def still_holds(self, name: str, reader: Reader[T], about: str) -> tuple[T] | None:
        entry = self._row.answers.get(name)
        if entry is None:
            return None
        if entry["v"] is None and entry["of"] == about:
            return (cast("T", None),)  # skipped: only ask_optional lets that happen
        if entry["of"] == about:
            try:
                return (reader.value(entry["v"]),)
            except Gone as gone:
                self.reasons.append(str(gone))
        del self._row.answers[name]
        return None

    def _take_line(self) -> None:
        """The message as a line of the open question: its meaning is kept, whatever is asked next."""
        asking, said = self._row.asking, self._pending
        found = picked(asking, said) if said is not None and asking is not None else None
        if found is not None and asking is not None:
            self._pending = None
            keep_answer(self._row, asking["name"], found.kept, asking["of"])

    def keep_unread(self) -> None:
        """An answer whose question was not come to, because an earlier one holds no more."""
        if self._pending is not None:
            self._remember(self._pending)

    def heard(self, name: str, reader: Reader[T]) -> Got | Unclear | Refused | None:
        """The answer in what is said now, or was said before. Raises Missed."""
        return self._given(name, reader) or self._volunteered(name, reader)

    def _given(self, name: str, reader: Reader[T]) -> Got | Unclear | Refused | None:
        """The pending message as an answer to this question, if this is the open one."""
        asking, said = self._row.asking, self._pending
        if said is None or asking is None or asking["name"] != name:
            return None
        found = reader.read(said)
        if found is None and not self._corrected:
            raise Missed
        self._pending = None
        if found is None:
            return None
        self._remember(said)["used"].append(name)
        return found

    def told(self, name: str) -> Heard | None:
        """The message as a part of what is being told, if this is the open question."""
        asking, said = self._row.asking, self._pending
        if said is None or asking is None or asking["name"] != name:
            return None
        self._pending = None
        self._remember(said)["used"].append(name)
        return said

    def said_otherwise(self, name: str, reader: Reader[T]) -> bool:
        """Answering one question, a person corrects another: 周日10点, with Saturday kept.

        The kept answer is dropped, and what was said is there to be taken instead.
        """
        said, entry = self._correcting(name), self._row.answers.get(name)
        if said is None or entry is None or entry["v"] is None:
            return False
        found = reader.find(said)
        if found is None or _says(found, entry["v"]):
            return False
        self._corrected = True
        if isinstance(found, Refused):
            self.reasons.append(found.why)
            self._pending = None
            return False
        del self._row.answers[name]
        self._remember(said)
        return True

    def _correcting(self, name: str) -> Heard | None:
        """What was said, if it may be about an earlier question than the open one."""
        asking, said = self._row.asking, self._pending
        if said is None or asking is None or asking["name"] == name or picked(asking, said):
            return None
        own_words = asking.get("kind") in OWN_WORDS or (not asking["shown"] and said.is_number)
        return None if own_words else said

    def _remember(self, said: Heard) -> dict[str, Any]:
        """What was said, kept once for this and the other questions; the last five are."""
        row, heard = said.keep(), self._row.heard
        if not heard or (heard[-1]["text"], heard[-1]["at"]) != (row["text"], row["at"]):
            heard[:] = [*heard[-4:], row]
        return heard[-1]

    def _volunteered(self, name: str, reader: Reader[T]) -> Got | Unclear | Refused | None:
        """The answer in something said earlier; each sentence answers a question at most once."""
        for row in reversed(self._row.heard):
            if name not in row["used"]:
                found = reader.find(Heard.kept(row))
                if found is not None:
                    row["used"].append(name)
                    return found
        return None


def _says(found: Got | Unclear | Refused, kept: Kept) -> bool:
    """Whether what was found is, or may be, what is kept anyway."""
    if isinstance(found, Got):
        return found.kept == kept
    return isinstance(found, Unclear) and kept in [option.key for option in found.options]
