"""Small words in the middle of something: a number asked for, 继续, a wish by its day."""

import pytest

from storage.queries.stores import equip
from tests.conversations.chat import Chat
from tests.conversations.complaining import on_file, tasks, the_case
from tests.conversations.conftest import ON_ONE_DATABASE
from tests.conversations.rating import settled


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    "words", ["投诉电话多少", "你们的投诉电话是多少？", "请问投诉热线", "举报电话"]
)
async def test_who_asks_for_the_number_gets_it_and_no_complaint(chat: Chat, words: str) -> None:
    async with chat.database():
        await equip.add_store("main", name="城南店", phone="010-88886666")
    await chat.says(words)
    chat.heard("城南店 010-88886666", "投诉", "人工")
    chat.heard_not("在听", "非常抱歉", "城东店")
    await chat.taps("投诉")
    chat.heard("您请说")


async def test_the_number_is_asked_for_in_the_middle_of_the_story(chat: Chat) -> None:
    await chat.says("投诉", "空调修了三次还不冷", "投诉电话多少")
    chat.heard("还没有留投诉电话", "说完了")
    await chat.says("你们电话多少")
    chat.heard("城南大道1号", "说完了")
    await chat.says("打了投诉电话也没人接", "说完了")
    await chat.waits(hours=4)
    await chat.waits(hours=4)
    assert (await the_case(chat)).what.splitlines() == [
        "空调修了三次还不冷",
        "打了投诉电话也没人接",
    ]


async def test_a_dead_complaint_line_is_complained_of(chat: Chat) -> None:
    await chat.says("你们投诉电话根本打不通，态度太差")
    chat.heard("非常抱歉", "在听")


async def test_a_day_in_a_wish_is_no_booking_and_no_since(chat: Chat) -> None:
    await chat.says("投诉", "修车等了四个小时", "说完了", "1", "今天", "明天之前给我答复")
    chat.heard("诉求：明天之前给我答复", "时间：今天")
    chat.heard_not("几点到店")
    await chat.says("没错")
    assert (await the_case(chat)).wish == "明天之前给我答复"


async def test_a_wish_said_too_early_is_no_answer_to_since_when(chat: Chat) -> None:
    await chat.says("投诉", "修车等了四个小时", "说完了", "1", "周五前必须给我答复")
    chat.heard("加进去了", "什么时候开始")
    await chat.says("前天")
    chat.heard("请您核对", "时间：前天", "诉求：周五前必须给我答复")


@pytest.mark.parametrize("words", ["继续", "那我们继续吧", "接着来", "go on"])
@ON_ONE_DATABASE
async def test_to_go_on_is_to_be_asked_again(chat: Chat, words: str) -> None:
    await chat.says("预约保养", "门店地址", words)
    chat.heard("接着来", "哪天方便")
    chat.heard_not("没太明白")
    await chat.says("取消", words)
    chat.heard_not("没听懂")
    await chat.says("投诉", "空调不冷", words)
    chat.heard("说完了")
    await chat.says("说完了", "产品品质", words, "今天", "修好", "没错")
    assert (await the_case(chat)).what == "空调不冷"


async def test_to_go_on_with_a_rating_is_to_tell_more(chat: Chat) -> None:
    await settled(chat, chat.cast.wang)
    await chat.says("评价", "4分", "帮助", "继续")
    chat.heard("服务顾问的接待")
    await chat.says("继续")
    chat.heard("接着来", "服务顾问的接待")
    assert await on_file(chat) == []
    assert await tasks(chat, "complaint") == []


@pytest.mark.parametrize(
    "words",
    [
        "没事",
        "点错了",
        "不小心点到了",
        "随便看看",
        "没有不满意",
        "没事，点错了",
        "我点错了，不投诉",
        "没有投诉，只是问问",
        "点错了，不好意思",
        "手滑了",
    ],
)
@ON_ONE_DATABASE
async def test_who_opened_it_by_mistake_is_let_go(chat: Chat, words: str) -> None:
    await chat.clicks("COMPLAIN")
    await chat.says(words)
    chat.heard("没有登记投诉")
    await chat.says("你好")
    chat.heard_not("说完了")
    assert await on_file(chat) == []


async def test_a_complaint_in_their_own_small_words(chat: Chat) -> None:
    await chat.says("complaint", "空调修了三次还不冷", "done", "产品品质", "上周六", "修好")
    await chat.says("对了是上周日")
    chat.heard("时间：上周日", "这样登记可以吗")
    await chat.says("要多久才能处理好？")
    chat.heard("还没登记完", "没错，登记")
    await chat.says("没错")
    case = await the_case(chat)
    assert (case.what, case.since) == ("空调修了三次还不冷", "上周日")
    await chat.says("还要补充")
    chat.heard("想补充什么")
    await chat.says("还多收了200", "说完了")
    chat.heard("您的话记下了")
    await chat.says("说完了")
    chat.heard_not("转给")
    await chat.says("进度")
    chat.heard(case.number, "待处理")
    await chat.says("问题解决了")
    chat.heard("太好了", case.number, "核实以后结案")
    chat.heard_not("您的话记下了")


@pytest.mark.parametrize(
    ("opens", "score"), [("评介", "4份"), ("rate", "4 stars"), ("Review", "4")]
)
@ON_ONE_DATABASE
async def test_a_rating_with_slips_and_in_english(chat: Chat, opens: str, score: str) -> None:
    await settled(chat, chat.cast.wang)
    await chat.says(opens, score)
    chat.heard("谢谢", "说细节")
    await chat.says("no")
    chat.heard("都记下了")


async def test_what_is_said_of_something_else_is_no_model(chat: Chat) -> None:
    await chat.says("我想试驾，但是我要先投诉")
    chat.heard_not("但是")
    await chat.says("取消", "试驾", "取消试驾")
    chat.heard("没有预约试驾", "不办了请说“取消”")


async def test_details_right_away_and_no_plans(chat: Chat) -> None:
    await settled(chat, chat.cast.wang)
    await chat.says("评价", "五星好评", "推荐给朋友")
    chat.heard("记下了", "说细节")
    await chat.says("嗯", "5", "5", "是的", "不考虑")
    chat.heard("推荐")
    await chat.says("再见")
    chat.heard("都记下了")
    await chat.says("打错了，应该是2分")
    chat.heard("想改哪一题")
    await chat.taps("总的来说")
    chat.heard("5分 很满意 → 2分 不满意", "登记投诉 T000001")


async def test_busy_now_and_when_in_one_sentence(chat: Chat) -> None:
    await settled(chat, chat.cast.wang)
    await chat.says("评价", "现在没空，明天下午四点再说")
    chat.heard("明天", "16:00再来问您")


async def test_a_nod_is_no_wish_and_enough_is_enough(chat: Chat) -> None:
    await chat.says("投诉", "你们销售骗我", "不说了", "1", "昨天", "嗯")
    chat.heard("怎么解决", "没太明白")
    await chat.says("道歉", "登记吧")
    assert (await the_case(chat)).wish == "道歉"


async def test_the_store_is_no_part_of_the_model(chat: Chat) -> None:
    await chat.says("我要试驾奥迪Q5L 周日下午三点 城东店")
    chat.heard("请确认", "试驾 奥迪Q5L（", "城东店", "15:00")


async def test_a_slip_of_an_earlier_answer_is_not_taken_for_this_one(chat: Chat) -> None:
    await settled(chat, chat.cast.wang)
    await chat.says("评价", "5", "说", "2", "抱歉点错了 是4分")
    chat.heard("想改哪一题")
    await chat.taps("服务顾问")
    chat.heard("2分 不满意 → 4分 满意", "等候时间")


@ON_ONE_DATABASE
async def test_who_seemed_to_tap_by_mistake_and_is_cross_is_heard(chat: Chat) -> None:
    await chat.says("投诉", "没事找事的前台骂人")
    chat.heard("在听")


async def test_a_line_of_the_read_back_is_heard_where_the_story_is_told_anew(chat: Chat) -> None:
    await chat.says("投诉", "空调不冷", "说完了", "产品品质", "今天", "修好", "改经过", "不登记了")
    chat.heard("要登记给负责人处理吗")
    await chat.says("不登记了")
    await chat.waits(hours=5)
    assert await on_file(chat) == []


@ON_ONE_DATABASE
async def test_yes_to_an_earlier_read_back_ends_the_story(chat: Chat) -> None:
    await chat.says(
        "投诉", "空调不冷", "说完了", "产品品质", "今天", "修好", "改经过", "没错，登记"
    )
    chat.heard("没错，登记")
    chat.heard_not("嗯，记下了", "补充：没错")
    await chat.says("没错，登记")
    assert (await the_case(chat)).what == "空调不冷"


async def test_the_number_is_no_answer_to_any_question(chat: Chat) -> None:
    await settled(chat, chat.cast.wang)
    await chat.says("评价", "4分", "投诉电话是多少")
    chat.heard("还没有留投诉电话", "再说说细节吗")
    await chat.says("取消", "投诉", "空调不冷", "说完了", "产品品质", "投诉电话多少")
    chat.heard("还没有留投诉电话", "从什么时候开始")
    await chat.says("昨天", "修好", "没错")
    case = await the_case(chat)
    assert (case.what, case.since, case.wish) == ("空调不冷", "昨天", "修好")


@ON_ONE_DATABASE
async def test_a_line_that_nobody_answers_belongs_to_the_story(chat: Chat) -> None:
    await chat.says(
        "投诉", "空调不冷", "投诉电话打不通", "说完了", "产品品质", "今天", "修好", "没错"
    )
    assert (await the_case(chat)).what.splitlines() == ["空调不冷", "投诉电话打不通"]
