"""What transcripts of 评价 need: a visit that is settled, and what became of ratings."""

from datetime import date, datetime
from typing import Any

from storage.db import dumps, sql
from storage.queries.ratings import rating as ratings
from storage.queries.ratings.rating import Rating
from storage.queries.stores.shops import Store
from storage.scope import account_id
from tests.conversations.chat import Chat
from tests.people import Person, at, insert

YESTERDAY = date(2026, 11, 17)


async def settled(
    chat: Chat,
    who: Person,
    ref: str = "R100",
    *,
    on: date = YESTERDAY,
    items: tuple[str, ...] = ("常规保养",),
    car: int | None = None,
    store: Store | None = None,
) -> int:
    """An order of `who`'s (first) car, settled at three in the afternoon; its id."""
    async with chat.database():
        return await settle(
            who, ref, at("15:00", on), items, car or who.car, store or chat.cast.main
        )


async def settle(
    who: Person,
    ref: str,
    when: datetime | None,
    items: tuple[str, ...],
    car: int | None,
    store: Store,
) -> int:
    """The same, in the database in scope."""
    return await insert(
        "INSERT INTO visit (account_id, ref, vehicle_id, customer_id, store_id, settled_at,"
        " items, changed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        *(account_id(), ref, car, who.customer_id, store.id, when, dumps(list(items)), when),
    )


async def ratings_of(chat: Chat) -> list[Rating]:
    """Every rating, oldest first."""
    async with chat.database():
        rows = await sql().rows("SELECT id FROM rating ORDER BY id")
        found = [await ratings.one(row["id"]) for row in rows]
    return [one for one in found if one is not None]


async def the_rating(chat: Chat) -> Rating:
    """The only one there is."""
    found = await ratings_of(chat)
    assert len(found) == 1, found
    return found[0]


async def said(chat: Chat) -> dict[str, Any]:
    """question → value, choices or words of the only rating."""
    rating = await the_rating(chat)
    async with chat.database():
        given = await ratings.answers(rating.id)
    return {
        question: answer.value if answer.value is not None else list(answer.choices) or answer.words
        for (_, question), answer in given.items()
    }


async def cases_of(chat: Chat) -> list[Any]:
    async with chat.database():
        rows = await sql().rows(
            "SELECT id, state, same, owner_id, look_at FROM complaint ORDER BY id"
        )
    return list(rows)
