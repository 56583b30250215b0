"""A database with a store, and customers who book, each with two times of their own.

Nobody ever waits for another's slot, so that every step has the answer it should have.
"""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count, islice
from pathlib import Path

from bot.clock import clock
from bot.sandbox.wire import sign
from storage.db import opened, transaction
from storage.queries.bookings import booking as bookings
from storage.queries.stores.shops import Store, ensure_account, shop
from storage.scope import account_scope
from storage.secrets import use_keys
from tests.bench.load import Shot
from tests.bench.machine import ROOT
from tests.bench.messages import AES_KEY, TOKEN, said
from tests.databases import run_apart
from tests.people import APP_ID, SHANGHAI, car, delivered, known_person

KEY = sign("a key for one measurement")
BAYS = 4
DAYS = 50


@dataclass(frozen=True, slots=True)
class Customer:
    """Somebody with one car, and the day and the two times that are theirs."""

    openid: str
    day: str
    first: str
    second: str


STEPS: Sequence[tuple[str, str, str]] = (
    ("open", "预约保养", "哪天方便"),
    ("day", "{day}", "几点到店"),
    ("time (hold)", "{first}", "请确认"),
    ("change", "改时间", "几点到店"),
    ("time (hold moves)", "{second}", "请确认"),
    ("confirm", "确认", "预约号 A"),
    ("cancel", "取消预约", "确认取消吗"),
    ("cancelled", "确认", "已取消"),
)
"""What a booking is made of here: its name, what is said, and what the answer holds."""


def settings(url: str, port: int) -> dict[str, str]:
    """The environment of a server in safe mode; its API address answers nobody."""
    return {
        "CHEYU_DATABASE_URL": url,
        "CHEYU_PORT": str(port),
        "CHEYU_SECRET_KEY": KEY,
        "CHEYU_WECHAT_APP_ID": APP_ID,
        "CHEYU_WECHAT_APP_SECRET": sign("a secret for one measurement"),
        "CHEYU_WECHAT_TOKEN": TOKEN,
        "CHEYU_WECHAT_AES_KEY": AES_KEY,
        "CHEYU_WECHAT_API_URL": "http://127.0.0.1:9",
    }


def equipped(url: str, home: Path, customers: int) -> list[Customer]:
    """Migrate the empty database at `url`, add a store with four bays, and let people follow."""
    environment = settings(url, 1)
    _cheyu(home, environment, "migrate")
    _cheyu(home, environment, "store", "add", "main", "--name", "城南店", "--bays", str(BAYS))
    return run_apart(_moved_in(url, customers))


def _cheyu(home: Path, environment: Mapping[str, str], *words: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "bot.cli", *words],
        cwd=home,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        check=True,
        capture_output=True,
        timeout=60,
    )


async def _moved_in(url: str, wanted: int) -> list[Customer]:
    now = clock.now()
    use_keys(KEY)
    async with opened(url):
        with account_scope(await ensure_account(APP_ID)):
            store = (await shop()).stores[0]
            slots = await _slots(store, now)
            people = [
                Customer(f"oBench{number}", *times)
                for number, times in enumerate(islice(_in_pairs(slots), wanted))
            ]
            if len(people) < wanted:
                raise ValueError(f"{len(slots)} free slots are too few for {wanted} customers")
            async with transaction():
                for number, customer in enumerate(people):
                    await _arrive(number, customer, store, now)
    return people


async def _slots(store: Store, now: datetime) -> list[tuple[str, list[str]]]:
    """Open days from the day after tomorrow, each with its free times on the hour."""
    service = store.offer("first_service")
    assert service is not None
    today, found = now.astimezone(SHANGHAI).date(), []
    for ahead in range(2, DAYS + 2):
        day = today + timedelta(days=ahead)
        times = await bookings.free_times(store.id, service.id, day, now)
        hours = [f"{start.hour}点" for start in times if start.minute == 0]
        found.append((f"{day.month}月{day.day}号", hours))
    return found


def _in_pairs(slots: Sequence[tuple[str, list[str]]]) -> Iterator[tuple[str, str, str]]:
    """Day and two times, handed out once for each bay; neighbours get different days."""
    for _ in range(BAYS):
        for place in count(step=2):
            fitting = [(day, hours) for day, hours in slots if place + 1 < len(hours)]
            if not fitting:
                break
            for day, hours in fitting:
                yield day, hours[place], hours[place + 1]


async def _arrive(number: int, customer: Customer, store: Store, now: datetime) -> None:
    today = now.astimezone(SHANGHAI).date()
    phone, plate, vin = f"138{number:08d}", f"京A{number:05d}", f"LSVAA4182E{number:07d}"
    person = await known_person(customer.openid, "王芳", "female", phone, now)
    vehicle = await car(person, plate, vin, ("奥迪", "Q5L"), store, now)
    await delivered(vehicle, today - timedelta(days=80), 4200, today - timedelta(days=5))


def steps_of(group: Sequence[Customer], port: int) -> Iterator[tuple[str, list[Shot]]]:
    """A whole booking of everybody in `group`, step by step: the step's name and its messages."""
    for name, text, words in STEPS:
        yield (
            name,
            [
                said(c.openid, text.format(day=c.day, first=c.first, second=c.second), words, port)
                for c in group
            ],
        )
