"""A key's requests are counted across processes; birthdays told before are found by their day."""

from typing import Any

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

_FILL = (
    "UPDATE customer SET birthday_key = substr(CAST(birthday AS VARCHAR(10)), 6, 5)"
    " WHERE birthday IS NOT NULL AND birthday_key = ''"
)


async def fill(apps: Any, editor: Any) -> None:
    await editor.client.execute_script(_FILL)


async def leave(apps: Any, editor: Any) -> None:
    """The column goes with the migration that made it."""


class Migration(migrations.Migration):
    dependencies = [('models', '0004_touch')]

    initial = False

    operations = [
        ops.AddField(
            model_name='ApiKey',
            name='spent_until',
            field=fields.FloatField(default=0, db_default=0),
        ),
        ops.RunPython(fill, leave),
    ]
