"""What the planner knows of tables that grow by a feed.

PostgreSQL looks at a table by itself about a minute after it has grown; until then a prepared
statement that was planned on an empty table goes on reading it from end to end, and a first feed
of 100,000 cars takes hours. So whoever writes in bulk looks in between.
"""

from typing import Final

from storage.db import sql

BULK: Final = (
    *("customer", "consent", "vehicle", "visit", "audit_entry"),
    *("touchpoint", "message", "staff_task"),
)
_A_FEW: Final = 40
"""Pages of 8 KiB that are read at once anyway."""


async def keep_up() -> list[str]:
    """Analyse each table that has doubled since it was last looked at, and name it."""
    connection = sql()
    if not connection.postgres:
        return []
    rows = await connection.rows(
        "SELECT relname FROM pg_class WHERE relname = ANY(?) AND relkind = 'r'"
        " AND relnamespace = current_schema()::regnamespace"
        " AND pg_relation_size(oid) / 8192 > 2 * greatest(relpages, 0) + ?",
        *(list(BULK), _A_FEW),
    )
    grown = [row["relname"] for row in rows]
    for table in grown:
        await connection.run(f"ANALYZE {table}")
    return grown
