"""投诉, as angry customers do it: they speak first, and are heard to the end."""

import pytest

from tests.conversations.chat import Chat
from tests.conversations.complaining import AMR, JPEG, on_file, sent_with, the_case

ALL_AT_ONCE = "你们修完车空调还是坏的，要求免费返修！"
NEVER = ("请等一下", "稍等", "请稍候", "误会", "没听懂", "没太明白", "按规定", "您应该")


async def test_they_speak_first_and_are_read_back(chat: Chat) -> None:
    await chat.says("投诉")
    chat.heard("您请说", "说完了")
    await chat.says("上周在你们店修的空调")
    chat.heard("在听", "说完了")
    await chat.says("今天又不制冷了", "前台还说不是他们的事")
    await chat.taps("说完了")
    chat.heard("哪一类")
    await chat.taps("产品品质")
    chat.heard("怎么解决")
    await chat.says("重新修好，不要再收钱")
    chat.heard("请您核对", "上周在你们店修的空调", "今天又不制冷了", "前台还说不是他们的事")
    chat.heard("产品品质", "重新修好，不要再收钱")
    await chat.taps("没错，登记")
    case = await the_case(chat)
    chat.heard(case.number, "谢谢您", "前")
    assert case.category == "product_quality"
    assert case.wish == "重新修好，不要再收钱"
    assert case.what.splitlines() == [
        "上周在你们店修的空调",
        "今天又不制冷了",
        "前台还说不是他们的事",
    ]
    assert (case.customer_id, case.vehicle_id) == (
        chat.cast.wang.customer_id,
        chat.cast.wang.car,
    )
    for words in NEVER:
        assert words not in chat.screen


async def test_everything_in_one_message(chat: Chat) -> None:
    await chat.says(ALL_AT_ONCE)
    chat.heard("说完了")
    await chat.says("说完了")
    chat.heard("哪一类")
    await chat.says("1")
    chat.heard("什么时候")
    await chat.says("昨天")
    chat.heard("请您核对", ALL_AT_ONCE, "免费返修")
    await chat.says("对")
    case = await the_case(chat)
    chat.heard(case.number)
    assert case.wish == "免费返修"
    assert "空调还是坏的" in case.what
    assert case.since == "昨天"


async def test_photos_and_a_voice_note_with_one_hand_in_the_middle_of_a_booking(
    chat: Chat,
) -> None:
    await chat.says("预约保养", "我要投诉！你们换的轮胎是旧的")
    chat.heard("说完了")
    chat.heard_not("哪天方便")
    await chat.sends_photo(JPEG)
    chat.heard("照片收到了")
    await chat.sends_voice(AMR)
    chat.heard("语音收到了")
    await chat.says("就这些")
    chat.heard("哪一类")
    await chat.taps("产品品质")
    await chat.sends_photo(JPEG)  # not asked for any more, and of the complaint all the same
    chat.heard("照片收到了", "什么时候")
    await chat.says("跳过", "换新轮胎", "没错")
    case = await the_case(chat)
    chat.heard(case.number, "接着办“预约保养”", "哪天方便")
    assert [kind for kind, _ in await sent_with(chat, case)] == ["image", "voice", "image"]
    assert case.what.splitlines() == [
        "我要投诉！你们换的轮胎是旧的",
        "[照片]",
        "[语音]",
        "[照片]",
    ]


async def test_a_complaint_interrupts_a_question_that_would_have_taken_it_for_its_answer(
    chat: Chat,
) -> None:
    await chat.says("预约保养", "我要投诉，周六修的车又坏了")
    chat.heard("说完了")
    chat.heard_not("几点到店")


async def test_a_stranger_is_asked_how_to_call_back(stranger: Chat) -> None:
    await stranger.says(
        "投诉", "销售答应送的脚垫没有给", "说完了", "空头承诺", "上个月", "把脚垫给我"
    )
    stranger.heard("手机号", "跳过")
    await stranger.says("13700000009")
    stranger.heard("请您核对", "137****0009", "脚垫")
    await stranger.says("没错")
    case = await the_case(stranger)
    stranger.heard(case.number)
    assert (case.phone, case.customer_id) == ("13700000009", None)
    assert case.wechat_user_id == stranger.cast.stranger.user_id


async def test_a_stranger_need_not_give_a_number(stranger: Chat) -> None:
    await stranger.says("投诉", "销售态度很差", "说完了")
    await stranger.says("服务态度", "今天", "道歉", "不想留")
    stranger.heard("请您核对", "微信")
    await stranger.says("确认")
    assert (await the_case(stranger)).phone == ""


async def test_the_category_is_guessed_and_corrected_at_the_end(chat: Chat) -> None:
    await chat.says("投诉", "前台爱理不理，还骂人", "说完了")
    chat.heard("1. 服务态度")
    await chat.says("1", "今天", "道歉")
    chat.heard("请您核对", "服务态度")
    await chat.says("改类别")
    chat.heard("哪一类")
    await chat.taps("回应时间")
    chat.heard("类别：回应时间", "这样登记可以吗")
    chat.heard_not("服务态度", "爱理不理", "诉求：")
    await chat.says("没错")
    assert (await the_case(chat)).category == "response_time"


async def test_whoever_remembers_something_at_the_end_is_heard(chat: Chat) -> None:
    await chat.says("投诉", "保养等了四个小时", "说完了", "回应时间", "今天", "以后别让我等")
    chat.heard("请您核对")
    await chat.says("对了，还多收了我200块钱")
    chat.heard("加进去了", "补充：对了，还多收了我200块钱", "这样登记可以吗")
    chat.heard_not("四个小时", "以后别让我等")
    await chat.says("看全文")
    chat.heard("保养等了四个小时", "还多收了我200块钱", "类别：回应时间", "以上是您说的全部")
    chat.heard("还没登记，这样登记可以吗")
    chat.heard_not("没太明白")
    await chat.says("改诉求 道歉", "全部")
    chat.heard("保养等了四个小时", "诉求：道歉")
    await chat.says("没错")
    assert "还多收了我200块钱" in (await the_case(chat)).what


async def test_a_step_back_loses_nothing_that_was_told(chat: Chat) -> None:
    await chat.says("投诉", "空调不冷", "返回")
    chat.heard("说完了")
    await chat.says("说完了", "返回")
    chat.heard("说完了")
    await chat.says("还有异响", "说完了", "今天", "修好")
    chat.heard("空调不冷", "还有异响", "类别：产品品质")


async def test_a_third_conversation_does_not_swallow_a_complaint(chat: Chat) -> None:
    await chat.says("预约保养", "投诉", "你们把我的车刮花了", "绑定")
    case = await the_case(chat)
    assert "你们把我的车刮花了" in case.what
    assert case.number in chat.text


async def test_complaining_again_on_the_way_goes_on_with_the_first(chat: Chat) -> None:
    await chat.says("投诉", "你们把我的车刮花了", "预约保养", "我要投诉，还没有人理我")
    chat.heard("说完了")
    await chat.says("说完了")
    chat.heard("哪一类")
    await chat.says("1", "今天", "道歉", "没错")
    [case] = await on_file(chat)
    assert case.what.splitlines() == ["你们把我的车刮花了", "我要投诉，还没有人理我"]


async def test_the_word_itself_said_again_is_no_reason_to_be_curt(chat: Chat) -> None:
    await chat.says("投诉", "投诉")
    chat.heard("您请接着说")
    await chat.clicks("COMPLAIN")
    chat.heard("您请接着说")


async def test_a_menu_key_begins_it_and_nothing_said_is_asked_for(chat: Chat) -> None:
    await chat.clicks("COMPLAIN")
    chat.heard("您请说")
    await chat.says("说完了")
    chat.heard("发生了什么")
    assert await on_file(chat) == []


async def test_the_platform_delivers_the_last_message_three_times(chat: Chat) -> None:
    await chat.says("投诉", "空调不冷", "说完了", "产品品质", "今天", "修好")
    seen = await chat.world.says(chat.openid, "没错", duplicates=2)
    case = await the_case(chat)
    assert {one.text for one in (seen, *seen.repeats)} == {seen.text}
    assert case.number in seen.text


async def test_two_cars_and_which_of_them(li: Chat) -> None:
    await li.says("投诉", "刹车有异响", "说完了", "产品品质", "今天", "修好")
    li.heard("哪台车")
    await li.says("汉EV")
    li.heard("请您核对", "京AD12345")
    await li.says("没错")
    assert (await the_case(li)).vehicle_id == li.cast.li.cars[1][1]


@pytest.mark.parametrize("said", ["说不清楚", "不知道", "跳过"])
async def test_nobody_needs_to_know_the_kind(chat: Chat, said: str) -> None:
    await chat.says(ALL_AT_ONCE, "就到这里", said)
    chat.heard("什么时候")


async def test_the_kind_is_understood_by_other_words(chat: Chat) -> None:
    await chat.says(ALL_AT_ONCE, "就这样吧", "质量问题", "昨天", "没错")
    assert (await the_case(chat)).category == "product_quality"


async def test_who_goes_on_with_the_story_is_not_asked_for_its_kind_again(chat: Chat) -> None:
    await chat.says(ALL_AT_ONCE, "说完了", "前台那个小伙子还让我自己上网查怎么修")
    chat.heard("加进去了", "什么时候")
    chat.heard_not("哪一类")
    await chat.says("昨天")
    chat.heard("前台那个小伙子", "类别：产品品质", "改类别")


@pytest.mark.parametrize("words", ["你们店的销售太差劲了，骗我说有现车", "气死我了", "什么破店"])
async def test_who_is_cross_needs_no_name_for_it(chat: Chat, words: str) -> None:
    await chat.says(words)
    chat.heard("抱歉", "在听", "说完了")
    chat.heard_not("没听懂")
    await chat.says("取消")
    await chat.says("不登记了", "保险赔偿怎么走")
    chat.heard_not("在听")


async def test_a_long_story_is_read_to_its_end_for_who_asks(chat: Chat) -> None:
    story = [f"第{n}次去店里，等了半天也没有人接待我，" + "车还是有异响。" * 8 for n in range(1, 9)]
    await chat.says("投诉", *story, "说完了", "产品品质", "这几天", "重新修好")
    chat.heard("请您核对", "第1次", "…", "看全文")
    chat.heard_not("第8次")
    await chat.taps("看全文")
    await chat.waits(seconds=5)
    assert "第8次" in chat.screen.rpartition("请您核对")[2]
    await chat.says("没错")
    assert (await the_case(chat)).what.splitlines() == story


async def test_after_an_interruption_nothing_is_read_a_second_time(chat: Chat) -> None:
    await chat.says("投诉", "保养等了四个小时", "说完了", "回应时间", "今天", "以后别让我等")
    await chat.says("明天10点做个保养", "确认")
    chat.heard("预约号 A", "接着办“投诉”", "还没登记，这样登记可以吗")
    chat.heard_not("四个小时")
    await chat.says("没错")
    chat.heard((await the_case(chat)).number)


async def test_the_whole_of_it_is_read_also_to_who_asks_at_once(chat: Chat) -> None:
    await chat.says("投诉", "销售承诺送的脚垫没给", "说完了", "1", "上个月", "退500", "看全文")
    chat.heard("销售承诺送的脚垫没给", "诉求：退500", "以上是您说的全部", "还没登记")
    await chat.says("不对", "诉求")
    chat.heard("怎么解决")
    await chat.says("退600", "全部")
    chat.heard("诉求：退600", "以上是您说的全部")
    await chat.says("确认无误")
    assert (await the_case(chat)).wish == "退600"
