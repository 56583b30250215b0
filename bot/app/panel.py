"""The demo's side panels: the coming bookings and what waits for a person; what somebody was sent,
and why. Only `cheyu demo` serves them."""

from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from aiohttp import web
from jinja2 import Environment, FileSystemLoader

from bot.clock import clock
from bot.outbox.why import told
from bot.rules.channels import NAMES
from bot.rules.explaining import STATES, number_of
from bot.rules.identifiers import mask_phone
from bot.rules.roles import open_to_all
from bot.rules.touch.kinds import KINDS
from bot.rules.wording import say_day
from storage.queries.bookings.booked import on_day
from storage.queries.tasks import open_tasks
from storage.queries.touch import person as touch_person
from storage.queries.touch import why as touch_why
from storage.queries.touch.why import Why
from storage.scope import account_scope

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).resolve().parents[2] / "templates" / "console"),
    autoescape=True,
    enable_async=False,
)
_TEMPLATES.filters["mask"] = mask_phone
_TEMPLATES.filters["number"] = number_of


def routes(account: int, zone: ZoneInfo) -> list[web.RouteDef]:
    """GET /demo/bookings: the coming days' bookings. GET /demo/touches?openid=: their contacts."""

    @open_to_all
    async def bookings(_request: web.Request) -> web.Response:
        today = clock.now().astimezone(zone).date()
        coming = [today + timedelta(days=ahead) for ahead in range(14)]
        with account_scope(account):
            days = [(day, rows) for day in coming if (rows := await on_day(day))]
            tasks = await open_tasks()

        def spoken(day: date) -> str:
            return say_day(day, today)

        every = [(day, row) for day, rows in days for row in rows]
        newest = max(every, key=lambda one: one[1].booking.id, default=None)
        page = _TEMPLATES.get_template("bookings.html").render(
            days=days, newest=newest, spoken=spoken, tasks=tasks, zone=zone
        )
        return web.Response(text=page, content_type="text/html")

    @open_to_all
    async def touches(request: web.Request) -> web.Response:
        now = clock.now()
        with account_scope(account):
            ids = await touch_person.around(request.query.get("openid", ""), now)
            found = [one for number in ids if (one := await touch_why.of_touchpoint(number))]
        shown = [(one.touch, _name(one.touch.kind), _state(one), told(one)) for one in found]
        page = _TEMPLATES.get_template("touches.html").render(touches=shown, now=now, zone=zone)
        return web.Response(text=page, content_type="text/html")

    return [web.get("/demo/bookings", bookings), web.get("/demo/touches", touches)]


def _name(kind: str) -> str:
    return KINDS[kind].name if kind in KINDS else kind


def _state(one: Why) -> str:
    state = STATES.get(one.touch.state, one.touch.state)
    channel = NAMES.get(one.touch.channel, "")
    return f"{state} · {channel}" if channel else state
