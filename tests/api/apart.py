"""A process of its own beside the test's: a second courier, or a second door that lets keys in.

python -m tests.api.apart deliver URL SECONDS     says "ready", waits for a line, then works
python -m tests.api.apart admit URL KEY TIMES BURST
"""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.api.deliver import Courier
from bot.api.limits import Limits, Rate
from bot.api.targets import Targets, session
from bot.clock import clock
from storage.db import opened, sql
from storage.queries import apikeys
from storage.queries.stores.shops import ensure_account
from storage.scope import account_scope
from storage.secrets import use_keys
from tests.people import APP_ID, NOW, SECRET

AT_HOME = "http://127.0.0.1:8080"


async def started(*words: str) -> Process:
    """Another process, ready to begin at once."""
    root = str(Path(__file__).parents[2])
    made = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.api.apart", *words),
        cwd=root,
        env={**os.environ, "PYTHONPATH": root},
        stdin=PIPE,
        stdout=PIPE,
    )
    assert made.stdout is not None
    assert (await made.stdout.readline()).strip() == b"ready"
    return made


def begin(process: Process) -> None:
    assert process.stdin is not None
    process.stdin.write(b"go\n")


async def told(process: Process) -> Mapping[str, Any]:
    """What it says in the end."""
    said, _ = await process.communicate()
    assert process.returncode == 0
    found: Mapping[str, Any] = json.loads(said.splitlines()[-1])
    return found


async def _deliver(later: str) -> Mapping[str, int]:
    """All that is due that many seconds after NOW, until neither this courier nor another has any.

    One that asks while another is claiming gets nothing and asks again, as the scheduler has it do.
    """
    targets, now = Targets(AT_HOME), NOW + timedelta(seconds=float(later))
    total: dict[str, int] = {}
    async with session(targets, 60) as http:
        while await _open(now):
            counts = await Courier(http, targets).deliver_due(now)
            total = {name: total.get(name, 0) + count for name, count in counts.items()}
    return total


async def _open(now: datetime) -> bool:
    row = await sql().row(
        "SELECT id FROM webhook_delivery WHERE state = 'sending' OR (state = 'queued' AND due_at <= ?)"
        " LIMIT 1",
        now,
    )
    return row is not None


async def _admit(key: str, times: str, burst: str) -> Mapping[str, int]:
    """How many of that many requests were let in, all at the same moment."""
    found, limits = await apikeys.opened_by(key), Limits(Rate(10, int(burst)))
    assert found is not None
    waits = [await limits.admit(found, NOW) for _ in range(int(times))]
    return {"admitted": waits.count(0)}


DEEDS: Mapping[str, Callable[..., Awaitable[Mapping[str, int]]]] = {
    "deliver": _deliver,
    "admit": _admit,
}


async def _main(deed: str, url: str, *words: str) -> None:
    clock.stop(NOW)
    use_keys(SECRET)
    async with opened(url):
        with account_scope(await ensure_account(APP_ID)):
            print("ready", flush=True)
            await asyncio.to_thread(sys.stdin.readline)
            print(json.dumps(await DEEDS[deed](*words)), flush=True)


if __name__ == "__main__":
    asyncio.run(_main(*sys.argv[1:]))
