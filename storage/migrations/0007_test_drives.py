from tortoise import migrations
from tortoise.migrations import operations as ops
import functools
from json import dumps, loads
from storage.fields import UtcDatetimeField
from tortoise import fields
from tortoise.migrations.constraints import UniqueConstraint

class Migration(migrations.Migration):
    dependencies = [('models', '0006_leads_of_people')]

    initial = False

    operations = [
        ops.AddField(
            model_name='Lead',
            name='drive_at',
            field=UtcDatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='Lead',
            name='drive_car_id',
            field=fields.BigIntField(null=True),
        ),
        ops.AddConstraint(
            model_name='Lead',
            constraint=UniqueConstraint(fields=('account', 'drive_car_id', 'drive_at')),
        ),
        ops.AddField(
            model_name='Resource',
            name='hours',
            field=fields.JSONField(null=True, encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads),
        ),
    ]
