from tortoise import migrations
from tortoise.migrations import operations as ops
import functools
from json import dumps, loads
from storage.fields import UtcDatetimeField
from storage.secrets import EncJson, EncText
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0003_entered_by')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Announcement',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('account', fields.ForeignKeyField('models.Account', source_field='account_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('kind', fields.CharField(max_length=24)),
                ('title', fields.CharField(max_length=64)),
                ('body', fields.TextField(unique=False)),
                ('audience', fields.JSONField(encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('due_on', fields.DateField()),
                ('until_on', fields.DateField(null=True)),
                ('created_by', fields.CharField(max_length=64)),
                ('created_at', UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ('approved_by', fields.CharField(default='', db_default='', max_length=64)),
                ('approved_at', UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'announcement', 'app': 'models', 'indexes': [Index(fields=['account_id', 'due_on', 'id'])], 'pk_attr': 'id', 'table_description': '通知'},
            bases=['Owned'],
        ),
        ops.CreateModel(
            name='ApiBudget',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('account', fields.ForeignKeyField('models.Account', source_field='account_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('api', fields.CharField(max_length=64)),
                ('minute_limit', fields.IntField(null=True)),
                ('day_limit', fields.IntField(null=True)),
                ('minute_start', UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('minute_used', fields.IntField(default=0, db_default=0)),
                ('day', fields.DateField(null=True)),
                ('day_used', fields.IntField(default=0, db_default=0)),
                ('checked_at', UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('paused_until', UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('why', fields.CharField(default='', db_default='', max_length=200)),
                ('failures', fields.IntField(default=0, db_default=0)),
            ],
            options={'table': 'api_budget', 'app': 'models', 'unique_together': (('account', 'api'),), 'pk_attr': 'id', 'table_description': '接口额度'},
            bases=['Owned'],
        ),
        ops.CreateModel(
            name='Grant',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('account', fields.ForeignKeyField('models.Account', source_field='account_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('wechat_user', fields.ForeignKeyField('models.WeChatUser', source_field='wechat_user_id', db_constraint=True, to_field='id', related_name='grants', on_delete=OnDelete.CASCADE)),
                ('template_id', fields.CharField(max_length=64)),
                ('key', fields.CharField(max_length=120)),
                ('granted_at', UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ('used_at', UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'grant_once', 'app': 'models', 'unique_together': (('account', 'key'),), 'indexes': [Index(fields=['account_id', 'wechat_user_id', 'template_id', 'used_at'])], 'pk_attr': 'id', 'table_description': '一次性订阅'},
            bases=['Owned'],
        ),
        ops.CreateModel(
            name='JobRun',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('account', fields.ForeignKeyField('models.Account', source_field='account_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('name', fields.CharField(max_length=48)),
                ('started_at', UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('ended_at', UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('lease_until', UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('holder', fields.CharField(default='', db_default='', max_length=64)),
                ('ok', fields.BooleanField(null=True)),
                ('milliseconds', fields.IntField(null=True)),
                ('result', fields.JSONField(null=True, encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('error', fields.CharField(default='', db_default='', max_length=300)),
                ('cursor', fields.JSONField(null=True, encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('runs', fields.IntField(default=0, db_default=0)),
                ('failures', fields.IntField(default=0, db_default=0)),
            ],
            options={'table': 'job_run', 'app': 'models', 'unique_together': (('account', 'name'),), 'pk_attr': 'id', 'table_description': '定时任务'},
            bases=['Owned'],
        ),
        ops.CreateModel(
            name='MassSend',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('account', fields.ForeignKeyField('models.Account', source_field='account_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('key', fields.CharField(max_length=32)),
                ('purpose', fields.CharField(max_length=12)),
                ('body', EncText(unique=False)),
                ('people', fields.IntField(default=0, db_default=0)),
                ('state', fields.CharField(default='queued', db_default='queued', max_length=12)),
                ('why', fields.CharField(default='', db_default='', max_length=200)),
                ('msgid', fields.CharField(default='', db_default='', max_length=32)),
                ('total', fields.IntField(null=True)),
                ('filtered', fields.IntField(null=True)),
                ('sent', fields.IntField(null=True)),
                ('errors', fields.IntField(null=True)),
                ('due_at', UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ('lease_until', UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('attempts', fields.IntField(default=0, db_default=0)),
                ('created_at', UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ('changed_at', UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'mass_send', 'app': 'models', 'unique_together': (('account', 'key'),), 'indexes': [Index(fields=['account_id', 'state', 'due_at', 'id']), Index(fields=['account_id', 'msgid'])], 'pk_attr': 'id', 'table_description': '群发'},
            bases=['Owned'],
        ),
        ops.CreateModel(
            name='PlatformTemplate',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('account', fields.ForeignKeyField('models.Account', source_field='account_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('template_id', fields.CharField(max_length=64)),
                ('title', fields.CharField(max_length=64)),
                ('content', fields.TextField(unique=False)),
                ('keys', fields.JSONField(encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('notice', fields.CharField(default='', db_default='', max_length=32)),
                ('mapping', fields.JSONField(null=True, encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('broken', fields.CharField(default='', db_default='', max_length=200)),
                ('seen_at', UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ('gone_at', UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'platform_template', 'app': 'models', 'unique_together': (('account', 'template_id'),), 'indexes': [Index(fields=['account_id', 'notice'])], 'pk_attr': 'id', 'table_description': '微信模板'},
            bases=['Owned'],
        ),
        ops.CreateModel(
            name='TextOverride',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('account', fields.ForeignKeyField('models.Account', source_field='account_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('scope', fields.CharField(default='', db_default='', max_length=32)),
                ('name', fields.CharField(max_length=48)),
                ('body', fields.TextField(unique=False)),
                ('rev', fields.IntField(default=0, db_default=0)),
                ('changed_by', fields.CharField(max_length=64)),
                ('changed_at', UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'text_override', 'app': 'models', 'unique_together': (('account', 'scope', 'name'),), 'pk_attr': 'id', 'table_description': '门店话术'},
            bases=['Owned'],
        ),
        ops.CreateModel(
            name='TouchRule',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('account', fields.ForeignKeyField('models.Account', source_field='account_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('kind', fields.CharField(max_length=24)),
                ('scope', fields.CharField(default='', db_default='', max_length=32)),
                ('model', fields.CharField(default='', db_default='', max_length=48)),
                ('active', fields.BooleanField(null=True)),
                ('offset_days', fields.IntField(null=True)),
                ('at', fields.CharField(default='', db_default='', max_length=5)),
                ('catch_up_days', fields.IntField(null=True)),
                ('changed_by', fields.CharField(max_length=64)),
                ('changed_at', UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'touch_rule', 'app': 'models', 'unique_together': (('account', 'kind', 'scope', 'model'),), 'pk_attr': 'id', 'table_description': '跟踪规则'},
            bases=['Owned'],
        ),
        ops.CreateModel(
            name='Touchpoint',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('account', fields.ForeignKeyField('models.Account', source_field='account_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('kind', fields.CharField(max_length=24)),
                ('subject', fields.CharField(max_length=48)),
                ('purpose', fields.CharField(max_length=12)),
                ('customer', fields.ForeignKeyField('models.Customer', source_field='customer_id', null=True, db_constraint=True, to_field='id', related_name='touchpoints', on_delete=OnDelete.CASCADE)),
                ('vehicle', fields.ForeignKeyField('models.Vehicle', source_field='vehicle_id', null=True, db_constraint=True, to_field='id', related_name='touchpoints', on_delete=OnDelete.CASCADE)),
                ('store', fields.ForeignKeyField('models.Store', source_field='store_id', null=True, db_constraint=True, to_field='id', related_name='touchpoints', on_delete=OnDelete.SET_NULL)),
                ('due_on', fields.DateField()),
                ('due_at', UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ('until', UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('state', fields.CharField(default='planned', db_default='planned', max_length=12)),
                ('channel', fields.CharField(default='', db_default='', max_length=12)),
                ('why', fields.CharField(default='', db_default='', max_length=200)),
                ('outcome', fields.CharField(default='', db_default='', max_length=24)),
                ('facts', EncJson(null=True, unique=False)),
                ('reasons', EncJson(null=True, unique=False)),
                ('done_at', UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('created_at', UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ('changed_at', UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'touchpoint', 'app': 'models', 'unique_together': (('account', 'kind', 'subject', 'due_on'),), 'indexes': [Index(fields=['account_id', 'state', 'due_at', 'id']), Index(fields=['account_id', 'customer_id', 'due_on']), Index(fields=['account_id', 'vehicle_id', 'state']), Index(fields=['account_id', 'due_on', 'id'])], 'pk_attr': 'id', 'table_description': '跟踪点'},
            bases=['Owned'],
        ),
        ops.AddField(
            model_name='Customer',
            name='birthday_key',
            field=fields.CharField(default='', db_default='', max_length=5),
        ),
        ops.AddField(
            model_name='Customer',
            name='consultant',
            field=fields.ForeignKeyField('models.Staff', source_field='consultant_id', null=True, db_constraint=True, to_field='id', related_name='customers', on_delete=OnDelete.SET_NULL),
        ),
        ops.AddField(
            model_name='Customer',
            name='contact_hours',
            field=fields.CharField(default='', db_default='', max_length=11),
        ),
        ops.AddIndex(
            model_name='Customer',
            index=Index(fields=['account_id', 'consultant_id']),
        ),
        ops.AddIndex(
            model_name='Customer',
            index=Index(fields=['account_id', 'birthday_key', 'id']),
        ),
        ops.AddIndex(
            model_name='Customer',
            index=Index(fields=['account_id', 'birthday_lunar', 'id']),
        ),
        ops.AddIndex(
            model_name='Delivery',
            index=Index(fields=['account_id', 'delivered_at', 'id']),
        ),
        ops.AddIndex(
            model_name='Incident',
            index=Index(fields=['account_id', 'created_at', 'id']),
        ),
        ops.AddField(
            model_name='Message',
            name='mass',
            field=fields.ForeignKeyField('models.MassSend', source_field='mass_id', null=True, db_constraint=True, to_field='id', related_name='messages', on_delete=OnDelete.SET_NULL),
        ),
        ops.AddField(
            model_name='Message',
            name='purpose',
            field=fields.CharField(default='', db_default='', max_length=12),
        ),
        ops.AddField(
            model_name='Message',
            name='touchpoint',
            field=fields.ForeignKeyField('models.Touchpoint', source_field='touchpoint_id', null=True, db_constraint=True, to_field='id', related_name='messages', on_delete=OnDelete.SET_NULL),
        ),
        ops.AddField(
            model_name='Message',
            name='until',
            field=UtcDatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddIndex(
            model_name='Message',
            index=Index(fields=['account_id', 'touchpoint_id']),
        ),
        ops.AddIndex(
            model_name='Message',
            index=Index(fields=['account_id', 'mass_id', 'id']),
        ),
        ops.AddIndex(
            model_name='Message',
            index=Index(fields=['account_id', 'msgid']),
        ),
        ops.AddField(
            model_name='StaffTask',
            name='done_by',
            field=fields.CharField(default='', db_default='', max_length=64),
        ),
        ops.AddField(
            model_name='StaffTask',
            name='due_at',
            field=UtcDatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='StaffTask',
            name='outcome',
            field=fields.CharField(default='', db_default='', max_length=24),
        ),
        ops.AddField(
            model_name='StaffTask',
            name='staff',
            field=fields.ForeignKeyField('models.Staff', source_field='staff_id', null=True, db_constraint=True, to_field='id', related_name='tasks', on_delete=OnDelete.SET_NULL),
        ),
        ops.AddField(
            model_name='StaffTask',
            name='store',
            field=fields.ForeignKeyField('models.Store', source_field='store_id', null=True, db_constraint=True, to_field='id', related_name='tasks', on_delete=OnDelete.SET_NULL),
        ),
        ops.AddField(
            model_name='StaffTask',
            name='touchpoint_id',
            field=fields.BigIntField(null=True),
        ),
        ops.AddIndex(
            model_name='StaffTask',
            index=Index(fields=['account_id', 'touchpoint_id']),
        ),
        ops.AddIndex(
            model_name='StaffTask',
            index=Index(fields=['account_id', 'staff_id', 'done_at']),
        ),
        ops.AddField(
            model_name='Store',
            name='care',
            field=fields.JSONField(null=True, encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads),
        ),
        ops.AddField(
            model_name='Vehicle',
            name='service_on',
            field=fields.DateField(null=True),
        ),
        ops.AddIndex(
            model_name='Vehicle',
            index=Index(fields=['account_id', 'service_on', 'id']),
        ),
        ops.AddIndex(
            model_name='Vehicle',
            index=Index(fields=['account_id', 'delivered_on', 'id']),
        ),
        ops.AddIndex(
            model_name='Vehicle',
            index=Index(fields=['account_id', 'insurance_until', 'id']),
        ),
        ops.AddIndex(
            model_name='Vehicle',
            index=Index(fields=['account_id', 'inspection_due', 'id']),
        ),
        ops.AddIndex(
            model_name='Visit',
            index=Index(fields=['account_id', 'settled_at', 'id']),
        ),
        ops.AddField(
            model_name='WeChatUser',
            name='mass_month',
            field=fields.CharField(default='', db_default='', max_length=7),
        ),
        ops.AddField(
            model_name='WeChatUser',
            name='mass_sent',
            field=fields.IntField(default=0, db_default=0),
        ),
    ]
