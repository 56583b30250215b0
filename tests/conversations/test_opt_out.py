"""退订 by purpose, 恢复订阅, 我的授权, and the one question about consent."""

import pytest

from bot.rules.consent import CODES
from storage.queries import consents
from storage.queries.consents import Who, given, ledger
from tests.conversations.chat import Chat


async def agreed(chat: Chat) -> list[str]:
    customer = chat.cast.wang.customer_id
    assert customer is not None
    async with chat.database():
        return [code for code in CODES if await given(customer, code)]


async def agrees_to_all(chat: Chat) -> None:
    async with chat.database():
        await consents.give(Who(chat.cast.wang.customer_id), CODES, "到店签署", chat.now, "store")


async def test_asked_once_at_the_end_of_the_first_booking(chat: Chat) -> None:
    await chat.says("明天9点做保养", "确认")
    chat.heard("约好了", "要发给您吗", "随时发“退订”就停", "同意接收")
    assert await agreed(chat) == []
    await chat.taps("同意接收")
    chat.heard("好的", "随时发“退订”就停")
    assert await agreed(chat) == ["care", "follow_up", "marketing"]
    await chat.says("周六上午十点做空调清洗", "确认")
    chat.heard("约好了")
    chat.heard_not("要发给您吗")


async def test_no_answer_is_no_consent_and_is_not_asked_again(chat: Chat) -> None:
    await chat.says("明天9点做保养", "确认", "好的")
    assert await agreed(chat) == []
    await chat.says("周六上午十点做空调清洗", "确认")
    chat.heard("约好了")
    chat.heard_not("要发给您吗")


async def test_asked_at_binding(stranger: Chat) -> None:
    await stranger.says("绑定", "13900000002", "京B88888")
    stranger.heard("绑定好了", "要发给您吗")
    await stranger.says("我同意接收")
    async with stranger.database():
        customer = stranger.cast.li.customer_id
        assert customer is not None
        assert await given(customer, "care")
        told = await ledger(Who(customer))
    assert {(entry.channel, entry.given) for entry in told} == {("asked", False), ("wechat", True)}
    assert all(entry.wording.startswith("[") for entry in told)


async def test_alone_it_asks_which(chat: Chat) -> None:
    await agrees_to_all(chat)
    await chat.says("退订")
    chat.heard("不想再收哪一种", "1. 关怀", "2. 回访", "3. 营销", "4. 全部退订")
    await chat.says("3")
    chat.heard("已退订营销", "活动和优惠不会再发给您", "恢复订阅")
    assert await agreed(chat) == ["care", "follow_up"]


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("退订营销", ["care", "follow_up"]),
        ("别再给我发广告了", ["care", "follow_up"]),
        ("退订回访和关怀", ["marketing"]),
        ("全部退订", []),
    ],
)
async def test_named_it_is_done_at_once(chat: Chat, words: str, left: list[str]) -> None:
    await agrees_to_all(chat)
    await chat.says(words)
    chat.heard("已退订")
    assert await agreed(chat) == left


async def test_giving_again_is_as_easy(chat: Chat) -> None:
    await agrees_to_all(chat)
    await chat.says("退订营销", "恢复营销")
    chat.heard("活动和优惠会发给您", "随时发“退订”就停")
    assert await agreed(chat) == list(CODES)
    await chat.says("退订", "全部退订", "恢复订阅", "全部都要")
    assert await agreed(chat) == list(CODES)


async def test_what_was_shown_is_kept(chat: Chat) -> None:
    await agrees_to_all(chat)
    await chat.says("退订营销", "退订营销")
    async with chat.database():
        *_, last = told = await ledger(Who(chat.cast.wang.customer_id))
    assert (last.purpose, last.given, last.channel) == ("marketing", False, "wechat")
    assert "已退订营销，活动和优惠不会再发给您" in last.wording
    assert len(told) == 4  # said twice, written once


async def test_what_is_agreed_to_is_shown(chat: Chat) -> None:
    await chat.says("我的授权")
    chat.heard("关怀", "回访", "营销", "没有同意过")
    await agrees_to_all(chat)
    await chat.says("退订营销", "我的授权")
    chat.heard("关怀（保养提醒和节日生日问候）：11月18日同意", "营销（活动和优惠）：11月18日退订")


async def test_in_the_middle_of_a_booking(chat: Chat) -> None:
    await agrees_to_all(chat)
    await chat.says("预约保养", "退订营销")
    chat.heard("已退订营销", "我们接着办“预约保养”", "哪天方便")


async def test_a_strangers_no_holds_when_they_turn_out_to_be_a_customer(stranger: Chat) -> None:
    await agrees_to_all(stranger)
    await stranger.says("退订营销", "绑定", "13800000001", "京A12345")
    stranger.heard("绑定好了，王女士")
    assert await agreed(stranger) == ["care", "follow_up"]
