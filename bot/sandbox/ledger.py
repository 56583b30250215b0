"""What each follower was sent, and what the platform refused: kept for those who count.

    world.ledger.sent["template"], world.ledger.people[openid, "mass"]
    world.ledger.refused["/cgi-bin/message/template/send", 47003]
    world.ledger.listeners.append(check)     # each Pushed, at the moment it is shown

Of what was shown and refused only the newest are kept; what is counted is counted for ever.
"""

from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import takewhile
from typing import Literal

Pushing = Literal["template", "service", "mass", "once"]


@dataclass(frozen=True, slots=True)
class Pushed:
    """Something the account sent by itself and a person saw. `client_id`: the sender's own id."""

    id: int
    openid: str
    at: datetime
    kind: Pushing
    text: str
    template_id: str = ""
    data: Mapping[str, str] = field(default_factory=dict)
    client_id: str = ""
    msg_id: int = 0


@dataclass(frozen=True, slots=True)
class Refused:
    """A call that the platform refused, or (`injected`) a fault that was ordered."""

    at: datetime
    api: str
    errcode: int
    errmsg: str
    openid: str
    injected: bool


class Ledger:
    """`sent` by kind; `people` by (openid, kind); `refused` and `injected` by (API, errcode);
    `unseen` by (kind, why): accepted and not shown; `suppressed` by API: a repeated client id."""

    def __init__(self, keep: int = 50_000) -> None:
        self.pushed: deque[Pushed] = deque(maxlen=keep)
        self.refusals: deque[Refused] = deque(maxlen=1000)
        self.sent: Counter[str] = Counter()
        self.people: Counter[tuple[str, str]] = Counter()
        self.refused: Counter[tuple[str, int]] = Counter()
        self.injected: Counter[tuple[str, int]] = Counter()
        self.unseen: Counter[tuple[str, str]] = Counter()
        self.suppressed: Counter[str] = Counter()
        self.listeners: list[Callable[[Pushed], None]] = []
        self._last = 0

    def note(
        self,
        openid: str,
        at: datetime,
        kind: Pushing,
        text: str,
        *,
        template_id: str = "",
        data: Mapping[str, str] | None = None,
        client_id: str = "",
        msg_id: int = 0,
    ) -> Pushed:
        """Somebody saw this now."""
        self._last += 1
        seen = Pushed(
            self._last, openid, at, kind, text, template_id, data or {}, client_id, msg_id
        )  # fmt: skip
        self.pushed.append(seen)
        self.sent[kind] += 1
        self.people[openid, kind] += 1
        for tell in self.listeners:
            tell(seen)
        return seen

    def refuse(
        self,
        at: datetime,
        api: str,
        errcode: int,
        errmsg: str,
        openid: str,
        *,
        injected: bool = False,
    ) -> None:
        (self.injected if injected else self.refused)[api, errcode] += 1
        self.refusals.append(Refused(at, api, errcode, errmsg, openid, injected))

    def of(self, openid: str) -> list[Pushed]:
        """What a person was sent, oldest first, as far as it is kept."""
        return [one for one in self.pushed if one.openid == openid]

    def since(self, last: int) -> list[Pushed]:
        """What came after the one with the id `last`, oldest first."""
        return list(takewhile(lambda one: one.id > last, self._backwards()))[::-1]

    @property
    def last(self) -> int:
        return self._last

    def _backwards(self) -> Iterator[Pushed]:
        return reversed(self.pushed)
