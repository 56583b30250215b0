from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('models', '0005_receipts')]

    initial = False

    operations = [
        ops.AddField(
            model_name='TouchRule',
            name='km',
            field=fields.IntField(null=True),
        ),
        ops.AddField(
            model_name='TouchRule',
            name='months',
            field=fields.IntField(null=True),
        ),
    ]
