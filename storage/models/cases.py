"""投诉与问题闭环: cases, everything that happened to each, and what is done so that it ends."""

from typing import Any

from tortoise import fields
from tortoise.indexes import Index

from storage.fields import UtcDatetimeField
from storage.models.base import Owned
from storage.models.cars import Vehicle, Visit
from storage.models.people import Customer, WeChatUser
from storage.models.stores import Staff, Store
from storage.models.surveys import Rating
from storage.secrets import EncJson, EncText


class Case(Owned):
    """投诉单. Its number on screen is T and the id.

    `state`: open 待处理 → in_progress 处理中 → solved 已解决 → confirmed 已确认 (by the customer);
    solved or confirmed → reopened 重开 → in_progress; withdrawn 已撤回 by the customer. `category`: a
    code of bot/rules/cases/words or a store's own word. `same` is unique: one occasion, one case.
    `phone_hash`: of the number's digits alone, however it was written.
    `look_at`: when a clock is to be looked at next, as last computed from the events; NULL: never.
    """

    same = fields.CharField(max_length=120, null=True)
    source = fields.CharField(max_length=12)
    state = fields.CharField(max_length=12, default="open", db_default="open")
    category = fields.CharField(max_length=32, default="", db_default="")
    energy = fields.CharField(max_length=8, default="", db_default="")
    department = fields.CharField(max_length=32, default="", db_default="")
    priority = fields.CharField(max_length=8, default="normal", db_default="normal")
    customer: fields.ForeignKeyNullableRelation[Customer] = fields.ForeignKeyField(
        "models.Customer", related_name="cases", null=True, on_delete=fields.SET_NULL
    )
    customer_id: int | None
    wechat_user: fields.ForeignKeyNullableRelation[WeChatUser] = fields.ForeignKeyField(
        "models.WeChatUser", related_name="cases", null=True, on_delete=fields.SET_NULL
    )
    wechat_user_id: int | None
    vehicle: fields.ForeignKeyNullableRelation[Vehicle] = fields.ForeignKeyField(
        "models.Vehicle", related_name="cases", null=True, on_delete=fields.SET_NULL
    )
    vehicle_id: int | None
    visit: fields.ForeignKeyNullableRelation[Visit] = fields.ForeignKeyField(
        "models.Visit", related_name="cases", null=True, on_delete=fields.SET_NULL
    )
    visit_id: int | None
    rating: fields.ForeignKeyNullableRelation[Rating] = fields.ForeignKeyField(
        "models.Rating", related_name="cases", null=True, on_delete=fields.SET_NULL
    )
    rating_id: int | None
    store: fields.ForeignKeyNullableRelation[Store] = fields.ForeignKeyField(
        "models.Store", related_name="cases", null=True, on_delete=fields.SET_NULL
    )
    store_id: int | None
    owner: fields.ForeignKeyNullableRelation[Staff] = fields.ForeignKeyField(
        "models.Staff", related_name="cases", null=True, on_delete=fields.SET_NULL
    )
    owner_id: int | None
    what = EncText(default="", db_default="")
    since = EncText(default="", db_default="")
    wish = EncText(default="", db_default="")
    phone = EncText(default="", db_default="")
    phone_hash = fields.CharField(max_length=32, null=True)
    root_cause = EncText(default="", db_default="")
    solution = EncText(default="", db_default="")
    recorded_at = UtcDatetimeField()
    solved_at = UtcDatetimeField(null=True)
    ended_at = UtcDatetimeField(null=True)
    look_at = UtcDatetimeField(null=True)
    rev = fields.IntField(default=0, db_default=0)
    changed_at = UtcDatetimeField()

    class Meta:
        table = "complaint"
        table_description = "投诉单"
        unique_together = (("account", "same"),)
        indexes = (
            Index(fields=("account_id", "look_at", "id")),
            Index(fields=("account_id", "state", "id")),
            Index(fields=("account_id", "customer_id", "state")),
            Index(fields=("account_id", "wechat_user_id", "id")),
            Index(fields=("account_id", "owner_id", "state")),
            Index(fields=("account_id", "phone_hash")),
            Index(fields=("account_id", "recorded_at", "id")),
            Index(fields=("account_id", "changed_at", "id")),
        )


class CaseEvent(Owned):
    """What happened to a case, in order; never changed. The clocks are computed from these.

    `kind` as bot/rules/cases/words names them; `actor`: a colleague's name, "customer" or "system";
    `words` and `data`: what was said, to whom, from what to what.
    """

    case: fields.ForeignKeyRelation[Case] = fields.ForeignKeyField(
        "models.Case", related_name="events", on_delete=fields.CASCADE
    )
    case_id: int
    number = fields.IntField()
    kind = fields.CharField(max_length=24)
    actor = fields.CharField(max_length=64)
    words = EncText(default="", db_default="")
    data: Any = EncJson(null=True)
    at = UtcDatetimeField()

    class Meta:
        table = "complaint_event"
        table_description = "投诉经过"
        unique_together = (("account", "case", "number"),)
        indexes = (Index(fields=("account_id", "at", "id")),)


class CaseRoute(Owned):
    """Which department and owner a kind of complaint goes to; "" fits every one.

    `scope`: a store's code. A category named here that is none of the usual ones is the store's own.
    """

    scope = fields.CharField(max_length=32, default="", db_default="")
    category = fields.CharField(max_length=32, default="", db_default="")
    energy = fields.CharField(max_length=8, default="", db_default="")
    department = fields.CharField(max_length=32)
    owner: fields.ForeignKeyNullableRelation[Staff] = fields.ForeignKeyField(
        "models.Staff", related_name="case_routes", null=True, on_delete=fields.SET_NULL
    )
    owner_id: int | None
    changed_by = fields.CharField(max_length=64)
    changed_at = UtcDatetimeField()

    class Meta:
        table = "complaint_route"
        table_description = "投诉分派"
        unique_together = (("account", "scope", "category", "energy"),)


class CaseLink(Owned):
    """Two cases of one kind: `case` is the earlier one. `words`: why; `why` is empty, `words` is sealed."""

    case: fields.ForeignKeyRelation[Case] = fields.ForeignKeyField(
        "models.Case", related_name="links", on_delete=fields.CASCADE
    )
    case_id: int
    other: fields.ForeignKeyRelation[Case] = fields.ForeignKeyField(
        "models.Case", related_name="linked_from", on_delete=fields.CASCADE
    )
    other_id: int
    why = fields.CharField(max_length=120, default="", db_default="")
    words = EncText(default="", db_default="")
    made_by = fields.CharField(max_length=64)
    made_at = UtcDatetimeField()

    class Meta:
        table = "complaint_link"
        table_description = "关联投诉"
        unique_together = (("account", "case", "other"),)
        indexes = (Index(fields=("account_id", "other_id")),)


class Compensation(Owned):
    """补偿: pending → approved | refused by a manager; approved → given. `kind`: free_service, voucher,
    discount, refund, gift.
    """

    case: fields.ForeignKeyRelation[Case] = fields.ForeignKeyField(
        "models.Case", related_name="compensations", on_delete=fields.CASCADE
    )
    case_id: int
    kind = fields.CharField(max_length=16)
    what = EncText()
    amount = fields.DecimalField(max_digits=10, decimal_places=2, null=True)
    state = fields.CharField(max_length=12, default="pending", db_default="pending")
    asked_by = fields.CharField(max_length=64)
    asked_at = UtcDatetimeField()
    decided_by = fields.CharField(max_length=64, default="", db_default="")
    decided_at = UtcDatetimeField(null=True)
    note = EncText(default="", db_default="")
    given_by = fields.CharField(max_length=64, default="", db_default="")
    given_at = UtcDatetimeField(null=True)

    class Meta:
        table = "compensation"
        table_description = "补偿"
        indexes = (
            Index(fields=("account_id", "case_id")),
            Index(fields=("account_id", "state", "id")),
        )


class Measure(Owned):
    """整改措施 (`kind` corrective, of a case) or 预防措施 (preventive, of a pattern: `category`).

    `state`: proposed → approved | refused (the general manager) → reported (carried out) →
    effective | ineffective (the effect was looked at). `note`: why it was refused.
    """

    kind = fields.CharField(max_length=12)
    case: fields.ForeignKeyNullableRelation[Case] = fields.ForeignKeyField(
        "models.Case", related_name="measures", null=True, on_delete=fields.CASCADE
    )
    case_id: int | None
    category = fields.CharField(max_length=32, default="", db_default="")
    what = EncText()
    owner: fields.ForeignKeyNullableRelation[Staff] = fields.ForeignKeyField(
        "models.Staff", related_name="measures", null=True, on_delete=fields.SET_NULL
    )
    owner_id: int | None
    due_on = fields.DateField()
    state = fields.CharField(max_length=12, default="proposed", db_default="proposed")
    proposed_by = fields.CharField(max_length=64)
    proposed_at = UtcDatetimeField()
    decided_by = fields.CharField(max_length=64, default="", db_default="")
    decided_at = UtcDatetimeField(null=True)
    note = EncText(default="", db_default="")
    report = EncText(default="", db_default="")
    reported_by = fields.CharField(max_length=64, default="", db_default="")
    reported_at = UtcDatetimeField(null=True)
    effect = EncText(default="", db_default="")
    checked_by = fields.CharField(max_length=64, default="", db_default="")
    checked_at = UtcDatetimeField(null=True)

    class Meta:
        table = "measure"
        table_description = "整改与预防措施"
        indexes = (
            Index(fields=("account_id", "case_id")),
            Index(fields=("account_id", "state", "due_on")),
        )


class Evidence(Owned):
    """A photo, voice note or video that a customer sent for a case or a rating.

    `state`: wanted (the platform still has it, by `media_id`) → kept (a sealed file named by
    `sha256`, of the opened content) | gone (`why`). `look_at`: when it is to be fetched next.
    """

    wechat_user: fields.ForeignKeyNullableRelation[WeChatUser] = fields.ForeignKeyField(
        "models.WeChatUser", related_name="evidence", null=True, on_delete=fields.SET_NULL
    )
    wechat_user_id: int | None
    case: fields.ForeignKeyNullableRelation[Case] = fields.ForeignKeyField(
        "models.Case", related_name="evidence", null=True, on_delete=fields.CASCADE
    )
    case_id: int | None
    rating: fields.ForeignKeyNullableRelation[Rating] = fields.ForeignKeyField(
        "models.Rating", related_name="evidence", null=True, on_delete=fields.CASCADE
    )
    rating_id: int | None
    kind = fields.CharField(max_length=12)
    media_id = fields.CharField(max_length=160)
    state = fields.CharField(max_length=8, default="wanted", db_default="wanted")
    why = fields.CharField(max_length=200, default="", db_default="")
    sha256 = fields.CharField(max_length=64, default="", db_default="")
    mime = fields.CharField(max_length=48, default="", db_default="")
    size = fields.IntField(null=True)
    attempts = fields.IntField(default=0, db_default=0)
    look_at = UtcDatetimeField(null=True)
    sent_at = UtcDatetimeField()
    kept_at = UtcDatetimeField(null=True)

    class Meta:
        table = "evidence"
        table_description = "凭证材料"
        unique_together = (("account", "media_id"),)
        indexes = (
            Index(fields=("account_id", "look_at", "id")),
            Index(fields=("account_id", "case_id")),
            Index(fields=("account_id", "rating_id")),
            Index(fields=("account_id", "wechat_user_id")),
        )
