"""潜在客户, the calls that people make (回访任务), and colleagues who work from their own WeChat."""

from typing import Any

from tortoise import fields
from tortoise.indexes import Index

from storage.fields import UtcDatetimeField
from storage.models.base import Owned
from storage.models.people import Customer, StaffTask, WeChatUser
from storage.models.stores import Staff, Store
from storage.secrets import EncText


class Lead(Owned):
    """潜在客户. Its number on screen is L and the id.

    `level`: H (buys within 7 days), A (1 month), B (1–3 months), C (over 3 months), O (ordered).
    `state`: open → won | lost (`lost_why` in a colleague's words, `lost_reason` where we erased it). `source`: chat, test_drive, survey, referral, visit
    (来店), call (来电), api. `same` is unique: one occasion, one lead. `next_at`: the next contact.
    `drive_at`, `drive_car_id` (a resource): the test drive that is expected; unique, so that a demo
    car is promised once.
    """

    same = fields.CharField(max_length=120, null=True)
    source = fields.CharField(max_length=16)
    level = fields.CharField(max_length=1)
    state = fields.CharField(max_length=8, default="open", db_default="open")
    customer: fields.ForeignKeyNullableRelation[Customer] = fields.ForeignKeyField(
        "models.Customer", related_name="leads", null=True, on_delete=fields.SET_NULL
    )
    customer_id: int | None
    wechat_user: fields.ForeignKeyNullableRelation[WeChatUser] = fields.ForeignKeyField(
        "models.WeChatUser", related_name="leads", null=True, on_delete=fields.SET_NULL
    )
    wechat_user_id: int | None
    name = fields.CharField(max_length=64, default="", db_default="")
    phone = EncText(default="", db_default="")
    phone_hash = fields.CharField(max_length=32, null=True)
    model = fields.CharField(max_length=48, default="", db_default="")
    heard_of_us = fields.CharField(max_length=64, default="", db_default="")
    note = EncText(default="", db_default="")
    consultant: fields.ForeignKeyNullableRelation[Staff] = fields.ForeignKeyField(
        "models.Staff", related_name="leads", null=True, on_delete=fields.SET_NULL
    )
    consultant_id: int | None
    store: fields.ForeignKeyNullableRelation[Store] = fields.ForeignKeyField(
        "models.Store", related_name="leads", null=True, on_delete=fields.SET_NULL
    )
    store_id: int | None
    confirmed_at = UtcDatetimeField(null=True)
    next_at = UtcDatetimeField(null=True)
    drive_at = UtcDatetimeField(null=True)
    drive_car_id = fields.BigIntField(null=True)
    lost_reason = fields.CharField(max_length=120, default="", db_default="")
    lost_why = EncText(default="", db_default="")
    ended_at = UtcDatetimeField(null=True)
    rev = fields.IntField(default=0, db_default=0)
    created_at = UtcDatetimeField()
    changed_at = UtcDatetimeField()

    class Meta:
        table = "lead"
        table_description = "潜在客户"
        unique_together = (("account", "same"), ("account", "drive_car_id", "drive_at"))
        indexes = (
            Index(fields=("account_id", "state", "next_at", "id")),
            Index(fields=("account_id", "phone_hash")),
            Index(fields=("account_id", "customer_id")),
            Index(fields=("account_id", "wechat_user_id")),
            Index(fields=("account_id", "consultant_id", "state")),
            Index(fields=("account_id", "changed_at", "id")),
        )


class LeadEvent(Owned):
    """What happened to a lead: created, confirmed, level (before → after), contacted, assigned, won, lost."""

    lead: fields.ForeignKeyRelation[Lead] = fields.ForeignKeyField(
        "models.Lead", related_name="events", on_delete=fields.CASCADE
    )
    lead_id: int
    kind = fields.CharField(max_length=16)
    actor = fields.CharField(max_length=64)
    before = fields.CharField(max_length=64, default="", db_default="")
    after = fields.CharField(max_length=64, default="", db_default="")
    note = EncText(default="", db_default="")
    at = UtcDatetimeField()

    class Meta:
        table = "lead_event"
        table_description = "潜客经过"
        indexes = (Index(fields=("account_id", "lead_id", "id")),)


class CallRecord(Owned):
    """回访记录: one try to reach somebody for a task.

    `outcome`: reached, later (not now, until `later_at`), refused, wrong_number, no_answer.
    `missing`: what a complete record would also have.
    """

    task: fields.ForeignKeyRelation[StaffTask] = fields.ForeignKeyField(
        "models.StaffTask", related_name="calls", on_delete=fields.CASCADE
    )
    task_id: int
    customer: fields.ForeignKeyNullableRelation[Customer] = fields.ForeignKeyField(
        "models.Customer", related_name="calls", null=True, on_delete=fields.SET_NULL
    )
    customer_id: int | None
    staff: fields.ForeignKeyNullableRelation[Staff] = fields.ForeignKeyField(
        "models.Staff", related_name="calls", null=True, on_delete=fields.SET_NULL
    )
    staff_id: int | None
    outcome = fields.CharField(max_length=16)
    later_at = UtcDatetimeField(null=True)
    said = EncText(default="", db_default="")
    rating_id = fields.BigIntField(null=True)
    missing: Any = fields.JSONField[list[str]](null=True)
    called_at = UtcDatetimeField()
    created_at = UtcDatetimeField()

    class Meta:
        table = "call_record"
        table_description = "回访记录"
        indexes = (
            Index(fields=("account_id", "task_id", "id")),
            Index(fields=("account_id", "customer_id", "called_at")),
            Index(fields=("account_id", "called_at", "id")),
        )


class StaffWeChat(Owned):
    """A colleague's own WeChat, bound by a code that is good once and for a short while."""

    staff: fields.ForeignKeyRelation[Staff] = fields.ForeignKeyField(
        "models.Staff", related_name="wechats", on_delete=fields.CASCADE
    )
    staff_id: int
    wechat_user: fields.ForeignKeyNullableRelation[WeChatUser] = fields.ForeignKeyField(
        "models.WeChatUser", related_name="staff", null=True, on_delete=fields.CASCADE
    )
    wechat_user_id: int | None
    code_hash = fields.CharField(max_length=64, null=True)
    code_until = UtcDatetimeField(null=True)
    bound_at = UtcDatetimeField(null=True)

    class Meta:
        table = "staff_wechat"
        table_description = "员工微信"
        unique_together = (
            ("account", "staff"),
            ("account", "wechat_user"),
            ("account", "code_hash"),
        )
