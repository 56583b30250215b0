"""Customer-service messages and typing."""

from typing import Any

from bot.clock import clock
from bot.sandbox.chat import Article, Bubble, Part, menu_parts, parts_of, plain
from bot.sandbox.endpoint import OK, Call, Endpoint
from bot.sandbox.errors import ApiError
from bot.sandbox.reach import refusal
from bot.sandbox.world import World

TEXT_BYTES = 2048
_MEDIA = {"image": "image", "voice": "voice", "video": "video"}
_CARDS = {"music": "title", "miniprogrampage": "title", "mpnewsarticle": "article_id"}


def custom_send(world: World, call: Call) -> dict[str, Any]:
    """Show a customer-service message, if a window is open. The body is checked first."""
    person = world.people.get(call.body.get("touser"))
    bubble = _bubble(world, call.body)
    refused = refusal(person)
    if refused:
        raise ApiError(45015 if refused == 43004 else refused)
    refused = world.windows.spend(person.openid, clock.now())
    if refused:
        raise ApiError(refused)
    if call.body.get("customservice"):
        bubble.who = "agent"
    world.put(person.openid, bubble)
    world.ledger.note(person.openid, clock.now(), "service", bubble.text)
    return OK


def _bubble(world: World, body: dict[str, Any]) -> Bubble:
    kind = body.get("msgtype")
    branch = body.get(str(kind))
    if kind not in _KINDS:
        raise ApiError(40008)
    if not isinstance(branch, dict):
        raise ApiError(47001)
    if kind == "msgmenu" and world.account.test:
        raise ApiError(40200)
    if kind in _MEDIA:
        medium = world.media.get(branch.get("media_id"), clock.now(), _MEDIA[str(kind)])
        return Bubble(0, "account", str(kind), "", media_id=medium.media_id)
    if kind == "news":
        return _news(branch)
    if kind in _CARDS:
        words = str(branch.get(_CARDS[str(kind)]) or "")
        return Bubble(0, "account", str(kind), "", words, [Part(words)])
    parts = _text(branch) if kind == "text" else _menu(branch)
    return Bubble(0, "account", str(kind), "", plain(parts), parts)


_KINDS = {*_MEDIA, *_CARDS, "news", "text", "msgmenu"}


def _text(branch: dict[str, Any]) -> list[Part]:
    content = branch.get("content")
    if not isinstance(content, str) or not content.strip():
        raise ApiError(44004)
    if len(content.encode()) > TEXT_BYTES:
        raise ApiError(45002)
    return parts_of(content)


def _menu(branch: dict[str, Any]) -> list[Part]:
    options = branch.get("list")
    if not isinstance(options, list) or not options:
        raise ApiError(47001)
    pairs = []
    for one in options:
        if not isinstance(one, dict) or not one.get("content") or "id" not in one:
            raise ApiError(47001)
        pairs.append((str(one["id"]), str(one["content"])))
    head, tail = branch.get("head_content") or "", branch.get("tail_content") or ""
    return menu_parts(str(head), pairs, str(tail))


def _news(branch: dict[str, Any]) -> Bubble:
    articles = branch.get("articles")
    if not isinstance(articles, list) or not articles:
        raise ApiError(47001)
    if len(articles) > 1:
        raise ApiError(45008)
    one = articles[0]
    article = Article(
        str(one.get("title") or ""),
        str(one.get("description") or ""),
        str(one.get("picurl") or ""),
        str(one.get("url") or ""),
    )
    return Bubble(0, "account", "news", "", article.title, articles=[article])


def typing(world: World, call: Call) -> dict[str, Any]:
    person = world.people.get(call.body.get("touser"))
    command = call.body.get("command")
    if command == "CancelTyping":
        world.windows.typing.pop(person.openid, None)
    elif command == "Typing":
        refused = world.windows.type(person.openid, clock.now())
        if refused:
            raise ApiError(refused)
    else:
        raise ApiError(45072)
    return OK


ENDPOINTS = [
    Endpoint("POST", "/cgi-bin/message/custom/send", custom_send, plain_text=True),
    Endpoint("POST", "/cgi-bin/message/custom/typing", typing),
]
