"""What every row has: an account it belongs to. Keys and indexes start with it."""

from tortoise import fields
from tortoise.models import Model


class Account(Model):
    """One official account. `settings_rev` grows when stores, services or calendars change."""

    id = fields.IntField(primary_key=True)
    app_id = fields.CharField(max_length=32, unique=True)
    settings_rev = fields.IntField(default=0, db_default=0)

    class Meta:
        table = "account"
        table_description = "公众号"


class Owned(Model):
    """A row of an account."""

    id = fields.BigIntField(primary_key=True)
    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "models.Account", related_name=False, on_delete=fields.RESTRICT, db_index=False
    )
    account_id: int

    class Meta:
        abstract = True
