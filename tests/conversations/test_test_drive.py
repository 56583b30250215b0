"""试驾: which car, when and how to call; a lead for the consultant, with its number at the end."""

from datetime import date

import pytest

from bot.clock import clock
from storage.queries.leads import deeds as lead_deeds
from storage.queries.leads import opening as leads
from storage.secrets import unseal
from tests.conversations.chat import Chat
from tests.conversations.conftest import ON_ONE_DATABASE
from tests.conversations.driving import demo_car, kept, tasks
from tests.people import at


async def test_a_known_customer_step_by_step(chat: Chat) -> None:
    await chat.says("试驾")
    chat.heard("想试驾哪款车", "跳过")
    await chat.says("汉EV")
    chat.heard("您想到哪家店")
    await chat.says("城南店")
    chat.heard("哪天方便", "11月18日 周三（今天）", "11月21日 周六")
    await chat.says("周六")
    chat.heard("几点到店", "14:00")
    await chat.says("下午两点")
    chat.heard("请确认", "试驾 汉EV", "11月21日 周六 14:00", "城南店")
    await chat.taps("确认")
    [lead] = await kept(chat)
    chat.heard("登记好了", f"试驾编号 {lead.number}", "11月21日 周六 14:00", "带上驾驶证")
    assert (lead.source, lead.level, lead.model, lead.store) == ("test_drive", "A", "汉EV", "main")
    assert (lead.customer_id, lead.phone) == (chat.cast.wang.customer_id, "13800000001")
    [task] = await tasks(chat)
    assert "11月21日 周六 14:00" in unseal("staff_task.detail", task["detail"])


async def test_said_in_one_sentence_by_a_stranger(stranger: Chat) -> None:
    await stranger.says("我想周六下午3点试驾一下汉EV")
    stranger.heard("您想到哪家店")
    await stranger.says("城东店")
    stranger.heard("手机号", "跳过")
    await stranger.says("13700000009")
    stranger.heard("请确认", "试驾 汉EV", "11月21日 周六 15:00", "城东店")
    await stranger.says("确认")
    [lead] = await kept(stranger)
    stranger.heard(lead.number)
    assert (lead.phone, lead.store, lead.name) == ("13700000009", "east", "")


async def test_a_stranger_who_leaves_no_phone_is_answered_in_wechat(stranger: Chat) -> None:
    await stranger.says("试驾", "跳过", "城南店", "明天", "10点", "跳过")
    stranger.heard("请确认", "试驾 车型到店再定", "11月19日 周四（明天） 10:00")
    await stranger.says("好的")
    [lead] = await kept(stranger)
    stranger.heard(lead.number, "在这里联系您")
    assert (lead.phone, lead.model) == ("", "")
    assert lead.wechat_user_id == stranger.cast.stranger.user_id


async def test_what_was_said_is_corrected_at_the_end(chat: Chat) -> None:
    await chat.says("试驾", "汉EV", "城南店", "周六", "14点", "改车型", "唐DM")
    chat.heard("请确认", "试驾 唐DM", "14:00")
    await chat.says("改日期 周日")
    chat.heard("请确认", "11月22日 周日", "14:00")
    await chat.says("改时间", "16点")
    chat.heard("请确认", "11月22日 周日 16:00", "试驾 唐DM")
    await chat.says("确认")
    [lead] = await kept(chat)
    assert lead.model == "唐DM"


async def test_the_call_comes_before_the_drive(chat: Chat) -> None:
    await chat.says("试驾", "汉EV", "城南店", "今天", "10点", "确认")
    [lead] = await kept(chat)
    assert lead.next_at == at("09:00", chat.now.date())
    [task] = await tasks(chat)
    assert str(task["due_at"])[:16] == "2026-11-18 01:00"


async def test_a_day_the_store_is_closed_and_an_hour_it_is_not_open(chat: Chat) -> None:
    await chat.says("试驾", "汉EV", "城南店", "昨天")
    chat.heard("已经过去了")
    await chat.says("周六", "晚上十点")
    chat.heard("晚上十点约不到，最接近的是")
    await chat.says("11点")
    chat.heard("请确认", "11:00")


async def test_too_late_for_today(chat: Chat) -> None:
    clock.stop(at("17:00", chat.now.date()))
    await chat.says("试驾", "很" * 45)
    chat.heard("请只说车型")
    await chat.says("汉EV", "城南店", "今天")
    chat.heard("来不及安排了", "哪天方便")
    await chat.says("明天", "10点")
    chat.heard("请确认", "11月19日")


async def test_silence_is_reminded_once_and_put_away(chat: Chat) -> None:
    await chat.says("试驾", "汉EV")
    await chat.waits(hours=3)
    assert "“试驾”还差一步" in chat.screen
    await chat.says("城南店")
    chat.heard("哪天方便")
    await chat.waits(hours=3)
    await chat.waits(hours=25)
    assert "“试驾”先帮您收起来了" in chat.screen
    assert await kept(chat) == []


async def test_no_at_the_end_leaves_nothing(chat: Chat) -> None:
    await chat.says("试驾", "汉EV", "城南店", "周六", "14点", "不用了")
    chat.heard("没有预约")
    assert await kept(chat) == []


async def test_the_booked_drive_is_taken_back(chat: Chat) -> None:
    await chat.says("试驾", "汉EV", "城南店", "周六", "14点", "确认", "取消试驾")
    [lead] = await kept(chat)
    chat.heard("取消试驾吗", lead.number)
    await chat.says("确认取消")
    chat.heard("已取消", lead.number)
    [task] = await tasks(chat)
    assert "取消试驾" in unseal("staff_task.detail", task["detail"])
    [lead] = await kept(chat)
    assert lead.state == "open"
    await chat.says("取消试驾")
    chat.heard("没有预约试驾")


async def test_nothing_to_take_back(stranger: Chat) -> None:
    await stranger.says("取消试驾")
    stranger.heard("没有预约试驾", "试驾")


async def test_changing_ones_mind_about_taking_back(chat: Chat) -> None:
    await chat.says("试驾", "汉EV", "城南店", "周六", "14点", "确认", "取消试驾", "不取消了")
    chat.heard("给您留着")
    await chat.says("取消试驾")
    chat.heard("取消试驾吗")


async def test_a_second_wish_is_the_same_lead(chat: Chat) -> None:
    await chat.says("试驾", "汉EV", "城南店", "周六", "14点", "确认")
    await chat.says("试驾", "唐DM", "城南店", "周日", "10点", "确认")
    [lead] = await kept(chat)
    chat.heard("登记好了", lead.number, "11月22日 周日 10:00")
    assert lead.model == "唐DM"
    [task] = await tasks(chat)
    assert "11月22日 周日 10:00" in unseal("staff_task.detail", task["detail"])


async def test_staff_end_the_lead_while_the_customer_speaks(chat: Chat) -> None:
    await chat.says("试驾", "汉EV", "城南店", "周六", "14点", "确认")
    [first] = await kept(chat)
    await chat.says("取消试驾")
    async with chat.database():
        await lead_deeds.lose(first.id, "买了别的品牌", "李雷", chat.now)
    await chat.says("确认取消")
    chat.heard("没有预约试驾")
    await chat.says("试驾", "唐DM", "城南店", "周日", "10点")
    await chat.says("确认")
    _, second = await kept(chat)
    chat.heard(second.number)
    assert (second.state, second.model) == ("open", "唐DM")


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    ("words", "model"),
    [
        ("想试驾汉EV", "汉EV"),
        ("试驾一下新款Q5L可以吗", "Q5L"),
        ("我要试驾 Model Y", "Model Y"),
        ("想约个试驾", ""),
        ("周六想试驾", ""),
        ("预约试驾，周六上午", ""),
    ],
)
async def test_the_car_in_the_opening_words(chat: Chat, words: str, model: str) -> None:
    await chat.says(words)
    if model:
        chat.heard_not("哪款车")
        await chat.says("城南店", "明天", "10点")
        chat.heard(f"试驾 {model}")
    else:
        chat.heard("哪款车")


async def test_a_stranger_puts_the_car_right_and_reads_the_number_back(stranger: Chat) -> None:
    await stranger.says("试驾", "宋plus", "不对，我想看汉EV")
    stranger.heard("哪家店")
    await stranger.says("城东店", "明天", "10点", "13800138000")
    stranger.heard("请确认", "试驾 汉EV", "138****8000")


async def test_the_next_morning_tomorrow_is_another_day(chat: Chat) -> None:
    await chat.waits(hours=11)
    await chat.says("想试驾汉EV", "城南店", "后天", "10点")
    chat.heard("11月20日 周五（后天）")
    await chat.waits(hours=15)
    assert "11月20日 周五（明天）" in chat.screen


SATURDAY = date(2026, 11, 21)


async def elsewhere(chat: Chat, time: str, number: int = 1) -> None:
    """Somebody else is promised the car at that hour."""
    phone = f"1370000000{number}"
    new = leads.NewLead(
        *("test_drive", "", phone), model="汉EV", store_id=chat.cast.main.id,
        drive_at=at(time, SATURDAY), same=f"else:{number}",
    )  # fmt: skip
    async with chat.database():
        await leads.open_lead(new, chat.now)


async def test_only_hours_at_which_a_car_is_there_are_offered(chat: Chat) -> None:
    await demo_car(chat)
    await elsewhere(chat, "14:00")
    await chat.says("试驾", "汉EV", "城南店", "周六")
    chat.heard("几点到店", "13:00", "15:00")
    chat.heard_not("14:00", "10:00", "16:00")
    await chat.says("15点", "确认")
    chat.heard("约好了", "11月21日 周六 15:00")


async def test_the_car_goes_while_the_summary_is_open(chat: Chat) -> None:
    await demo_car(chat)
    await chat.says("试驾", "汉EV", "城南店", "周六", "14点")
    chat.heard("请确认", "14:00")
    await elsewhere(chat, "14:00")
    await chat.taps("确认")
    chat.heard_not("约好了")
    chat.heard("13:00", "15:00")
    await chat.says("15点", "确认")
    chat.heard("约好了", "15:00")


async def test_a_day_on_which_every_car_is_out(chat: Chat) -> None:
    await demo_car(chat)
    for number, time in enumerate(("13:00", "14:00", "15:00")):
        await elsewhere(chat, time, number)
    await chat.says("试驾", "汉EV", "城南店")
    chat.heard_not("11月21日")
    await chat.says("周日", "14点", "确认")
    chat.heard("约好了", "11月22日 周日 14:00")


async def test_another_hour_for_the_same_person_frees_the_first(chat: Chat) -> None:
    await demo_car(chat)
    await chat.says("试驾", "汉EV", "城南店", "周六", "14点", "确认")
    await chat.says("试驾", "汉EV", "城南店", "周六")
    chat.heard("13:00", "14:00", "15:00")
    await chat.says("15点", "确认")
    chat.heard("约好了")
    await elsewhere(chat, "14:00")
    await chat.says("取消试驾", "确认")
    chat.heard("已取消")
    await elsewhere(chat, "15:00", 2)
