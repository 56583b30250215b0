"""Whom and what a record names by another's key: customers, stores, staff, cars."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from bot.rules.records import Problem, Record
from storage.db import Sql
from storage.queries.records.rows import Outcome, refused
from storage.queries.records.tables import among, hashes
from storage.scope import account_id

_PEOPLE: Final = {"customer_ref": "customer_id", "contact_ref": "contact_id"}
_STAFF: Final = {"consultant": "consultant_id", "advisor": "advisor_id"}


@dataclass(frozen=True, slots=True)
class Links:
    """Keys → ids. Staff are named by their key or by a name that only one of them has."""

    customers: Mapping[str, int] = field(default_factory=dict)
    stores: Mapping[str, int] = field(default_factory=dict)
    staff: Mapping[str, int] = field(default_factory=dict)
    cars: Mapping[str, tuple[int, int | None]] = field(default_factory=dict)

    def unknown(self, record: Record) -> Outcome | None:
        """Refused where it names a customer, a store or a car that is not there."""
        for name in _PEOPLE:
            if (ref := record.fields.get(name)) and ref not in self.customers:
                return refused(record, name, "客户编号不存在", "names no customer")
        if (code := record.fields.get("store")) and code not in self.stores:
            return refused(record, "store", "门店代码不存在", "names no store")
        return None

    def no_car(self, record: Record, vin: str) -> Outcome | None:
        if vin not in self.cars:
            return refused(record, "vin", "车架号没有对应的车辆", "names no vehicle")
        return None

    def of(self, record: Record) -> dict[str, Any]:
        """The columns for what the record names; staff nobody knows are left as they were."""
        found: dict[str, Any] = {}
        for name, column in _PEOPLE.items():
            if name in record.fields:
                ref = record.fields[name]
                found[column] = self.customers.get(ref) if ref else None
        if "store" in record.fields:
            code = record.fields["store"]
            found["store_id"] = self.stores.get(code) if code else None
        for name, column in _STAFF.items():
            if name in record.fields:
                who = record.fields[name]
                if not who or who in self.staff:
                    found[column] = self.staff.get(who) if who else None
        return found

    def notes(self, record: Record) -> list[Problem]:
        return [
            Problem(name, "不在员工名单中，未采用", "names nobody of the staff and was left out")
            for name in _STAFF
            if (who := record.fields.get(name)) and who not in self.staff
        ]


async def linked(connection: Sql, rows: Sequence[Record], *, vins: Sequence[str] = ()) -> Links:
    refs = {row.fields[name] for row in rows for name in _PEOPLE if row.fields.get(name)}
    customers = await _customers(connection, refs) if refs else {}
    stores = await connection.rows("SELECT code, id FROM store WHERE account_id = ?", account_id())
    named = any(row.fields.get(name) for row in rows for name in _STAFF)
    return Links(
        customers,
        {row["code"]: row["id"] for row in stores},
        await _staff(connection) if named else {},
        await _cars(connection, vins) if vins else {},
    )


async def _customers(connection: Sql, refs: set[str]) -> dict[str, int]:
    """A customer that was merged stands for the one who took the file over."""
    condition, value = among(connection, "ref", sorted(refs))
    rows = await connection.rows(
        "SELECT ref, coalesce(merged_into_id, id) AS id FROM customer"  # noqa: S608 - a condition that among() wrote; its value is a mark
        f" WHERE account_id = ? AND {condition} AND erased_at IS NULL",
        *(account_id(), value),
    )
    return {row["ref"]: row["id"] for row in rows}


async def _staff(connection: Sql) -> dict[str, int]:
    rows = await connection.rows(
        "SELECT id, ref, login, name FROM staff WHERE account_id = ? AND active = ? ORDER BY id",
        *(account_id(), True),
    )
    names: dict[str, list[int]] = {}
    for row in rows:
        names.setdefault(row["name"], []).append(row["id"])
    known = {name: ids[0] for name, ids in names.items() if len(ids) == 1}
    for row in rows:
        known |= {key: row["id"] for key in (row["login"], row["ref"]) if key}
    return known


async def _cars(connection: Sql, vins: Sequence[str]) -> dict[str, tuple[int, int | None]]:
    """VIN → the car and its owner."""
    wanted = hashes("vin", set(vins))
    condition, value = among(connection, "vin_hash", list(wanted))
    rows = await connection.rows(
        f"SELECT id, vin_hash, customer_id FROM vehicle WHERE account_id = ? AND {condition}",  # noqa: S608 - a condition that among() wrote; its value is a mark
        *(account_id(), value),
    )
    return {wanted[row["vin_hash"]]: (row["id"], row["customer_id"]) for row in rows}
