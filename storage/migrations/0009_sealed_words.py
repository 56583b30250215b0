"""What colleagues wrote of a lost lead, and of two complaints that are alike, is sealed.

The columns in the clear stay, empty: `lead.lost_reason` for what we say ourselves of who was erased.
"""

from typing import Any, Final

from tortoise import migrations
from tortoise.migrations import operations as ops

from storage.db import Sql
from storage.secrets import EncText, seal, unseal

BATCH = 500
MOVED: Final = (("lead", "lost_reason", "lost_why"), ("complaint_link", "why", "words"))
"""table, the column in the clear, the sealed one"""


async def seal_words(apps: Any, editor: Any) -> None:
    for table, clear, sealed in MOVED:
        await _move(Sql(editor.client), table, clear, sealed)


async def _move(connection: Sql, table: str, clear: str, sealed: str) -> None:
    while rows := await connection.rows(
        f"SELECT id, {clear} AS said FROM {table} WHERE {clear} <> '' ORDER BY id LIMIT ?", BATCH
    ):
        for row in rows:
            await connection.run(
                f"UPDATE {table} SET {sealed} = ?, {clear} = '' WHERE id = ?",
                *(seal(f"{table}.{sealed}", row["said"]), row["id"]),
            )


async def open_words(apps: Any, editor: Any) -> None:
    connection, last = Sql(editor.client), 0
    for table, clear, sealed in MOVED:
        last = 0
        while rows := await connection.rows(
            f"SELECT id, {sealed} AS said FROM {table} WHERE id > ? AND {sealed} <> ''"
            " ORDER BY id LIMIT ?",
            *(last, BATCH),
        ):
            last = rows[-1]["id"]
            for row in rows:
                await connection.run(
                    f"UPDATE {table} SET {clear} = ? WHERE id = ?",
                    *(unseal(f"{table}.{sealed}", row["said"])[:120], row["id"]),
                )


class Migration(migrations.Migration):
    dependencies = [("models", "0008_phones_of_complaints")]

    initial = False

    operations = [
        ops.AddField(
            model_name="Lead",
            name="lost_why",
            field=EncText(default="", db_default="", unique=False),
        ),
        ops.AddField(
            model_name="CaseLink",
            name="words",
            field=EncText(default="", db_default="", unique=False),
        ),
        ops.RunPython(seal_words, open_words),
    ]
