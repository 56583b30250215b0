"""Customers who want the same ten slots at once; also a process of its own for the tests.

python -m tests.storage.rush URL ACCOUNT STORE SERVICE FIRST LAST

says "ready", waits for a line, then prints how many of the customers FIRST … LAST-1 got one.
"""

import asyncio
import sys
from datetime import date, datetime, timedelta

from storage.db import opened
from storage.queries.bookings import booking as bookings
from storage.queries.bookings.booking import SlotTaken, Wish
from storage.scope import account_scope
from storage.secrets import use_keys
from tests.people import NOW, SECRET, TOMORROW, at

# All that one bay can do of an hour's work on one day, and three hours of the next.
SLOTS: list[tuple[str, date]] = [
    *((time, TOMORROW) for time in ("08:30", "09:30", "10:30", "13:00", "14:00", "15:00", "16:00")),
    *((time, TOMORROW + timedelta(days=1)) for time in ("08:30", "09:30", "10:30")),
]


async def customer(n: int, store_id: int, service_id: int) -> datetime | None:
    """One customer's two steps: the slot they got."""
    time, day = SLOTS[n % len(SLOTS)]
    wish = Wish(f"rush{n}", store_id, service_id, at(time, day), plate=f"京R{n:05d}")
    try:
        await bookings.hold(wish, NOW)
        return (await bookings.confirm(wish, NOW)).starts_at
    except SlotTaken:
        return None


async def rush(store_id: int, service_id: int, numbers: range) -> list[datetime]:
    """What the lucky ones of these customers got, all asking at once."""
    got = await asyncio.gather(*(customer(n, store_id, service_id) for n in numbers))
    return [start for start in got if start]


async def _process(url: str, account: int, store: int, service: int, numbers: range) -> int:
    use_keys(SECRET)
    async with opened(url):
        with account_scope(account):
            await bookings.free_days(store, service, NOW)  # all that a first call loads
            print("ready", flush=True)
            sys.stdin.readline()
            return len(await rush(store, service, numbers))


if __name__ == "__main__":
    _, url, *rest = sys.argv
    account, store, service, first, last = map(int, rest)
    print(asyncio.run(_process(url, account, store, service, range(first, last))))
