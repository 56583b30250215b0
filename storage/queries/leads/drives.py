"""试驾: which one a person is expected for, with which car, and taking it back.

Each is a line in its lead's history. A car is promised once: whoever takes one locks those that
would do first, so that rivals queue there, and the lead's unique key stands behind it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.errors import CheyuError, StaffError
from bot.rules.calendar import Shifts, parse_shifts
from bot.rules.drives import LONGEST, DemoCar, car_for, meant
from bot.rules.leads import JOINED, OPEN, number_of
from storage.db import Sql, dumps, loads, moment, sql, transaction
from storage.queries.leads.rows import Event, Lead, events, held, note_event, one, tell
from storage.queries.leads.tasks import calendar_of, said_again
from storage.queries.stores.shops import shop
from storage.scope import account_id

KIND: Final = "demo_car"


class DriveTaken(CheyuError):
    """Somebody else was faster with the last car of that model at that hour."""


@dataclass(frozen=True, slots=True)
class Drive:
    """Somebody comes to the store at `at` (UTC); `number` is the lead's."""

    lead_id: int
    number: str
    model: str
    at: datetime
    store_id: int | None = None


async def expected(wechat_user_id: int, customer_id: int | None, now: datetime) -> Drive | None:
    """The next drive of this person that is not over; None: there is none."""
    rows = await sql().rows(
        "SELECT l.id, l.model, l.store_id, r.store_id AS car_at FROM lead l"
        " LEFT JOIN resource r ON r.id = l.drive_car_id"
        " WHERE l.account_id = ? AND l.state IN ('open', 'joined')"
        " AND (l.wechat_user_id = ? OR l.customer_id = ?) ORDER BY l.id DESC LIMIT 5",
        *(account_id(), wechat_user_id, customer_id),
    )
    for row in rows:
        last = await _last_word(row["id"])
        if last is not None and (at := datetime.fromisoformat(last.after)) > now:
            store = row["car_at"] or await _named(last.note) or row["store_id"]
            return Drive(row["id"], number_of(row["id"]), row["model"], at, store)
    return None


async def _named(note: str) -> int | None:
    """The store that the words of the drive name; the lead's own may be another."""
    found = [store for store in (await shop()).stores if store.name in note]
    return max(found, key=lambda store: len(store.name)).id if found else None


async def _last_word(lead_id: int) -> Event | None:
    """The line of the history that a drive stands by; None: there is none, or it is off."""
    said = [one for one in await events(lead_id) if one.kind in {"test_drive", "drive_off"}]
    return said[-1] if said and said[-1].kind == "test_drive" else None


async def _booked(lead_id: int) -> datetime | None:
    last = await _last_word(lead_id)
    return datetime.fromisoformat(last.after) if last else None


async def _goes_on(lead: Lead) -> Lead:
    """The lead itself, or the open one of that person which it was joined to."""
    row = await sql().row(
        "SELECT id FROM lead WHERE account_id = ? AND customer_id = ? AND state = 'open'"
        " ORDER BY id LIMIT 1",
        *(account_id(), lead.customer_id),
    )
    return (await one(row["id"]) if row and lead.state == JOINED else None) or lead


async def take_back(drive: Drive, now: datetime) -> bool:
    """They do not come; the consultant is told. False: it was not expected any more."""
    async with transaction() as connection:
        lead = await held(connection, drive.lead_id)
        if lead is None or lead.state not in (OPEN, JOINED) or await _booked(lead.id) != drive.at:
            return False
        await note_event(lead.id, "drive_off", "customer", now, before=drive.at.isoformat())
        await connection.run(
            "UPDATE lead SET drive_at = NULL, drive_car_id = NULL, rev = rev + 1, changed_at = ?"
            " WHERE account_id = ? AND id = ?",
            *(now, account_id(), lead.id),
        )
        await said_again(await _goes_on(lead), "取消试驾")
        await tell("lead.changed", lead.id, now)
        return True


async def put_car(
    store_code: str, name: str, model: str, shifts: Shifts = (), *, active: bool = True
) -> DemoCar:
    """A demo car of a store; again: changes it. Raises StaffError where there is no such store.

    Drives that were promised stay promised, whatever becomes of the car.
    """
    store = (await shop()).by_code(store_code)
    if store is None:
        raise StaffError(f"没有门店{store_code[:32]}。", "用cheyu store add添加。")
    hours = dumps([[f"{one:%H:%M}" for one in shift] for shift in shifts]) if shifts else None
    row = await sql().one(
        "INSERT INTO resource (account_id, store_id, kind, name, skills, hours, active)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (account_id, store_id, kind, name) DO UPDATE"
        " SET skills = EXCLUDED.skills, hours = EXCLUDED.hours, active = EXCLUDED.active"
        " RETURNING id",
        *(account_id(), store.id, KIND, name, dumps([model]), hours, active),
    )
    return DemoCar(row["id"], name, model, shifts)


async def demo_cars(store_id: int, connection: Sql | None = None) -> list[DemoCar]:
    """In the order they were entered; with `connection` held until its transaction ends."""
    db = connection or sql()
    lock = " FOR NO KEY UPDATE" if connection is not None and db.postgres else ""
    rows = await db.rows(
        "SELECT id, name, skills, hours FROM resource WHERE account_id = ? AND store_id = ?"  # noqa: S608 - a row lock or nothing; values are marks
        f" AND kind = ? AND active = ? ORDER BY id{lock}",
        *(account_id(), store_id, KIND, True),
    )
    return [
        DemoCar(
            *(row["id"], row["name"], (loads(row["skills"]) or [""])[0]),
            parse_shifts(loads(row["hours"]) or ()) if row["hours"] else (),
        )
        for row in rows
    ]


async def busy(
    cars: Sequence[DemoCar], first: datetime, end: datetime, *, but: int = 0
) -> set[tuple[int, datetime]]:
    """Which of the cars are promised when, in [first, end); not to the WeChat user `but`."""
    if not cars:
        return set()
    marks = ", ".join("?" * len(cars))
    rows = await sql().rows(
        "SELECT drive_car_id, drive_at FROM lead WHERE account_id = ?"  # noqa: S608 - marks only, one for each car
        f" AND drive_car_id IN ({marks}) AND drive_at >= ? AND drive_at < ?"
        " AND COALESCE(wechat_user_id, 0) <> ?",
        *(account_id(), *(car.id for car in cars), first, end, but or -1),
    )
    return {(row["drive_car_id"], at) for row in rows if (at := moment(row["drive_at"]))}


async def take(lead_id: int, store_id: int | None, model: str, at: datetime) -> None:
    """Promise a car of the store for the lead's drive, in the place of an earlier one.

    Raises DriveTaken. A model that the store has no car of is promised none: the consultant sees
    to it.
    """
    async with transaction() as connection:
        cars = meant(await demo_cars(store_id, connection), model) if store_id else ()
        await _promise(connection, lead_id, None, None)
        car = None
        if cars:
            wall = at.astimezone((await calendar_of(store_id)).zone)
            taken = await busy(cars, at, at + LONGEST)
            car = car_for(cars, model, wall, taken)
            if car is None:
                raise DriveTaken(f"no {model or 'car'} is left at {at}")
        await _promise(connection, lead_id, at, car.id if car else None)


async def _promise(connection: Sql, lead_id: int, at: datetime | None, car_id: int | None) -> None:
    await connection.run(
        "UPDATE lead SET drive_at = ?, drive_car_id = ? WHERE account_id = ? AND id = ?",
        *(at, car_id, account_id(), lead_id),
    )
