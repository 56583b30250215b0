"""Filling mass sends: people who are to read the same text, 2 to 10,000 of them to a send."""

import secrets
from datetime import datetime
from typing import Final

from storage.queries.touch import outbox as touch_outbox
from storage.queries.touch.touchpoints import Touch

MOST: Final = 10_000


class Masses:
    """Those being filled by one run; nobody else puts people into them."""

    def __init__(self, now: datetime, most: int = MOST) -> None:
        self._now, self._most = now, most
        # (purpose, text) → the sends for it, each [id, people]; the last one is being filled.
        self._sends: dict[tuple[str, str], list[list[int]]] = {}

    async def take_up(self) -> None:
        """Finish what a run that broke off left."""
        for mass in await touch_outbox.stale_masses(self._now):
            await touch_outbox.close_mass(mass, self._now)

    async def place(self, touch: Touch, text: str) -> int:
        """The mass send that one more person goes into.

        A send is left with room for one more, so that the last never goes out to a single person:
        whoever is alone at the end joins the one before.
        """
        sends = self._sends.setdefault((touch.purpose, text), [])
        if not sends or sends[-1][1] >= self._most - 1:
            key = f"m{secrets.token_hex(12)}"
            sends.append([await touch_outbox.new_mass(key, touch.purpose, text, self._now), 0])
        sends[-1][1] += 1
        return sends[-1][0]

    async def close(self) -> bool:
        """Give them to the outbox. True: somebody was alone and has to be decided about again."""
        done, self._sends = self._sends, {}
        alone = False
        for sends in done.values():
            if len(sends) > 1 and sends[-1][1] == 1:
                await touch_outbox.join_mass(sends.pop()[0], sends[-1][0], self._now)
            for mass, _ in sends:
                alone = await touch_outbox.close_mass(mass, self._now) == 1 or alone
        return alone
