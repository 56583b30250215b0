"""The routes of follow-up calls."""

from typing import Final

from bot.api import schemas, tasks
from bot.api.routing import JSON, Answer, Body, Route

_UNTRUE: Final = Answer("Well formed but it cannot be; `errors` says why.", "Problem")
_TAKEN: Final = Answer("A colleague was faster, or the call is done.", "Problem")
_ROW: Final = {"id": schemas.ROW}
_FIRST: Final = {"id": "$response.body#/items/0/id"}
_EXAMPLE: Final = {"by": "jing", "outcome": "reached", "said": "都好"}

ROUTES: Final = (
    Route(
        *("GET", "/tasks", "list_tasks", "Today's follow-up calls, in the order to make them"),
        *("tasks", "tasks:read", tasks.listed),
        {
            200: Answer(
                "A page: what is lawful now first, by deadline.", "TaskList", headers=("Link",)
            ),
            422: _UNTRUE,
        },
        query={
            "staff": {"type": "string", "maxLength": 64, "description": "A colleague's log-in."},
            "store": {"type": "string", "maxLength": 32, "description": "A store's code."},
            "cursor": schemas.CURSOR,
            "limit": schemas.LIMIT,
        },
        leads_to=dict.fromkeys(("get_task", "record_call"), _FIRST),
    ),
    Route(
        *("GET", "/tasks/{id}", "get_task", "One call with the customer's card and the questions"),
        *("tasks", "tasks:read", tasks.one),
        {200: Answer("As it is now.", "TaskWhole")},
        _ROW,
        leads_to={"record_call": {"id": "$response.body#/id"}},
    ),
    Route(
        *("POST", "/tasks/{id}/calls", "record_call", "What came of a call"),
        *("tasks", "tasks:write", tasks.recorded),
        {201: Answer("It is kept.", "CallRecorded"), 409: _TAKEN, 422: _UNTRUE},
        _ROW,
        body=Body("CallIn", (JSON,), _EXAMPLE),
    ),
)
