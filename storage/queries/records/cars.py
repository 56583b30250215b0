"""Cars as the DMS, a sheet or staff tell of them: one car, one file, and its plate on no other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.rules.records import Problem, VehicleRecord
from storage.db import Sql
from storage.queries.merging import touches as merging_touches
from storage.queries.records.links import Links, linked
from storage.queries.records.rows import CARS, Outcome, Plan, by_hand, filed, in_slices, noted
from storage.queries.records.tables import Column, Table, among, hashes, locked
from storage.queries.sealed import car_plate, car_vin
from storage.queries.touch.over import over
from storage.scope import account_id

CHINA: Final = ZoneInfo("Asia/Shanghai")
_SEALED: Final = Column("sealed", None)
_DAY: Final = Column("date", None)
_LINK: Final = Column(cleared=None)


def _numbers(row: Mapping[str, Any]) -> tuple[str | None, ...]:
    return *car_vin(row["vin"])[1:], *car_plate(row["plate"], sold=row["sold"])[1:]


TABLE: Final = Table(
    "vehicle",
    {
        "vin": _SEALED, "plate": _SEALED, "brand": Column(), "model": Column(), "trim": Column(),
        "colour": Column(), "energy": Column(), "customer_id": _LINK, "contact_id": _LINK,
        "store_id": _LINK, "consultant_id": _LINK, "advisor_id": _LINK, "produced_on": _DAY,
        "delivered_on": _DAY, "licensed_on": _DAY, "insurer": Column(), "insurance_until": _DAY,
        "inspection_due": _DAY, "mileage": Column(cleared=None), "mileage_on": _DAY,
        "sold": Column("flag", False), "sold_at": Column("moment", None), "state": Column(),
        "filed_by": Column(), "filed_at": Column("moment", None),
    },
    _numbers,
    ("vin_hash", "vin_tail_hash", "plate_hash", "plate_live_hash"),
)  # fmt: skip
ABSORBED: Final = (
    *("booking", "waiting", "visit", "incident", "touchpoint", "rating", "complaint"),
)
DROPPED: Final = ("vehicle_person", "delivery")
"""Whoever followed a draft has not shown that the car is theirs; only the DMS tells of deliveries."""
_SELECT: Final = f"SELECT {TABLE.selected} FROM vehicle WHERE account_id = ?"  # noqa: S608 - the columns of TABLE; values are marks


async def put_vehicles(
    rows: Sequence[VehicleRecord],
    now: datetime,
    actor: str,
    *,
    by_person: bool = False,
    if_rev: Mapping[str, int] | None = None,
) -> list[Outcome]:
    """Each car is there once, with what was given; the same again changes nothing.

    Found by its VIN; else a file without one that has the plate is joined: it was begun in chat.
    Another car that had the plate loses it. A customer or store nobody knows refuses the record.
    """

    async def work(connection: Sql, some: Sequence[VehicleRecord]) -> list[Outcome]:
        return await _put(connection, some, now, actor, by_person, if_rev)

    return await in_slices(rows, _keys, CARS, work)


def _keys(record: VehicleRecord) -> tuple[str, ...]:
    plate = record.fields.get("plate")
    return (f"vin {record.ref}", f"plate {plate}") if plate else (f"vin {record.ref}",)


@dataclass
class _Known:
    """The cars a slice is about: by VIN, and who has the plates it names."""

    by_vin: dict[str, dict[str, Any]]
    by_plate: dict[str, dict[str, Any]]


async def _put(
    connection: Sql,
    rows: Sequence[VehicleRecord],
    now: datetime,
    actor: str,
    by_person: bool,
    if_rev: Mapping[str, int] | None,
) -> list[Outcome]:
    known = await _known(connection, rows)
    links = await linked(connection, rows)
    outcomes: dict[str, Outcome] = {}
    plans: list[Plan] = []
    for record in rows:
        plan = _plan(record, known, links, now)
        bad = links.unknown(record) or plan.wrong_rev(if_rev)
        if bad:
            outcomes[record.ref] = bad
            continue
        filed(plan, actor, by_person, now)
        plans.append(plan)
    absorbed, losers = _plates(plans, known)
    await _absorb(connection, absorbed, now)
    await _free(connection, plans, losers, now)
    await _write(connection, [plan.settle() for plan in plans], actor, now)
    await _part(connection, plans, now)
    await by_hand(connection, "vehicle", plans, actor, now)
    outcomes |= {plan.record.ref: plan.outcome() for plan in plans}
    fields = {field for plan in plans if plan.written for field in plan.record.fields}
    await noted(actor, "vehicle", [*outcomes.values()], fields, now, by_person=by_person)
    return [outcomes[record.ref] for record in rows]


def _plan(record: VehicleRecord, known: _Known, links: Links, now: datetime) -> Plan:
    plate = record.fields.get("plate")
    row = known.by_vin.get(record.ref)
    notes = [*record.warnings, *links.notes(record)]
    if row is None and plate and (row := known.by_plate.get(plate)):
        row = row if row["vin"] is None else None
        if row:
            notes.append(Problem("plate", "已并入微信自助建档的车辆", "joined a draft from chat"))
    current = dict(row) if row else TABLE.empty()
    given = {**record.fields, **links.of(record), "vin": record.ref}
    if given.get("mileage") is not None:
        notes += _mileage(given, current, now.astimezone(CHINA).date())
    if current["sold"] and given.get("customer_id") not in (None, current["customer_id"]):
        given.setdefault("sold", False)  # it was sold to a customer of ours
    new = TABLE.merged(current, given)
    if new["sold"] != current["sold"]:
        new["sold_at"] = now if new["sold"] else None
    return Plan(record, current, new, notes)


def _mileage(given: dict[str, Any], current: Mapping[str, Any], today: date) -> list[Problem]:
    """An older reading in a nightly feed does not undo what was read since."""
    last, read_on = current["mileage"], given.get("mileage_on")
    if last is None or given["mileage"] > last:
        given.setdefault("mileage_on", today)
        return []
    newer = bool(read_on and current["mileage_on"] and read_on > current["mileage_on"])
    if given["mileage"] == last or newer:
        return []
    del given["mileage"]
    given.pop("mileage_on", None)
    return [
        Problem("mileage", "低于已知里程，未采用", "is below the last reading and was left out")
    ]


async def _known(connection: Sql, rows: Sequence[VehicleRecord]) -> _Known:
    vins = hashes("vin", {row.ref for row in rows})
    by_vin = await _found(connection, "vin_hash", vins)
    plates = {row.fields["plate"] for row in rows if row.fields.get("plate")}
    plates |= {  # a car that is bought back takes its plate along
        car["plate"] for car in by_vin.values() if car["sold"] and car["plate"]
    }
    by_plate = await _found(connection, "plate_live_hash", hashes("plate", plates))
    return _Known(by_vin, by_plate)


async def _found(
    connection: Sql, column: str, wanted: Mapping[str, str]
) -> dict[str, dict[str, Any]]:
    if not wanted:
        return {}
    condition, value = among(connection, column, list(wanted))
    rows = await connection.rows(
        f"{_SELECT} AND {condition}{locked(connection)}", *(account_id(), value)
    )
    return {wanted[row[column]]: TABLE.read(row) for row in rows}


def _plates(plans: Sequence[Plan], known: _Known) -> tuple[dict[int, int], dict[int, Plan]]:
    """Who loses a plate to whom: drafts without a VIN (id → the car that takes all they have), and
    cars (id → the plan that takes the plate). Cars of this slice that lose theirs are told so.
    """
    mine = {plan.current["id"]: plan for plan in plans if plan.exists}
    absorbed: dict[int, int] = {}
    losers: dict[int, Plan] = {}
    for plan in plans:
        plate = plan.new["plate"]
        held = known.by_plate.get(plate) if plate and not plan.new["sold"] else None
        if held is None or held["id"] == plan.current["id"]:
            continue
        if held["vin"] is None and plan.exists and held["id"] not in mine:
            absorbed[held["id"]] = plan.current["id"]
            plan.notes.append(
                Problem("plate", "微信自助建档的车辆已并入", "a draft from chat was joined")
            )
            continue
        plan.notes.append(
            Problem("plate", "原挂在另一辆车上，已移至本车", "moved from another car")
        )
        other = mine.get(held["id"])
        if other is None:
            losers[held["id"]] = plan
        elif other.new["plate"] == plate:
            other.new["plate"] = None
            other.notes.append(Problem("plate", "车牌已移至另一辆车", "moved to another car"))
    return absorbed, losers


async def _absorb(connection: Sql, absorbed: Mapping[int, int], now: datetime) -> None:
    """What hangs on a draft hangs on the car from now on, and the draft is gone."""
    account = account_id()
    for draft, car in sorted(absorbed.items()):
        await merging_touches.follow(connection, "v", car, draft, now)
        for table in ABSORBED:
            await connection.run(
                f"UPDATE {table} SET vehicle_id = ? WHERE account_id = ? AND vehicle_id = ?",  # noqa: S608 - a table of ABSORBED; values are marks
                *(car, account, draft),
            )
        await connection.run(
            "DELETE FROM vehicle WHERE account_id = ? AND id = ?", *(account, draft)
        )


async def _free(
    connection: Sql, plans: Sequence[Plan], losers: Mapping[int, Plan], now: datetime
) -> None:
    """Plates are taken off before they are put on, so that two cars may swap theirs."""
    lost = [(now, account_id(), car) for car in sorted(losers)]
    await connection.many(
        "UPDATE vehicle SET plate = NULL, plate_hash = NULL, plate_live_hash = NULL,"
        " rev = rev + 1, changed_at = ? WHERE account_id = ? AND id = ?",
        lost,
    )
    moving = [plan.current["id"] for plan in plans if plan.current["plate"] != plan.new["plate"]]
    await connection.many(
        "UPDATE vehicle SET plate_live_hash = NULL WHERE account_id = ? AND id = ?",
        [(account_id(), car) for car in sorted(filter(None, moving))],
    )


async def _write(connection: Sql, plans: Sequence[Plan], actor: str, now: datetime) -> None:
    made = [plan for plan in plans if not plan.exists]
    entered = {"entered_by": actor[:64], "entered_at": now, "created_at": now}
    await TABLE.insert(connection, [plan.new for plan in made], entered, now)
    if made:
        by_hash = hashes("vin", {plan.record.ref for plan in made})
        condition, value = among(connection, "vin_hash", list(by_hash))
        rows = await connection.rows(
            f"SELECT id, vin_hash FROM vehicle WHERE account_id = ? AND {condition}",  # noqa: S608 - a condition that among() wrote; its value is a mark
            *(account_id(), value),
        )
        ids = {by_hash[row["vin_hash"]]: row["id"] for row in rows}
        for plan in made:
            plan.new["id"] = ids[plan.record.ref]
    await TABLE.update(
        connection, [plan.new for plan in plans if plan.exists and plan.written], now
    )


async def _part(connection: Sql, plans: Sequence[Plan], now: datetime) -> None:
    """With another owner, who followed the car for the old one does no longer; plans for them end."""
    gone = [
        (account_id(), plan.new["id"], plan.new["customer_id"])
        for plan in plans
        if plan.current["customer_id"] and plan.current["customer_id"] != plan.new["customer_id"]
    ]
    await connection.many(
        "DELETE FROM vehicle_person WHERE account_id = ? AND vehicle_id = ?"
        " AND wechat_user_id NOT IN (SELECT id FROM wechat_user WHERE customer_id = ?)",
        gone,
    )
    left = [
        (plan.new["id"], None)
        for plan in plans
        if plan.written and plan.new["sold"] and not plan.current["sold"]
    ]
    await over(connection, [*((car, owner) for _, car, owner in gone), *left], now)
