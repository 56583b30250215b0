"""Files as the outside reads them: one customer, car or repair order by the outside's own key.

Each comes as what its PUT takes, with `state`, `rev` and `changed_at` (UTC) beside it.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

from storage.db import calendar_day, loads, moment, sql
from storage.queries import consents
from storage.queries.consents import Who
from storage.scope import account_id
from storage.secrets import look_ups, marks, unseal, unseal_json

_CUSTOMER: Final = ("ref", "name", "gender", "salutation", "birthday_lunar", "occupation")
_CUSTOMER_MORE: Final = ("company", "referrer", "tier", "source")
_CUSTOMER_SEALED: Final = ("phone", "id_number", "address", "notes")
_VEHICLE: Final = ("brand", "model", "trim", "colour", "energy", "insurer")
_VEHICLE_DAYS: Final = (
    *("produced_on", "delivered_on", "licensed_on", "insurance_until", "inspection_due"),
    "mileage_on",
)


def _columns(names: Sequence[str], table: str) -> str:
    return ", ".join(f"{table}.{name}" for name in names)


_CUSTOMER_SQL: Final = (
    f"SELECT c.id, {_columns((*_CUSTOMER, *_CUSTOMER_MORE, *_CUSTOMER_SEALED), 'c')}, c.birthday,"  # noqa: S608 - columns listed above, no value
    " c.preferences, c.tags, c.state, c.rev, c.changed_at, m.ref AS merged_into,"
    " a.name AS consultant FROM customer c LEFT JOIN staff a ON a.id = c.consultant_id"
    " LEFT JOIN customer m ON m.id = c.merged_into_id"
    " WHERE c.account_id = ? AND c.ref = ? AND c.erased_at IS NULL"
)
_VEHICLE_SQL: Final = (
    f"SELECT v.id, v.vin, v.plate, {_columns((*_VEHICLE, *_VEHICLE_DAYS), 'v')}, v.mileage, v.sold,"  # noqa: S608 - columns listed above, no value
    " v.state, v.rev, v.changed_at, c.ref AS customer_ref, k.ref AS contact_ref, s.code AS store,"
    " a.name AS consultant, b.name AS advisor FROM vehicle v"
    " LEFT JOIN customer c ON c.id = v.customer_id LEFT JOIN customer k ON k.id = v.contact_id"
    " LEFT JOIN store s ON s.id = v.store_id LEFT JOIN staff a ON a.id = v.consultant_id"
    " LEFT JOIN staff b ON b.id = v.advisor_id WHERE v.account_id = ?"
)
_ORDER_SQL: Final = (
    "SELECT o.ref, v.vin, s.code AS store, o.opened_at, o.settled_at, o.mileage, o.amount, o.items,"
    " o.note, o.rev, o.changed_at FROM visit o JOIN vehicle v ON v.id = o.vehicle_id"
    " LEFT JOIN store s ON s.id = o.store_id WHERE o.account_id = ? AND o.ref = ?"
)


def _day(value: Any) -> str | None:
    found: date | None = calendar_day(value)
    return found.isoformat() if found else None


def _moment(value: Any) -> str | None:
    found: datetime | None = moment(value)
    return found.astimezone(UTC).isoformat() if found else None


async def customer(ref: str) -> Mapping[str, Any] | None:
    """An erased customer is not there any more."""
    row = await sql().row(_CUSTOMER_SQL, account_id(), ref)
    if row is None:
        return None
    agreed = await consents.state(Who(row["id"]))
    return {
        **{name: row[name] or None for name in (*_CUSTOMER, *_CUSTOMER_MORE)},
        **{name: unseal(f"customer.{name}", row[name]) or None for name in _CUSTOMER_SEALED},
        "birthday": _day(row["birthday"]),
        "preferences": unseal_json("customer.preferences", row["preferences"]),
        "tags": loads(row["tags"]),
        "consents": sorted(purpose for purpose, entry in agreed.items() if entry.given),
        **{name: row[name] for name in ("consultant", "merged_into")},
        **_file(row),
    }


async def vehicle(vin: str) -> Mapping[str, Any] | None:
    hashes = look_ups("vin", vin)
    row = await sql().row(
        f"{_VEHICLE_SQL} AND v.vin_hash IN ({marks(hashes)})", account_id(), *hashes
    )
    if row is None:
        return None
    return {
        "vin": unseal("vehicle.vin", row["vin"]),
        "plate": unseal("vehicle.plate", row["plate"]) or None,
        **{name: row[name] or None for name in _VEHICLE},
        **{name: _day(row[name]) for name in _VEHICLE_DAYS},
        "mileage": row["mileage"],
        "sold": bool(row["sold"]),
        **{
            name: row[name]
            for name in ("customer_ref", "contact_ref", "store", "consultant", "advisor")
        },
        **_file(row),
    }


async def repair_order(ref: str) -> Mapping[str, Any] | None:
    row = await sql().row(_ORDER_SQL, account_id(), ref)
    if row is None:
        return None
    return {
        "ref": row["ref"],
        "vin": unseal("vehicle.vin", row["vin"]) or None,
        "store": row["store"],
        "opened_at": _moment(row["opened_at"]),
        "settled_at": _moment(row["settled_at"]),
        "mileage": row["mileage"],
        "amount": None if row["amount"] is None else f"{float(row['amount']):.2f}",
        "items": loads(row["items"]),
        "note": unseal("visit.note", row["note"]) or None,
        "rev": row["rev"],
        "changed_at": _moment(row["changed_at"]),
    }


def _file(row: Any) -> dict[str, Any]:
    return {"state": row["state"], "rev": row["rev"], "changed_at": _moment(row["changed_at"])}
