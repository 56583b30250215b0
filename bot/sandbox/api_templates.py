"""Template messages: the account's templates, sending, and the receipt that follows."""

from typing import Any

from bot.clock import clock
from bot.sandbox import notices
from bot.sandbox.catalogue import Template
from bot.sandbox.chat import Bubble
from bot.sandbox.endpoint import OK, Call, Endpoint
from bot.sandbox.errors import ApiError
from bot.sandbox.kinds import boxed
from bot.sandbox.reach import ID_BYTES, address, checked, refusal
from bot.sandbox.wire import Fields
from bot.sandbox.world import World

SEEN, BLOCKED, BROKEN = "success", "failed:user block", "failed: system failed"


async def template_send(world: World, call: Call) -> dict[str, Any]:
    """Accept a template message. Arguments are checked first, then whether it may reach them."""
    body, now = call.body, clock.now()
    person = world.people.get(body.get("touser"))
    template = world.templates.get(body.get("template_id"))
    values, url = checked(world, template, body.get("data")), address(body)
    client_id = _client_id(body)
    refused = refusal(person, template.template_id)
    if refused:
        raise ApiError(refused)
    before = world.sent_before.find(person.openid, client_id, now) if client_id else None
    if before is not None:
        world.ledger.suppressed[call.request.path] += 1
        return {**OK, "msgid": before}
    msg_id = world.next_job()
    if client_id:
        world.sent_before.note(person.openid, client_id, msg_id, now)
    receipt = world.receipts.take(person.openid)
    status = receipt.status or (BLOCKED if person.blocks else SEEN)
    if status == SEEN:
        bubble = card(world, template, values, url)
        world.put(person.openid, bubble)
        world.ledger.note(
            person.openid, now, "template", template.title, template_id=template.template_id,
            data=values, client_id=client_id, msg_id=msg_id,
        )  # fmt: skip
    else:
        world.ledger.unseen["template", status] += 1

    async def tell() -> None:
        extra: Fields = {"MsgID": msg_id, "Status": status}
        await notices.tell(world, person.openid, "TEMPLATESENDJOBFINISH", extra)

    if receipt.when == "early":
        await tell()
    elif receipt.when == "soon":
        world.afterwards.add(now + receipt.delay, tell)
    return {**OK, "msgid": msg_id}


def _client_id(body: dict[str, Any]) -> str:
    """The longest is not documented: more than 32 bytes are refused as an illegal argument."""
    client_id = body.get("client_msg_id") or ""
    if not isinstance(client_id, str) or len(client_id.encode()) > ID_BYTES:
        raise ApiError(47003, "argument invalid! client_msg_id invalid")
    return client_id


def card(
    world: World, template: Template, values: dict[str, str], url: str, kind: str = "template"
) -> Bubble:
    """The message as the phone shows it; a test account shows every key, first and remark too."""
    labels = dict(template.keys)
    if world.account.test:
        labels |= {key: "" for key in values if key not in labels}
    rows = [[label, boxed(values[key])] for key, label in labels.items() if values.get(key)]
    return Bubble(0, "account", kind, "", template.title, card=rows, href=url)


def listed(world: World, _call: Call) -> dict[str, Any]:
    return {"template_list": [_row(one) for one in world.templates.all.values() if not one.once]}


def _row(one: Template) -> dict[str, Any]:
    return {
        "template_id": one.template_id,
        "title": one.title,
        "primary_industry": "",
        "deputy_industry": "",
        "content": one.content,
        "example": "\n".join(f"{label}:示例" for label in one.keys.values()),
    }


def add(world: World, call: Call) -> dict[str, Any]:
    names = call.body.get("keyword_name_list") or []
    if not isinstance(names, list) or not all(isinstance(one, str) for one in names):
        raise ApiError(40246)
    made = world.templates.choose(call.body.get("template_id_short"), names)
    return {**OK, "template_id": made.template_id}


def drop(world: World, call: Call) -> dict[str, Any]:
    world.templates.drop(call.body.get("template_id"))
    return OK


ENDPOINTS = [
    Endpoint("POST", "/cgi-bin/message/template/send", template_send, plain_text=True),
    Endpoint("GET", "/cgi-bin/template/get_all_private_template", listed),
    Endpoint("POST", "/cgi-bin/template/api_add_template", add),
    Endpoint("POST", "/cgi-bin/template/del_private_template", drop),
]
