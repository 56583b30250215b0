"""What the platform does when an administrator saves the callback URL."""

import secrets
from dataclasses import dataclass

from bot.sandbox.wire import sign
from bot.sandbox.world import World


@dataclass
class Handshake:
    """`saved`: the URL was accepted; else `reason`. `refuses_strangers`: a wrong signature was."""

    saved: bool
    reason: str
    refuses_strangers: bool


async def shake_hands(world: World) -> Handshake:
    """GET with a fresh signature and a random echostr, then a probe with a wrong signature."""
    echo = str(secrets.randbelow(10**19))
    good = await world.courier.get({**world.courier.signed_query(), "echostr": echo})
    reason = good.failure
    if not reason and good.body != echo.encode():
        reason = "返回的不是 echostr 原文"
    other = str(secrets.randbelow(10**19))
    forged = {**world.courier.signed_query(), "signature": sign("no", "token"), "echostr": other}
    probe = await world.courier.get(forged)
    refuses = probe.status is not None and other.encode() not in probe.body
    return Handshake(not reason, reason, refuses)
