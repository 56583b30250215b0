"""The platform's receipts among what arrives at the callback. WeChat docs: receiving events."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.rules.receipts import Leave, MassCounts, Receipt, of_mass, of_once, of_template
from bot.wechat.messages import Inbound

_WORDS = {
    "subscribe_msg_popup_event": "SubscribeMsgPopupEvent",
    "subscribe_msg_change_event": "SubscribeMsgChangeEvent",
}


def receipts(message: Inbound) -> tuple[Receipt | Leave, ...]:
    """What `message` reports on; nothing for all that is no receipt, or has no message id."""
    if message.event == "subscribe_msg_sent_event":
        rows = _rows(message.data, "SubscribeMsgSentEvent")
        return tuple(_once(row) for row in rows if row.get("MsgID"))
    if message.event in _WORDS:
        return tuple(_leaves(message))
    if not message.msg_id:
        return ()
    status = _text(message.data, "Status")
    if message.event == "templatesendjobfinish":
        return (of_template(message.msg_id, status),)
    if message.event == "masssendjobfinish":
        return (of_mass(message.msg_id, status, _counts(message.data)),)
    return ()


def _leaves(message: Inbound) -> Iterator[Leave]:
    """Leave for one message is given in the pop-up only; of later changes only a no is told."""
    asked = message.event == "subscribe_msg_popup_event"
    for number, row in enumerate(_rows(message.data, _WORDS[message.event])):
        template, said = (_text(row, one) for one in ("TemplateId", "SubscribeStatusString"))
        if template and said in {"accept", "reject"}:
            given = asked and said == "accept"
            yield Leave(template, given, f"{message.dedupe_key}:{number}"[:120])


def _rows(data: Mapping[str, Any], event: str) -> list[dict[str, Any]]:
    sent = data.get(event)
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
