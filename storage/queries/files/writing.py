"""How a change that a person asked for reaches a file: read like a record, written like one."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.errors import StaffError
from bot.rules.consent import CODES
from bot.rules.record_fields import Field, Unfit
from bot.rules.records import CUSTOMER, VEHICLE, Record
from bot.rules.roles import Kind
from storage.db import AlreadyThere, Sql
from storage.queries import consents, people
from storage.queries.consents import Who
from storage.queries.records.cars import TABLE as CARS
from storage.queries.records.links import linked
from storage.queries.records.people import TABLE as CUSTOMERS
from storage.queries.records.tables import Table
from storage.queries.touch.over import over
from storage.scope import account_id

FILES: Final[Mapping[Kind, Table]] = {Kind.CUSTOMER: CUSTOMERS, Kind.VEHICLE: CARS}
_FIELDS: Final[Mapping[Kind, Mapping[str, Field]]] = {
    Kind.CUSTOMER: CUSTOMER,
    Kind.VEHICLE: VEHICLE,
}
_NOT_EDITED: Final = {Kind.CUSTOMER: {"ref", "consultant"}, Kind.VEHICLE: {"customer_ref", "sold"}}
_CHANNEL: Final = "console"


def read_change(kind: Kind, change: Mapping[str, Any], *, edited: bool = False) -> dict[str, Any]:
    """JSON values in the form the database takes; None clears. StaffError: what does not fit.

    `edited`: what another deed does (a car to another owner) is refused too.
    """
    found: dict[str, Any] = {}
    for name, value in change.items():
        field = _FIELDS[kind].get(name)
        if field is None or (edited and name in _NOT_EDITED[kind]):
            raise StaffError(f"{name} 不能在这里修改。", "请改其他项。")
        try:
            found[name] = None if value is None else field.read(value)
        except Unfit as unfit:
            raise StaffError(f"{name} {unfit.zh}。", "请改正后再提交。") from None
    return found


def from_words(kind: Kind, words: Mapping[str, str], zone: ZoneInfo) -> dict[str, Any]:
    """What somebody typed, as `read_change` takes it, read like a sheet's cells; "" clears."""
    fields = _FIELDS[kind]
    return {
        name: (fields[name].cell(text, zone) if name in fields else text) if text else None
        for name, text in words.items()
    }


def as_json(fields: Mapping[str, Any]) -> dict[str, Any]:
    """What `read_change` gave, as JSON that it reads again."""
    return {name: _plain(value) for name, value in fields.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return value.isoformat() if isinstance(value, date) else value


async def current(connection: Sql, kind: Kind, row_id: int) -> dict[str, Any]:
    """The file, clear; LookupError where there is none."""
    table = FILES[kind]
    row = await connection.one(
        f"SELECT {table.selected} FROM {table.name} WHERE account_id = ? AND id = ?",  # noqa: S608 - the table and columns of FILES; values are marks
        *(account_id(), row_id),
    )
    return table.read(row)


async def write_change(
    connection: Sql, kind: Kind, row_id: int, fields: Mapping[str, Any], now: datetime
) -> list[str]:
    """Write what differs and name it; `rev` grows by one where anything does.

    Raises StaffError for a store or colleague nobody knows, and for a car's number that is
    another car's.
    """
    record = Record("", fields)
    links = await linked(connection, [record])
    doubts = [*links.notes(record)]
    if unknown := links.unknown(record):
        doubts += [unknown.problem] if unknown.problem else []
    if doubts:
        raise StaffError(f"{doubts[0].field} {doubts[0].zh}。", "请改正后再提交。")
    old = await current(connection, kind, row_id)
    new = FILES[kind].merged(old, {**fields, **links.of(record)})
    if kind is Kind.VEHICLE and new["sold"] != old["sold"]:
        new["sold_at"] = now if new["sold"] else None
    said = "consents" in fields and kind is Kind.CUSTOMER
    agreed = await _declared(row_id, fields["consents"], now) if said else []
    changed = [name for name in new if new[name] != old[name]] + (["consents"] if agreed else [])
    if changed:
        await put(connection, kind, {**new, "rev": old["rev"] + 1}, now)
    if "customer_id" in changed:
        await end_links(connection, row_id, new["customer_id"])
        await over(connection, [(row_id, new["customer_id"])], now)
    if "sold" in changed and new["sold"]:
        await over(connection, [(row_id, None)], now)
    return changed


async def _declared(customer_id: int, purposes: Any, now: datetime) -> list[str]:
    return await consents.declare(Who(customer_id), purposes or (), CODES, now, _CHANNEL)


async def put(connection: Sql, kind: Kind, row: Mapping[str, Any], now: datetime) -> None:
    try:
        await FILES[kind].update(connection, [row], now)
    except AlreadyThere:
        raise StaffError("车架号或车牌已在另一份档案中。", "请先核对那份档案。") from None


async def hand_over(
    connection: Sql,
    vehicle_id: int,
    to: int | None,
    plate: str | None,
    consultant_id: int | None,
    now: datetime,
) -> None:
    """The car is another customer's from now on, or left us (`to` None); its history stays with it.

    The old plate is free unless it is said again; the old owner's people follow the car no longer,
    wait for nothing with it, and what they booked with it is for staff to look at.
    """
    old = await current(connection, Kind.VEHICLE, vehicle_id)
    owner = {
        "customer_id": to,
        "contact_id": None,
        "plate": plate if to else old["plate"],
        "consultant_id": consultant_id if to else old["consultant_id"],
        "sold": to is None,
        "sold_at": None if to else now,
        "rev": old["rev"] + 1,
    }
    await put(connection, Kind.VEHICLE, {**old, **owner}, now)
    await end_links(connection, vehicle_id, to)
    await over(connection, [(vehicle_id, to)], now)
    await _left_behind(connection, vehicle_id, now)


async def _left_behind(connection: Sql, vehicle_id: int, now: datetime) -> None:
    """What the old owner had under way with the car."""
    await connection.run(
        "UPDATE waiting SET state = 'left' WHERE account_id = ? AND vehicle_id = ?"
        " AND state = 'waiting'",
        *(account_id(), vehicle_id),
    )
    booked = await connection.rows(
        "SELECT id, customer_id FROM booking WHERE account_id = ? AND vehicle_id = ?"
        " AND state = 'booked' AND starts_at > ? ORDER BY id",
        *(account_id(), vehicle_id, now),
    )
    for row in booked:
        await people.staff_task(
            "check_booking",
            f"车辆已转手，请核对预约 A{row['id']}",
            now,
            customer_id=row["customer_id"],
            same=f"sold:{vehicle_id}:{row['id']}",
        )


async def end_links(connection: Sql, vehicle_id: int, owner: int | None) -> None:
    """Who followed the car for another owner than `owner` follows it no longer."""
    await connection.run(
        "DELETE FROM vehicle_person WHERE account_id = ? AND vehicle_id = ?"
        " AND NOT EXISTS (SELECT 1 FROM wechat_user u WHERE u.id = vehicle_person.wechat_user_id"
        " AND u.customer_id = ?)",
        *(account_id(), vehicle_id, owner),
    )
