"""A conversation as an object: its function, how it opens, and how it ends."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bot.flow.talk import Talk
from bot.rules.wording import plain

Flow = Callable[[Talk], Awaitable[Any]]
Settle = Callable[[Any, Talk], Awaitable[None]]
Leave = Callable[[Talk], Awaitable[None]]
Keep = Callable[[Talk], Awaitable[bool]]
Applies = Callable[[Talk], Awaitable[bool]]
Upgrade = Callable[[dict[str, Any]], dict[str, Any]]


@dataclass(slots=True)
class Conversation:
    """One thing the account can do. `name` is its keyword, its menu word and the key in the row.

    `aside`: answers at once and leaves an open question open (help, lists). `events`: platform
    events that open it. `remind` and `close`: silence until a nudge, and until it is put away.
    `keeps`: what is answered holds at once; these words are said where it is left half-way. Such a
    conversation is nudged once in all, and put away without a word. `gathers`: the question of many
    messages (`Talk.tell`) that also takes what answers none of the others. `busy` and `nudge`: what
    to say to its keyword once more, and to silence.
    """

    name: str
    run: Flow
    menu: str = ""
    version: int = 1
    events: tuple[str, ...] = ()
    aside: bool = False
    remind: timedelta = timedelta(hours=2)
    close: timedelta = timedelta(days=1)
    keeps: str = ""
    gathers: str = ""
    busy: str = ""
    nudge: str = ""
    settling: Settle | None = None
    leaving: Leave | None = None
    keeping: Keep | None = None
    applying: Applies | None = None
    overhearing: Keep | None = None
    upgrades: dict[int, Upgrade] = field(default_factory=dict)

    def settle(self, function: Settle) -> Settle:
        """What the conversation changes, once, in the transaction that ends it."""
        self.settling = function
        return function

    def on_leave(self, function: Leave) -> Leave:
        """What to give back when it ends without settling."""
        self.leaving = function
        return function

    def on_unfinished(self, function: Keep) -> Keep:
        """Silence, a person or a third conversation ends it: keep what was said, and say so.

        False: there was nothing to keep.
        """
        self.keeping = function
        return function

    def still_applies(self, function: Applies) -> Applies:
        """Asked before a nudge: False where what is asked has been settled elsewhere meanwhile."""
        self.applying = function
        return function

    def overhears(self, function: Keep) -> Keep:
        """What nobody took, with nothing open: told as what this conversation gathers.

        False: it is not for this conversation either.
        """
        self.overhearing = function
        return function

    def upgrade(self, version: int) -> Callable[[Upgrade], Upgrade]:
        """How answers kept by the version before become answers of `version`."""

        def register(function: Upgrade) -> Upgrade:
            self.upgrades[version] = function
            return function

        return register


def conversation(
    name: str,
    *,
    menu: str = "",
    version: int = 1,
    events: Iterable[str] = (),
    aside: bool = False,
    remind: timedelta = timedelta(hours=2),
    close: timedelta = timedelta(days=1),
    keeps: str = "",
    gathers: str = "",
    busy: str = "",
    nudge: str = "",
) -> Callable[[Flow], Conversation]:
    """Make a conversation of an async function of a Talk."""

    def make(function: Flow) -> Conversation:
        return Conversation(
            name, function, menu, version, tuple(events), aside, remind, close, keeps,
            gathers, busy, nudge,
        )  # fmt: skip  # in the order of the class

    return make


class Conversations:
    """All that the account can do, found by name, menu key or event.

    `keepers`: those of which nothing is dropped that was said, by name.
    """

    def __init__(self, all_of_them: Iterable[Conversation]) -> None:
        self.by_name: dict[str, Conversation] = {}
        self.by_menu: dict[str, Conversation] = {}
        self.by_event: dict[str, Conversation] = {}
        self.by_plain_name: dict[str, str] = {}
        self.keepers: list[str] = []
        for one in all_of_them:
            self._add(self.by_name, one.name, one)
            self.by_plain_name[plain(one.name)] = one.name
            if one.keeping is not None:
                self.keepers.append(one.name)
            if one.menu:
                self._add(self.by_menu, one.menu, one)
            for event in one.events:
                self._add(self.by_event, event, one)

    @staticmethod
    def _add(where: dict[str, Conversation], key: str, one: Conversation) -> None:
        if key in where:
            raise ValueError(f"two conversations answer to {key}")
        where[key] = one
