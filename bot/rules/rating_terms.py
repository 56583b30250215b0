"""评价: when a customer may be asked for one, how long they have for it, and what it is about.

A store's own numbers are in `Store.care["rating"]`: {"open_hours": 48, "pause_days": 14, …}.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, Final

from bot.errors import StaffError
from bot.rules.etiquette import Past

OCCASIONS: Final[Mapping[str, str]] = {
    "after_visit": "visit",
    "delivery_thanks": "delivery",
    "month_3": "month_3",
    "month_6": "month_6",
    "month_12": "month_12",
    "win_back": "win_back",
}
"""Kind of contact → the occasion of the survey that it leads to."""
WIN_BACK: Final = "win_back"
"""Both the kind and the occasion: who stays away is asked why, and rates nothing."""
RATINGS: Final = tuple(kind for kind in OCCASIONS if kind != WIN_BACK)
"""Kinds of contact that ask for a rating."""
_REPAIRS: Final = ("修", "钣金", "喷漆", "故障", "事故", "异响", "漏")


@dataclass(frozen=True, slots=True)
class RatingTerms:
    """`open_hours`: how long a rating can be gone on with. `pause_days`: between two requests.

    `visit_days`: how long after a visit it may still be rated.
    """

    open_hours: int = 48
    pause_days: int = 14
    visit_days: int = 30

    @classmethod
    def of(cls, care: Mapping[str, Any] | None) -> "RatingTerms":
        """From a store's `care`. Raises StaffError for a value that makes no sense."""
        said = (care or {}).get("rating") or {}
        names = {field.name for field in fields(cls)}
        if (
            not isinstance(said, Mapping)
            or said.keys() - names
            or not all(type(value) is int and 1 <= value <= 366 for value in said.values())
        ):
            raise StaffError(
                "门店设置rating的值不对。",
                '例：{"open_hours":48,"pause_days":14,"visit_days":30}。',
            )
        return cls(**said)

    @property
    def open_for(self) -> timedelta:
        return timedelta(hours=self.open_hours)

    @property
    def pause(self) -> timedelta:
        return timedelta(days=self.pause_days)

    @property
    def rated_within(self) -> timedelta:
        return timedelta(days=self.visit_days)


def asked_lately(
    kind: str, history: Sequence[Past], terms: RatingTerms, now: datetime
) -> datetime | None:
    """Until when a customer who was asked a short while ago is not asked again; None: they may be.

    Why they stay away is another matter than how a visit was: neither waits for the other. Of two
    cars that stay away, the second is asked about after the pause.
    """
    alike = (WIN_BACK,) if kind == WIN_BACK else RATINGS
    asked = [one.at for one in history if one.kind in alike]
    until = max(asked, default=now - terms.pause) + terms.pause
    return until if until > now else None


def is_repair(items: Sequence[str]) -> bool:
    """Whether something was to be mended, not only serviced."""
    return any("保养" not in item and any(word in item for word in _REPAIRS) for item in items)
