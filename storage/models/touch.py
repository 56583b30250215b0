"""What the store owes each customer, the rules and words it follows, and what the platform lends."""

from typing import Any

from tortoise import fields
from tortoise.indexes import Index

from storage.fields import UtcDatetimeField
from storage.models.base import Owned
from storage.models.cars import Vehicle
from storage.models.people import Customer, WeChatUser
from storage.models.stores import Store
from storage.secrets import EncJson


class Touchpoint(Owned):
    """跟踪点: one contact that is owed. (kind, subject, due_on) is its identity.

    `state`: planned → due → sent | done | handed_over | skipped | cancelled, the last three with
    `why`. `subject` names what it is about (v12, c7, r33: vehicle, customer, repair order …).
    `due_on` is the store's date, `due_at` the moment from which it may go (a postponement moves
    only this), `until` the last one at which it still means something. `facts`: what the rule
    found, `reasons`: why this channel, both for staff to read. `wechat_user_id`: whom of the
    customer's identities it is for, and who it is for where there is no file; NULL: whoever of them.
    """

    kind = fields.CharField(max_length=24)
    subject = fields.CharField(max_length=48)
    purpose = fields.CharField(max_length=12)
    customer: fields.ForeignKeyNullableRelation[Customer] = fields.ForeignKeyField(
        "models.Customer", related_name="touchpoints", null=True, on_delete=fields.CASCADE
    )
    customer_id: int | None
    vehicle: fields.ForeignKeyNullableRelation[Vehicle] = fields.ForeignKeyField(
        "models.Vehicle", related_name="touchpoints", null=True, on_delete=fields.CASCADE
    )
    vehicle_id: int | None
    store: fields.ForeignKeyNullableRelation[Store] = fields.ForeignKeyField(
        "models.Store", related_name="touchpoints", null=True, on_delete=fields.SET_NULL
    )
    store_id: int | None
    wechat_user_id = fields.BigIntField(null=True)
    due_on = fields.DateField()
    due_at = UtcDatetimeField()
    until = UtcDatetimeField(null=True)
    state = fields.CharField(max_length=12, default="planned", db_default="planned")
    channel = fields.CharField(max_length=12, default="", db_default="")
    why = fields.CharField(max_length=200, default="", db_default="")
    outcome = fields.CharField(max_length=24, default="", db_default="")
    facts: Any = EncJson(null=True)
    reasons: Any = EncJson(null=True)
    done_at = UtcDatetimeField(null=True)
    created_at = UtcDatetimeField()
    changed_at = UtcDatetimeField()

    class Meta:
        table = "touchpoint"
        table_description = "跟踪点"
        unique_together = (("account", "kind", "subject", "due_on"),)
        indexes = (
            Index(fields=("account_id", "state", "due_at", "id")),
            Index(fields=("account_id", "customer_id", "due_on")),
            Index(fields=("account_id", "vehicle_id", "state")),
            Index(fields=("account_id", "due_on", "id")),
        )


class TouchRule(Owned):
    """What staff changed in the touch plan: for a store (`scope` its code, "" all) and a model.

    None and "" leave that side as the more general rule has it. `at`: local time, "10:00".
    `months` and `km`: the interval of a service, as the model's maker has it.
    """

    kind = fields.CharField(max_length=24)
    scope = fields.CharField(max_length=32, default="", db_default="")
    model = fields.CharField(max_length=48, default="", db_default="")
    active = fields.BooleanField(null=True)
    offset_days = fields.IntField(null=True)
    at = fields.CharField(max_length=5, default="", db_default="")
    catch_up_days = fields.IntField(null=True)
    months = fields.IntField(null=True)
    km = fields.IntField(null=True)
    changed_by = fields.CharField(max_length=64)
    changed_at = UtcDatetimeField()

    class Meta:
        table = "touch_rule"
        table_description = "跟踪规则"
        unique_together = (("account", "kind", "scope", "model"),)


class Announcement(Owned):
    """政策通知, 新品资料, 活动邀请: words for those concerned. `audience` is data, {} is everybody."""

    kind = fields.CharField(max_length=24)
    title = fields.CharField(max_length=64)
    body = fields.TextField()
    audience = fields.JSONField[dict[str, Any]]()
    due_on = fields.DateField()
    until_on = fields.DateField(null=True)
    created_by = fields.CharField(max_length=64)
    created_at = UtcDatetimeField()
    approved_by = fields.CharField(max_length=64, default="", db_default="")
    approved_at = UtcDatetimeField(null=True)

    class Meta:
        table = "announcement"
        table_description = "通知"
        indexes = (Index(fields=("account_id", "due_on", "id")),)


class TextOverride(Owned):
    """A store's own wording of a message; `scope` its code, "" all stores."""

    scope = fields.CharField(max_length=32, default="", db_default="")
    name = fields.CharField(max_length=48)
    body = fields.TextField()
    rev = fields.IntField(default=0, db_default=0)
    changed_by = fields.CharField(max_length=64)
    changed_at = UtcDatetimeField()

    class Meta:
        table = "text_override"
        table_description = "门店话术"
        unique_together = (("account", "scope", "name"),)


class PlatformTemplate(Owned):
    """模板 of the account as WeChat lists it. `notice`: which of our notices it carries.

    `keys`: {"thing3": "预约门店"}; `mapping`: {"thing3": "store"}, our field for each key.
    `broken`: why it may not be used now.
    """

    template_id = fields.CharField(max_length=64)
    title = fields.CharField(max_length=64)
    content = fields.TextField()
    keys = fields.JSONField[dict[str, str]]()
    notice = fields.CharField(max_length=32, default="", db_default="")
    mapping = fields.JSONField[dict[str, str]](null=True)
    broken = fields.CharField(max_length=200, default="", db_default="")
    seen_at = UtcDatetimeField()
    gone_at = UtcDatetimeField(null=True)

    class Meta:
        table = "platform_template"
        table_description = "微信模板"
        unique_together = (("account", "template_id"),)
        indexes = (Index(fields=("account_id", "notice")),)


class Grant(Owned):
    """一次性订阅: one leave to send one message of one template. `used_at`: spent."""

    wechat_user: fields.ForeignKeyRelation[WeChatUser] = fields.ForeignKeyField(
        "models.WeChatUser", related_name="grants", on_delete=fields.CASCADE
    )
    wechat_user_id: int
    template_id = fields.CharField(max_length=64)
    key = fields.CharField(max_length=120)
    granted_at = UtcDatetimeField()
    used_at = UtcDatetimeField(null=True)

    class Meta:
        table = "grant_once"
        table_description = "一次性订阅"
        unique_together = (("account", "key"),)
        indexes = (Index(fields=("account_id", "wechat_user_id", "template_id", "used_at")),)
