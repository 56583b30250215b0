"""What the touch plan asks of cars and customers, a page of them in a few statements."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.rules.care_settings import sensible
from bot.rules.festivals import OwnFestival, own_festivals
from bot.rules.touch.facts import Announced, Car, Facts, Person, Referral
from storage.db import calendar_day, loads, sql
from storage.queries.records.tables import among
from storage.queries.stores.shops import Shop, shop
from storage.queries.touch.happened import About, about_cars, count_cars, made_for
from storage.scope import account_id

RECENT: Final = timedelta(days=60)
"""How far back what happened to a car can still be owed a contact."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """Facts with the row that looks after them. `kept`: `service_on` as it stands in the file."""

    facts: Facts
    store_id: int | None
    kept: date | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """What is the same for all: the stores, how they keep contact, and what is announced.

    `care`: Store.care by store as far as it makes sense, of which `festivals` are the store's own.
    """

    shop: Shop
    festivals: Mapping[int, tuple[OwnFestival, ...]]
    care: Mapping[int, Mapping[str, Any]]
    announcements: tuple[Announced, ...] = ()

    def code(self, store_id: int | None) -> str:
        store = self.shop.by_id.get(store_id or 0)
        return store.code if store else ""

    @property
    def zone(self) -> ZoneInfo:
        """Of the first store: what day it is for the plan."""
        return ZoneInfo(self.timezone(None))

    def timezone(self, store_id: int | None) -> str:
        known = self.shop.by_id.get(store_id or 0) or next(iter(self.shop.stores), None)
        return known.calendar.timezone if known else "Asia/Shanghai"


async def setting(announcements: tuple[Announced, ...] = ()) -> Setting:
    rows = await sql().rows("SELECT id, care FROM store WHERE account_id = ?", account_id())
    said = {row["id"]: sensible(loads(row["care"]) if row["care"] else {})[0] for row in rows}
    own = {store: own_festivals(care.get("festivals", ())) for store, care in said.items()}
    return Setting(await shop(), own, said, announcements)


_CARS = (
    "SELECT v.id, v.model, v.brand, v.energy, v.delivered_on, v.sold, v.insurance_until,"
    " v.inspection_due, v.mileage, v.mileage_on, v.service_on, v.store_id,"
    " c.id AS customer_id, c.ref, c.birthday, c.birthday_lunar, c.tier, c.tags"
    " FROM vehicle v LEFT JOIN customer c ON c.id = coalesce(v.customer_id, v.contact_id)"
    " AND c.erased_at IS NULL WHERE v.account_id = ? AND {condition}"
)


async def of_cars(
    ids: Collection[int], now: datetime, base: Setting, *, since: datetime | None = None
) -> list[Loaded]:
    """The facts of these cars with their owners; what happened before `since` is left out."""
    if not ids:
        return []
    db = sql()
    condition, value = among(db, "v.id", ids)
    rows = await db.rows(_CARS.format(condition=condition), account_id(), value)
    about = await about_cars(rows, now, since or now - RECENT)
    return [_loaded(row, about, base) for row in rows]


async def of_customers(ids: Collection[int], now: datetime, base: Setting) -> list[Loaded]:
    """The facts of these customers alone: birthdays, festivals. Merged and erased files are none's.

    The store is the one that looks after their newest car.
    """
    if not ids:
        return []
    db = sql()
    condition, value = among(db, "c.id", ids)
    rows = await db.rows(
        "SELECT c.id AS customer_id, c.ref, c.birthday, c.birthday_lunar, c.tier, c.tags,"  # noqa: S608 - our own columns
        " (SELECT v.store_id FROM vehicle v WHERE v.account_id = c.account_id"
        " AND v.customer_id = c.id AND NOT v.sold ORDER BY v.id DESC LIMIT 1) AS store_id"
        f" FROM customer c WHERE c.account_id = ? AND {condition}"
        " AND c.merged_into_id IS NULL AND c.erased_at IS NULL",
        *(account_id(), value),
    )
    people = [row["customer_id"] for row in rows]
    made, owners = await made_for("customer_id", people), await count_cars(people)
    return [
        Loaded(
            Facts(
                _person(row, owners),
                None,
                base.code(row["store_id"]),
                base.announcements,
                base.festivals.get(row["store_id"] or 0, ()),
                frozenset(made.get(row["customer_id"], ())),
                base.timezone(row["store_id"]),
            ),
            row["store_id"],
        )
        for row in rows
    ]


async def of_referrers(ids: Collection[int], base: Setting) -> list[Loaded]:
    """Whoever sent the owners of these new cars, as far as they are customers themselves."""
    if not ids:
        return []
    db = sql()
    condition, value = among(db, "v.id", ids)
    rows = await db.rows(
        "SELECT v.id, v.delivered_on, f.name AS friend, v.store_id, c.id AS customer_id, c.ref,"  # noqa: S608 - our own columns
        " c.birthday, c.birthday_lunar, c.tier, c.tags FROM vehicle v"
        " JOIN customer f ON f.id = v.customer_id AND f.referrer <> ''"
        " JOIN customer c ON c.account_id = f.account_id AND c.ref = f.referrer AND c.id <> f.id"
        " AND c.merged_into_id IS NULL AND c.erased_at IS NULL"
        f" WHERE v.account_id = ? AND {condition} AND v.delivered_on IS NOT NULL",
        *(account_id(), value),
    )
    made = await made_for("customer_id", [row["customer_id"] for row in rows])
    found = []
    for row in rows:
        friend = Referral(row["id"], _day(row["delivered_on"]), row["friend"])
        facts = Facts(
            _person(row, {}, (friend,)),
            store=base.code(row["store_id"]),
            made=frozenset(made.get(row["customer_id"], ())),
            timezone=base.timezone(row["store_id"]),
        )
        found.append(Loaded(facts, row["store_id"]))
    return found


async def keep_birthdays() -> None:
    """Birthdays that were kept before there was an index of them."""
    await sql().run(
        "UPDATE customer SET birthday_key = substr(CAST(birthday AS VARCHAR(10)), 6, 5)"
        " WHERE account_id = ? AND birthday IS NOT NULL AND birthday_key = ''",
        account_id(),
    )


async def keep_service_on(days: Sequence[tuple[int, date | None]]) -> None:
    """When cars are next due, worked out anew, for the index to find them by."""
    await sql().many(
        "UPDATE vehicle SET service_on = ? WHERE account_id = ? AND id = ?",
        [(day, account_id(), car) for car, day in sorted(days, key=lambda pair: pair[0])],
    )


def _loaded(row: Any, about: About, base: Setting) -> Loaded:
    car, store = row["id"], row["store_id"]
    person = _person(row, about.cars_of) if row["customer_id"] is not None else None
    facts = Facts(
        person,
        Car(
            *(car, row["model"], row["brand"], row["energy"], calendar_day(row["delivered_on"])),
            about.delivered.get(car),
            bool(row["sold"]),
            *(calendar_day(row["insurance_until"]), calendar_day(row["inspection_due"])),
            *(row["mileage"], calendar_day(row["mileage_on"])),
            tuple(about.visits.get(car, ())),
            tuple(about.incidents.get(car, ())),
            tuple(about.bookings.get(car, ())),
        ),
        base.code(store),
        base.announcements,
        base.festivals.get(store or 0, ()),
        frozenset(about.made.get(car, ())),
        base.timezone(store),
    )
    return Loaded(facts, store, calendar_day(row["service_on"]))


def _person(row: Any, cars_of: Mapping[int, int], referrals: tuple[Referral, ...] = ()) -> Person:
    return Person(
        *(row["customer_id"], row["ref"] or "", calendar_day(row["birthday"])),
        *(row["birthday_lunar"], cars_of.get(row["customer_id"], 1) <= 1, row["tier"]),
        tuple(loads(row["tags"]) or ()) if row["tags"] else (),
        referrals,
    )


def _day(value: Any) -> date:
    found = calendar_day(value)
    assert found is not None  # noqa: S101 - the column is never NULL
    return found
