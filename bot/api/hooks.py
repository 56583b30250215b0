"""Webhooks: where events go, what became of them, and sending one again."""

from typing import Any

from aiohttp import web

from bot.api.paging import cursor_of, last_number, page
from bot.api.problems import FieldProblem, Problem
from bot.api.requests import Call
from bot.api.routing import answer
from bot.api.targets import Targets
from storage.queries import webhooks
from storage.queries.webhooks import Delivery, Webhook


def _shown(hook: Webhook) -> dict[str, Any]:
    return {
        "id": hook.id,
        "url": hook.url,
        "events": list(hook.events),
        "created_at": hook.created_at.isoformat(),
    }


def _delivered(one: Delivery) -> dict[str, Any]:
    return {
        "id": one.id,
        "webhook_id": one.webhook_id,
        "url": one.url,
        "event": one.event,
        "event_id": one.event_id,
        "state": one.state,
        "attempts": one.attempts,
        "due_at": one.due_at.isoformat(),
        "last_error": one.last_error,
        "created_at": one.created_at.isoformat(),
    }


class Hooks:
    """`targets`: which addresses may be told."""

    def __init__(self, targets: Targets) -> None:
        self._targets = targets

    async def add(self, call: Call) -> web.StreamResponse:
        """The secret is in this answer and nowhere else."""
        url = call.body["url"]
        if why := self._targets.refusal(url):
            raise Problem("unprocessable", "Nothing was kept.", [FieldProblem("url", why)])
        secret = call.body.get("secret") or webhooks.new_secret()
        events = list(dict.fromkeys(call.body.get("events", ["*"])))
        hook = await webhooks.add(url, events, secret, call.now)
        if hook is None:
            wrong = FieldProblem("url", "has a webhook already; DELETE that one first")
            raise Problem("conflict", "One webhook for each address.", [wrong])
        place = {"Location": f"/api/v1/webhooks/{hook.id}"}
        return answer({**_shown(hook), "secret": secret}, 201, place)

    async def listed(self, call: Call) -> web.StreamResponse:
        limit = call.query.get("limit", 50)
        found = await webhooks.page(last_number(call) or 0, limit + 1)
        cursor = cursor_of(found[limit - 1].id) if len(found) > limit else None
        return page(call, [_shown(one) for one in found[:limit]], cursor)

    async def one(self, call: Call) -> web.StreamResponse:
        hook = await webhooks.one(call.path["id"])
        if hook is None:
            raise Problem("not-found", "There is no such webhook.")
        return answer(_shown(hook))

    async def remove(self, call: Call) -> web.StreamResponse:
        if not await webhooks.remove(call.path["id"]):
            raise Problem("not-found", "There is no such webhook.")
        return web.Response(status=204)

    async def deliveries(self, call: Call) -> web.StreamResponse:
        limit = call.query.get("limit", 50)
        found = await webhooks.deliveries(call.query.get("state"), last_number(call), limit + 1)
        cursor = cursor_of(found[limit - 1].id) if len(found) > limit else None
        return page(call, [_delivered(one) for one in found[:limit]], cursor)

    async def resend(self, call: Call) -> web.StreamResponse:
        if not await webhooks.resend(call.path["id"], call.now):
            if await webhooks.delivery(call.path["id"]):
                raise Problem("conflict", "It is on its way at this moment.")
            raise Problem("not-found", "There is no such delivery.")
        found = await webhooks.delivery(call.path["id"])
        if found is None:
            raise Problem("not-found", "There is no such delivery any more.")
        return answer(_delivered(found), 202)
