"""What must never happen in a simulated year, counted on the far side: by what people saw."""

from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import date, datetime, time
from hashlib import blake2b
from zoneinfo import ZoneInfo

from bot.sandbox.ledger import Ledger, Pushed

EARLIEST, LATEST = time(9), time(20)
MASS_A_MONTH = 4
KNOWABLE = (40003, 40037, 40130, 43004, 43101, 45009, 45011, 45015, 45028, 45047, 47003, 48002)
"""What the platform refuses and we could have known: windows, counts, forms, who has left."""


@dataclass
class Watch:
    """Looks at every message in the moment in which a person sees it."""

    zone: ZoneInfo
    out_of_hours: Counter[str] = field(default_factory=Counter)
    twice: Counter[str] = field(default_factory=Counter)
    over_mass: int = 0
    examples: deque[str] = field(default_factory=lambda: deque(maxlen=20))
    _mass: Counter[tuple[str, str]] = field(default_factory=Counter)
    _today: date | None = None
    _seen: dict[str, set[bytes]] = field(default_factory=dict)
    _ids: set[tuple[str, str]] = field(default_factory=set)

    def look(self, one: Pushed) -> None:
        local = one.at.astimezone(self.zone)
        if not EARLIEST <= local.time() < LATEST:
            self._note(self.out_of_hours, one, local)
        if self._again(one, local):
            self._note(self.twice, one, local)
        if one.kind == "mass":
            month = one.openid, f"{local:%Y-%m}"
            self._mass[month] += 1
            self.over_mass += self._mass[month] > MASS_A_MONTH

    def wrote(self, openid: str) -> None:
        """A person says something: what they are told from now on answers that."""
        self._seen.pop(openid, None)

    def _again(self, one: Pushed, local: datetime) -> bool:
        """The same words to the same person on one day, or one of our own ids at any time.

        Who has written in between may be asked the same again: that is the conversation's own.
        """
        if self._today != local.date():
            self._today = local.date()
            self._seen.clear()
        said = f"{one.kind}\0{one.text}\0{sorted(one.data.items())}"
        mark = blake2b(said.encode(), digest_size=12).digest()
        mine = self._seen.setdefault(one.openid, set())
        again = mark in mine
        mine.add(mark)
        if one.client_id:
            key = one.openid, one.client_id
            again = again or key in self._ids
            self._ids.add(key)
        return again

    def _note(self, what: Counter[str], one: Pushed, local: datetime) -> None:
        what[one.kind] += 1
        self.examples.append(f"{local:%m-%d %H:%M} {one.kind} {one.openid}: {one.text[:40]}")


def knowable(ledger: Ledger) -> dict[str, int]:
    """Refusals that we could have known of, by API and errcode."""
    return {
        f"{api} {errcode}": count
        for (api, errcode), count in sorted(ledger.refused.items())
        if errcode in KNOWABLE
    }
