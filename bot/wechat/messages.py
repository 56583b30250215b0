"""What arrives at the callback: one frozen `Inbound` per message or event.

WeChat docs: receiving messages, receiving events. Unknown kinds and elements are normal: new ones
appear over time. wechatpy stays the source of message and event classes, behind `Inbound.source`.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wechatpy.events import EVENT_TYPES
from wechatpy.messages import MESSAGE_TYPES, BaseMessage, UnknownMessage

from bot.errors import BadCallback
from bot.wechat.xml import read

_NAME = re.compile(r"[!-~]{1,64}")  # an openid or an account's original id: ASCII, no blanks
_SECONDS = re.compile(r"[0-9]{1,10}")
_SCENE = "qrscene_"
_LONGEST_KEY = 200  # characters of dedupe_key


@dataclass(frozen=True, slots=True)
class Inbound:
    """A message or event. `created` is CreateTime in Unix seconds; absent texts are ""."""

    account: str
    openid: str
    kind: str
    event: str
    key: str
    content: str
    menu_id: str
    msg_id: str
    created: int
    data: Mapping[str, Any]

    @property
    def dedupe_key(self) -> str:
        """The same for every delivery of one message, at most 200 characters.

        Two events of one person in one second differ by name, key and the id they report on.
        """
        if self.msg_id and self.kind != "event":
            key = f"m:{self.msg_id}"
        else:
            what = str(self.data.get("Event") or self.kind)
            key = f"e:{self.openid}:{self.created}:{what}:{self.key or self.content}"
            if receipt := self.msg_id or _receipts(self.data):
                key += f":{receipt}"
        if len(key) <= _LONGEST_KEY:
            return key
        return f"{key[:2]}sha256:{hashlib.sha256(key.encode()).hexdigest()}"

    @property
    def scene(self) -> str:
        """The scene of the QR code that was scanned, or ""."""
        if self.event == "subscribe" and self.key.startswith(_SCENE):
            return self.key[len(_SCENE) :]
        return self.key if self.event == "scan" else ""

    @property
    def source(self) -> BaseMessage:
        """wechatpy's message or event object; its UnknownMessage for what wechatpy does not know."""
        data = dict(self.data)
        if self.kind != "event":
            return MESSAGE_TYPES.get(self.kind, UnknownMessage)(data)
        name = self.event
        if name == "subscribe" and self.scene:
            name = data["Event"] = "subscribe_scan"
            data["EventKey"] = self.scene
        return EVENT_TYPES.get(name, UnknownMessage)(data)


def parse(xml: bytes) -> Inbound:
    """The clear XML of a callback as an Inbound. Raises BadCallback, and nothing else."""
    data = read(xml)
    kind = _text(data, "MsgType", 64).lower()
    if not kind:
        raise BadCallback("MsgType is missing")
    event = _text(data, "Event", 128).lower() if kind == "event" else ""
    if kind == "event" and not event:
        raise BadCallback("Event is missing")
    return Inbound(
        account=_name(data, "ToUserName"),
        openid=_name(data, "FromUserName"),
        kind=kind,
        event=event,
        key=_text(data, "EventKey"),
        content=_text(data, "Content"),
        menu_id=_text(data, "bizmsgmenuid"),
        msg_id=_text(data, "MsgId", 128) or _text(data, "MsgID", 128),
        created=_seconds(data),
        data=data,
    )


def _text(data: Mapping[str, Any], name: str, longest: int = 65536) -> str:
    value = data.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadCallback(f"{name} is not one text")
    if len(value) > longest:
        raise BadCallback(f"{name} is too long")
    return value


def _name(data: Mapping[str, Any], name: str) -> str:
    value = _text(data, name)
    if not _NAME.fullmatch(value):
        raise BadCallback(f"{name} is missing or not a name")
    return value


def _seconds(data: Mapping[str, Any]) -> int:
    value = _text(data, "CreateTime")
    if not _SECONDS.fullmatch(value) or not int(value):
        raise BadCallback("CreateTime is missing or not a time")
    return int(value)


def _receipts(data: Mapping[str, Any]) -> str:
    """The message ids that a subscribe_msg_sent_event reports on: they stand one level deeper."""
    sent = data.get("SubscribeMsgSentEvent")
    rows = sent.get("List") if isinstance(sent, dict) else None
    found = rows if isinstance(rows, list) else [rows]
    return ",".join(str(row.get("MsgID")) for row in found if isinstance(row, dict))
