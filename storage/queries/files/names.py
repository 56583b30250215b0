"""Which file somebody means who types a number."""

from collections.abc import Sequence
from typing import Any, Final

from bot.errors import StaffError
from bot.rules.identifiers import read_phone, read_plate, read_vin
from bot.rules.roles import Kind
from storage.db import sql
from storage.queries.access.rows import TABLES, visible
from storage.queries.staff.colleagues import Staff
from storage.secrets import look_ups, marks

_ALIVE: Final = {
    Kind.CUSTOMER: "f.merged_into_id IS NULL AND f.erased_at IS NULL",
    Kind.VEHICLE: "1 = 1",
}


async def named(who: Staff, kind: Kind, ref: str) -> int:
    """The id of a file that `who` sees: "#7", a customer's ref or phone, a car's VIN or plate.

    Raises StaffError where there is none, or several.
    """
    found: list[int] = []
    for column, values in _readings(kind, ref.strip()):
        found = found or await _found(who, kind, column, values)
    if not found:
        raise StaffError(f"没有找到档案 {ref}。", "请核对编号、电话、车牌或车架号。")
    if len(found) > 1:
        raise StaffError(
            f"{ref} 在多份档案中：{'、'.join(f'#{row_id}' for row_id in found)}。",
            "请用 # 加档案编号指明。",
        )
    return found[0]


def _readings(kind: Kind, ref: str) -> list[tuple[str, Sequence[Any]]]:
    """Columns that may hold it, the surest first."""
    if ref.startswith("#"):
        return [("id", (int(ref[1:]),))] if ref[1:].isdecimal() and len(ref) < 18 else []
    if kind is Kind.CUSTOMER:
        phone = read_phone(ref)
        by_phone = [("phone_hash", look_ups("phone", phone.value))] if phone else []
        return [("ref", (ref,)), *by_phone]
    vin, plate = read_vin(ref), read_plate(ref)
    by_vin = [("vin_hash", look_ups("vin", vin.value))] if vin else []
    return [*by_vin, *([("plate_hash", look_ups("plate", plate.value))] if plate else [])]


async def _found(who: Staff, kind: Kind, column: str, values: Sequence[Any]) -> list[int]:
    seen = visible(who, kind, "f")
    rows = await sql().rows(
        f"SELECT f.id FROM {TABLES[kind]} f WHERE f.{column} IN ({marks(values)})"  # noqa: S608 - our own names, marks, and a condition that visible() wrote
        f" AND {_ALIVE[kind]} AND {seen.text} ORDER BY f.id LIMIT 9",
        *(*values, *seen.values),
    )
    return [row["id"] for row in rows]
