"""The platform's receipts among what arrives at the callback. WeChat docs: receiving events."""

from collections.abc import Mapping
from typing import Any

from bot.rules.receipts import MassCounts, Receipt, of_mass, of_once, of_template
from bot.wechat.messages import Inbound


def receipts(message: Inbound) -> tuple[Receipt, ...]:
    """What `message` reports on; nothing for all that is no receipt, or has no message id."""
    if message.event == "subscribe_msg_sent_event":
        return tuple(_once(row) for row in _rows(message.data) if row.get("MsgID"))
    if not message.msg_id:
        return ()
    status = _text(message.data, "Status")
    if message.event == "templatesendjobfinish":
        return (of_template(message.msg_id, status),)
    if message.event == "masssendjobfinish":
        return (of_mass(message.msg_id, status, _counts(message.data)),)
    return ()


def _rows(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    sent = data.get("SubscribeMsgSentEvent")
    found = sent.get("List") if isinstance(sent, dict) else None
    return [row for row in (found if isinstance(found, list) else [found]) if isinstance(row, dict)]


def _once(row: Mapping[str, Any]) -> Receipt:
    said = (_text(row, name) for name in ("TemplateId", "ErrorCode", "ErrorStatus"))
    return of_once(str(row["MsgID"]), *said)


def _text(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name)
    return value.strip() if isinstance(value, str) else ""


def _counts(data: Mapping[str, Any]) -> MassCounts:
    names = ("TotalCount", "FilterCount", "SentCount", "ErrorCount")
    total, filtered, sent, errors = (_number(_text(data, name)) for name in names)
    return MassCounts(total, filtered, sent, errors)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0
