"""收到, 回复, 记录, 已阅: a colleague's phone and a customer's, side by side."""

from tests.conversations.chat import Chat
from tests.conversations.colleagues import at_work


async def test_a_new_complaint_comes_to_its_owner_who_takes_it_and_answers(chat: Chat) -> None:
    office = await at_work(chat)
    gu = await office.phone("gu")
    await chat.says("你好")
    case = await office.complaint()
    await gu.waits(minutes=1)
    assert case.number in gu.screen
    assert "请确认接单" in gu.screen
    await gu.taps(f"收到 {case.number}")
    gu.heard("由您处理了", "王芳", "等了三个小时")
    await gu.says(f"回复 {case.number} 已为您安排明天上午检测，费用全免。")
    gu.heard("已回复", "门店的回复")
    await gu.waits(minutes=1)
    assert "已为您安排明天上午检测，费用全免。" in chat.screen
    assert "顾海波" not in chat.screen
    assert "城南店客户服务中心" in chat.screen
    kinds = [(kind, actor) for kind, actor, _ in await office.happened(case)]
    assert ("received", "顾海波") in kinds
    assert ("replied", "顾海波") in kinds
    assert (await office.now(case)).state == "in_progress"
