"""The routes of ratings."""

from typing import Final

from bot.api import ratings, schemas
from bot.api.ratings_schemas import LOW, RATING_STATE
from bot.api.routing import Answer, Route

_UNTRUE: Final = Answer("Well formed but it cannot be; `errors` says why.", "Problem")

ROUTES: Final = (
    Route(
        *("GET", "/ratings", "list_ratings", "What customers said, the newest first", "ratings"),
        *("ratings:read", ratings.listed),
        {200: Answer("A page.", "RatingPage", headers=("Link",)), 422: _UNTRUE},
        query={
            "state": RATING_STATE,
            "store": {"type": "string", "maxLength": 32, "description": "A store's code."},
            "low": LOW,
            "repair_order": {**schemas.REF, "description": "Of this order."},
            "cursor": schemas.CURSOR,
            "limit": schemas.LIMIT,
        },
        leads_to={"get_rating": {"id": "$response.body#/items/0/id"}},
    ),
    Route(
        *("GET", "/ratings/{id}", "get_rating", "One rating with its answers", "ratings"),
        *("ratings:read", ratings.one, {200: Answer("As it is now.", "RatingWhole")}),
        {"id": schemas.ROW},
        leads_to={
            "get_rating_evidence": {
                "id": "$response.body#/id",
                "eid": "$response.body#/evidence/0/id",
            }
        },
    ),
    Route(
        *("GET", "/ratings/{id}/evidence/{eid}", "get_rating_evidence", "A file that was sent"),
        *("ratings", "ratings:read", ratings.media),
        {200: Answer("The file; its media type is as the rating names it.")},
        {"id": schemas.ROW, "eid": schemas.ROW},
    ),
)
