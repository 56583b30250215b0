from tortoise import migrations
from tortoise.migrations import operations as ops
import functools
from json import dumps, loads
from storage.fields import UtcDatetimeField
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0004_touch')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Receipt',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('account', fields.ForeignKeyField('models.Account', source_field='account_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('msgid', fields.CharField(max_length=32)),
                ('wechat_user_id', fields.BigIntField(null=True)),
                ('state', fields.CharField(max_length=12)),
                ('why', fields.CharField(default='', db_default='', max_length=200)),
                ('received_at', UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'receipt', 'app': 'models', 'unique_together': (('account', 'msgid'),), 'pk_attr': 'id', 'table_description': '回执'},
            bases=['Owned'],
        ),
        ops.AddField(
            model_name='Message',
            name='doubt_at',
            field=UtcDatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddIndex(
            model_name='Message',
            index=Index(fields=['account_id', 'channel', 'state', 'due_at', 'id']),
        ),
        ops.AddField(
            model_name='WeChatUser',
            name='refusals',
            field=fields.JSONField(null=True, encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads),
        ),
    ]
