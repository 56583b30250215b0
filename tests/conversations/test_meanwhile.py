"""What people say in the middle of something else, and what is not said to them."""

import pytest

from bot.errors import StaffError
from storage.queries.cases.deeds import act
from tests.conversations.chat import Chat
from tests.conversations.colleagues import at_work
from tests.conversations.complaining import happened, on_file, the_case
from tests.conversations.conftest import ON_ONE_DATABASE
from tests.conversations.rating import settled


async def test_asking_for_the_number_while_still_telling(chat: Chat) -> None:
    await chat.says("投诉", "空调修了三次还不制冷", "投诉进度")
    chat.heard("还没登记完", "说完了", "编号", "在听")
    chat.heard_not("没有登记过")
    await chat.says("说完了", "投诉进度")
    chat.heard("还没登记完", "哪一类")
    await chat.says("产品品质", "今天", "修好", "没错", "投诉进度")
    chat.heard((await the_case(chat)).number, "待处理")
    chat.heard_not("还没登记完")


async def test_a_complaint_that_waits_and_another_on_file_are_both_told_of(chat: Chat) -> None:
    await chat.says("投诉", "前台骂人", "说完了", "服务态度", "今天", "道歉", "没错")
    case = await the_case(chat)
    await chat.says("投诉", "空调不冷", "预约保养", "投诉进度")
    chat.heard("还没登记完", case.number)


async def test_many_messages_get_different_short_words(chat: Chat) -> None:
    await chat.says("投诉")
    heard = []
    for words in ("空调不冷", "修了三次", "前台不理人", "还多收了钱"):
        await chat.says(words)
        heard.append(chat.text)
    assert all("说完了" in one for one in heard)
    assert len(set(heard)) == 4
    assert max(len(one) for one in heard[1:]) < 20


async def test_a_rating_first_in_the_middle_of_a_booking(chat: Chat) -> None:
    await settled(chat, chat.cast.wang)
    await chat.says("预约保养", "等等，先评价")
    chat.heard("您打几分")
    await chat.says("5分", "就到这里")
    chat.heard("接着办“预约保养”")


async def test_a_rating_first_in_the_middle_of_a_complaint(chat: Chat) -> None:
    await settled(chat, chat.cast.wang)
    await chat.says("投诉", "空调不冷", "等等，先打个分吧")
    case = await the_case(chat)
    chat.heard(case.number, "您打几分")
    assert case.what == "空调不冷"


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    "words", ["我先看我的预约", "等一下，先投诉", "那先转人工吧", "先取消预约"]
)
async def test_other_things_first(chat: Chat, words: str) -> None:
    await chat.says("预约保养", words)
    chat.heard_not("好的，不急", "没太明白", "请从下面选一个")


@ON_ONE_DATABASE
async def test_a_stranger_hears_of_test_drives(chat: Chat, stranger: Chat) -> None:
    await stranger.follows()
    stranger.heard("试驾", "绑定")
    await chat.follows()
    chat.heard_not("试驾")


async def test_nobody_tells_a_customer_who_complains_to_wait(chat: Chat) -> None:
    office = await at_work(chat)
    gu = await office.phone("gu")
    case = await office.complaint()
    await gu.says(f"回复 {case.number} 您好，请您稍等一下，我们在查")
    gu.heard("请等一下", "什么时候有结果")
    assert "replied" not in await happened(chat, case)
    await gu.says(f"回复 {case.number} 您好，技师正在查，今天17点前给您答复")
    assert "replied" in await happened(chat, case)
    async with chat.database():
        with pytest.raises(StaffError, match="请等一下"):
            await act(case.id, "reply", "陈经理", chat.now, words="请耐心等待")
        await act(case.id, "solve", "陈经理", chat.now, root_cause="排班", solution="请稍候再来")
        with pytest.raises(StaffError, match="请等一下"):
            await act(case.id, "tell", "陈经理", chat.now)
    assert len(await on_file(chat)) == 1


async def test_who_has_more_to_say_does_not_take_it_back(chat: Chat) -> None:
    await chat.says("投诉", "空调不冷", "说完了", "产品品质", "今天", "修好", "没错")
    case = await the_case(chat)
    await chat.says("撤回", "我要补充：右边也响")
    chat.heard(f"{case.number} 不撤回，继续处理")
    chat.heard_not("确定撤回吗")
    await chat.says("问题解决了吗？")
    chat.heard(case.number, "待处理")
    chat.heard_not("太好了")


async def test_what_is_set_right_at_the_read_back_takes_one_word(chat: Chat) -> None:
    await chat.says("投诉", "空调修了三次还不制冷", "说完了", "产品品质", "昨天", "修好")
    await chat.says("等等，说错了，是前天")
    chat.heard("时间：前天", "没错")
    await chat.says("退款吧")
    chat.heard("诉求：退款")
    await chat.says("没错")
    case = await the_case(chat)
    assert (case.what, case.since, case.wish) == ("空调修了三次还不制冷", "前天", "退款吧")


async def test_who_cannot_say_since_when_and_leaves_the_rest_to_us(chat: Chat) -> None:
    await chat.says("投诉", "空调不冷", "说完了", "产品品质", "说完了")
    chat.heard("怎么解决")
    await chat.says("不知道")
    chat.heard("诉求：请门店给出方案")
    chat.heard_not("时间：")


async def test_who_asks_for_somebody_in_the_middle_has_complained_and_gets_a_person(
    chat: Chat,
) -> None:
    await chat.says("投诉", "空调不冷", "到底有没有人管？")
    await chat.waits(seconds=1)
    case = await the_case(chat)
    assert case.what == "空调不冷"
    assert case.number in chat.screen


@ON_ONE_DATABASE
async def test_a_car_in_trouble_is_not_puzzled_over(chat: Chat) -> None:
    await chat.says("我车坏了")
    chat.heard("预约保养", "人工", "投诉", "致电门店")
    chat.heard_not("没听懂")
    await chat.says("你们根本修不好")
    chat.heard("非常抱歉", "在听")


@ON_ONE_DATABASE
async def test_cross_words_in_a_rating(chat: Chat) -> None:
    await settled(chat, chat.cast.wang)
    await chat.says("改评价")
    chat.heard("没有可以改的评价", "评价")
    await chat.says("评价", "等了三小时")
    chat.heard("记下了", "打几分")
    chat.heard_not("不急")
    await chat.says("改评价")
    chat.heard("还没有打分", "打几分")
    await chat.says("算了不评了")
    chat.heard_not("没太明白")
    await chat.says("预约保养", "等等，我问问老婆")
    chat.heard("不急")


@ON_ONE_DATABASE
async def test_who_names_no_line_is_not_asked_for_ever(chat: Chat) -> None:
    await settled(chat, chat.cast.wang)
    await chat.says("评价", "3分", "说细节", "3", "3")
    chat.heard("主要在哪一步")
    await chat.says("等候时间")
    chat.heard_not("不急")
    await chat.says("说不清")
    chat.heard("油耗")
