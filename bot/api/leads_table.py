"""The routes of leads."""

from typing import Any, Final

from bot.api import leads, schemas
from bot.api.leads_schemas import LEAD_NUMBER, LEAD_STATE, LEVEL, SOURCE
from bot.api.routing import JSON, MERGE, Answer, Body, Route

_STALE: Final = Answer("The ETag does not match: it was changed since you read it.", "Problem")
_UNTRUE: Final = Answer("Well formed but it cannot be; `errors` says why.", "Problem")
_ENDED: Final = Answer("It was won or lost, and stays so.", "Problem")
_LEAD: Final = Answer("As it is now.", "Lead", headers=("ETag",))
_NUMBER: Final = {"id": LEAD_NUMBER}
_FIRST: Final = {"id": "$response.body#/items/0/id"}
_ITSELF: Final = {"id": "$response.body#/id"}
_NEW: Final[dict[str, Any]] = {
    "source": "visit",
    "ref": "V20261118-7",
    "name": "赵六",
    "phone": "13700000009",
    "model": "汉EV",
    "level": "A",
}

ROUTES: Final = (
    Route(
        *("GET", "/leads", "list_leads", "Who wants a car, the newest first", "leads"),
        *("leads:read", leads.listed),
        {200: Answer("A page.", "LeadPage", headers=("Link",)), 422: _UNTRUE},
        query={
            "state": LEAD_STATE,
            "level": LEVEL,
            "source": SOURCE,
            "store": {"type": "string", "maxLength": 32, "description": "A store's code."},
            "cursor": schemas.CURSOR,
            "limit": schemas.LIMIT,
        },
        leads_to=dict.fromkeys(("get_lead", "change_lead"), _FIRST),
    ),
    Route(
        *("POST", "/leads", "register_lead", "Somebody wants a car (来店, 来电 …)", "leads"),
        *("leads:write", leads.register),
        {
            200: Answer(
                "They have an open lead: the wish is added, once.", "Lead", headers=("ETag",)
            ),
            201: Answer("It is new.", "Lead", headers=("ETag",)),
            422: _UNTRUE,
        },
        body=Body("LeadIn", (JSON,), _NEW),
        leads_to=dict.fromkeys(("get_lead", "change_lead"), _ITSELF),
    ),
    Route(
        *("GET", "/leads/{id}", "get_lead", "One lead with its history", "leads"),
        *("leads:read", leads.one),
        {
            200: Answer("As it is now.", "LeadWhole", headers=("ETag",)),
            304: Answer("You have it already.", headers=("ETag",)),
        },
        _NUMBER,
        conditions=("If-None-Match",),
        leads_to={"change_lead": _ITSELF},
    ),
    Route(
        *("PATCH", "/leads/{id}", "change_lead", "Spoken to, another level, won, lost"),
        *("leads", "leads:write", leads.changed),
        {200: _LEAD, 409: _ENDED, 412: _STALE, 422: _UNTRUE},
        _NUMBER,
        body=Body("LeadChange", (JSON, MERGE), {"contacted": True, "level": "H"}),
        conditions=("If-Match",),
        leads_to={"get_lead": _ITSELF},
    ),
)
