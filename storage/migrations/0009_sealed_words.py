"""What colleagues wrote of a lost lead, and of two complaints that are alike, is sealed.

The columns in the clear stay, empty: `lead.lost_reason` for what we say ourselves of who was erased.
"""

from typing import Any, Final

from tortoise import migrations
from tortoise.migrations import operations as ops

from storage.db import Sql
from storage.secrets import EncText, seal

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
        ops.RunPython(seal_words),  # there is no way back: these words are not opened again
    ]
