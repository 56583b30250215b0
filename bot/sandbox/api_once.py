"""Messages that a person allowed once: subscribe messages, and the older grant by a link."""

import urllib.parse
from typing import Any

from aiohttp import web

from bot.clock import clock
from bot.sandbox import notices
from bot.sandbox.api_templates import BLOCKED, SEEN, card
from bot.sandbox.api_web import whose_phone
from bot.sandbox.chat import Bubble, parts_of
from bot.sandbox.endpoint import OK, Call, Endpoint
from bot.sandbox.errors import ApiError
from bot.sandbox.reach import address, checked
from bot.sandbox.wire import Fields, Value
from bot.sandbox.world import World

TITLE, CONTENT, SCENES = 15, 200, 10_000
_ENDS = {SEEN: (0, "success"), BLOCKED: (43101, "user refuse to accept the msg")}


def bizsend(world: World, call: Call) -> dict[str, Any]:
    """A subscribe message, to followers and others. The answer has no msgid: only the event has."""
    if world.account.test:
        raise ApiError(48001)
    body, now = call.body, clock.now()
    person = world.people.get(body.get("touser"))
    template = world.templates.get(body.get("template_id"), once=True)
    values = checked(world, template, body.get("data"))
    page = address({"url": body.get("page")})
    off = person.closed or template.template_id in person.refused
    if off or not world.grants.spend(person.openid, template.template_id):
        raise ApiError(43101)
    receipt, msg_id = world.receipts.take(person.openid), world.next_job()
    status = receipt.status or (BLOCKED if person.blocks else SEEN)
    if status == SEEN:
        world.put(person.openid, card(world, template, values, page, "once"))
        world.ledger.note(
            person.openid, now, "once", template.title, template_id=template.template_id,
            data=values, msg_id=msg_id,
        )  # fmt: skip
    else:
        world.ledger.unseen["once", status] += 1
    code, words = _ENDS.get(status, (-1, "system error"))
    row: dict[str, Value] = {
        "TemplateId": template.template_id,
        "MsgID": msg_id,
        "ErrorCode": code,
        "ErrorStatus": words,
    }
    extra: Fields = {"SubscribeMsgSentEvent": {"List": [row]}}

    async def tell() -> None:
        await notices.tell(world, person.openid, "subscribe_msg_sent_event", extra)

    if receipt.when != "never":
        world.afterwards.add(now + receipt.delay, tell)
    return OK


def chosen(world: World, _call: Call) -> dict[str, Any]:
    rows = [
        {
            "priTmplId": one.template_id,
            "title": one.title,
            "content": one.content,
            "example": "",
            "type": 2,
        }
        for one in world.templates.all.values()
        if one.once
    ]
    return {**OK, "data": rows}


def confirm(world: World, call: Call) -> web.Response:
    """The page that asks for one message: agreed to at once, declined with `&decline=1`."""
    query = call.query
    if query.get("appid") != world.account.app_id or query.get("action") != "get_confirm":
        raise ApiError(40013)
    scene, template_id = query.get("scene", ""), query.get("template_id", "")
    if not scene.isdigit() or int(scene) > SCENES:
        raise ApiError(40097)
    if template_id != world.templates.by_link:
        raise ApiError(40037)
    back = urllib.parse.urlsplit(query.get("redirect_url", ""))
    if not back.hostname or (world.oauth_domain and back.hostname != world.oauth_domain):
        raise ApiError(10003, "redirect_uri域名与后台配置不一致")
    person = world.people.get(whose_phone(call))
    agrees = query.get("decline") != "1"
    if agrees:
        world.grants.give(person.openid, template_id, scene)
    pairs = urllib.parse.parse_qsl(back.query, keep_blank_values=True)
    pairs += [
        ("openid", person.openid),
        ("template_id", template_id),
        ("action", "confirm" if agrees else "cancel"),
        ("scene", scene),
        ("reserved", query.get("reserved", "")),
    ]
    target = back._replace(query=urllib.parse.urlencode(pairs)).geturl()
    return web.Response(status=302, headers={"Location": target})


def subscribe_send(world: World, call: Call) -> dict[str, Any]:
    """The one message that a link's grant allows; following is not needed."""
    body = call.body
    person = world.people.get(body.get("touser"))
    template_id, scene, title = body.get("template_id"), body.get("scene"), body.get("title")
    if template_id != world.templates.by_link:
        raise ApiError(40037)
    if not isinstance(title, str) or not 1 <= len(title) <= TITLE:
        raise ApiError(40062)
    try:
        words = str(body["data"]["content"]["value"])
    except (KeyError, TypeError):
        raise ApiError(47001) from None
    if not words.strip():
        raise ApiError(44004)
    if len(words) > CONTENT:
        raise ApiError(45002)
    url = address(body)
    if person.closed or not world.grants.spend(person.openid, template_id, str(scene)):
        raise ApiError(43101)
    bubble = Bubble(0, "account", "once", "", title, parts_of(words), href=url)
    world.put(person.openid, bubble)
    world.ledger.note(
        person.openid, clock.now(), "once", words, template_id=template_id, data={"title": title}
    )
    return OK


ENDPOINTS = [
    Endpoint("POST", "/cgi-bin/message/subscribe/bizsend", bizsend, plain_text=True),
    Endpoint("POST", "/cgi-bin/message/template/subscribe", subscribe_send, plain_text=True),
    Endpoint("GET", "/wxaapi/newtmpl/gettemplate", chosen),
    Endpoint("GET", "/mp/subscribemsg", confirm, token=False),
]
