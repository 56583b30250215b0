"""Two files of one car: the one begun in chat goes into the one that knows the VIN."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from bot.errors import StaffError
from bot.rules.roles import Action, Kind
from storage.db import Sql, transaction
from storage.queries import audit
from storage.queries.files.steps import alone, opened_for
from storage.queries.files.writing import FILES, as_json, current
from storage.queries.merging import touches as merging_touches
from storage.queries.merging.customers import move, recorded
from storage.queries.staff.colleagues import Staff
from storage.scope import account_id

MOVES: Final = (
    ("vehicle_person", "vehicle_id"),
    ("delivery", "vehicle_id"),
    ("visit", "vehicle_id"),
    ("incident", "vehicle_id"),
    ("booking", "vehicle_id"),
    ("waiting", "vehicle_id"),
    ("touchpoint", "vehicle_id"),
    ("rating", "vehicle_id"),
    ("complaint", "vehicle_id"),
)
"""Every column that names a car."""

_SAME_PERSON: Final = (
    "DELETE FROM vehicle_person WHERE account_id = ? AND vehicle_id = ? AND wechat_user_id IN"
    " (SELECT p.wechat_user_id FROM vehicle_person p WHERE p.account_id = ? AND p.vehicle_id = ?)"
)
_SAME_DELIVERY: Final = (
    "DELETE FROM delivery WHERE account_id = ? AND vehicle_id = ? AND EXISTS"
    " (SELECT 1 FROM delivery d WHERE d.account_id = ? AND d.vehicle_id = ?)"
)
"""A person follows a car once, and it was handed over once: the word of the file that stays holds."""

_CARS: Final = FILES[Kind.VEHICLE]
_NOT_FILLED: Final = (
    *("state", "filed_by", "filed_at", "sold", "sold_at", "mileage", "mileage_on"),
    "vin",
)


async def merge_vehicles(
    who: Staff, keep: int, gone: int, now: datetime, *, reason: str = ""
) -> int | None:
    """All that hangs on `gone` hangs on `keep`, and `gone` is no more; None where `who` sees not both.

    What `keep` does not know it takes from `gone`. StaffError where two VINs say two cars.
    """
    if keep == gone:
        raise StaffError("这是同一份档案。", "请选两份不同的档案。")
    async with transaction() as connection:
        await alone(connection)
        for row_id in sorted((keep, gone)):
            if await opened_for(connection, who, Kind.VEHICLE, row_id, Action.MERGE) is None:
                return None
        ours = await current(connection, Kind.VEHICLE, keep)
        theirs = await current(connection, Kind.VEHICLE, gone)
        _one_car(ours, theirs)
        for statement in (_SAME_PERSON, _SAME_DELIVERY):
            await connection.run(statement, account_id(), gone, account_id(), keep)
        moved = {
            f"{table}.{column}": await move(connection, (table, column), keep, gone, now)
            for table, column in MOVES
        }
        await merging_touches.follow(connection, "v", keep, gone, now)
        await _replaced(connection, keep, gone)
        new = _filled(ours, theirs)  # after the plate of the other is free
        await _CARS.update(connection, [{**new, "rev": ours["rev"] + 1}], now)
        record = {"gone": gone, "moved": moved, "file": as_json(theirs)}
        merge = await recorded(connection, who, (Kind.VEHICLE, keep), record, reason, now)
        detail = {"gone": gone, "merge": merge}
        await audit.note(who.actor, "merge", f"vehicle:{keep}", detail, now)
        await audit.note(who.actor, "merge", f"vehicle:{gone}", {"into": keep}, now)
        return merge


def _one_car(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> None:
    if ours["vin"] and theirs["vin"]:
        raise StaffError("两份档案的车架号不同，是两台车。", "车架号录错的，请先更正。")
    if theirs["vin"]:
        raise StaffError("有车架号的那份档案要保留。", "请交换两份档案的先后。")


async def _replaced(connection: Sql, keep: int, gone: int) -> None:
    """Wishes, old and open, are about the file that stays."""
    await connection.run(
        "UPDATE file_change SET subject_id = ? WHERE account_id = ? AND subject_kind = 'vehicle'"
        " AND subject_id = ?",
        *(keep, account_id(), gone),
    )
    await connection.run("DELETE FROM vehicle WHERE account_id = ? AND id = ?", account_id(), gone)


def _filled(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, Any]:
    """A car that had left us and is somebody's again comes back, under the plate it has now."""
    names = [name for name in _CARS.columns if name not in _NOT_FILLED]
    new = {**ours, **{name: theirs[name] for name in names if not ours[name]}}
    if (theirs["mileage"] or 0) > (ours["mileage"] or 0):
        new |= {name: theirs[name] for name in ("mileage", "mileage_on")}
    if ours["sold"] and not theirs["sold"] and theirs["customer_id"]:
        new |= {"sold": False, "sold_at": None, "plate": theirs["plate"] or ours["plate"]}
    return new
