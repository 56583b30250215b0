"""The cast: a small dealership with two stores and the people who write to it.

    async with dealership(url) as cast:
        await bookings.hold(cast.wish(cast.wang, "08:30"), NOW)

It is Wednesday 18 November 2026, 8:00 in Shanghai; the stores open at 8:30.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from storage.db import dumps, opened, sql
from storage.queries.bookings.capacity import Wish
from storage.queries.sealed import CAR_NUMBERS, PHONE, car_numbers, customer_phone
from storage.queries.stores import equip
from storage.queries.stores.shops import Store, ensure_account
from storage.scope import account_id, account_scope

APP_ID = "wx0000000000000001"
SECRET = "a key of the tests and of no other use"
SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 18, 8, 0, tzinfo=SHANGHAI).astimezone(UTC)
TODAY = date(2026, 11, 18)
TOMORROW = date(2026, 11, 19)


@dataclass(frozen=True)
class Person:
    """Somebody in WeChat; `customer_id` and cars (plate → id) where the dealership knows them."""

    user_id: int
    openid: str
    name: str = ""
    phone: str = ""
    customer_id: int | None = None
    cars: tuple[tuple[str, int], ...] = ()

    @property
    def car(self) -> int | None:
        return self.cars[0][1] if self.cars else None


@dataclass(frozen=True)
class Cast:
    """王芳 bought 80 days ago; 李强 has two cars with a history; the stranger is unknown."""

    account: int
    main: Store
    east: Store
    wang: Person
    li: Person
    stranger: Person

    def service(self, code: str = "first_service", store: Store | None = None) -> int:
        found = (store or self.main).offer(code)
        assert found is not None
        return found.id

    def wish(
        self,
        who: Person,
        time: str,
        code: str = "first_service",
        *,
        day: date = TOMORROW,
        store: Store | None = None,
        source: str = "",
    ) -> Wish:
        """`who` wants `code` at `time` on `day`, from the talk `source`."""
        store = store or self.main
        return Wish(
            source or f"t{who.user_id}",
            store.id,
            self.service(code, store),
            at(time, day),
            who.user_id,
            who.customer_id,
            who.car,
            who.phone,
            who.cars[0][0] if who.cars else "",
        )


def at(time: str, day: date = TOMORROW) -> datetime:
    """A moment on the stores' wall clock."""
    return datetime.fromisoformat(f"{day} {time}").replace(tzinfo=SHANGHAI)


@asynccontextmanager
async def dealership(url: str, now: datetime = NOW) -> AsyncIterator[Cast]:
    """The migrated, empty database at `url` with the cast in it, open and in scope."""
    async with opened(url):
        account = await ensure_account(APP_ID)
        with account_scope(account):
            yield await arrive(now)


async def arrive(now: datetime = NOW) -> Cast:
    """The cast, in the account in scope."""
    main = await equip.add_store("main", name="城南店", bays=3, address="城南大道1号")
    east = await equip.add_store("east", name="城东店", bays=1)
    wang = await known_person("oWang", "王芳", "female", "13800000001", now)
    li = await known_person("oLi", "李强", "male", "13900000002", now)
    today = now.astimezone(SHANGHAI).date()
    q5 = await car(wang, "京A12345", "LSVAA4182E2000001", ("奥迪", "Q5L"), main, now)
    await delivered(q5, today - timedelta(days=80), 4200, today - timedelta(days=5))
    passat = await car(li, "京B88888", "LSVAA4182E2000018", ("大众", "帕萨特"), main, now)
    han = await car(li, "京AD12345", "LC0CE4CB2N0000019", ("比亚迪", "汉EV"), east, now)
    await delivered(passat, date(2024, 5, 20), 31000, date(2026, 9, 3))
    await delivered(han, date(2025, 12, 1), 9000, date(2026, 6, 2))
    await visited(passat, main, "R1", date(2025, 12, 10), 24100)
    await visited(passat, main, "R2", date(2026, 6, 2), 28800)
    await visited(han, east, "R3", date(2026, 3, 2), 4800)
    return Cast(
        account_id(),
        main,
        east,
        with_cars(wang, ("京A12345", q5)),
        with_cars(li, ("京B88888", passat), ("京AD12345", han)),
        Person(await follower("oStranger", None, now), "oStranger"),
    )


def with_cars(person: Person, *cars: tuple[str, int]) -> Person:
    return Person(
        person.user_id, person.openid, person.name, person.phone, person.customer_id, cars
    )


async def insert(statement: str, *values: object) -> int:
    row = await sql().row(f"{statement} RETURNING id", *values)
    assert row is not None
    return int(row["id"])


async def follower(openid: str, customer_id: int | None, now: datetime = NOW) -> int:
    """A WeChat identity that follows the account; its id."""
    return await insert(
        "INSERT INTO wechat_user (account_id, openid, customer_id, subscribed_at, created_at)"
        " VALUES (?, ?, ?, ?, ?)",
        *(account_id(), openid, customer_id, now, now),
    )


async def known_person(openid: str, name: str, gender: str, phone: str, now: datetime) -> Person:
    customer = await insert(
        f"INSERT INTO customer (account_id, name, gender, {PHONE}, state, created_at)"  # noqa: S608 - our own column names; values are marks
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        *(account_id(), name, gender, *customer_phone(phone), "filed", now),
    )
    return Person(await follower(openid, customer, now), openid, name, phone, customer)


async def car(
    owner: Person, plate: str, vin: str, named: tuple[str, str], store: Store, now: datetime
) -> int:
    """A filed car; `named`: brand and model."""
    return await insert(
        f"INSERT INTO vehicle (account_id, {CAR_NUMBERS}, brand, model, customer_id, store_id,"  # noqa: S608 - our own column names; values are marks
        " state, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        *(account_id(), *car_numbers(vin, plate), *named),
        *(owner.customer_id, store.id, "filed", now),
    )


async def delivered(vehicle: int, on: date, mileage: int, read_on: date) -> None:
    await sql().run(
        "UPDATE vehicle SET delivered_on = ?, mileage = ?, mileage_on = ? WHERE id = ?",
        *(on, mileage, read_on, vehicle),
    )


async def visited(vehicle: int, store: Store, ref: str, on: date, mileage: int) -> None:
    await insert(
        "INSERT INTO visit (account_id, ref, vehicle_id, store_id, settled_at, mileage, items)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        *(account_id(), ref, vehicle, store.id, at("15:00", on), mileage, dumps(["常规保养"])),
    )
