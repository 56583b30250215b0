"""Whoever was in the middle of a rating when a new version came goes on to its end.

    python -m tests.conversations.test_rating_replays v2_details 评价 4分 说细节 …

plays these messages of 王芳's after a visit that was settled, and keeps the row after each.
"""

import asyncio
import sys

import pytest

from handlers import rate_visit
from storage.queries.ratings import rating as ratings
from tests.conversations.chat import Chat
from tests.conversations.conftest import ON_ONE_DATABASE
from tests.conversations.rating import said, settled, the_rating
from tests.conversations.saved import Saved, all_saved, put_back, record
from tests.people import Person

RATINGS = all_saved("rate_visit")
ANSWERED = "once:答 "


class Talking:
    """王芳 as the talk knows her."""

    def __init__(self, who: Person) -> None:
        self.id, self.customer_id = who.user_id, who.customer_id


async def before(chat: Chat) -> None:
    await settled(chat, chat.cast.wang)


async def as_it_was(chat: Chat, saved: Saved) -> None:
    """The rating of the saved talk, with what had been answered in it."""
    async with chat.database():
        occasion = await ratings.waiting_for(Talking(chat.cast.wang), chat.now)
        assert occasion is not None
        rating = await ratings.begin(occasion, chat.now, wechat_user_id=chat.cast.wang.user_id)
        assert rating is not None
        assert rating.id == saved.row["answers"]["once:评价单"]["v"]
        for name in [name for name in saved.row["answers"] if name.startswith(ANSWERED)]:
            survey, _, question = name.removeprefix(ANSWERED).partition(".")
            asked = next(one for one in await ratings.asked_surveys(rating) if one.code == survey)
            found = asked.question(question)
            assert found is not None
            given = saved.row["answers"][f"{survey}.{question}"]["v"]
            where = (rating.id, survey, asked.version, question, found.kind)
            if found.choices:
                await ratings.put_answer(*where, chat.now, choices=[given])
            else:
                await ratings.put_answer(*where, chat.now, value=given)


@ON_ONE_DATABASE
@pytest.mark.parametrize("saved", RATINGS, ids=lambda saved: saved.name)
async def test_a_rating_begun_in_an_earlier_version_is_finished(chat: Chat, saved: Saved) -> None:
    await before(chat)
    await as_it_was(chat, saved)
    async with chat.database():
        await put_back(saved, chat.cast.wang)
    await chat.says(*saved.then)
    chat.heard("都记下了")
    assert (await the_rating(chat)).state == "done"
    kept = {name.partition(".")[2] for name in saved.row["answers"] if name[:8] == "standard"}
    assert kept <= {*await said(chat), "more"}


def test_every_version_is_there() -> None:
    versions = {one.row["version"] for one in RATINGS}
    assert versions == set(range(1, rate_visit.rate_visit.version + 1))


if __name__ == "__main__":
    name, *messages = sys.argv[1:]
    asyncio.run(record("rate_visit", name, "wang", *messages, before=before))
