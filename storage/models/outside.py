"""Who asks from outside, what they are told, and the book of who saw and changed what."""

from typing import Any

from tortoise import fields
from tortoise.indexes import Index

from storage.fields import UtcDatetimeField
from storage.models.base import Owned
from storage.models.stores import Staff, Store
from storage.secrets import EncJson, EncText


class ApiKey(Owned):
    """A key of the DMS interface: only its hash is kept; `prefix` is what staff recognise it by.

    `spent_until`: until when (epoch seconds) its requests so far use up what it may ask.
    """

    name = fields.CharField(max_length=64)
    prefix = fields.CharField(max_length=16)
    key_hash = fields.CharField(max_length=64)
    scopes = fields.JSONField[list[str]]()
    created_at = UtcDatetimeField()
    last_used_at = UtcDatetimeField(null=True)
    revoked_at = UtcDatetimeField(null=True)
    spent_until = fields.FloatField(default=0, db_default=0)

    class Meta:
        table = "api_key"
        table_description = "接口密钥"
        unique_together = (("account", "name"), ("key_hash",))


class Webhook(Owned):
    """Where to tell the outside of events; `secret` signs what is told."""

    url = fields.CharField(max_length=500)
    secret = EncText()
    events = fields.JSONField[list[str]]()
    active = fields.BooleanField(default=True, db_default=True)
    created_at = UtcDatetimeField()

    class Meta:
        table = "webhook"
        table_description = "事件推送"


class WebhookDelivery(Owned):
    """One event on its way: queued → sending (leased) → done, or dead after the last try."""

    webhook: fields.ForeignKeyRelation[Webhook] = fields.ForeignKeyField(
        "models.Webhook", related_name="deliveries", on_delete=fields.CASCADE
    )
    webhook_id: int
    event_id = fields.CharField(max_length=64)
    event = fields.CharField(max_length=48)
    body = EncText()
    state = fields.CharField(max_length=12, default="queued", db_default="queued")
    attempts = fields.IntField(default=0, db_default=0)
    due_at = UtcDatetimeField()
    lease_until = UtcDatetimeField(null=True)
    last_error = fields.CharField(max_length=200, default="", db_default="")
    created_at = UtcDatetimeField()

    class Meta:
        table = "webhook_delivery"
        table_description = "事件推送记录"
        unique_together = (("account", "webhook", "event_id"),)
        indexes = (Index(fields=("account_id", "state", "due_at", "id")),)


class SceneCode(Owned):
    """渠道二维码: `kind` store, consultant or event; `scene` is what the platform gives back."""

    scene = fields.CharField(max_length=64)
    kind = fields.CharField(max_length=12)
    name = fields.CharField(max_length=64)
    store: fields.ForeignKeyNullableRelation[Store] = fields.ForeignKeyField(
        "models.Store", related_name="scenes", null=True, on_delete=fields.SET_NULL
    )
    store_id: int | None
    staff: fields.ForeignKeyNullableRelation[Staff] = fields.ForeignKeyField(
        "models.Staff", related_name="scenes", null=True, on_delete=fields.SET_NULL
    )
    staff_id: int | None
    event_ref = fields.CharField(max_length=64, default="", db_default="")
    url = fields.CharField(max_length=300, default="", db_default="")
    ticket = fields.CharField(max_length=300, default="", db_default="")
    created_at = UtcDatetimeField()

    class Meta:
        table = "scene_code"
        table_description = "渠道二维码"
        unique_together = (("account", "scene"),)


class ImportMapping(Owned):
    """Which column of a kind of sheet is which field; `signature` is the hash of its headers."""

    kind = fields.CharField(max_length=24)
    signature = fields.CharField(max_length=64)
    columns = fields.JSONField[dict[str, str]]()
    created_at = UtcDatetimeField()

    class Meta:
        table = "import_mapping"
        table_description = "导入列对应"
        unique_together = (("account", "kind", "signature"),)


class AuditEntry(Owned):
    """操作日志: numbered without a gap; `hash` covers the entry and the hash before it."""

    number = fields.BigIntField()
    at = UtcDatetimeField()
    actor = fields.CharField(max_length=64)
    action = fields.CharField(max_length=48)
    subject = fields.CharField(max_length=96)
    detail: Any = EncJson(null=True)
    before_hash = fields.CharField(max_length=64)
    hash = fields.CharField(max_length=64)

    class Meta:
        table = "audit_entry"
        table_description = "操作日志"
        unique_together = (("account", "number"),)
        indexes = (
            Index(fields=("account_id", "subject", "number")),
            Index(fields=("account_id", "actor", "number")),
        )
