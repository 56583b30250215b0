"""The clocks of complaints: what is about to break is warned of, what broke goes up.

`look_at` of a complaint says when its clocks are to be looked at next, and is worked out anew by
whatever happens to it. A change of calendar, opening hours or promises happens to none, so after
one all of them are worked out anew, and again for a while: what was being written then may still
have gone by the old ones.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

import structlog

from bot.errors import CheyuError
from storage.queries import cursors
from storage.queries.cases import due as case_due

log = structlog.get_logger("jobs")

NAME: Final = "clocks"
AGAIN: Final = timedelta(minutes=10)


async def clocks_due(now: datetime) -> dict[str, int]:
    """Warn, escalate and ask whatever is due; how often. Any number of processes may."""
    done = Counter(warned=0, escalated=0, reported=0, asked=0, repriced=0)
    await _reprice(now, done)
    for case_id in await case_due.due(now):
        with _alone(case_id, done):
            done.update(await case_due.tend(case_id, now))
    return {f"clocks_{name}": count for name, count in done.items()}


async def _reprice(now: datetime, done: Counter[str]) -> None:
    """All that run, where the settings are not those of the last run, or have been only shortly."""
    rev, seen = await case_due.settings_rev(), await cursors.read(NAME)
    changed = seen.get("rev") != rev
    if not changed and now > datetime.fromisoformat(seen["since"]) + AGAIN:
        return
    for case_id in await case_due.running():
        with _alone(case_id, done):
            await case_due.reprice(case_id, now)
            done["repriced"] += 1
    if changed:
        await cursors.write(NAME, {"rev": rev, "since": now.isoformat()})


@contextmanager
def _alone(case_id: int, done: Counter[str]) -> Iterator[None]:
    """One complaint that cannot be read must not stop the clocks of the others."""
    try:
        yield
    except CheyuError as error:
        log.warning("clock_failed", case=case_id, error=type(error).__name__)
        done["failed"] += 1
