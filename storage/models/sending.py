"""The outbox: what goes out on which channel, what the platform still allows, and the jobs."""

from typing import Any

from tortoise import fields
from tortoise.indexes import Index

from storage.fields import UtcDatetimeField
from storage.models.base import Owned
from storage.models.people import WeChatUser
from storage.models.touch import Touchpoint
from storage.secrets import EncText


class MassSend(Owned):
    """群发: one text to a list of 2 to 10,000. `key` is the platform's clientmsgid.

    `state` as of a Message; `done` once MASSSENDJOBFINISH has told the counts.
    """

    key = fields.CharField(max_length=32)
    purpose = fields.CharField(max_length=12)
    body = EncText()
    people = fields.IntField(default=0, db_default=0)
    state = fields.CharField(max_length=12, default="queued", db_default="queued")
    why = fields.CharField(max_length=200, default="", db_default="")
    msgid = fields.CharField(max_length=32, default="", db_default="")
    total = fields.IntField(null=True)
    filtered = fields.IntField(null=True)
    sent = fields.IntField(null=True)
    errors = fields.IntField(null=True)
    due_at = UtcDatetimeField()
    lease_until = UtcDatetimeField(null=True)
    attempts = fields.IntField(default=0, db_default=0)
    created_at = UtcDatetimeField()
    changed_at = UtcDatetimeField()

    class Meta:
        table = "mass_send"
        table_description = "群发"
        unique_together = (("account", "key"),)
        indexes = (
            Index(fields=("account_id", "state", "due_at", "id")),
            Index(fields=("account_id", "msgid")),
        )


class Message(Owned):
    """The outbox: an attempt on a channel (service, template, mass or once).

    `state`: queued → sending (leased until `lease_until`) → accepted (`msgid`) → delivered |
    blocked | failed; sending → uncertain (no readable answer; a customer-service message is never
    repeated blindly); queued → waiting (until `due_at`, `why` says for what); queued or waiting →
    cancelled, where nobody is to read it any more. `idem` is unique: one occasion, one row.
    `purpose` is what it is for, "" an answer or a notice that was asked for. `doubt_at`: the first
    try after which nobody knows whether it arrived; the platform knows a repeat for a while only.
    """

    wechat_user: fields.ForeignKeyRelation[WeChatUser] = fields.ForeignKeyField(
        "models.WeChatUser", related_name="messages", on_delete=fields.CASCADE
    )
    wechat_user_id: int
    touchpoint: fields.ForeignKeyNullableRelation[Touchpoint] = fields.ForeignKeyField(
        "models.Touchpoint", related_name="messages", null=True, on_delete=fields.SET_NULL
    )
    touchpoint_id: int | None
    mass: fields.ForeignKeyNullableRelation[MassSend] = fields.ForeignKeyField(
        "models.MassSend", related_name="messages", null=True, on_delete=fields.SET_NULL
    )
    mass_id: int | None
    idem = fields.CharField(max_length=240)
    channel = fields.CharField(max_length=16)
    purpose = fields.CharField(max_length=12, default="", db_default="")
    body = EncText()
    state = fields.CharField(max_length=12, default="queued", db_default="queued")
    why = fields.CharField(max_length=200, default="", db_default="")
    due_at = UtcDatetimeField()
    until = UtcDatetimeField(null=True)
    lease_until = UtcDatetimeField(null=True)
    attempts = fields.IntField(default=0, db_default=0)
    msgid = fields.CharField(max_length=32, default="", db_default="")
    doubt_at = UtcDatetimeField(null=True)
    created_at = UtcDatetimeField()
    changed_at = UtcDatetimeField()

    class Meta:
        table = "message"
        table_description = "发件"
        unique_together = (("account", "idem"),)
        indexes = (
            Index(fields=("state", "due_at", "id")),
            Index(fields=("account_id", "channel", "state", "due_at", "id")),
            Index(fields=("account_id", "wechat_user_id", "state", "id")),
            Index(fields=("account_id", "touchpoint_id")),
            Index(fields=("account_id", "mass_id", "id")),
            Index(fields=("account_id", "msgid")),
        )


class Receipt(Owned):
    """What the platform said of a message whose id we had not yet kept: taken up when we have.

    `state`: delivered, blocked or failed, as of a Message.
    """

    msgid = fields.CharField(max_length=32)
    wechat_user_id = fields.BigIntField(null=True)
    state = fields.CharField(max_length=12)
    why = fields.CharField(max_length=200, default="", db_default="")
    received_at = UtcDatetimeField()

    class Meta:
        table = "receipt"
        table_description = "回执"
        unique_together = (("account", "msgid"),)


class ApiBudget(Owned):
    """What an API of the platform still gives: calls this minute and today (Beijing), shared by all.

    `paused_until`: nothing is sent before, `why` says for what; `failures`: in a row.
    """

    api = fields.CharField(max_length=64)
    minute_limit = fields.IntField(null=True)
    day_limit = fields.IntField(null=True)
    minute_start = UtcDatetimeField(null=True)
    minute_used = fields.IntField(default=0, db_default=0)
    day = fields.DateField(null=True)
    day_used = fields.IntField(default=0, db_default=0)
    checked_at = UtcDatetimeField(null=True)
    paused_until = UtcDatetimeField(null=True)
    why = fields.CharField(max_length=200, default="", db_default="")
    failures = fields.IntField(default=0, db_default=0)

    class Meta:
        table = "api_budget"
        table_description = "接口额度"
        unique_together = (("account", "api"),)


class JobRun(Owned):
    """A scheduled job: its last run, who holds it now, and where it goes on (`cursor`)."""

    name = fields.CharField(max_length=48)
    started_at = UtcDatetimeField(null=True)
    ended_at = UtcDatetimeField(null=True)
    lease_until = UtcDatetimeField(null=True)
    holder = fields.CharField(max_length=64, default="", db_default="")
    ok = fields.BooleanField(null=True)
    milliseconds = fields.IntField(null=True)
    result = fields.JSONField[dict[str, Any]](null=True)
    error = fields.CharField(max_length=300, default="", db_default="")
    cursor = fields.JSONField[dict[str, Any]](null=True)
    runs = fields.IntField(default=0, db_default=0)
    failures = fields.IntField(default=0, db_default=0)

    class Meta:
        table = "job_run"
        table_description = "定时任务"
        unique_together = (("account", "name"),)
