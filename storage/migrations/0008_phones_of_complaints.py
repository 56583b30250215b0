"""A complaint is found by its telephone number, as a lead is; those that are there already, too.

A lead from before a change of keys may have a hash of a key that is gone: it gets a new one. What no
key of ours opens is left as it is: `cheyu keys rotate` hashes it, once it opens.
"""

from typing import Any

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from bot.errors import StaffError
from bot.rules.identifiers import phone_key
from storage.db import Sql
from storage.secrets import look_up_or_none, unseal

BATCH = 500


async def hash_phones(apps: Any, editor: Any) -> None:
    for table in ("complaint", "lead"):
        await _hash_phones(Sql(editor.client), table)


async def _hash_phones(connection: Sql, table: str) -> None:
    last = 0
    while rows := await connection.rows(
        f"SELECT id, phone, phone_hash FROM {table} WHERE id > ? AND phone <> ''"
        " ORDER BY id LIMIT ?",
        *(last, BATCH),
    ):
        last = rows[-1]["id"]
        for row in rows:
            try:
                number = phone_key(unseal(f"{table}.phone", row["phone"]))
            except StaffError:
                continue
            found_by = look_up_or_none("phone", number)
            if found_by != row["phone_hash"]:
                await connection.run(
                    f"UPDATE {table} SET phone_hash = ? WHERE id = ?", found_by, row["id"]
                )


async def leave(apps: Any, editor: Any) -> None:
    """The column goes, and what is in it with it."""


class Migration(migrations.Migration):
    dependencies = [("models", "0007_test_drives")]

    initial = False

    operations = [
        ops.AddField(
            model_name="Case",
            name="phone_hash",
            field=fields.CharField(max_length=32, null=True),
        ),
        ops.AddIndex(
            model_name="Case",
            index=Index(fields=["account_id", "phone_hash"]),
        ),
        ops.RunPython(hash_phones, leave),
    ]
