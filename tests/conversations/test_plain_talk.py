"""预约保养 in the words of somebody who does not read menus: nothing is booked by a wrong guess."""

import pytest

from storage.queries.bookings.booking import upcoming
from tests.conversations.chat import Chat
from tests.conversations.conftest import ON_ONE_DATABASE

SUMMARY = "请确认"


async def booked_count(chat: Chat) -> int:
    async with chat.database():
        mine = await upcoming(chat.cast.wang.user_id, None, chat.now)
    return len(mine)


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    "words",
    ["可以周六上午十点做保养吗", "好的，那就周六上午十点做保养", "周六上午十点做保养行吗，要快"],
)
async def test_polite_words_in_the_first_sentence_confirm_nothing(chat: Chat, words: str) -> None:
    await chat.says(words)
    chat.heard(SUMMARY, "11月21日 周六 10:00")
    assert await booked_count(chat) == 0


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    "yes", ["好的谢谢", "嗯嗯", "对，没错", "OK", "可以的", "行吧", "👌", "1", "确认。"]
)
async def test_every_yes_is_one(chat: Chat, yes: str) -> None:
    await chat.says("明天9点做保养", yes)
    chat.heard("约好了", "预约号 A")


@ON_ONE_DATABASE
@pytest.mark.parametrize("no", ["不用了", "算了", "先不约了", "不要", "再想想", "算了不约了吧"])
async def test_every_no_is_one(chat: Chat, no: str) -> None:
    await chat.says("明天9点做保养", no)
    chat.heard_not("约好了", "没太明白")
    assert await booked_count(chat) == 0
    await chat.says("我的预约")
    chat.heard("没有预约")


@ON_ONE_DATABASE
@pytest.mark.parametrize("wrong", ["不对", "不行", "不太好"])
async def test_not_right_asks_what_to_change(chat: Chat, wrong: str) -> None:
    await chat.says("明天9点做保养", wrong)
    chat.heard("想改哪一项", "1. 改日期", "2. 改时间", "不用了")
    await chat.says("2")
    chat.heard("几点到店")


async def test_a_wish_at_the_end_is_no_yes(chat: Chat) -> None:
    await chat.says("明天9点做保养", "可以改成下午吗")
    chat.heard("下午有这些时间", "13:00", "16:30")
    await chat.says("三点")
    chat.heard(SUMMARY, "11月19日", "15:00")
    await chat.says("还是周五吧")
    chat.heard(SUMMARY, "11月20日", "15:00")
    await chat.says("周六上午11点")
    chat.heard(SUMMARY, "11月21日", "11:00")
    await chat.says("空调清洗")
    chat.heard(SUMMARY, "11月21日", "11:00", "空调清洗")
    assert await booked_count(chat) == 0


async def test_another_day_said_with_the_time_is_that_day(chat: Chat) -> None:
    await chat.says("预约保养", "明天", "周五10点")
    chat.heard(SUMMARY, "11月20日 周五", "10:00")


async def test_the_time_said_before_the_day_is_kept(chat: Chat) -> None:
    await chat.says("预约保养", "上午10点")
    chat.heard("记下了", "哪天方便")
    await chat.says("周五")
    chat.heard(SUMMARY, "11月20日 周五", "10:00")


async def test_digits_in_other_answers_choose_no_line(stranger: Chat) -> None:
    await stranger.says("预约保养", "城南店", "首保", "明天", "9点")
    await stranger.says("1370000")
    stranger.heard("手机号应为11位，您发来的是7位")
    await stranger.says("13700000009", "粤B1234")
    stranger.heard("车牌应为7位")
    await stranger.says("粤B12345")
    stranger.heard(SUMMARY, "首保 · 粤B12345")


@ON_ONE_DATABASE
@pytest.mark.parametrize("words", ["给尾号345的车", "给汉EV", "给京AD12345", "给汉"])
async def test_an_owner_of_two_cars_names_one(li: Chat, words: str) -> None:
    await li.says(f"周日10点半{words}做保养")
    li.heard(SUMMARY, "11月22日 周日 10:30", "城东店", "常规保养 · 京AD12345")


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("你好", "您好，我在的"),
        ("在吗？", "您好，我在的"),
        ("谢谢啦", "不客气"),
        ("预约保养", "“预约保养”正办着呢"),
        ("我想预约保养", "“预约保养”正办着呢"),
        ("晚饭吃什么", "没太明白"),
        ("", "没太明白"),
        ("😀", "没太明白"),
        ("ＨＥＬＬＯ", "您好，我在的"),
        ("跳过", "不能跳过"),
    ],
)
async def test_whatever_is_said_the_question_comes_back(
    chat: Chat, words: str, answer: str
) -> None:
    await chat.says("预约保养", words)
    chat.heard(answer, "哪天方便", "2. 11月19日")
    await chat.says("２")  # full-width, and the line still counts
    chat.heard("11月19日", "几点到店")


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    "words", ["算了", "取消", "不约了", "算了不约了", "先不办了吧", "改天再说", "退出"]
)
async def test_leaving_in_the_middle_says_that_nothing_changed(chat: Chat, words: str) -> None:
    await chat.says("预约保养", "明天", words)
    chat.heard("“预约保养”先不办了，没有任何改动")
    await chat.says("9点")
    chat.heard_not(SUMMARY)


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("你好", "王女士好，我在的"),
        ("谢谢", "不客气"),
        ("好的", "有需要随时叫我"),
        ("👌", "有需要随时叫我"),
        ("取消", "现在没有办到一半的事"),
        ("返回", "现在没有办到一半的事"),
        ("今天天气不错", "没听懂"),
    ],
)
async def test_small_talk_with_nothing_open(chat: Chat, words: str, answer: str) -> None:
    await chat.says(words)
    chat.heard(answer)


@ON_ONE_DATABASE
@pytest.mark.parametrize("words", ["跳过", "还没上牌", "没有车牌", "新车", "我是新车"])
async def test_a_new_car_without_a_plate_is_booked_too(stranger: Chat, words: str) -> None:
    await stranger.says("预约保养", "城南店", "首保", "明天", "9点", "13700000009", words)
    stranger.heard(SUMMARY, "首保 · 未上牌")
    await stranger.says("确认")
    stranger.heard("约好了", "未上牌")


@ON_ONE_DATABASE
@pytest.mark.parametrize("words", ["等一下", "我想想", "等下再说", "我问问老婆", "稍等"])
async def test_who_wants_to_think_is_not_pressed(chat: Chat, words: str) -> None:
    await chat.says("明天9点做保养", words)
    chat.heard("不急")
    await chat.says("好了可以")
    chat.heard("约好了")


async def test_whatever_suits_the_store(chat: Chat) -> None:
    await chat.says("预约保养", "什么时候有空")
    chat.heard("下面这些都可以", "2. 11月19日")
    await chat.says("尽快")
    chat.heard(SUMMARY, "11月18日 周三（今天） 09:30")
    await chat.says("改日期", "随便哪天都行", "改时间", "几点都行")
    chat.heard(SUMMARY, "09:30")


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    "words", ["2", "２", "②", "2.", "2、", "第二个", "选2", "我选第2个", "第二个吧"]
)
async def test_a_line_by_its_number(chat: Chat, words: str) -> None:
    await chat.says("预约保养", words)
    chat.heard("11月19日", "几点到店")


async def test_a_bare_hour_beyond_the_lines(chat: Chat) -> None:
    await chat.says("预约保养", "明天", "10")
    chat.heard(SUMMARY, "10:00")
