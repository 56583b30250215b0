"""The platform's bad moments in a simulated year."""

from datetime import timedelta
from random import Random

from bot.sandbox.afterwards import Receipt
from bot.sandbox.world import World

SENDS = (
    "/cgi-bin/message/template/send", "/cgi-bin/message/custom/send", "/cgi-bin/message/mass/send",
)  # fmt: skip
BUSY, NO_TOKEN = -1, 42001


class Faulty:
    """Faults for the next calls, and receipts that say failed, come late or never come."""

    def __init__(self, world: World, dice: Random) -> None:
        self._world, self._dice = world, dice
        world.receipts.usual = self._receipt

    def strike(self) -> None:
        """Some hours something breaks: busy, a bad gateway, an answer that gets lost, a dead token."""
        if self._dice.random() > 0.08:
            return
        path, what = self._dice.choice(SENDS), self._dice.randrange(4)
        faults = self._world.faults
        if what == 0:
            faults.next(path, errcode=BUSY, errmsg="system error", times=self._dice.randint(1, 3))
        elif what == 1:
            faults.next(path, status=502, after=self._dice.random() < 0.5)
        elif what == 2:
            faults.next(path, reset=True, after=True)
        else:
            faults.next(path, errcode=NO_TOKEN, errmsg="access_token expired")

    def _receipt(self, _openid: str) -> Receipt:
        luck = self._dice.random()
        if luck < 0.004:
            return Receipt("failed: system failed")
        if luck < 0.01:
            return Receipt(when="never")
        if luck < 0.05:
            return Receipt(when="early")
        if luck < 0.1:
            return Receipt(delay=timedelta(minutes=40))
        return Receipt()
