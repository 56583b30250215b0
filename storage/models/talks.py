"""Conversations, what came in, and the access token."""

from typing import Any

from tortoise import fields
from tortoise.indexes import Index

from storage.fields import UtcDatetimeField
from storage.models.base import Owned
from storage.models.people import WeChatUser
from storage.secrets import EncJson, EncText


class Talk(Owned):
    """One conversation of one person, kept as answers by name (bot/flow tells how).

    `status`: open → suspended (another conversation interrupts) → open → done (settled) | left
    (cancelled by the customer) | closed (silence) | failed. `open_for` is the person's id while
    open, else NULL: at most one open talk a person. `rev` guards timers against answers.
    """

    wechat_user: fields.ForeignKeyRelation[WeChatUser] = fields.ForeignKeyField(
        "models.WeChatUser", related_name="talks", on_delete=fields.CASCADE
    )
    wechat_user_id: int
    open_for = fields.BigIntField(null=True)
    flow = fields.CharField(max_length=32)
    version = fields.IntField()
    status = fields.CharField(max_length=12)
    answers: Any = EncJson()
    heard: Any = EncJson()
    asking: Any = EncJson(null=True)
    misses = fields.IntField(default=0, db_default=0)
    reminded = fields.BooleanField(default=False, db_default=False)
    wake_at = UtcDatetimeField(null=True)
    rev = fields.IntField(default=0, db_default=0)
    created_at = UtcDatetimeField()
    changed_at = UtcDatetimeField()

    class Meta:
        table = "talk"
        table_description = "对话"
        unique_together = (("account", "open_for"),)
        indexes = (
            Index(fields=("account_id", "wechat_user_id", "status")),
            Index(fields=("wake_at",)),
        )


class Inbox(Owned):
    """What a person sent, once, with the reply it got. `key` is the platform's own."""

    wechat_user: fields.ForeignKeyRelation[WeChatUser] = fields.ForeignKeyField(
        "models.WeChatUser", related_name="inbox", on_delete=fields.CASCADE
    )
    wechat_user_id: int
    key = fields.CharField(max_length=200)
    kind = fields.CharField(max_length=32)
    body = EncText()
    reply = EncText()
    received_at = UtcDatetimeField()

    class Meta:
        table = "inbox"
        table_description = "收件"
        unique_together = (("account", "key"),)
        indexes = (Index(fields=("account_id", "wechat_user_id", "id")),)


class AccessToken(Owned):
    """The platform's token: one owner per database. `renewing_until` leases the refresh."""

    token = fields.CharField(max_length=1024, default="", db_default="")
    expires_at = UtcDatetimeField(null=True)
    renewing_until = UtcDatetimeField(null=True)

    class Meta:
        table = "access_token"
        table_description = "凭证"
        unique_together = (("account",),)
