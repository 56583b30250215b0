"""What people say in their own words where a line was meant: taken, and never told twice."""

import pytest

from bot.rules.roles import Role
from storage.queries.staff.colleagues import add_staff
from tests.conversations.chat import Chat
from tests.conversations.colleagues import at_work
from tests.conversations.complaining import on_file, said_later, staff_does, the_case
from tests.conversations.conftest import ON_ONE_DATABASE
from tests.conversations.rating import said, settled


async def complained(chat: Chat) -> None:
    await chat.says("投诉", "空调修了三次还不冷", "说完了", "产品品质", "昨天", "重新修好", "没错")
    chat.heard("登记好了")


@ON_ONE_DATABASE
@pytest.mark.parametrize("words", ["确定撤回", "确认撤回吧", "我要撤回", "是的，撤回"])
async def test_the_line_in_other_words_is_a_yes(chat: Chat, words: str) -> None:
    await complained(chat)
    await chat.says("撤回投诉")
    chat.heard("确定撤回吗")
    await chat.says(words)
    chat.heard("已撤回")


@ON_ONE_DATABASE
@pytest.mark.parametrize("words", ["不撤了", "不要撤回", "先不撤回"])
async def test_and_its_refusal_is_a_no(chat: Chat, words: str) -> None:
    await complained(chat)
    await chat.says("撤回投诉", words)
    chat.heard("继续处理")


@ON_ONE_DATABASE
@pytest.mark.parametrize("words", ["不留电话", "不给", "不告诉你", "别给我打电话", "不留了"])
async def test_a_number_that_is_not_given_is_no_part_of_the_story(
    stranger: Chat, words: str
) -> None:
    await stranger.says("投诉", "你们门口乱停车挡了我家门", "说完了", "说不清", "今天", "挪走")
    stranger.heard("手机号")
    await stranger.says(words)
    stranger.heard("请您核对")
    stranger.heard_not(words, "加进去了")


async def test_a_score_inside_a_sentence_is_a_score_and_the_words_are_kept(chat: Chat) -> None:
    await settled(chat, chat.cast.wang)
    await chat.says("评价", "这次服务总体还可以吧，给个4分")
    chat.heard("谢谢", "说细节")
    chat.heard_not("您打几分")
    await chat.says("就到这里")
    given = await said(chat)
    assert given["overall"] == 4
    assert "这次服务总体还可以吧，给个4分" in given.values()


async def test_a_bad_score_inside_cross_words_is_one_complaint(chat: Chat) -> None:
    await settled(chat, chat.cast.wang)
    await chat.says("评价", "等了两个小时没人管，太差了，只能给1分")
    chat.heard("T000001", "说细节")
    chat.heard_not("您打几分")
    assert len(await on_file(chat)) == 1
    assert (await said(chat))["overall"] == 1


async def test_a_customer_reads_their_own_words_as_their_own(chat: Chat) -> None:
    await settled(chat, chat.cast.wang)
    await chat.says("评价", "等了两个小时没人管，太差了", "1分", "就到这里", "投诉进度")
    chat.heard("等了两个小时没人管")
    chat.heard_not("客户自己说的话")


async def test_one_more_thing_goes_to_the_complaint_there_is(chat: Chat) -> None:
    await complained(chat)
    case = await the_case(chat)
    await chat.says("加一条：还多收了我200块钱")
    chat.heard(case.number, "记下了")
    assert len(await on_file(chat)) == 1
    assert "还多收了我200块钱" in await said_later(chat, case)
    await chat.says("还有一件事，左边车窗也坏了")
    assert "左边车窗也坏了" in await said_later(chat, case)


async def test_who_waits_for_an_answer_and_sends_question_marks_reads_how_it_stands(
    chat: Chat,
) -> None:
    await complained(chat)
    await chat.says("？？？")
    chat.heard("T000001", "待处理", "前给您答复")
    chat.heard_not("做保养")
    await chat.says("帮助")
    chat.heard("做保养")


async def test_a_drive_is_looked_up_and_moved_by_its_name(chat: Chat) -> None:
    await chat.says("试驾", "汉EV", "城南店", "周六", "14点", "确认")
    for words in ("我的试驾", "我的预约", "试驾约的几点"):
        await chat.says(words)
        chat.heard("试驾编号 L000001", "11月21日 周六 14:00", "汉EV")
    await chat.says("改约")
    chat.heard("试驾编号 L000001", "改试驾")
    await chat.says("改试驾")
    chat.heard("哪天方便")
    chat.heard_not("哪款车", "哪家店")
    await chat.says("周日", "10点")
    chat.heard("请确认", "汉EV", "11月22日 周日 10:00", "城南店")
    await chat.says("确认")
    chat.heard("登记好了", "L000001")


async def test_another_time_is_asked_for_before_any_was_chosen(chat: Chat) -> None:
    await chat.says("试驾", "汉EV", "城南店", "周六", "那换个时间吧")
    chat.heard("几点到店", "14:00")
    chat.heard_not("没有可以改的预约")


async def test_a_bare_taken_is_the_one_complaint_that_waits_for_them(chat: Chat) -> None:
    office = await at_work(chat)
    gu = await office.phone("gu")
    await gu.says("收到")
    gu.heard("有需要随时叫我")
    case = await office.complaint()
    await gu.says("收到")
    gu.heard(f"{case.number}由您处理了")
    await gu.says("收到")
    gu.heard_not("由您处理了")
    await gu.says("回复 王女士您好")
    gu.heard("请写上投诉编号", f"回复 {case.number} ")
    await gu.says("转给陶倩")
    gu.heard("请写上投诉编号")


async def test_a_bare_taken_with_two_of_them_asks_which(chat: Chat) -> None:
    office = await at_work(chat)
    gu = await office.phone("gu")
    first, second = await office.complaint(), await office.complaint(same="second")
    await gu.says("收到")
    gu.heard("请写上投诉编号", f"收到 {first.number}", f"收到 {second.number}")
    await gu.taps(f"收到 {second.number}")
    gu.heard(f"{second.number}由您处理了")


async def test_a_customer_who_says_taken_has_only_nodded(chat: Chat) -> None:
    async with chat.database():
        await add_staff("顾海波", Role.SERVICE_MANAGER, now=chat.now)
    await chat.says("收到")
    chat.heard("有需要随时叫我")


async def test_what_is_added_before_the_number_is_a_part_of_it(chat: Chat) -> None:
    await chat.says("投诉", "空调修了三次还不冷", "说完了", "产品品质", "昨天", "重新修好")
    await chat.says("补充一下，还多收了我200块")
    chat.heard("这样登记可以吗", "还多收了我200块")
    await chat.says("补充")
    chat.heard("您直接说", "这样登记可以吗")
    chat.heard_not("没有处理中的投诉")
    await chat.says("等一下")
    chat.heard_not("加进去了")
    await chat.says("没错")
    assert "还多收了我200块" in (await the_case(chat)).what
    assert "等一下" not in (await the_case(chat)).what


@ON_ONE_DATABASE
@pytest.mark.parametrize("words", ["谢谢处理", "好的谢谢，辛苦了", "嗯嗯谢谢你们"])
async def test_thanks_are_thanks_also_from_who_complained(chat: Chat, words: str) -> None:
    await complained(chat)
    await chat.says(words)
    chat.heard("不客气")
    chat.heard_not("原样转给")


async def test_other_words_to_whether_it_is_solved_are_asked_about(chat: Chat) -> None:
    await complained(chat)
    case = await the_case(chat)
    await staff_does(chat, case, "receive", "solve", "tell")
    await chat.says("问题解决了")
    await chat.waits(days=11)
    await chat.says("解决是解决了，但是又响了")
    chat.heard(case.number, "还没解决")
    await chat.taps("还没解决")
    chat.heard(f"{case.number} 已经重新处理")


async def test_a_model_is_kept_without_its_manners(stranger: Chat) -> None:
    await stranger.says("我想试驾", "唐DM 吧", "城东", "周六10点", "跳过")
    stranger.heard("试驾 唐DM（")


@ON_ONE_DATABASE
async def test_question_marks_are_no_model(chat: Chat) -> None:
    await chat.says("试驾", "？？？")
    chat.heard("想试驾哪款车")


async def test_safety_comes_before_every_question(chat: Chat) -> None:
    await chat.says("投诉", "车刚在你们那修过，又在路上抛锚了")
    chat.heard("122", "人工", "说完了")
    await chat.says("你们快点管一管")
    chat.heard_not("122")
    await chat.says("说完了", "产品品质", "今天", "派拖车", "人在高速上！")
    chat.heard("122", "加进去了", "补充：人在高速上", "没错")


@ON_ONE_DATABASE
async def test_danger_in_the_first_words_and_none_in_an_old_story(chat: Chat, li: Chat) -> None:
    await chat.says("我要投诉你们，修完车现在停在高速上动不了")
    chat.heard("给您添麻烦了", "122")
    await li.says("投诉", "上周在路上抛锚，你们说修好了，又坏")
    li.heard("在听")
    li.heard_not("122")


@ON_ONE_DATABASE
@pytest.mark.parametrize("words", ["没了", "再见", "没什么想说的", "下次吧"])
async def test_enough_in_other_words_ends_a_rating(chat: Chat, words: str) -> None:
    await settled(chat, chat.cast.wang)
    await chat.says("评价", "5分", words)
    chat.heard("都记下了", "谢谢您")


async def test_put_off_and_then_never_mind(chat: Chat) -> None:
    await settled(chat, chat.cast.wang)
    await chat.says("评价", "现在不方便", "明天下午", "算了，不评了")
    chat.heard("这次不再问您了")
    await chat.says("评价")
    chat.heard("目前没有等您评价的服务")


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    ("words", "score"),
    [
        ("五分吧，小李师傅服务特别好", 5),
        ("服务顾问不错，5分", 5),
        ("总的来说打3分，洗车洗得不干净", 3),
        ("接待5分，洗车2分，说不好", 0),
        ("等了5分钟就轮到我了，挺快", 0),
        ("给9分，满分十分的话", 0),
    ],
)
async def test_which_words_are_a_score(chat: Chat, words: str, score: int) -> None:
    await settled(chat, chat.cast.wang)
    await chat.says("评价", words)
    given = await said(chat)
    assert given.get("overall", 0) == score
    assert words in given.values()
