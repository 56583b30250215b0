"""绑定: phone and plate, or phone and the end of the VIN; three tries, then an hour."""

from storage.db import sql
from storage.secrets import unseal
from tests.conversations.chat import Chat

WANG, PLATE, VIN6 = "13800000001", "京A12345", "000001"


async def test_phone_and_plate_bind_at_once(stranger: Chat) -> None:
    await stranger.says("绑定")
    stranger.heard("手机号")
    await stranger.says("138 0000 0001")
    stranger.heard("车牌号", "车架号后六位")
    await stranger.says("京a·12345")
    stranger.heard("绑定好了，王女士")
    await stranger.taps("我的爱车")
    stranger.heard("奥迪 Q5L · 京A12345", "首保", "11月30日")


async def test_phone_and_the_end_of_the_vin_bind_too(stranger: Chat) -> None:
    await stranger.says("绑定", WANG, VIN6)
    stranger.heard("绑定好了，王女士")


async def test_both_in_one_message(stranger: Chat) -> None:
    await stranger.says(f"绑定 手机{WANG} 车牌{PLATE}")
    stranger.heard("绑定好了，王女士")


async def test_a_wrong_phone_is_explained_and_asked_again(stranger: Chat) -> None:
    await stranger.says("绑定", "1380000")
    stranger.heard("应为11位，您发来的是7位", "请发您在店里登记的手机号")
    await stranger.says(WANG, "京A123")
    stranger.heard("车牌应为7位")
    await stranger.says(PLATE)
    stranger.heard("绑定好了")


async def test_no_match_then_the_right_plate(stranger: Chat) -> None:
    await stranger.says("绑定", WANG, "京A12344")
    stranger.heard("138****0001", "没有对上", "1. 重发手机号", "2. 重发车牌号", "3. 请门店核对")
    await stranger.says("2", PLATE)
    stranger.heard("绑定好了，王女士")


async def test_the_right_phone_may_simply_be_said(stranger: Chat) -> None:
    await stranger.says("绑定", "13800000009", PLATE)
    stranger.heard("没有对上")
    await stranger.says(WANG)
    stranger.heard("绑定好了，王女士")


async def test_staff_may_check(stranger: Chat) -> None:
    await stranger.says("绑定", "13700000009", "京C55555")
    await stranger.taps("请门店核对")
    stranger.heard("已经交给门店核对")
    async with stranger.database():
        tasks = await sql().rows("SELECT kind, detail FROM staff_task")
    assert [(task["kind"]) for task in tasks] == ["check_file"]
    assert "京C55555" in unseal("staff_task.detail", tasks[0]["detail"])


async def third_miss(phone: Chat) -> None:
    await phone.says("绑定", WANG, "京A12344", "1", "13800000002", "2", PLATE)


async def test_three_wrong_tries_wait_an_hour(stranger: Chat) -> None:
    await third_miss(stranger)
    stranger.heard("没有对上", "要过一小时才能再试", "1. 请门店核对")
    stranger.heard_not("重发")
    await stranger.says(WANG)  # the right one, too late
    stranger.heard("09:00以后再试")
    await stranger.says("绑定")
    stranger.heard("09:00以后再试")
    await stranger.waits(minutes=61)
    await stranger.says("绑定", WANG, PLATE)
    stranger.heard("绑定好了")


async def test_after_the_third_try_staff_may_still_check(stranger: Chat) -> None:
    await third_miss(stranger)
    await stranger.says("1")
    stranger.heard("已经交给门店核对")


async def test_a_booking_is_no_way_around_the_hour(stranger: Chat) -> None:
    await third_miss(stranger)
    await stranger.says("取消", "预约保养", "城南店", "空调清洗", "明天9点", WANG, PLATE, "确认")
    stranger.heard("预约号 A")
    await stranger.says("我的爱车")
    stranger.heard("还没有您的爱车资料")


async def test_who_is_bound_is_asked_before_anything_changes(chat: Chat) -> None:
    await chat.says("绑定")
    chat.heard("已经绑定了手机 138****0001", "不换", "换一个")
    await chat.says("不换")
    chat.heard("绑定不变")


async def test_no_number_is_ever_shown_whole(chat: Chat, stranger: Chat) -> None:
    await chat.says("绑定", "换一个", "13800000009", "京A12344")
    await third_miss(stranger)
    await stranger.says("帮助", "我的预约")
    for phone in (chat, stranger):
        said = [b.text for b in phone.world.chat(phone.openid) if b.who != "me"]
        assert not [text for text in said if "1380000000" in text]


async def test_somebody_elses_file_is_not_opened_by_a_phone_alone(stranger: Chat) -> None:
    await stranger.says("绑定", WANG, "京A99999")
    stranger.heard_not("王", "奥迪")
