"""The demo's side panel: today's bookings as the desk sees them, and what waits for a person. Only `cheyu demo` serves it."""

from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from aiohttp import web
from jinja2 import Environment, FileSystemLoader

from bot.clock import clock
from bot.rules.identifiers import mask_phone
from bot.rules.roles import open_to_all
from bot.rules.wording import say_day
from storage.queries.booked import on_day
from storage.queries.tasks import open_tasks
from storage.scope import account_scope

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).resolve().parents[2] / "templates" / "console"),
    autoescape=True,
    enable_async=False,
)
_TEMPLATES.filters["mask"] = mask_phone


def routes(account: int, zone: ZoneInfo) -> list[web.RouteDef]:
    """GET /demo/bookings: the coming days' bookings."""

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

    return [web.get("/demo/bookings", bookings)]
