"""Customers and their WeChat identities, what they agreed to, and what staff must do for them."""

from typing import Any

from tortoise import fields
from tortoise.indexes import Index

from storage.fields import UtcDatetimeField
from storage.models.base import Owned
from storage.models.stores import Staff, Store
from storage.secrets import EncJson, EncText


class Filed(Owned):
    """A file with its steps: draft → verified → filed, who took each and when. `rev` is its ETag."""

    state = fields.CharField(max_length=16, default="draft", db_default="draft")
    entered_by = fields.CharField(max_length=64, default="", db_default="")
    entered_at = UtcDatetimeField(null=True)
    verified_by = fields.CharField(max_length=64, default="", db_default="")
    verified_at = UtcDatetimeField(null=True)
    filed_by = fields.CharField(max_length=64, default="", db_default="")
    filed_at = UtcDatetimeField(null=True)
    stocktaken_at = UtcDatetimeField(null=True)
    rev = fields.IntField(default=0, db_default=0)
    created_at = UtcDatetimeField()
    changed_at = UtcDatetimeField(null=True)

    class Meta:
        abstract = True


class Customer(Filed):
    """客户. Found by the keyed hash of a phone or ID number; both are sealed.

    `birthday_key`: month and day of `birthday`, to be found by. `birthday_lunar`: "08-15", "L08-15"
    in a leap month. `contact_hours`: "18:00-20:00", when they like to be called. `preferences`: free
    keys to texts. `merged_into`: the file that took this one over. `erased_at`: only figures are left.
    """

    ref = fields.CharField(max_length=64, null=True)
    name = fields.CharField(max_length=64, default="", db_default="")
    gender = fields.CharField(max_length=8, default="", db_default="")
    salutation = fields.CharField(max_length=16, default="", db_default="")
    phone = EncText(default="", db_default="")
    phone_hash = fields.CharField(max_length=32, null=True)
    id_number = EncText(default="", db_default="")
    id_hash = fields.CharField(max_length=32, null=True)
    birthday = fields.DateField(null=True)
    birthday_key = fields.CharField(max_length=5, default="", db_default="")
    birthday_lunar = fields.CharField(max_length=6, default="", db_default="")
    contact_hours = fields.CharField(max_length=11, default="", db_default="")
    consultant: fields.ForeignKeyNullableRelation[Staff] = fields.ForeignKeyField(
        "models.Staff", related_name="customers", null=True, on_delete=fields.SET_NULL
    )
    consultant_id: int | None
    occupation = fields.CharField(max_length=64, default="", db_default="")
    company = fields.CharField(max_length=120, default="", db_default="")
    address = EncText(default="", db_default="")
    referrer = fields.CharField(max_length=64, default="", db_default="")
    preferences: Any = EncJson(null=True)
    notes = EncText(default="", db_default="")
    tags = fields.JSONField[list[str]](null=True)
    tier = fields.CharField(max_length=16, default="", db_default="")
    source = fields.CharField(max_length=64, default="", db_default="")
    merged_into: fields.ForeignKeyNullableRelation["Customer"] = fields.ForeignKeyField(
        "models.Customer", related_name="merged", null=True, on_delete=fields.SET_NULL
    )
    merged_into_id: int | None
    erased_at = UtcDatetimeField(null=True)

    class Meta:
        table = "customer"
        table_description = "客户"
        unique_together = (("account", "ref"),)
        indexes = (
            Index(fields=("account_id", "phone_hash")),
            Index(fields=("account_id", "id_hash")),
            Index(fields=("account_id", "merged_into_id")),
            Index(fields=("account_id", "consultant_id")),
            Index(fields=("account_id", "birthday_key", "id")),
            Index(fields=("account_id", "birthday_lunar", "id")),
            Index(fields=("account_id", "name", "id")),
            Index(fields=("account_id", "entered_by")),
            Index(fields=("account_id", "stocktaken_at", "id")),
            Index(fields=("account_id", "changed_at", "id")),
        )


class WeChatUser(Owned):
    """微信身份: one openid. `scene` is how they came the last time, `first_scene` the first.

    `window_sent` counts customer-service messages since the window opened, `mass_sent` mass messages
    in the calendar month `mass_month` ("2026-12", Beijing). `refusals`: what WeChat said they do not
    take, a template's id or "*" for everything, and when (ISO, UTC). `bind_tries` and `staff_tries`:
    wrong ones of 绑定 and of 绑定员工.
    """

    openid = fields.CharField(max_length=64)
    unionid = fields.CharField(max_length=64, default="", db_default="")
    customer: fields.ForeignKeyNullableRelation[Customer] = fields.ForeignKeyField(
        "models.Customer", related_name="wechat_users", null=True, on_delete=fields.SET_NULL
    )
    customer_id: int | None
    subscribed = fields.BooleanField(default=True, db_default=True)
    scene = fields.CharField(max_length=64, default="", db_default="")
    first_scene = fields.CharField(max_length=64, default="", db_default="")
    subscribed_at = UtcDatetimeField(null=True)
    unsubscribed_at = UtcDatetimeField(null=True)
    window_kind = fields.CharField(max_length=8, default="", db_default="")
    window_opened_at = UtcDatetimeField(null=True)
    window_sent = fields.IntField(default=0, db_default=0)
    mass_month = fields.CharField(max_length=7, default="", db_default="")
    mass_sent = fields.IntField(default=0, db_default=0)
    refusals = fields.JSONField[dict[str, str]](null=True)
    bind_tries = fields.IntField(default=0, db_default=0)
    bind_wait_until = UtcDatetimeField(null=True)
    staff_tries = fields.IntField(default=0, db_default=0)
    staff_wait_until = UtcDatetimeField(null=True)
    created_at = UtcDatetimeField()

    class Meta:
        table = "wechat_user"
        table_description = "微信身份"
        unique_together = (("account", "openid"),)
        indexes = (
            Index(fields=("account_id", "customer_id")),
            Index(fields=("account_id", "unsubscribed_at")),
        )


class Consent(Owned):
    """One yes or no to one purpose (care, follow_up, marketing); the newest counts. Never changed.

    A stranger's is kept by `wechat_user`.
    """

    customer: fields.ForeignKeyNullableRelation[Customer] = fields.ForeignKeyField(
        "models.Customer", related_name="consents", null=True, on_delete=fields.CASCADE
    )
    customer_id: int | None
    wechat_user: fields.ForeignKeyNullableRelation[WeChatUser] = fields.ForeignKeyField(
        "models.WeChatUser", related_name="consents", null=True, on_delete=fields.CASCADE
    )
    wechat_user_id: int | None
    purpose = fields.CharField(max_length=24)
    given = fields.BooleanField()
    wording = fields.CharField(max_length=400, default="", db_default="")
    channel = fields.CharField(max_length=24)
    at = UtcDatetimeField()

    class Meta:
        table = "consent"
        table_description = "同意"
        indexes = (
            Index(fields=("account_id", "customer_id", "purpose", "id")),
            Index(fields=("account_id", "wechat_user_id", "purpose", "id")),
        )


class StaffTask(Owned):
    """Something a person must do: answer a hand-over, check a draft file, make a call that is owed.

    `case_id`: the complaint it is about.
    """

    kind = fields.CharField(max_length=24)
    wechat_user: fields.ForeignKeyNullableRelation[WeChatUser] = fields.ForeignKeyField(
        "models.WeChatUser", related_name="tasks", null=True, on_delete=fields.SET_NULL
    )
    wechat_user_id: int | None
    customer: fields.ForeignKeyNullableRelation[Customer] = fields.ForeignKeyField(
        "models.Customer", related_name="tasks", null=True, on_delete=fields.SET_NULL
    )
    customer_id: int | None
    title = EncText()
    detail = EncText(default="")
    same = fields.CharField(max_length=120, null=True)
    touchpoint_id = fields.BigIntField(null=True)
    case_id = fields.BigIntField(null=True)
    store: fields.ForeignKeyNullableRelation[Store] = fields.ForeignKeyField(
        "models.Store", related_name="tasks", null=True, on_delete=fields.SET_NULL
    )
    store_id: int | None
    staff: fields.ForeignKeyNullableRelation[Staff] = fields.ForeignKeyField(
        "models.Staff", related_name="tasks", null=True, on_delete=fields.SET_NULL
    )
    staff_id: int | None
    due_at = UtcDatetimeField(null=True)
    outcome = fields.CharField(max_length=24, default="", db_default="")
    done_by = fields.CharField(max_length=64, default="", db_default="")
    done_at = UtcDatetimeField(null=True)
    created_at = UtcDatetimeField()

    class Meta:
        table = "staff_task"
        table_description = "员工任务"
        unique_together = (("account", "same"),)
        indexes = (
            Index(fields=("account_id", "done_at", "id")),
            Index(fields=("account_id", "customer_id")),
            Index(fields=("account_id", "touchpoint_id")),
            Index(fields=("account_id", "case_id")),
            Index(fields=("account_id", "staff_id", "done_at")),
        )


class FileChange(Owned):
    """A wish to change a filed file: pending → approved | refused by a manager.

    `subject_kind`: customer or vehicle. `change`: field → new value, as JSON.
    """

    subject_kind = fields.CharField(max_length=16)
    subject_id = fields.BigIntField()
    change: Any = EncJson()
    reason = EncText(default="")
    asked_by = fields.CharField(max_length=64)
    asked_at = UtcDatetimeField()
    decided_by = fields.CharField(max_length=64, default="", db_default="")
    decided_at = UtcDatetimeField(null=True)
    state = fields.CharField(max_length=12, default="pending", db_default="pending")

    class Meta:
        table = "file_change"
        table_description = "档案变更"
        indexes = (
            Index(fields=("account_id", "state", "id")),
            Index(fields=("account_id", "subject_kind", "subject_id")),
        )
