"""试驾 moved to another day or store, at any store, and with a car nobody has told us of."""

import pytest

from storage.secrets import unseal
from tests.conversations.chat import Chat
from tests.conversations.conftest import ON_ONE_DATABASE
from tests.conversations.driving import demo_car, kept, tasks


async def test_a_model_of_which_the_store_has_no_car_is_not_promised(chat: Chat) -> None:
    await demo_car(chat)
    await chat.says("试驾", "唐DM", "城南店", "周六", "10点")
    chat.heard("请确认", "试驾 唐DM（有没有车由顾问确认）")
    await chat.says("确认")
    chat.heard("登记好了", "顾问确认后答复您", "换店或换时间")
    chat.heard_not("约好了")
    [task] = await tasks(chat)
    assert "没有登记这款试驾车，请先确认有车" in unseal("staff_task.detail", task["detail"])
    await chat.says("改试驾", "周六", "14点", "改车型", "汉EV", "确认")
    chat.heard("约好了", "试驾 汉EV")
    chat.heard_not("顾问确认")


async def test_who_moves_a_drive_keeps_car_and_store(chat: Chat) -> None:
    await demo_car(chat)
    await chat.says("试驾", "汉EV", "城南店", "周六", "14点", "确认")
    await chat.says("改试驾")
    chat.heard("哪天方便")
    chat.heard_not("哪家店", "哪款车")
    await chat.says("周日", "15点")
    chat.heard("请确认", "汉EV", "11月22日 周日 15:00", "城南店")
    await chat.says("换成城东店")
    chat.heard("城东店", "有没有车由顾问确认")
    await chat.says("改门店", "城南店", "确认")
    chat.heard("约好了", "11月22日 周日 15:00")
    await chat.says("试驾改到周六下午两点，换到城东店")
    chat.heard("请确认", "城东店", "11月21日 周六 14:00")
    await chat.says("确认")
    [lead] = await kept(chat)
    assert lead.model == "汉EV"
    [task] = await tasks(chat)
    assert "11月21日 周六 14:00 城东店" in unseal("staff_task.detail", task["detail"])
    await chat.says("改试驾")
    chat.heard_not("哪家店")
    await chat.says("周日", "11点")
    chat.heard("请确认", "城东店")


@ON_ONE_DATABASE
@pytest.mark.parametrize("words", ["都行", "随便吧", "哪家都可以", "你们安排", "无所谓"])
async def test_who_does_not_mind_goes_to_their_usual_store(chat: Chat, words: str) -> None:
    await chat.says("试驾", "汉EV", words)
    chat.heard("哪天方便")
    await chat.says("周六", "14点")
    chat.heard("城南店")


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    "words", ["最近的店", "离我最近的是哪家", "哪家近一点", "在哪里啊", "地址发我"]
)
async def test_the_nearest_store_is_chosen_by_its_address(chat: Chat, words: str) -> None:
    await chat.says("试驾", "汉EV", words)
    chat.heard("各店地址", "城南店：城南大道1号", "1. 城南店", "2. 城东店")
    await chat.says("城东的吧", "周六", "14点")
    chat.heard("请确认", "城东店")
