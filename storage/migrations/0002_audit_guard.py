"""The audit log takes new entries and nothing else, whoever holds the connection.

But that a detail may be sealed anew under another key: the chain covers what it says.
"""

from typing import Any

from tortoise import migrations
from tortoise.migrations import operations as ops

_WHY = 'the audit log is append-only'

_SAME = ('id', 'account_id', 'number', 'at', 'actor', 'action', 'subject', 'before_hash', 'hash')
_RESEALED = (
    "COALESCE(" + " AND ".join(f"OLD.{name} = NEW.{name}" for name in _SAME)
    + " AND OLD.detail LIKE 'v1.%' AND NEW.detail LIKE 'v1.%'"
    " AND substr(OLD.detail, 1, 12) <> substr(NEW.detail, 1, 12), FALSE)"
)

_SQLITE = [
    f"CREATE TRIGGER audit_entry_no_update BEFORE update ON audit_entry WHEN NOT {_RESEALED}"
    f" BEGIN SELECT RAISE(ABORT, '{_WHY}'); END",
    "CREATE TRIGGER audit_entry_no_delete BEFORE delete ON audit_entry"
    f" BEGIN SELECT RAISE(ABORT, '{_WHY}'); END",
]

_POSTGRES = [
    f"CREATE FUNCTION audit_entry_guard() RETURNS trigger LANGUAGE plpgsql AS"
    f" $$ BEGIN IF TG_OP = 'UPDATE' THEN IF {_RESEALED} THEN RETURN NEW; END IF; END IF;"
    f" RAISE EXCEPTION '{_WHY}'; END $$",
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


async def guard(apps: Any, editor: Any) -> None:
    await _run(editor, _POSTGRES, _SQLITE)


async def unguard(apps: Any, editor: Any) -> None:
    await _run(editor, _POSTGRES_BACK, _SQLITE_BACK)


async def _run(editor: Any, postgres: list[str], sqlite: list[str]) -> None:
    is_postgres = editor.client.capabilities.dialect == 'postgres'
    for statement in postgres if is_postgres else sqlite:
        await editor.client.execute_script(statement)


class Migration(migrations.Migration):
    dependencies = [('models', '0001_first')]

    initial = False

    operations = [ops.RunPython(guard, unguard)]
