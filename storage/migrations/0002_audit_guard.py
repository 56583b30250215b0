"""The audit log takes new entries and nothing else, whoever holds the connection."""

from tortoise import migrations
from tortoise.migrations import operations as ops

_WHY = 'the audit log is append-only'

_SQLITE = [
    f"CREATE TRIGGER audit_entry_no_{deed} BEFORE {deed} ON audit_entry"
    f" BEGIN SELECT RAISE(ABORT, '{_WHY}'); END"
    for deed in ('update', 'delete')
]

_POSTGRES = [
    f"CREATE FUNCTION audit_entry_guard() RETURNS trigger LANGUAGE plpgsql AS"
    f" $$ BEGIN RAISE EXCEPTION '{_WHY}'; END $$",
    "CREATE TRIGGER audit_entry_no_change BEFORE UPDATE OR DELETE ON audit_entry"
    " FOR EACH ROW EXECUTE FUNCTION audit_entry_guard()",
    "CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON audit_entry"
    " FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_guard()",
]

_SQLITE_BACK = ["DROP TRIGGER audit_entry_no_update", "DROP TRIGGER audit_entry_no_delete"]
_POSTGRES_BACK = [
    "DROP TRIGGER audit_entry_no_change ON audit_entry",
    "DROP TRIGGER audit_entry_no_truncate ON audit_entry",
    "DROP FUNCTION audit_entry_guard()",
]


async def guard(apps, editor):
    await _run(editor, _POSTGRES, _SQLITE)


async def unguard(apps, editor):
    await _run(editor, _POSTGRES_BACK, _SQLITE_BACK)


async def _run(editor, postgres, sqlite):
    is_postgres = editor.client.capabilities.dialect == 'postgres'
    for statement in postgres if is_postgres else sqlite:
        await editor.client.execute_script(statement)


class Migration(migrations.Migration):
    dependencies = [('models', '0001_first')]

    initial = False

    operations = [ops.RunPython(guard, unguard)]
