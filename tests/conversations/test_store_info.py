"""门店信息: what people ask a shop first of all."""

import pytest

from tests.conversations.chat import Chat


@pytest.mark.parametrize("asked", ["几点关门", "你们在哪？", "门店电话"])
async def test_where_and_when(chat: Chat, asked: str) -> None:
    await chat.says(asked)
    chat.heard("城南店", "城南大道1号", "城东店", "今天营业 08:30–12:00、13:00–17:30")


async def test_asked_in_the_middle_of_a_booking_the_question_comes_back(chat: Chat) -> None:
    await chat.says("预约保养", "地址")
    chat.heard("城南大道1号", "哪天方便")
