"""A car leaves its owner: what was planned for them with it ends, what was done stays."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from storage.db import Sql
from storage.scope import account_id

_WHY: Final = "车辆已转手"
_UNSENT: Final = (
    "UPDATE message SET state = 'cancelled', why = ?, changed_at = ? WHERE account_id = ?"
    " AND state IN ('queued', 'waiting') AND touchpoint_id IN"
    " (SELECT id FROM touchpoint WHERE account_id = ? AND vehicle_id = ?"
)
_OPEN: Final = (
    "UPDATE touchpoint SET state = 'cancelled', why = ?, changed_at = ?"
    " WHERE account_id = ? AND vehicle_id = ? AND state IN ('planned', 'due')"
)


async def over(connection: Sql, cars: Sequence[tuple[int, int | None]], now: datetime) -> None:
    """`cars`: the number of each and whose it is now; None: nobody's of ours."""
    account = account_id()
    gone = [car for car, owner in cars if owner is None]
    passed = [(car, owner) for car, owner in cars if owner is not None]
    await connection.many(f"{_UNSENT})", [(_WHY, now, account, account, car) for car in gone])
    await connection.many(_OPEN, [(_WHY, now, account, car) for car in gone])
    await connection.many(
        f"{_UNSENT} AND customer_id <> ?)",
        [(_WHY, now, account, account, car, owner) for car, owner in passed],
    )
    await connection.many(
        f"{_OPEN} AND customer_id <> ?", [(_WHY, now, account, car, owner) for car, owner in passed]
    )
