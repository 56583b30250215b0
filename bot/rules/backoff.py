"""When a message that did not go out is tried again, and for how long a repeat is safe."""

from datetime import datetime, timedelta
from typing import Final
from zlib import crc32
from zoneinfo import ZoneInfo

from bot.rules.errcodes import TOMORROW, Reaction, Verdict

BEIJING: Final = ZoneInfo("Asia/Shanghai")
TRIES: Final = 5
"""How often a busy platform is asked again."""
PAUSE: Final = timedelta(minutes=10)
"""How long nothing is sent after an answer that concerns the account and not the message."""
BURST: Final = 20
"""So many bad answers in a row say more of the platform, or of us, than of the messages."""
REPEATS: Final = {"template": timedelta(minutes=9), "mass": timedelta(hours=23)}
"""By channel: how long after a try that nobody knows the end of the same may be sent again.

The platform knows a repeated client_msg_id for 10 minutes and a clientmsgid for 24 hours; a
customer-service message and a one-time one carry no such key.
"""
_SPREAD: Final = 0.25


def midnight(now: datetime) -> datetime:
    """When the platform's daily quotas are counted anew: the next midnight in Beijing."""
    local = now.astimezone(BEIJING)
    return (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)


def next_try(verdict: Verdict, attempts: int, now: datetime, spread: str = "") -> datetime | None:
    """When to try again after `attempts` tries; None: never.

    `spread`: something that tells this message from others, so that not all come back at once.
    """
    match verdict.reaction:
        case Reaction.RETRY | Reaction.TOKEN if attempts < TRIES:
            return now + spread_out(
                timedelta(seconds=(verdict.wait or 30) * 2 ** (attempts - 1)), spread
            )
        case Reaction.WAIT if verdict.wait == TOMORROW:
            return midnight(now)
        case Reaction.WAIT if verdict.wait is not None:
            return now + spread_out(timedelta(seconds=verdict.wait), spread)
        case Reaction.ALARM if attempts < TRIES:
            return now + PAUSE
    return None


def spread_out(wait: timedelta, spread: str) -> timedelta:
    """Up to a quarter longer, the same each time for the same `spread`; "" leaves it."""
    return wait * (1 + _SPREAD * (crc32(spread.encode()) / 2**32)) if spread else wait


def repeatable(channel: str, doubt_at: datetime | None, now: datetime) -> bool:
    """Whether the same message may be sent at `now` though a try since `doubt_at` may have arrived."""
    within = REPEATS.get(channel)
    return doubt_at is None or (within is not None and now - doubt_at < within)
