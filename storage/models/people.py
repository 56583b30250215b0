"""Customers and their WeChat identities."""

from tortoise import fields
from tortoise.indexes import Index

from storage.fields import UtcDatetimeField
from storage.models.base import Owned


class Customer(Owned):
    """客户. `state`: draft (entered, unchecked), verified, filed."""

    ref = fields.CharField(max_length=64, null=True)
    name = fields.CharField(max_length=64, default="", db_default="")
    gender = fields.CharField(max_length=8, default="", db_default="")
    phone = fields.CharField(max_length=20, default="", db_default="")
    source = fields.CharField(max_length=64, default="", db_default="")
    state = fields.CharField(max_length=16, default="draft", db_default="draft")
    created_at = UtcDatetimeField()

    class Meta:
        table = "customer"
        table_description = "客户"
        unique_together = (("account", "ref"),)
        indexes = (Index(fields=("account_id", "phone")),)


class WeChatUser(Owned):
    """微信身份: one openid. `scene` is how they came; `last_*_at` open the service window.

    `service_sent` counts customer-service messages since the window opened.
    """

    openid = fields.CharField(max_length=64)
    unionid = fields.CharField(max_length=64, default="", db_default="")
    customer: fields.ForeignKeyNullableRelation[Customer] = fields.ForeignKeyField(
        "models.Customer", related_name="wechat_users", null=True, on_delete=fields.SET_NULL
    )
    customer_id: int | None
    subscribed = fields.BooleanField(default=True, db_default=True)
    scene = fields.CharField(max_length=64, default="", db_default="")
    subscribed_at = UtcDatetimeField(null=True)
    unsubscribed_at = UtcDatetimeField(null=True)
    window_kind = fields.CharField(max_length=8, default="", db_default="")
    window_opened_at = UtcDatetimeField(null=True)
    window_sent = fields.IntField(default=0, db_default=0)
    bind_tries = fields.IntField(default=0, db_default=0)
    bind_wait_until = UtcDatetimeField(null=True)
    created_at = UtcDatetimeField()

    class Meta:
        table = "wechat_user"
        table_description = "微信身份"
        unique_together = (("account", "openid"),)


class StaffTask(Owned):
    """Something a person must do: answer a hand-over, check a draft file, look at an error."""

    kind = fields.CharField(max_length=24)
    wechat_user: fields.ForeignKeyNullableRelation[WeChatUser] = fields.ForeignKeyField(
        "models.WeChatUser", related_name="tasks", null=True, on_delete=fields.SET_NULL
    )
    wechat_user_id: int | None
    customer: fields.ForeignKeyNullableRelation[Customer] = fields.ForeignKeyField(
        "models.Customer", related_name="tasks", null=True, on_delete=fields.SET_NULL
    )
    customer_id: int | None
    title = fields.CharField(max_length=120)
    detail = fields.TextField(default="")
    same = fields.CharField(max_length=120, null=True)
    done_at = UtcDatetimeField(null=True)
    created_at = UtcDatetimeField()

    class Meta:
        table = "staff_task"
        table_description = "员工任务"
        unique_together = (("account", "same"),)
        indexes = (Index(fields=("account_id", "done_at", "id")),)
