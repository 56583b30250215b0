from tortoise import migrations
from tortoise.migrations import operations as ops
from storage.fields import UtcDatetimeField
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0003_feedback')]

    initial = False

    operations = [
        ops.AddField(
            model_name='StaffTask',
            name='case_id',
            field=fields.BigIntField(null=True),
        ),
        ops.AddIndex(
            model_name='StaffTask',
            index=Index(fields=['account_id', 'case_id']),
        ),
        ops.AddField(
            model_name='Touchpoint',
            name='wechat_user_id',
            field=fields.BigIntField(null=True),
        ),
        ops.AddField(
            model_name='WeChatUser',
            name='staff_tries',
            field=fields.IntField(default=0, db_default=0),
        ),
        ops.AddField(
            model_name='WeChatUser',
            name='staff_wait_until',
            field=UtcDatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
    ]
