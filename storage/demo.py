"""A dealership to try Cheyu on: made up by code, the same every time but for the dates.

Nobody in it exists; telephone numbers all begin with 1380000.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from bot.rules.consent import CODES
from bot.rules.service_due import next_service
from storage.db import Sql, dumps, sql, transaction
from storage.demo_cars import Made, make_cars
from storage.demo_feedback import fill_feedback
from storage.demo_people import FOLLOWERS, SEED, SOURCES, Customer, make_people, profile
from storage.queries import cars, consents
from storage.queries.bookings import booking as bookings
from storage.queries.bookings.booking import AlreadyBooked, SlotTaken, Wish
from storage.queries.ratings import rating as ratings
from storage.queries.sealed import (
    CAR_NUMBERS,
    ID_NUMBER,
    PHONE,
    car_numbers,
    customer_id_number,
    customer_phone,
)
from storage.queries.stores.equip import add_store
from storage.queries.stores.shops import Shop, Store, shop
from storage.scope import account_id
from storage.secrets import seal, seal_json, unseal

STAFF = (
    ("", "顾海波", "general_manager", "gu"),
    ("", "沈文", "administrator", "shen"),
    ("", "陶倩", "marketing", "tao"),
    ("", "邵敏", "care_specialist", "shao"),
    ("main", "秦勇", "service_manager", "qin"),
    ("main", "苏静", "service_advisor", "su"),
    ("main", "常磊", "service_advisor", "chang"),
    ("main", "姜琳", "sales_consultant", "jiang"),
    ("main", "龙凯", "sales_consultant", "long"),
    ("east", "毛建", "service_manager", "mao"),
    ("east", "范雪", "service_advisor", "fan"),
    ("east", "尹博", "sales_consultant", "yin"),
)
"""Store, name, role and log-in."""


@dataclass(frozen=True, slots=True)
class DemoFollower:
    """Somebody to be on the phone page; `note` says what makes them worth trying."""

    openid: str
    name: str
    note: str


async def fill(now: datetime) -> list[DemoFollower]:
    """The demo dealership in the account in scope, once; its followers, 王芳 first."""
    if await sql().row("SELECT id FROM customer WHERE account_id = ? LIMIT 1", account_id()):
        return await _followers(now)
    main = await add_store(
        "main", name="城南店", bays=3, address="城南大道18号", phone="010-55500018"
    )
    east = await add_store(
        "east", name="城东店", bays=2, address="东坝中路6号", phone="010-55500026"
    )
    dice = Random(SEED)  # noqa: S311  # a history, not a secret
    people = make_people(dice)
    today = main.calendar.local_day(now)
    made = make_cars(len(people), today, dice)
    async with transaction() as connection:
        await _staff(connection, {"main": main, "east": east})
        ids = await _customers(connection, people, now, dice)
        await _openids(connection, people, ids, now)
        await _cars(connection, made, ids, [main, east], now)
        await _served_by(connection)
        await _visits(connection, made, [main, east])
        await _coming_days(made, await shop(), now, dice)
    await _consents(people[:FOLLOWERS], ids, now)
    await fill_feedback(FOLLOWERS, now, dice)
    return await _followers(now)


async def _staff(connection: Sql, stores: dict[str, Store]) -> None:
    await connection.many(
        "INSERT INTO staff (account_id, store_id, name, role, login, phone)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        [
            (
                *(account_id(), stores[code].id if code else None, name, role, login),
                seal("staff.phone", f"1380000{9000 + n}"),
            )
            for n, (code, name, role, login) in enumerate(STAFF, 1)
        ],
    )


async def _customers(
    connection: Sql, people: Sequence[Customer], now: datetime, dice: Random
) -> dict[int, int]:
    """Customer number → id."""
    await connection.many(
        f"INSERT INTO customer (account_id, ref, name, gender, {PHONE}, {ID_NUMBER}, birthday,"  # noqa: S608 - our own column names; values are marks
        " birthday_key, birthday_lunar, address, preferences, notes, source, state, entered_by,"
        " created_at, changed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                *(account_id(), who.ref, who.name, who.gender, *customer_phone(who.phone)),
                *(*customer_id_number(more.id_number), more.birthday),
                *(f"{more.birthday:%m-%d}" if more.birthday else "", more.birthday_lunar),
                seal("customer.address", more.address),
                seal_json("customer.preferences", more.preferences) if more.preferences else None,
                seal("customer.notes", more.notes),
                *(dice.choice(SOURCES), "filed", "姜琳", now, now),
            )
            for who in people
            for more in (profile(who.n),)
        ],
    )
    rows = await connection.rows("SELECT id, ref FROM customer WHERE account_id = ?", account_id())
    return {int(row["ref"][1:]): row["id"] for row in rows}


async def _openids(
    connection: Sql, people: Sequence[Customer], ids: dict[int, int], now: datetime
) -> None:
    await connection.many(
        "INSERT INTO wechat_user (account_id, openid, customer_id, scene, subscribed_at,"
        " created_at) VALUES (?, ?, ?, ?, ?, ?)",
        [
            (account_id(), f"oDemo{who.n:04d}", ids[who.n], "store_main", now, now)
            for who in people[:FOLLOWERS]
        ],
    )


async def _consents(people: Sequence[Customer], ids: dict[int, int], now: datetime) -> None:
    """What the dealership has on record: 王芳 was not asked yet, every seventh said no."""
    for who in people[1:]:
        agreed = CODES if who.n % 3 == 0 else CODES[:2]
        said = () if who.n % 7 == 0 else agreed
        await consents.declare(consents.Who(ids[who.n]), said, CODES, now)


async def _cars(
    connection: Sql,
    made: Sequence[Made],
    ids: dict[int, int],
    stores: Sequence[Store],
    now: datetime,
) -> None:
    await connection.many(
        f"INSERT INTO vehicle (account_id, {CAR_NUMBERS}, brand, model, energy, customer_id,"  # noqa: S608 - our own column names; values are marks
        " store_id, delivered_on, mileage, mileage_on, state, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                *(account_id(), *car_numbers(car.vin, car.plate)),
                *(car.brand, car.model, car.energy),
                *(ids[car.owner], stores[car.store].id, car.delivered_on),
                *(car.mileage, car.mileage_on, "filed", now),
            )
            for car in made
        ],
    )


async def _served_by(connection: Sql) -> None:
    """Each car has its consultant and advisor among the people of its store, in turn."""
    rows = await connection.rows(
        "SELECT id, role, store_id FROM staff WHERE account_id = ? AND store_id IS NOT NULL"
        " ORDER BY id",
        account_id(),
    )
    cars = await connection.rows(
        "SELECT id, store_id FROM vehicle WHERE account_id = ? ORDER BY id", account_id()
    )
    at: dict[tuple[str, int], list[int]] = {}
    for row in rows:
        at.setdefault((row["role"], row["store_id"]), []).append(row["id"])
    chosen = []
    for n, car in enumerate(cars):
        sold, served = (
            at[role, car["store_id"]] for role in ("sales_consultant", "service_advisor")
        )
        chosen.append((sold[n % len(sold)], served[n % len(served)], account_id(), car["id"]))
    await connection.many(
        "UPDATE vehicle SET consultant_id = ?, advisor_id = ? WHERE account_id = ? AND id = ?",
        chosen,
    )


async def _visits(connection: Sql, made: Sequence[Made], stores: Sequence[Store]) -> None:
    rows = await connection.rows("SELECT id, vin FROM vehicle WHERE account_id = ?", account_id())
    ids = {unseal("vehicle.vin", row["vin"]): row["id"] for row in rows}
    zone = stores[0].calendar.zone
    stays = [(car, stay) for car in made for stay in car.stays]
    await connection.many(
        "INSERT INTO visit (account_id, ref, vehicle_id, store_id, settled_at, mileage, items,"
        " amount) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                *(account_id(), f"DR{n:05d}", ids[car.vin], stores[car.store].id),
                datetime.combine(stay.day, stay.time, zone),
                *(stay.km, dumps(stay.items), stay.amount),
            )
            for n, (car, stay) in enumerate(stays, 1)
        ],
    )


async def _coming_days(made: Sequence[Made], known: Shop, now: datetime, dice: Random) -> None:
    """A few bookings a day for the next week, taken the way customers take them."""
    rows = await sql().rows(
        "SELECT id, vin, plate, customer_id, store_id FROM vehicle WHERE account_id = ?",
        account_id(),
    )
    filed = {unseal("vehicle.vin", row["vin"]): row for row in rows}
    last = FOLLOWERS - 4  # of those on the phone, the last few have a booking
    owners = [car for car in made if car.owner > last]
    today = known.stores[0].calendar.local_day(now)
    for n, car in enumerate(owners[:26]):
        row, day = filed[car.vin], today + timedelta(days=1 + n % 7)
        code = "first_service" if not car.stays else dice.choice(("regular_service", "tyres"))
        service = known.store(row["store_id"]).offer(code)
        assert service is not None  # noqa: S101  # an ordinary service of a new store
        await _book(row, service.id, day, car.owner, now, dice)


async def _book(
    row: dict[str, Any], service_id: int, day: date, owner: int, now: datetime, dice: Random
) -> None:
    free = await bookings.free_times(row["store_id"], service_id, day, now)
    if not free:
        return
    wish = Wish(
        f"demo{row['id']}",
        row["store_id"],
        service_id,
        dice.choice(free),
        None,
        row["customer_id"],
        row["id"],
        Customer(owner, "", "").phone,
        unseal("vehicle.plate", row["plate"]),
    )
    try:
        await bookings.confirm(wish, now)
    except (SlotTaken, AlreadyBooked):
        return


async def _followers(now: datetime) -> list[DemoFollower]:
    rows = await sql().rows(
        "SELECT u.id, u.openid, u.customer_id, c.name FROM wechat_user u"
        " JOIN customer c ON c.id = u.customer_id"
        " WHERE u.account_id = ? AND u.openid LIKE 'oDemo%' ORDER BY u.openid",
        account_id(),
    )
    return [
        DemoFollower(
            row["openid"], row["name"], await _note(_Follower(row["id"], row["customer_id"]), now)
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class _Follower:
    id: int
    customer_id: int


async def _note(who: _Follower, now: datetime) -> str:
    mine = await cars.cars_of(who.customer_id)
    today = now.astimezone(cars.CHINA).date()
    words = [car.label for car in mine]
    for car in mine:
        due = next_service(car.facts, today)
        if due.kind == "first":
            words.append("首保到期" if due.overdue else "待首保")
        elif due.overdue:
            words.append("保养到期")
    if await ratings.waiting_for(who, now):
        words.append("可以评价")
    if await bookings.upcoming(None, who.customer_id, now):
        words.append("已有预约")
    return "，".join(words)
