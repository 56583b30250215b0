"""The routes of figures."""

from typing import Final

from bot.api import reports
from bot.api.reports_schemas import MONTH, SCOPE
from bot.api.routing import Answer, Route

_UNTRUE: Final = Answer("Well formed but it cannot be; `errors` says why.", "Problem")

ROUTES: Final = (
    Route(
        *("GET", "/reports/monthly", "get_monthly_report", "What a month came to", "reports"),
        *("reports:read", reports.monthly),
        {200: Answer("Of one store, or of all with a line for each.", "Monthly"), 422: _UNTRUE},
        query={"month": MONTH, "store": SCOPE},
    ),
)
