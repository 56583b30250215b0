"""改…, 返回, 取消, old lines, and other business in between."""

import pytest

from storage.queries.bookings.booking import upcoming
from tests.conversations.chat import Chat
from tests.conversations.conftest import ON_ONE_DATABASE

SUMMARY = "请确认"


async def to_the_summary(phone: Chat) -> None:
    """A stranger on the way to 19 November, 9:00, 京C55555."""
    await phone.says("预约保养", "城南店", "首保", "明天", "9点", "13700000009", "京C55555")
    phone.heard(SUMMARY, "11月19日", "09:00", "首保 · 京C55555")


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    ("words", "then", "expected"),
    [
        ("改日期", "周五", ["11月20日", "09:00", "首保 · 京C55555"]),
        ("改日期 周日", "", ["11月22日 周日", "09:00"]),
        ("日期改成周日", "", ["11月22日 周日", "09:00"]),
        ("改时间到下午3点", "", ["11月19日", "15:00"]),
        ("时间改为10点半", "", ["11月19日", "10:30"]),
        ("换个时间", "11点", ["11月19日", "11:00"]),
        ("帮我改一下时间", "14:00", ["14:00"]),
        ("改项目", "空调清洗", ["空调清洗", "09:00"]),
        ("改项目 空调清洗", "", ["空调清洗", "09:00"]),
        ("改车牌", "京C66666", ["首保 · 京C66666", "09:00"]),
        ("车牌号改成京C66666", "", ["首保 · 京C66666"]),
        ("改手机号", "13700000008", [SUMMARY]),
        ("改门店 城东店", "", ["城东店", "09:00"]),
        ("换一天", "后天", ["11月20日", "09:00"]),
        ("2", "周六", ["11月21日", "09:00"]),
    ],
)
async def test_one_thing_is_changed_and_the_rest_stays(
    stranger: Chat, words: str, then: str, expected: list[str]
) -> None:
    await to_the_summary(stranger)
    await stranger.says(words, *([then] if then else []))
    stranger.heard(SUMMARY, *expected)
    await stranger.says("确认")
    stranger.heard("约好了", *[word for word in expected if word != SUMMARY and "·" not in word])


async def test_change_alone_asks_what(stranger: Chat) -> None:
    await to_the_summary(stranger)
    await stranger.says("改")
    stranger.heard("想改哪一项", "“改日期”", "“改车牌”")
    await stranger.says("改成明天的明天的明天")
    stranger.heard_not("约好了")


async def test_a_new_value_nobody_understands_is_asked_for(stranger: Chat) -> None:
    await to_the_summary(stranger)
    await stranger.says("改日期 那个啥")
    stranger.heard("没听明白", "哪天方便")
    await stranger.says("返回")
    stranger.heard(SUMMARY, "11月19日")


async def test_a_time_that_the_new_day_lacks_is_asked_again(stranger: Chat) -> None:
    await stranger.says(
        "预约保养", "城南店", "空调清洗", "周五", "16:30", "13700000009", "京C55555"
    )
    stranger.heard(SUMMARY, "16:30")
    await stranger.says("改项目 故障检查")  # two hours do not fit before closing
    stranger.heard("16:30已经约不到了", "几点到店")
    await stranger.says("15点")
    stranger.heard(SUMMARY, "故障检查 · 京C55555", "11月20日", "15:00")


async def test_back_step_by_step_to_the_first_question(stranger: Chat) -> None:
    await to_the_summary(stranger)
    for question in ("请发车牌号", "手机号", "几点到店", "哪天方便", "要做什么项目", "哪家店"):
        await stranger.says("返回")
        stranger.heard(question)
    await stranger.says("上一步")
    stranger.heard("已经是第一步了", "哪家店")
    await stranger.says("城东店", "常规保养", "后天", "10点", "13700000009", "京C55555", "好")
    stranger.heard("约好了", "11月20日", "城东店")


async def test_an_old_line_corrects_its_answer(stranger: Chat) -> None:
    await stranger.says("预约保养", "城南店", "首保", "明天", "9点", "13700000009", "京C55555")
    await stranger.taps("11月20日 周五")  # of the day's question, far up
    stranger.heard(SUMMARY, "11月20日", "09:00")
    await stranger.taps("16:00")
    stranger.heard(SUMMARY, "11月20日", "16:00")
    await stranger.taps("城东店")
    stranger.heard(SUMMARY, "城东店", "16:00")
    await stranger.taps("1. 确认")
    stranger.heard("约好了")


async def test_a_line_of_a_talk_that_is_over_changes_nothing(chat: Chat) -> None:
    await chat.says("预约保养", "明天", "9点", "确认")
    chat.heard("约好了")
    await chat.taps("1. 确认")
    chat.heard("之前的对话", "已经结束了")
    await chat.taps("16:00")
    chat.heard("之前的对话", "已经结束了")
    async with chat.database():
        assert len(await upcoming(chat.cast.wang.user_id, None, chat.now)) == 1


async def test_an_old_line_inside_another_talk_asks_that_ones_question(chat: Chat) -> None:
    await chat.says("预约保养", "取消", "绑定")
    await chat.taps("11月20日 周五")
    chat.heard("之前的对话", "要换一个吗")


@ON_ONE_DATABASE
@pytest.mark.parametrize("words", ["我的预约", "我的爱车", "帮助", "门店在哪"])
async def test_a_look_aside_comes_back_to_the_question(chat: Chat, words: str) -> None:
    await chat.says("预约保养", "明天", words)
    chat.heard("几点到店", "1. 09:00")
    await chat.says("1")
    chat.heard(SUMMARY, "09:00")


async def test_another_conversation_in_between(chat: Chat) -> None:
    await chat.says("周日11点做空调清洗", "确认", "预约保养", "明天")
    await chat.says("取消预约")
    chat.heard("确认取消吗", "空调清洗")
    await chat.says("确认取消")
    chat.heard("已取消", "我们接着办“预约保养”", "几点到店")
    await chat.says("9点", "确认")
    chat.heard("约好了", "11月19日")


async def test_binding_in_between_makes_the_booking_know_the_car(stranger: Chat) -> None:
    await stranger.says("预约保养", "城南店", "绑定", "13800000001", "京A12345")
    stranger.heard("绑定好了，王女士", "我们接着办“预约保养”", "首保", "哪天方便")
    await stranger.says("明天9点", "好")
    stranger.heard("约好了", "奥迪 Q5L · 京A12345")


async def test_a_third_conversation_drops_the_second_and_keeps_the_first(chat: Chat) -> None:
    await chat.says("周日11点做空调清洗", "确认", "预约保养", "改约")
    chat.heard("想改到哪天")
    await chat.says("取消预约", "不取消了")
    chat.heard("还给您留着", "我们接着办“预约保养”", "哪天方便")
    chat.heard_not("想改到哪天")


async def test_the_second_miss_in_a_row_offers_a_person(chat: Chat) -> None:
    await chat.says("预约保养", "吃葡萄不吐葡萄皮")
    chat.heard("没太明白", "哪天方便")
    chat.heard_not("找门店同事")
    await chat.says("不吃葡萄倒吐葡萄皮")
    chat.heard("还是没听懂", "找门店同事", "人工")
    await chat.taps("人工")
    assert chat.last is not None
    assert chat.last.transfer
