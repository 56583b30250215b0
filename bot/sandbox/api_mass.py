"""Mass sending: to a list, to a tag, to all; what became of a job, and its finish event."""

from dataclasses import replace
from typing import Any

from bot.clock import clock
from bot.sandbox import notices
from bot.sandbox.chat import Bubble, parts_of, plain
from bot.sandbox.endpoint import OK, Call, Endpoint
from bot.sandbox.errors import ApiError
from bot.sandbox.mass import CONFIRM_WITHIN, LEAST, MOST, Job, default_id
from bot.sandbox.reach import refusal
from bot.sandbox.wire import Fields
from bot.sandbox.world import World

TEXT_BYTES = 2048
REFUSED_BY_ADMIN, NOT_CONFIRMED = "err(40001)", "err(40002)"
SPEEDS = (800_000, 600_000, 450_000, 300_000, 100_000)
_MEDIA = {"voice": "voice", "mpvideo": "video", "mpnews": ""}


def send(world: World, call: Call) -> dict[str, Any]:
    people = call.body.get("touser")
    if not isinstance(people, list) or not all(isinstance(one, str) for one in people):
        raise ApiError(40031)
    if len(people) < LEAST:
        raise ApiError(40130)
    if len(people) > MOST:
        raise ApiError(40032)
    return _accept(world, call, list(dict.fromkeys(people)))


def send_all(world: World, call: Call) -> dict[str, Any]:
    wanted = call.body.get("filter")
    if not isinstance(wanted, dict):
        raise ApiError(40059)
    if wanted.get("is_to_all") is True:
        bubble_of(world, call.body)
        world.mass.to_everybody(clock.now())
        return _accept(world, call, world.people.followers())
    return _accept(world, call, world.people.tagged(wanted.get("tag_id")))


def _accept(world: World, call: Call, people: list[str]) -> dict[str, Any]:
    """Take a job; it runs when the call is long answered."""
    bubble, now = bubble_of(world, call.body), clock.now()
    given = call.body.get("clientmsgid") or ""
    if not isinstance(given, str):
        raise ApiError(47001)
    msg_id = world.next_job()
    client_id = given or default_id(",".join(people), f"{bubble.kind} {bubble.text}")
    world.mass.claim(client_id, msg_id, now)
    job = world.mass.begin(people, bubble, client_id, msg_id)

    async def go() -> None:
        await run(world, job)

    world.afterwards.add(now + (CONFIRM_WITHIN if job.waits else world.mass.takes), go)
    return {**OK, "errmsg": "send job submission success", "msg_id": msg_id}


def bubble_of(world: World, body: dict[str, Any]) -> Bubble:
    """What a mass message shows. Raises ApiError 40008, 45113, 44004, 45002, 40007."""
    kind = str(body.get("msgtype"))
    if kind == "wxcard":
        raise ApiError(45113)
    branch = body.get("images" if kind == "image" else kind)
    if kind not in ("text", "image", *_MEDIA):
        raise ApiError(40008)
    if not isinstance(branch, dict):
        raise ApiError(47001)
    if kind == "text":
        return _text(branch.get("content"))
    ids = branch.get("media_ids") if kind == "image" else [branch.get("media_id")]
    if not isinstance(ids, list) or not ids:
        raise ApiError(40007)
    now, wanted = clock.now(), _MEDIA.get(kind, kind)
    media = [world.media.get(one, now, wanted) for one in ids]
    shown = {"mpvideo": "video", "mpnews": "news"}.get(kind, kind)
    return Bubble(0, "account", shown, "", media_id=media[0].media_id, note="群发")


def _text(content: object) -> Bubble:
    if not isinstance(content, str) or not content.strip():
        raise ApiError(44004)
    if len(content.encode()) > TEXT_BYTES:
        raise ApiError(45002)
    parts = parts_of(content)
    return Bubble(0, "account", "text", "", plain(parts), parts, note="群发")


async def run(world: World, job: Job) -> None:
    """Show a job's message to whom it may reach, and tell the product how it ended."""
    if job.state != "SENDING":
        return
    job.err = NOT_CONFIRMED if job.waits else job.err
    job.state = "SEND_FAIL" if job.err else "SEND_SUCCESS"
    for openid in [] if job.err else job.people:
        _deliver(world, job, openid)
    job.people, job.waits = [], False
    extra: Fields = {
        "MsgID": job.msg_id,
        "Status": job.err or "send success",
        "TotalCount": job.total,
        "FilterCount": job.filtered,
        "SentCount": job.sent,
        "ErrorCount": job.errors,
    }
    await notices.tell(world, notices.ROBOT, "MASSSENDJOBFINISH", extra)


def _deliver(world: World, job: Job, openid: str) -> None:
    person, now = world.people.all.get(openid), clock.now()
    if person is not None and person.closed:
        job.filtered, job.errors = job.filtered + 1, job.errors + 1
        world.ledger.unseen["mass", "error"] += 1
        return
    if person is None or person.blocks or refusal(person):
        world.ledger.unseen["mass", "filtered"] += 1
        return
    if not world.mass.may(openid, now):
        world.ledger.unseen["mass", "over quota"] += 1
        return
    job.filtered, job.sent = job.filtered + 1, job.sent + 1
    world.put(openid, replace(job.bubble))
    world.ledger.note(
        openid, now, "mass", job.bubble.text, client_id=job.client_id, msg_id=job.msg_id
    )


async def confirm(world: World, msg_id: int, *, yes: bool) -> None:
    """The administrator's answer, within half an hour, where the account's protection asks."""
    job = world.mass.job(msg_id)
    if not job.waits:
        raise LookupError(f"job {msg_id} waits for nobody")
    job.waits = False
    job.err = job.err if yes else REFUSED_BY_ADMIN
    await run(world, job)


def preview(world: World, call: Call) -> dict[str, Any]:
    """Show a message to one person, at once and outside every count."""
    person = world.people.get(call.body.get("touser"))
    bubble = bubble_of(world, call.body)
    refused = refusal(person)
    if refused:
        raise ApiError(refused)
    world.put(person.openid, bubble)
    return {**OK, "msg_id": world.next_job()}


def state(world: World, call: Call) -> dict[str, Any]:
    job = world.mass.job(call.body.get("msg_id"))
    return {"msg_id": job.msg_id, "msg_status": job.state}


def delete(world: World, call: Call) -> dict[str, Any]:
    """Take the content of a job down; of articles and videos only, and the card stays."""
    job = world.mass.job(call.body.get("msg_id"))
    if job.state != "SEND_SUCCESS" or job.bubble.kind not in ("news", "video"):
        raise ApiError(48005)
    job.state = "DELETE"
    return OK


def speed_get(world: World, _call: Call) -> dict[str, Any]:
    return {"speed": world.mass.speed, "realspeed": SPEEDS[world.mass.speed]}


def speed_set(world: World, call: Call) -> dict[str, Any]:
    speed = call.body.get("speed")
    if speed is None:
        raise ApiError(45084)
    if not isinstance(speed, int) or not 0 <= speed < len(SPEEDS):
        raise ApiError(45083)
    world.mass.speed = speed
    return OK


_PATH = "/cgi-bin/message/mass"
ENDPOINTS = [
    Endpoint("POST", f"{_PATH}/send", send, plain_text=True),
    Endpoint("POST", f"{_PATH}/sendall", send_all, plain_text=True),
    Endpoint("POST", f"{_PATH}/preview", preview, plain_text=True),
    Endpoint("POST", f"{_PATH}/get", state),
    Endpoint("POST", f"{_PATH}/delete", delete),
    Endpoint("POST", f"{_PATH}/speed/get", speed_get),
    Endpoint("POST", f"{_PATH}/speed/set", speed_set),
]
