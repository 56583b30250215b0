"""Files that customers sent with a complaint or a rating."""

from typing import Literal

from aiohttp import web

from bot.api.problems import Problem
from bot.api.requests import Call
from storage.queries import audit
from storage.queries.evidence import collecting as evidence
from storage.queries.evidence.content import content


async def file_of(call: Call, kind: Literal["case", "rating"], owner: int) -> web.StreamResponse:
    """The file `eid` as the customer sent it, of this case or rating; who takes it is in the audit log."""
    item = await evidence.one(call.path["eid"])
    if item is None or owner != {"case": item.case_id, "rating": item.rating_id}[kind]:
        called = "complaint" if kind == "case" else kind
        raise Problem("not-found", f"The {called} has no such evidence.")
    found = await content(item)
    if found is None:
        raise Problem("not-found", f"There is no file: {item.why or item.state}.")
    await audit.note(call.actor, "view", f"evidence:{item.id}", {kind: owner}, call.now)
    return web.Response(
        body=found,
        content_type=item.mime or "application/octet-stream",
        headers={"Content-Disposition": f'attachment; filename="{item.id}"'},
    )
