"""Two at one call: one is kept and the other told; and the customer who answers in chat meanwhile."""

import asyncio

import pytest

from bot.errors import Conflict
from storage.db import sql
from storage.queries.calls import worklist as call_list
from storage.queries.calls.records import Recorded, Taken, Told, record
from storage.queries.ratings import rating as ratings
from tests.calls.rig import FOUR, owed, written
from tests.calls.test_calls import ALL, specialist, wrote
from tests.people import dealership


async def test_a_colleague_is_told_while_somebody_is_at_it(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        jing, mei, task = (
            await specialist(cast),
            await specialist(cast, "梅梅"),
            await owed(cast.wang),
        )
        await wrote(task, jing, Told("reached", answers=ALL[:2]))
        with pytest.raises(Taken, match="同事正在记录"):
            await wrote(task, mei, Told("reached", answers=ALL), 30)
        with pytest.raises(Taken, match="新的记录"):
            await wrote(task, jing, Told("reached", "好", tries=0), 31)
        await wrote(task, jing, Told("no_answer", tries=1), 32)
        with pytest.raises(Taken, match="刚刚记录过：无人接听"):
            await wrote(task, mei, Told("no_answer"), 33)
        await wrote(task, mei, Told("reached", "回电了，都好"), 60 * 24)
        with pytest.raises(Taken, match="已经办结：已接通"):
            await wrote(task, jing, Told("no_answer"), 60 * 24 + 1)


@pytest.mark.parametrize("outcome", ["reached", "no_answer", "refused", "wrong_number"])
async def test_of_two_at_once_one_wins_and_the_other_is_told(
    migrated_url: str, outcome: str
) -> None:
    async with dealership(migrated_url) as cast:
        people = [await specialist(cast, name) for name in ("静静", "梅梅", "兰兰")]
        task = await owed(cast.wang)
        told = Told(outcome, "都好" if outcome == "reached" else "")
        ends = await asyncio.gather(
            *(record(task.id, who, told, FOUR) for who in people * 2), return_exceptions=True
        )
        kept = [end for end in ends if isinstance(end, Recorded)]
        refused = [end for end in ends if isinstance(end, Taken)]
        if outcome == "no_answer":  # the winner may try again; nobody else may meanwhile
            assert 1 <= len(kept) <= 2
        else:
            assert len(kept) == 1
        assert len(kept) + len(refused) == 6
        assert len(await written(task)) == len(kept)


async def test_the_customer_rates_in_chat_while_a_colleague_is_on_the_telephone(
    migrated_url: str,
) -> None:
    """Whoever comes first, there is one rating, one end, and nobody waits for the other for ever."""
    async with dealership(migrated_url) as cast:
        jing = await specialist(cast)
        for number, person in enumerate((cast.wang, cast.li)):
            task = await owed(person)
            occasion = await ratings.of_touchpoint(task.touchpoint_id or 0)
            assert occasion is not None
            rating = await ratings.begin(occasion, FOUR, wechat_user_id=person.user_id)
            assert rating is not None

            async def taps(rating_id: int = rating.id) -> bool:
                while True:
                    try:
                        came = await ratings.put_answer(
                            *(rating_id, "standard", 1, "overall", "score", FOUR), value=5
                        )
                    except Conflict:  # the turn is run again
                        continue
                    return came.kept

            told = Told("reached", "都好", answers=ALL[1:2])
            acts = [record(task.id, jing, told, FOUR), taps()]
            ends = await asyncio.gather(*(acts if number else acts[::-1]), return_exceptions=True)
            assert all(isinstance(end, Recorded | Taken | bool) for end in ends), ends
            after = await call_list.one(task.id, FOUR)
            assert after is not None
            assert after.done_at is not None
            rows = await sql().rows("SELECT id FROM rating WHERE subject = ?", rating.subject)
            assert len(rows) == 1
