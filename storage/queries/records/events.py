"""What happened to cars, as the outside tells of it: workshop orders, deliveries, incidents."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.rules.records import DeliveryRecord, IncidentRecord, Record, RepairOrderRecord
from storage.db import Sql, moment
from storage.queries.records.links import Links, linked
from storage.queries.records.rows import CARS, Outcome, Plan, in_slices, noted
from storage.queries.records.tables import Column, Table, among, locked
from storage.scope import account_id
from storage.secrets import look_up, seal, unseal

CHINA: Final = ZoneInfo("Asia/Shanghai")
_ORDERS: Final = Table(
    "visit",
    {
        "ref": Column(), "vehicle_id": Column(cleared=None), "store_id": Column(cleared=None),
        "customer_id": Column(cleared=None), "opened_at": Column("moment", None),
        "settled_at": Column("moment", None), "mileage": Column(cleared=None),
        "items": Column("json", []), "amount": Column("amount", None), "note": Column("sealed"),
    },
)  # fmt: skip


async def put_repair_orders(
    rows: Sequence[RepairOrderRecord],
    now: datetime,
    actor: str,
    *,
    if_rev: Mapping[str, int] | None = None,
) -> list[Outcome]:
    """Each order is there once; it belongs to who owned the car when it was first told of.

    A settled order's mileage is the car's where it is the highest yet.
    """

    async def work(connection: Sql, some: Sequence[RepairOrderRecord]) -> list[Outcome]:
        return await _put_orders(connection, some, now, actor, if_rev)

    return await in_slices(rows, lambda row: (f"ref {row.ref}",), CARS, work)


async def _put_orders(
    connection: Sql,
    rows: Sequence[RepairOrderRecord],
    now: datetime,
    actor: str,
    if_rev: Mapping[str, int] | None,
) -> list[Outcome]:
    links = await linked(connection, rows, vins=[row.fields["vin"] for row in rows])
    known = await _known_orders(connection, [row.ref for row in rows])
    outcomes: dict[str, Outcome] = {}
    plans: list[Plan] = []
    for record in rows:
        bad = links.unknown(record) or links.no_car(record, record.fields["vin"])
        if bad is None:
            plan = _order(record, known.get(record.ref), links)
            bad = plan.wrong_rev(if_rev)
        if bad:
            outcomes[record.ref] = bad
        else:
            plans.append(plan.settle())
    await _ORDERS.insert(connection, [plan.new for plan in plans if not plan.exists], {}, now)
    changed = [plan.new for plan in plans if plan.exists and plan.written]
    await _ORDERS.update(connection, changed, now)
    await _read_mileage(connection, plans, now)
    ids = await _known_orders(connection, [plan.record.ref for plan in plans if not plan.exists])
    for plan in plans:
        plan.new["id"] = plan.new["id"] or ids[plan.record.ref]["id"]
    outcomes |= {plan.record.ref: plan.outcome() for plan in plans}
    fields = {field for plan in plans if plan.written for field in plan.record.fields}
    await noted(actor, "repair_order", [*outcomes.values()], fields, now)
    return [outcomes[record.ref] for record in rows]


async def _known_orders(connection: Sql, refs: Sequence[str]) -> dict[str, Any]:
    if not refs:
        return {}
    condition, value = among(connection, "ref", refs)
    rows = await connection.rows(
        f"SELECT {_ORDERS.selected} FROM visit WHERE account_id = ? AND {condition}"  # noqa: S608 - the columns of _ORDERS and what among() wrote; values are marks
        + locked(connection),
        *(account_id(), value),
    )
    return {row["ref"]: row for row in rows}


def _order(record: Record, row: Any | None, links: Links) -> Plan:
    current = _ORDERS.read(row) if row else _ORDERS.empty()
    vehicle, owner = links.cars[record.fields["vin"]]
    given = {**record.fields, **links.of(record), "ref": record.ref, "vehicle_id": vehicle}
    if row is None or current["vehicle_id"] != vehicle:
        given["customer_id"] = owner
    return Plan(record, current, _ORDERS.merged(current, given), list(record.warnings))


async def _read_mileage(connection: Sql, plans: Sequence[Plan], now: datetime) -> None:
    readings = sorted(
        (plan.new["vehicle_id"], plan.new["mileage"], plan.new["settled_at"])
        for plan in plans
        if plan.written and plan.new["mileage"] is not None and plan.new["settled_at"]
    )
    await connection.many(
        "UPDATE vehicle SET mileage = ?, mileage_on = ?, rev = rev + 1, changed_at = ?"
        " WHERE account_id = ? AND id = ? AND (mileage IS NULL OR mileage < ?)",
        [(km, at.astimezone(CHINA).date(), now, account_id(), car, km) for car, km, at in readings],
    )


async def record_deliveries(
    rows: Sequence[DeliveryRecord], now: datetime, actor: str
) -> list[Outcome]:
    """A car is handed over once: told again it is the same delivery, or its correction.

    It belongs to who owned the car when it was first told of.
    """

    async def work(connection: Sql, some: Sequence[DeliveryRecord]) -> list[Outcome]:
        links = await linked(connection, some, vins=[row.ref for row in some])
        done = [await _deliver(connection, row, links, now) for row in some]
        await noted(actor, "delivery", done, ("delivered_at", "consultant"), now)
        return done

    return await in_slices(rows, lambda row: (row.ref,), CARS, work)


async def _deliver(connection: Sql, record: DeliveryRecord, links: Links, now: datetime) -> Outcome:
    if bad := links.no_car(record, record.ref):
        return bad
    vehicle, owner = links.cars[record.ref]
    at = record.fields["delivered_at"]
    row = await connection.row(
        "SELECT id, delivered_at, consultant FROM delivery WHERE account_id = ? AND vehicle_id = ?",
        *(account_id(), vehicle),
    )
    who = record.fields.get("consultant", row["consultant"] if row else "") or ""
    notes = tuple(links.notes(record))
    if row and moment(row["delivered_at"]) == at and row["consultant"] == who:
        return Outcome(record.ref, "unchanged", None, 0, notes, row["id"])
    kept = await connection.one(
        "INSERT INTO delivery (account_id, vehicle_id, customer_id, delivered_at, consultant,"
        " created_at) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (account_id, vehicle_id) DO UPDATE"
        " SET delivered_at = excluded.delivered_at, consultant = excluded.consultant RETURNING id",
        *(account_id(), vehicle, owner, at, who, now),
    )
    consultant = links.staff.get(who)
    await connection.run(
        "UPDATE vehicle SET delivered_on = ?, consultant_id = coalesce(?, consultant_id),"
        " rev = rev + 1, changed_at = ? WHERE account_id = ? AND id = ?",
        *(at.astimezone(CHINA).date(), consultant, now, account_id(), vehicle),
    )
    return Outcome(record.ref, "updated" if row else "created", None, 0, notes, kept["id"])


async def record_incidents(
    rows: Sequence[IncidentRecord], now: datetime, actor: str
) -> list[Outcome]:
    """Each is there once by its ref; without one, the same car, kind and moment are the same.

    It belongs to who owned the car when it was first told of.
    """

    async def work(connection: Sql, some: Sequence[IncidentRecord]) -> list[Outcome]:
        links = await linked(connection, some, vins=[row.fields["vin"] for row in some])
        done = [await _happen(connection, row, links, now) for row in some]
        await noted(actor, "incident", done, ("kind", "happened_at", "note"), now)
        return done

    return await in_slices(rows, lambda row: (_incident_ref(row),), CARS, work)


def _incident_ref(record: IncidentRecord) -> str:
    said = record.fields
    made = f"{said['vin']} {said['kind']} {said['happened_at'].isoformat()}"
    return record.ref or f"auto-{look_up('incident', made)}"


async def _happen(connection: Sql, record: IncidentRecord, links: Links, now: datetime) -> Outcome:
    said, ref = record.fields, _incident_ref(record)
    if bad := links.no_car(record, said["vin"]):
        return bad
    vehicle, owner = links.cars[said["vin"]]
    happened = (vehicle, said["kind"], said["happened_at"])
    row = await _known_incident(connection, ref, None if record.ref else happened)
    ref = row["ref"] if row else ref
    note = (said["note"] or "") if "note" in said else unseal("incident.note", row and row["note"])
    if row and row["vehicle_id"] == vehicle:
        owner = row["customer_id"]
    values = (*happened, owner, seal("incident.note", note))
    if row is None:
        made = await connection.one(
            "INSERT INTO incident (account_id, ref, vehicle_id, kind, happened_at, customer_id,"
            " note, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
            *(account_id(), ref, *values, now),
        )
        return Outcome(ref, "created", None, 0, (), made["id"])
    before = (row["vehicle_id"], row["kind"], moment(row["happened_at"]))
    if before == happened and unseal("incident.note", row["note"]) == note:
        return Outcome(ref, "unchanged", None, 0, (), row["id"])
    await connection.run(
        "UPDATE incident SET vehicle_id = ?, kind = ?, happened_at = ?, customer_id = ?, note = ?"
        " WHERE id = ?",
        *(*values, row["id"]),
    )
    return Outcome(ref, "updated", None, 0, (), row["id"])


async def _known_incident(
    connection: Sql, ref: str, happened: tuple[int, str, datetime] | None
) -> Any | None:
    """By its ref; one without by what `happened` too: its made-up ref is of the key of its day."""
    columns = "id, ref, vehicle_id, customer_id, kind, happened_at, note"
    row = await connection.row(
        f"SELECT {columns} FROM incident WHERE account_id = ? AND ref = ?",  # noqa: S608 - the columns above; values are marks
        *(account_id(), ref),
    )
    if row or happened is None:
        return row
    return await connection.row(
        f"SELECT {columns} FROM incident WHERE account_id = ?"  # noqa: S608 - the columns above; values are marks
        " AND vehicle_id = ? AND kind = ? AND happened_at = ? AND ref LIKE 'auto-%'",
        *(account_id(), *happened),
    )
