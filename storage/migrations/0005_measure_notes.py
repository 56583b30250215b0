from tortoise import migrations
from tortoise.migrations import operations as ops
from storage.secrets import EncText

class Migration(migrations.Migration):
    dependencies = [('models', '0004_tasks_of_cases')]

    initial = False

    operations = [
        ops.AddField(
            model_name='Measure',
            name='note',
            field=EncText(default='', db_default='', unique=False),
        ),
    ]
