"""评价: begun once for one occasion, answered one question at a time, and brought to an end.

    occasion = await waiting_for(person, now)          # None: there is nothing to rate
    rating = await begin(occasion, now, wechat_user_id=person.id)
    came = await put_answer(rating.id, "standard", 1, "overall", "score", now, value=5)
    await finish(rating.id, now)

open → done (answered as far as they wished), closed (the hours are over; what was answered counts)
or declined. One that ran out with nothing said is open again when the customer comes by themselves.
"""

from datetime import datetime
from typing import Final

from bot.rules.rating_terms import WIN_BACK
from storage.db import Sql, dumps, sql, transaction
from storage.queries.ratings import touches as ratings_touches
from storage.queries.ratings.answers import Came, asked_surveys, case_of, put_answer, put_media
from storage.queries.ratings.changes import Given, changeable, given
from storage.queries.ratings.occasions import (
    Occasion,
    of_rating,
    of_touchpoint,
    of_visit,
    segment,
    staying_away,
    to_ask,
    waiting_for,
)
from storage.queries.ratings.pages import tell
from storage.queries.ratings.rows import REMARKS, Rating, answers, held, one
from storage.scope import account_id

_PAGE: Final = 500


async def begin(
    occasion: Occasion,
    now: datetime,
    *,
    wechat_user_id: int | None = None,
    channel: str = "chat",
    by: str = "",
) -> Rating | None:
    """The rating of this occasion: new, or the one that somebody of the car has begun.

    It may be over: look at `open`. None: the store has no survey for it. `channel` call: a colleague
    (`by`) asks on the phone.
    """
    asked, terms = await to_ask(occasion, now.date())
    if not asked:
        return None
    until = now + terms.open_for
    async with transaction() as connection:
        await connection.run(
            "INSERT INTO rating (account_id, subject, occasion, customer_id, wechat_user_id,"
            " vehicle_id, visit_id, store_id, advisor_id, touchpoint_id, surveys, state, channel,"
            " entered_by, asked_at, until, changed_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'open', ?, ?, ?, ?, ?)"
            " ON CONFLICT (account_id, subject) DO NOTHING",
            *(account_id(), occasion.subject, occasion.occasion, occasion.customer_id),
            *(wechat_user_id, occasion.vehicle_id, occasion.visit_id, occasion.store_id),
            *(occasion.advisor_id, occasion.touchpoint_id),
            dumps([[survey.code, survey.version] for survey in asked]),
            *(channel, by[:64], now, until, now),
        )
        rating = await held(connection, "subject", occasion.subject)
        assert rating is not None  # noqa: S101 - just written, or there
        if _to_open_again(rating):
            await _open_again(connection, rating, until, now)
            rating = await held(connection, "id", rating.id)
            assert rating is not None  # noqa: S101 - read above
        if rating.open:
            await ratings_touches.stop_asking(rating, now)
        return rating


def _to_open_again(rating: Rating) -> bool:
    """They have come back by themselves: to what they put off, or what ran out unanswered."""
    ran_out = rating.state == "closed" and not rating.answered
    return ran_out or (rating.open and rating.later_at is not None)


async def _open_again(connection: Sql, rating: Rating, until: datetime, now: datetime) -> None:
    await connection.run(
        "UPDATE rating SET state = 'open', until = ?, later_at = NULL, ended_at = NULL,"
        " rev = rev + 1, changed_at = ? WHERE account_id = ? AND id = ?",
        *(until, now, account_id(), rating.id),
    )


async def later(rating_id: int, at: datetime, now: datetime, *, said: str) -> bool:
    """Not now: the customer named `at`, and is asked again then. `said`: the moment in words.

    False: the rating is over.
    """
    async with transaction() as connection:
        rating = await held(connection, "id", rating_id)
        if rating is None or not rating.open:
            return False
        _, terms, _ = await segment(await of_rating(rating), now.date())
        what = "说原因" if rating.occasion == WIN_BACK else "评价"
        why = f"客户说现在不方便{what}，约好{said}"
        await ratings_touches.put_off(rating, at, why, now)
        await connection.run(
            "UPDATE rating SET later_at = ?, until = ?, rev = rev + 1, changed_at = ?"
            " WHERE account_id = ? AND id = ?",
            *(at, at + terms.open_for, now, account_id(), rating.id),
        )
        return True


async def finish(rating_id: int, now: datetime) -> bool:
    """Answered as far as they wished. False: it was over before."""
    return await _end(rating_id, "done", now)


async def decline(rating_id: int, now: datetime) -> bool:
    """They do not wish to rate this, and are not asked again; what they had answered counts."""
    rating = await one(rating_id)
    answered = rating is not None and rating.answered
    return await _end(rating_id, "closed" if answered else "declined", now)


async def _end(rating_id: int, state: str, now: datetime) -> bool:
    async with transaction() as connection:
        rating = await held(connection, "id", rating_id)
        if rating is None or not rating.open:
            return False
        await _ended(connection, rating.id, state, now)
        if state == "declined":
            await ratings_touches.refused(rating, now)
        else:
            await ratings_touches.answered_in_chat(rating, now)
        return True


async def _ended(connection: Sql, rating_id: int, state: str, now: datetime) -> None:
    await connection.run(
        "UPDATE rating SET state = ?, ended_at = ?, later_at = NULL, rev = rev + 1,"
        " changed_at = ? WHERE account_id = ? AND id = ?",
        *(state, now, now, account_id(), rating_id),
    )
    await tell(f"rating.{state}", rating_id, now)


async def note_nudge(rating_id: int) -> None:
    """A silence was answered with a nudge: there is one for each rating."""
    await sql().run(
        "UPDATE rating SET nudged = ? WHERE account_id = ? AND id = ?",
        *(True, account_id(), rating_id),
    )


async def close_over(now: datetime) -> int:
    """Put away those whose hours are over; how many were."""
    closed = 0
    while True:
        async with transaction() as connection:
            skip = " FOR UPDATE SKIP LOCKED" if connection.postgres else ""
            rows = await connection.rows(
                "SELECT id FROM rating WHERE account_id = ? AND state = 'open' AND until <= ?"  # noqa: S608 - a clause of the engine
                f" ORDER BY until, id LIMIT ?{skip}",
                *(account_id(), now, _PAGE),
            )
            for row in rows:
                await _ended(connection, row["id"], "closed", now)
        closed += len(rows)
        if len(rows) < _PAGE:
            return closed


__all__ = [
    "REMARKS", "Came", "Given", "Occasion", "Rating", "answers", "asked_surveys",
    "begin", "case_of", "changeable", "close_over", "decline", "finish", "given", "later", "note_nudge", "of_rating", "of_touchpoint", "of_visit", "one", "put_answer", "put_media",
    "staying_away", "to_ask", "waiting_for",
]  # fmt: skip
