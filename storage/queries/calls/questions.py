"""What is asked in a call, and what has been answered of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.rules.surveys.choosing import Answers, Survey
from storage.db import sql
from storage.queries.ratings import rating as ratings
from storage.queries.ratings.occasions import to_ask
from storage.queries.ratings.rows import COLUMNS, Rating, rating_of
from storage.scope import account_id


@dataclass(frozen=True, slots=True)
class Asking:
    """`rating`: where the answers are kept, once begun. `over`: answered elsewhere, or declined."""

    occasion: ratings.Occasion | None = None
    rating: Rating | None = None
    surveys: Sequence[Survey] = ()
    answers: Answers | None = None

    @property
    def over(self) -> bool:
        return self.rating is not None and not self.rating.open


async def asking(touchpoint_id: int | None, now: datetime) -> Asking:
    """The survey of the contact a call is for: as it was begun, else as it would be asked now."""
    occasion = await ratings.of_touchpoint(touchpoint_id) if touchpoint_id else None
    if occasion is None:
        return Asking()
    row = await sql().row(
        f"SELECT {COLUMNS} FROM rating WHERE account_id = ? AND subject = ?",  # noqa: S608 - our own columns
        *(account_id(), occasion.subject),
    )
    if row is not None:
        rating = rating_of(row)
        asked = await ratings.asked_surveys(rating)
        return Asking(occasion, rating, asked, await ratings.answers(rating.id))
    asked, _ = await to_ask(occasion, now.date())
    return Asking(occasion, None, asked, {})


async def begun(found: Asking, by: str, now: datetime) -> Asking:
    """The rating of this call, begun by `by`; as it is where there is nothing to ask."""
    if found.occasion is None:
        return found
    rating = await ratings.begin(found.occasion, now, channel="call", by=by)
    if rating is None:
        return Asking()
    asked = await ratings.asked_surveys(rating)
    return Asking(found.occasion, rating, asked, await ratings.answers(rating.id))
