"""Bringing events to webhooks: signed, tried again with growing patience, dead in the end.

    Cheyu-Signature: t=1795000000,v1=hex(HMAC-SHA256(secret, t + "." + body))

A receiver checks the signature, refuses a t that is more than five minutes off, and counts an
event once by Cheyu-Event-Id: a delivery whose answer was lost comes again.
"""

import asyncio
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import sha256
from random import Random
from typing import Final

import aiohttp
import structlog

from bot.api.targets import Targets
from bot.clock import monotonic
from storage.queries import webhooks
from storage.queries.webhooks import Claimed

log = structlog.get_logger("webhooks")

WAITS: Final = tuple(
    timedelta(seconds=seconds)
    for seconds in (10, 30, 120, 600, 1800, 3600, 7200, 14400, 28800, 43200, 86400)
)
"""After each try that failed; about two days in all, then it is dead."""
LEASE: Final = timedelta(seconds=60)
BATCH: Final = 40
GONE: Final = "HTTP 410"
RUN: Final = 15.0
"""Seconds after which a run ends: one receiver that hangs does not hold up news for the others."""


@dataclass(frozen=True, slots=True)
class Failed:
    """Why a receiver did not take it, and when it asked to be tried again (Retry-After)."""

    why: str
    not_before: datetime | None = None


def asked_for(retry_after: str, now: datetime) -> datetime | None:
    """Retry-After (RFC 9110: seconds, or a date) as a moment, a day ahead at most; None: no such."""
    said = retry_after.strip()
    if re.fullmatch("[0-9]{1,9}", said, re.ASCII):
        wanted = now + timedelta(seconds=int(said))
    else:
        try:
            wanted = parsedate_to_datetime(said)
        except ValueError:
            return None
        wanted = wanted if wanted.tzinfo else wanted.replace(tzinfo=UTC)
    return min(wanted, now + WAITS[-1])


def signature(secret: str, at: int, body: str) -> str:
    """The header for `body` sent at `at` (seconds since the epoch)."""
    digest = hmac.new(secret.encode(), f"{at}.{body}".encode(), sha256).hexdigest()
    return f"t={at},v1={digest}"


def next_try(delivery_id: int, attempts: int, now: datetime) -> datetime | None:
    """When to try again after `attempts` tries, up to a fifth later so that no crowd forms; None: never."""
    if attempts > len(WAITS):
        return None
    late = Random(f"{delivery_id}:{attempts}").random() / 5  # noqa: S311  # spreading, no secret
    return now + WAITS[attempts - 1] * (1 + late)


class Courier:
    """`deliver_due` is the chore. `http`: a session made by `targets.session`."""

    def __init__(self, http: aiohttp.ClientSession, targets: Targets) -> None:
        self._http = http
        self._targets = targets

    async def deliver_due(self, now: datetime) -> dict[str, int]:
        """What is due at `now`, until nothing more is or a run's time is up; the account in scope."""
        counts = {"done": 0, "failed": 0, "dead": 0}
        started = monotonic()
        while (passed := monotonic() - started) < RUN:
            # Receivers may take their time: what is measured from now on starts at `at`.
            at = now + timedelta(seconds=passed)
            held = await webhooks.claim(now, BATCH, at + LEASE)
            if not held:
                break
            for state in await asyncio.gather(*(self._deliver(one, at) for one in held)):
                counts[state] += 1
        return {f"webhooks_{state}": count for state, count in counts.items()}

    async def _deliver(self, one: Claimed, at: datetime) -> str:
        refusal = self._targets.refusal(one.url)
        failed = Failed(refusal) if refusal else await self._send(one, at)
        if failed is None:
            await webhooks.settle(one, "done", "", at)
            return "done"
        why = failed.why
        later = None if why == GONE else next_try(one.id, one.attempts, at)
        if later and failed.not_before:
            later = max(later, failed.not_before)
        await webhooks.settle(one, "queued" if later else "dead", why, later or at)
        log.warning("webhook_failed", delivery=one.id, tries=one.attempts, why=why, dead=not later)
        return "failed" if later else "dead"

    async def _send(self, one: Claimed, at: datetime) -> Failed | None:
        """None: the receiver took it. Its answer's body is not read."""
        headers = {
            "Content-Type": "application/json",
            "Cheyu-Event": one.event,
            "Cheyu-Event-Id": one.event_id,
            "Cheyu-Signature": signature(one.secret, int(at.timestamp()), one.body),
        }
        try:
            async with self._http.post(
                one.url, data=one.body.encode(), headers=headers, allow_redirects=False
            ) as response:
                if 200 <= response.status < 300:
                    return None
                again = asked_for(response.headers.get("Retry-After", ""), at)
                return Failed(f"HTTP {response.status}", again)
        except TimeoutError:
            return Failed("no answer in time")
        except (aiohttp.ClientError, OSError, ValueError) as broken:
            return Failed(type(broken).__name__)
