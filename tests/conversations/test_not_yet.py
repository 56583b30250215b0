"""What a person still does: nobody is told "I did not understand" for asking it."""

import pytest

from storage.db import sql
from tests.conversations.chat import Chat


async def tasks(chat: Chat) -> list[str]:
    async with chat.database():
        rows = await sql().rows("SELECT kind FROM staff_task ORDER BY id")
    return [row["kind"] for row in rows]


@pytest.mark.parametrize("word", ["我的报名", "车友会"])
async def test_other_wishes_are_told_to_a_person(chat: Chat, word: str) -> None:
    await chat.says(word)
    chat.heard("门店同事", "人工")
    assert await tasks(chat) == ["request"]


async def test_inside_a_booking_the_question_comes_back(chat: Chat) -> None:
    await chat.says("预约保养", "车友会")
    chat.heard("门店同事", "哪天方便")


async def test_the_menu_keys_of_the_contract_are_answered(chat: Chat) -> None:
    await chat.clicks("CLUB")
    chat.heard("门店")
    await chat.clicks("COMPLAIN")
    chat.heard("您请说")
