"""What people in WeChat do with cars: add one, say that one is sold, look back at its visits."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from bot.rules.identifiers import vin_check_digit_ok
from storage.db import Sql, loads, moment, sql, transaction
from storage.queries import audit, people
from storage.queries.files.writing import hand_over
from storage.queries.sealed import CAR_NUMBERS, car_numbers
from storage.queries.stores.shops import shop
from storage.scope import account_id
from storage.secrets import look_ups, marks

DRAFTS = 5
"""How many cars somebody may add that nobody has checked; more are for staff to look at."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A car somebody says they have to do with. `role`: owner, driver or follower."""

    role: str
    plate: str = ""
    vin: str = ""


@dataclass(frozen=True, slots=True)
class Stop:
    """One settled visit, as its car's people see it. `amount` None: not theirs to see."""

    settled_at: datetime
    items: tuple[str, ...]
    mileage: int | None
    store: str
    amount: Decimal | None


async def history(vehicle_id: int, limit: int = 3) -> list[Stop]:
    """The latest settled visits, the newest first, in the zone of their store."""
    rows = await sql().rows(
        "SELECT settled_at, items, mileage, store_id, amount FROM visit WHERE account_id = ?"
        " AND vehicle_id = ? AND settled_at IS NOT NULL ORDER BY settled_at DESC, id DESC LIMIT ?",
        *(account_id(), vehicle_id, limit),
    )
    known, stops = await shop(), list[Stop]()
    for row in rows:
        at, store = moment(row["settled_at"]), known.by_id.get(row["store_id"])
        assert at is not None  # noqa: S101  # selected so
        stops.append(
            Stop(
                at.astimezone(store.calendar.zone) if store else at,
                tuple(loads(row["items"])),
                row["mileage"],
                store.name if store else "",
                None if row["amount"] is None else Decimal(str(row["amount"])),
            )
        )
    return stops


async def add_car(
    wechat_user_id: int, customer_id: int, wanted: Wanted, now: datetime
) -> Literal["mine", "added", "staff"]:
    """A car nobody has on file becomes a draft; one in somebody else's file is for staff.

    What is typed in chat proves nothing, so no car is ever taken over by it.
    """
    async with transaction() as db:
        found = await find(db, wanted)
        if found is None and await _drafts(db, customer_id, wechat_user_id) < DRAFTS:
            owner = customer_id if wanted.role == "owner" else None
            found = await draft(db, wanted, owner, now)
            if found is not None:
                if owner is None:
                    await link(found, wechat_user_id, wanted.role, now)
                await _check(wechat_user_id, customer_id, wanted, now, "系统里还没有这台车")
                return "added"
        if found is not None and await has(db, found, wechat_user_id, customer_id):
            return "mine"
        why = "该车已在他人档案中" if found is not None else "待核对的车辆较多"
        await _check(wechat_user_id, customer_id, wanted, now, why)
        return "staff"


async def link(vehicle_id: int, wechat_user_id: int, role: str, now: datetime) -> None:
    """This person has to do with this car; again, in this role."""
    await sql().run(
        "INSERT INTO vehicle_person (account_id, vehicle_id, wechat_user_id, role, created_at)"
        " VALUES (?, ?, ?, ?, ?) ON CONFLICT (account_id, vehicle_id, wechat_user_id)"
        " DO UPDATE SET role = EXCLUDED.role",
        *(account_id(), vehicle_id, wechat_user_id, role, now),
    )


async def unlink(vehicle_id: int, wechat_user_id: int) -> None:
    """They have nothing to do with the car any more."""
    await sql().run(
        "DELETE FROM vehicle_person WHERE account_id = ? AND vehicle_id = ? AND wechat_user_id = ?",
        *(account_id(), vehicle_id, wechat_user_id),
    )


async def sold(vehicle_id: int, customer_id: int, wechat_user_id: int, now: datetime) -> bool:
    """The owner's link ends and the plate is free; the history stays. False: not theirs any more."""
    async with transaction() as db:
        theirs = await db.run(
            "UPDATE vehicle SET rev = rev WHERE account_id = ? AND id = ? AND customer_id = ?",
            *(account_id(), vehicle_id, customer_id),
        )  # and nobody else hands it over meanwhile
        if theirs:
            await hand_over(db, vehicle_id, None, None, None, now)
            who, car = f"wechat:{wechat_user_id}", f"vehicle:{vehicle_id}"
            await audit.note(who, "sell", car, {"to": None}, now)
        return bool(theirs)


async def find(db: Sql, wanted: Wanted) -> int | None:
    """The car of this VIN, or the one that has this plate now."""
    column, kind = ("vin_hash", "vin") if wanted.vin else ("plate_live_hash", "plate")
    hashes = look_ups(kind, wanted.vin or wanted.plate)
    row = await db.row(
        f"SELECT id FROM vehicle WHERE account_id = ? AND {column} IN ({marks(hashes)})",  # noqa: S608 - one of the two columns above and marks
        *(account_id(), *hashes),
    )
    return int(row["id"]) if row else None


async def has(db: Sql, vehicle_id: int, wechat_user_id: int, customer_id: int | None) -> bool:
    """Whether it is in this person's list already: their customer's car, or one they follow."""
    row = await db.row(
        "SELECT v.id FROM vehicle v LEFT JOIN vehicle_person p ON p.vehicle_id = v.id"
        " AND p.wechat_user_id = ? WHERE v.account_id = ? AND v.id = ?"
        " AND (v.customer_id = ? OR p.id IS NOT NULL)",
        *(wechat_user_id, account_id(), vehicle_id, customer_id),
    )
    return row is not None


async def _drafts(db: Sql, customer_id: int, wechat_user_id: int) -> int:
    row = await db.one(
        "SELECT count(*) AS n FROM vehicle v WHERE v.state = 'draft' AND v.id IN"
        " (SELECT id FROM vehicle WHERE account_id = ? AND customer_id = ? UNION ALL"
        " SELECT p.vehicle_id FROM vehicle_person p WHERE p.account_id = ? AND p.wechat_user_id = ?)",
        *(account_id(), customer_id, account_id(), wechat_user_id),
    )
    return int(row["n"])


async def draft(db: Sql, wanted: Wanted, owner: int | None, now: datetime) -> int | None:
    """At the store of the owner's other cars. None: somebody was faster."""
    row = await db.row(
        f"INSERT INTO vehicle (account_id, {CAR_NUMBERS}, customer_id, store_id, state,"  # noqa: S608 - our own column names; values are marks
        " entered_by, entered_at, created_at, changed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?,"
        " (SELECT h.store_id FROM vehicle h WHERE h.account_id = ? AND h.customer_id = ?"
        " AND h.store_id IS NOT NULL ORDER BY h.id DESC LIMIT 1),"
        " 'draft', 'wechat', ?, ?, ?) ON CONFLICT DO NOTHING RETURNING id",
        *(account_id(), *car_numbers(wanted.vin or None, wanted.plate or None), owner),
        *(account_id(), owner, now, now, now),
    )
    return int(row["id"]) if row else None


async def _check(
    wechat_user_id: int, customer_id: int, wanted: Wanted, now: datetime, why: str
) -> None:
    number = wanted.plate or wanted.vin
    if wanted.vin and not vin_check_digit_ok(wanted.vin):
        why += "\n车架号校验位不符"
    role = {"owner": "车主", "driver": "司机", "follower": "家人"}.get(wanted.role, wanted.role)
    await people.staff_task(
        "check_file",
        "核对客户在微信添加的车辆",
        now,
        wechat_user_id=wechat_user_id,
        customer_id=customer_id,
        detail=f"{number}\n自称{role}\n{why}",
        same=f"car:{wechat_user_id}:{look_ups('plate', number)[0]}:{wanted.role}",
    )
