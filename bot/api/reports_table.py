"""The routes of figures."""

from typing import Final

from bot.api import reports
from bot.api.reports_schemas import BY, MONTH, MONTHS, SCOPE
from bot.api.routing import Answer, Route

_UNTRUE: Final = Answer("Well formed but it cannot be; `errors` says why.", "Problem")

ROUTES: Final = (
    Route(
        *("GET", "/reports/monthly", "get_monthly_report", "What a month came to", "reports"),
        *("reports:read", reports.monthly),
        {200: Answer("Of one store, or of all with a line for each.", "Monthly"), 422: _UNTRUE},
        query={"month": MONTH, "store": SCOPE},
    ),
    Route(
        *("GET", "/reports/trend", "get_trend", "How satisfaction went, month by month", "reports"),
        *("reports:read", reports.trend),
        {200: Answer("The oldest first; the month that is running so far.", "Trend"), 422: _UNTRUE},
        query={"month": MONTH, "months": MONTHS, "store": SCOPE},
    ),
    Route(
        *("GET", "/reports/staff", "get_staff_figures", "What each colleague came to", "reports"),
        *("reports:read", reports.staff),
        {200: Answer("Of everybody with figures who may be seen.", "StaffFigures"), 422: _UNTRUE},
        query={"by": BY, "month": MONTH, "store": SCOPE},
    ),
)
