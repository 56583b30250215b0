"""The routes of surveys."""

from typing import Any, Final

from bot.api import surveys
from bot.api.routing import JSON, Answer, Body, Route
from bot.api.surveys_schemas import CODE, SCOPE, VERSION

_UNTRUE: Final = Answer("Well formed but it cannot be; `errors` says why.", "Problem")
_TAKEN: Final = Answer("The version is there and never changes: take the next one.", "Problem")
_CODE: Final = {"code": CODE}
_FIRST: Final = {"code": "$response.body#/items/0/code"}
_ITSELF: Final = {"code": "$response.body#/code"}
_NEW: Final[dict[str, Any]] = {
    "name": "充电",
    "kind": "extension",
    "occasions": ["visit"],
    "audience": {"energy": ["bev"]},
    "questions": [
        {"code": "slow", "kind": "yes_no", "text": "充电变慢了吗？", "low": ["是"]},
        {
            "code": "where",
            "kind": "choice",
            "text": "在哪里变慢？",
            "choices": [{"code": "home", "label": "家里"}, {"code": "public", "label": "外面"}],
            "when": {"slow": ["是"]},
        },
    ],
}

ROUTES: Final = (
    Route(
        *("GET", "/surveys", "list_surveys", "What customers are asked", "surveys"),
        *("surveys:read", surveys.listed),
        {200: Answer("Those in force, standard ones first.", "SurveyList"), 422: _UNTRUE},
        query={"store": SCOPE},
        leads_to={"get_survey": _FIRST},
    ),
    Route(
        *("GET", "/surveys/{code}", "get_survey", "One survey", "surveys"),
        *("surveys:read", surveys.one),
        {200: Answer("In force, or the version that is asked for.", "Survey"), 422: _UNTRUE},
        _CODE,
        query={"store": SCOPE, "version": VERSION},
    ),
    Route(
        *("PUT", "/surveys/{code}", "put_survey", "Ask by a new version from now on", "surveys"),
        *("surveys:write", surveys.put),
        {
            200: Answer("It is in force already.", "Survey"),
            201: Answer("It is asked from now on.", "Survey"),
            409: _TAKEN,
            422: _UNTRUE,
        },
        _CODE,
        query={"store": SCOPE},
        body=Body("SurveyIn", (JSON,), _NEW),
        leads_to={"get_survey": _ITSELF},
    ),
)
