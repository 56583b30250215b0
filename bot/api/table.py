"""Every route of /api/v1, once: registered, guarded, checked and documented from these rows."""

from typing import Any, Final

from bot.api import appointments, schemas, touchpoints
from bot.api.cases_table import ROUTES as CASES
from bot.api.feed import put_feed
from bot.api.files import (
    CUSTOMERS,
    DELIVERIES,
    INCIDENTS,
    REPAIR_ORDERS,
    VEHICLES,
    Kind,
    get,
    post,
    put,
)
from bot.api.hooks import Hooks
from bot.api.leads_table import ROUTES as LEADS
from bot.api.measures_table import ROUTES as MEASURES
from bot.api.ratings_table import ROUTES as RATINGS
from bot.api.reports_table import ROUTES as REPORTS
from bot.api.routing import JSON, MERGE, NDJSON, Answer, Body, Route
from bot.api.surveys_table import ROUTES as SURVEYS
from bot.api.tasks_table import ROUTES as TASKS

_STALE: Final = Answer("The ETag does not match: it was changed since you read it.", "Problem")
_SAME: Final = Answer("You have it already.", headers=("ETag",))
_CREATED: Final = Answer("It is new.", "Recorded", headers=("ETag",))
_CHANGED: Final = Answer("It was there: changed, or unchanged.", "Recorded", headers=("ETag",))
_UNTRUE: Final = Answer("Well formed but it cannot be; `errors` says why.", "Problem")
_CONFLICT: Final = Answer("What is there stands against it.", "Problem")

_CUSTOMER: Final = {
    "name": "王芳",
    "gender": "female",
    "phone": "13800000001",
    "birthday": "1988-05-20",
    "consents": ["care", "follow_up", "marketing"],
}
_VEHICLE: Final = {
    "customer_ref": "C1",
    "plate": "京A12345",
    "brand": "奥迪",
    "model": "Q5L",
    "energy": "ice",
    "store": "main",
    "delivered_on": "2026-09-01",
    "mileage": 1200,
}
_VIN: Final = "LSVAA4187E2000001"
_ORDER: Final = {
    "vin": _VIN,
    "store": "main",
    "opened_at": "2026-11-18T09:00:00+08:00",
    "mileage": 5100,
    "settled_at": "2026-11-18T11:30:00+08:00",
    "amount": "680.00",
    "items": ["首保"],
}
_DELIVERY: Final = {"vin": _VIN, "delivered_at": "2026-09-01T10:00:00+08:00", "consultant": "李雷"}
_INCIDENT: Final = {
    "ref": "I1",
    "vin": _VIN,
    "kind": "accident",
    "note": "追尾，无人受伤",
    "happened_at": "2026-11-18T08:10:00+08:00",
}


def _file(kind: Kind, plural: str, schema: str, words: str, example: Any) -> tuple[Route, ...]:
    """PUT and GET of one, and the feed of many."""
    params = {kind.key: schemas.VIN if kind.key == "vin" else schemas.REF}
    where, tag = f"/{plural}/{{{kind.key}}}", "files"
    same = {kind.key: f"$request.path.{kind.key}"}
    return (
        Route(
            *("PUT", where, f"put_{kind.name}", f"Create or change {words}", tag),
            *("files:write", put(kind)),
            {200: _CHANGED, 201: _CREATED, 412: _STALE, 422: _UNTRUE},
            params,
            body=Body(f"{schema}In", (JSON,), example),
            conditions=("If-Match", "If-None-Match"),
            leads_to={f"get_{kind.name}": same},
        ),
        Route(
            *("GET", where, f"get_{kind.name}", f"Read {words}", tag, "files:read", get(kind)),
            {200: Answer("As it is now.", schema, headers=("ETag",)), 304: _SAME},
            params,
            conditions=("If-None-Match",),
            leads_to={f"put_{kind.name}": same},
        ),
        Route(
            *("PUT", f"/{plural}", f"feed_{plural.replace('-', '_')}", f"Many: {words} a line"),
            *(tag, "files:write", put_feed(kind)),
            {200: Answer("A result for each line, in order.", "Results", NDJSON)},
            body=Body(f"{schema}Lines", (NDJSON,), streamed=True),
        ),
    )


def _told(kind: Kind, where: str, schema: str, words: str, example: Any) -> Route:
    fresh = Answer("It is new.", "Recorded")
    known = Answer("It was told before; it is kept once.", "Recorded")
    return Route(
        *("POST", where, f"record_{kind.name}", words, "files", "files:write", post(kind)),
        {200: known, 201: fresh, 422: _UNTRUE},
        body=Body(f"{schema}In", (JSON,), example),
    )


_FILES: Final = (
    *_file(CUSTOMERS, "customers", "Customer", "a customer", _CUSTOMER),
    *_file(VEHICLES, "vehicles", "Vehicle", "a car", _VEHICLE),
    *_file(REPAIR_ORDERS, "repair-orders", "RepairOrder", "a repair order", _ORDER),
    _told(DELIVERIES, "/deliveries", "Delivery", "A car was handed over", _DELIVERY),
    _told(INCIDENTS, "/incidents", "Incident", "An accident or a breakdown", _INCIDENT),
)

_APPOINTMENT: Final = Answer("As it is now.", "Appointment", headers=("ETag",))
_NUMBER: Final = {"id": schemas.NUMBER}
_FIRST: Final = {"id": "$response.body#/items/0/id"}
_ITSELF: Final = {"id": "$response.body#/id"}
_PAGE: Final = {"cursor": schemas.CURSOR, "limit": schemas.LIMIT}
_DIARY: Final = (
    Route(
        *("GET", "/appointments", "list_appointments", "The diary, by start", "appointments"),
        *("appointments:read", appointments.listed),
        {200: Answer("A page.", "AppointmentPage", headers=("Link",)), 422: _UNTRUE},
        query={
            "date": {"type": "string", "format": "date", "description": "The store's own day."},
            "store": {"type": "string", "maxLength": 32, "description": "A store's code."},
            "state": schemas.STATE,
            **_PAGE,
        },
        leads_to=dict.fromkeys(("get_appointment", "move_appointment"), _FIRST),
    ),
    Route(
        *("GET", "/appointments/{id}", "get_appointment", "One appointment", "appointments"),
        *("appointments:read", appointments.one, {200: _APPOINTMENT, 304: _SAME}, _NUMBER),
        conditions=("If-None-Match",),
        leads_to={"move_appointment": _ITSELF},
    ),
    Route(
        *("PATCH", "/appointments/{id}", "move_appointment", "What became of it"),
        *("appointments", "appointments:write", appointments.moved),
        {200: _APPOINTMENT, 409: _CONFLICT, 412: _STALE},
        _NUMBER,
        body=Body("Move", (JSON, MERGE), {"state": "arrived"}),
        conditions=("If-Match",),
        leads_to={"get_appointment": _ITSELF},
    ),
)


_ROW: Final = {"id": schemas.ROW}
_DUE: Final = {"type": "string", "format": "date", "description": "By the day it is due."}
_PLAN: Final = (
    Route(
        *("GET", "/touchpoints", "list_touchpoints", "What customers are owed, by day"),
        *("touchpoints", "touchpoints:read", touchpoints.listed),
        {200: Answer("A page.", "TouchpointPage", headers=("Link",)), 422: _UNTRUE},
        query={
            "from": _DUE,
            "to": _DUE,
            "kind": schemas.TOUCH_KIND,
            "state": schemas.TOUCH_STATE,
            **_PAGE,
        },
        leads_to={"get_touchpoint": _FIRST},
    ),
    Route(
        *("GET", "/touchpoints/{id}", "get_touchpoint", "One contact that is owed, and why"),
        *("touchpoints", "touchpoints:read", touchpoints.one),
        {200: Answer("As it is, with sentences for staff.", "TouchpointWhy")},
        _ROW,
    ),
)


def _places(hooks: Hooks) -> tuple[Route, ...]:
    """Where events go."""
    made = Answer("The secret is shown here only.", "WebhookMade", headers=("Location",))
    page = Answer("A page.", "WebhookPage", headers=("Link",))
    return (
        Route(
            *("POST", "/webhooks", "add_webhook", "Be told of events", "webhooks"),
            *("webhooks:write", hooks.add, {201: made, 409: _CONFLICT, 422: _UNTRUE}),
            body=Body("WebhookIn", (JSON,), _WEBHOOK),
            leads_to=dict.fromkeys(("get_webhook", "remove_webhook"), _ITSELF),
        ),
        Route(
            *("GET", "/webhooks", "list_webhooks", "Where events go", "webhooks"),
            *("webhooks:read", hooks.listed, {200: page, 422: _UNTRUE}),
            query=_PAGE,
            leads_to=dict.fromkeys(("get_webhook", "remove_webhook"), _FIRST),
        ),
        Route(
            *("GET", "/webhooks/{id}", "get_webhook", "One webhook", "webhooks"),
            *("webhooks:read", hooks.one),
            {200: Answer("As it is.", "Webhook")},
            _ROW,
        ),
        Route(
            *("DELETE", "/webhooks/{id}", "remove_webhook", "Be told no more", "webhooks"),
            *("webhooks:write", hooks.remove),
            {204: Answer("It is gone.")},
            _ROW,
        ),
    )


def _deliveries(hooks: Hooks) -> tuple[Route, ...]:
    """Events on their way; the dead ones can be sent again."""
    states = {"type": "string", "enum": ["queued", "sending", "done", "dead"]}
    page = Answer("A page, the newest first.", "DeliveryPage", headers=("Link",))
    again = Answer("It is queued.", "Delivery")
    return (
        Route(
            *("GET", "/webhooks/deliveries", "list_deliveries", "Events on their way"),
            *("webhooks", "webhooks:read", hooks.deliveries, {200: page, 422: _UNTRUE}),
            query={"state": states, **_PAGE},
            leads_to={"resend_delivery": _FIRST},
        ),
        Route(
            *("POST", "/webhooks/deliveries/{id}/resend", "resend_delivery", "Send it again"),
            *("webhooks", "webhooks:write", hooks.resend),
            {202: again, 409: _CONFLICT},
            _ROW,
        ),
    )


_WEBHOOK: Final = {"url": "https://dms.example.com/cheyu", "events": ["appointment.*"]}


def routes(hooks: Hooks) -> tuple[Route, ...]:
    return (
        *_FILES,
        *_DIARY,
        *_PLAN,
        *SURVEYS,
        *REPORTS,
        *CASES,
        *MEASURES,
        *LEADS,
        *TASKS,
        *RATINGS,
        *_places(hooks),
        *_deliveries(hooks),
    )
