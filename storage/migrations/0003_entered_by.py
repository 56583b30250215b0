"""Somebody's own files are found by who entered them."""

from tortoise import migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [('models', '0002_audit_guard')]

    initial = False

    operations = [
        ops.AddIndex(model_name=name, index=Index(fields=['account_id', 'entered_by']))
        for name in ('Customer', 'Vehicle')
    ]
