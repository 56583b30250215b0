"""What customers are asked after a visit and at other times, and what they said."""

from typing import Any

from tortoise import fields
from tortoise.indexes import Index

from storage.fields import UtcDatetimeField
from storage.models.base import Owned
from storage.models.cars import Vehicle, Visit
from storage.models.people import Customer, WeChatUser
from storage.models.stores import Staff, Store
from storage.secrets import EncText


class Survey(Owned):
    """问卷: one version of a list of questions; a version is never changed, a newer one follows it.

    `kind`: standard (everyone gets it) or extension (those in `audience`). `occasions`: visit,
    delivery, month_3, month_6, month_12 …; [] every one. `scope`: a store's code, "" all.
    `questions`: as bot/rules/surveys/parts has them. `retired_at`: nobody is asked it any more.
    """

    code = fields.CharField(max_length=32)
    version = fields.IntField()
    scope = fields.CharField(max_length=32, default="", db_default="")
    name = fields.CharField(max_length=64)
    kind = fields.CharField(max_length=12)
    occasions = fields.JSONField[list[str]]()
    audience = fields.JSONField[dict[str, Any]]()
    questions = fields.JSONField[list[dict[str, Any]]]()
    position = fields.IntField(default=0, db_default=0)
    created_by = fields.CharField(max_length=64)
    created_at = UtcDatetimeField()
    retired_at = UtcDatetimeField(null=True)

    class Meta:
        table = "survey"
        table_description = "问卷"
        unique_together = (("account", "scope", "code", "version"),)


class Rating(Owned):
    """评价 of one occasion. `subject` is unique: r33 a visit, t12 a contact; nobody is asked twice.

    `state`: open (asked, or being answered, until `until`) → done (answered to the end) | closed
    (time is over; what was answered counts) | declined. `later_at`: the customer named a time.
    `surveys`: [[code, version], …], the questions as they were asked. `satisfaction` on 5, `nps`
    0–10. `low`: a score of 1–2, a no or words of complaint. `entered_by`: staff, for the customer.
    """

    subject = fields.CharField(max_length=48)
    occasion = fields.CharField(max_length=24)
    customer: fields.ForeignKeyNullableRelation[Customer] = fields.ForeignKeyField(
        "models.Customer", related_name="ratings", null=True, on_delete=fields.SET_NULL
    )
    customer_id: int | None
    wechat_user: fields.ForeignKeyNullableRelation[WeChatUser] = fields.ForeignKeyField(
        "models.WeChatUser", related_name="ratings", null=True, on_delete=fields.SET_NULL
    )
    wechat_user_id: int | None
    vehicle: fields.ForeignKeyNullableRelation[Vehicle] = fields.ForeignKeyField(
        "models.Vehicle", related_name="ratings", null=True, on_delete=fields.SET_NULL
    )
    vehicle_id: int | None
    visit: fields.ForeignKeyNullableRelation[Visit] = fields.ForeignKeyField(
        "models.Visit", related_name="ratings", null=True, on_delete=fields.SET_NULL
    )
    visit_id: int | None
    store: fields.ForeignKeyNullableRelation[Store] = fields.ForeignKeyField(
        "models.Store", related_name="ratings", null=True, on_delete=fields.SET_NULL
    )
    store_id: int | None
    advisor: fields.ForeignKeyNullableRelation[Staff] = fields.ForeignKeyField(
        "models.Staff", related_name="ratings", null=True, on_delete=fields.SET_NULL
    )
    advisor_id: int | None
    touchpoint_id = fields.BigIntField(null=True)
    surveys = fields.JSONField[list[list[Any]]]()
    state = fields.CharField(max_length=12, default="open", db_default="open")
    channel = fields.CharField(max_length=12, default="chat", db_default="chat")
    entered_by = fields.CharField(max_length=64, default="", db_default="")
    satisfaction = fields.FloatField(null=True)
    nps = fields.IntField(null=True)
    low = fields.BooleanField(default=False, db_default=False)
    nudged = fields.BooleanField(default=False, db_default=False)
    asked_at = UtcDatetimeField()
    until = UtcDatetimeField()
    later_at = UtcDatetimeField(null=True)
    first_answer_at = UtcDatetimeField(null=True)
    ended_at = UtcDatetimeField(null=True)
    rev = fields.IntField(default=0, db_default=0)
    changed_at = UtcDatetimeField()

    class Meta:
        table = "rating"
        table_description = "评价"
        unique_together = (("account", "subject"),)
        indexes = (
            Index(fields=("account_id", "state", "until")),
            Index(fields=("account_id", "customer_id", "asked_at")),
            Index(fields=("account_id", "wechat_user_id", "state")),
            Index(fields=("account_id", "first_answer_at", "id")),
            Index(fields=("account_id", "changed_at", "id")),
        )


class RatingAnswer(Owned):
    """回答 to one question. `value`: a score, 1/0 for yes/no; `choices`: codes; `words`: free text.

    `store_id` and `advisor_id` are the rating's, so that figures read this table alone.
    """

    rating: fields.ForeignKeyRelation[Rating] = fields.ForeignKeyField(
        "models.Rating", related_name="answers", on_delete=fields.CASCADE
    )
    rating_id: int
    store_id = fields.BigIntField(null=True)
    advisor_id = fields.BigIntField(null=True)
    survey = fields.CharField(max_length=32)
    version = fields.IntField()
    question = fields.CharField(max_length=32)
    kind = fields.CharField(max_length=12)
    value = fields.IntField(null=True)
    choices = fields.JSONField[list[str]](null=True)
    words = EncText(default="", db_default="")
    answered_at = UtcDatetimeField()

    class Meta:
        table = "rating_answer"
        table_description = "评价回答"
        unique_together = (("account", "rating", "survey", "question"),)
        indexes = (Index(fields=("account_id", "answered_at", "id")),)
