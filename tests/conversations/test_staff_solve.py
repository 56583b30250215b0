"""完成 T…: root cause, solution, and the customer told; whatever happens in between."""

from storage.queries.staff import wechat as staff_wechat
from tests.conversations.chat import Chat
from tests.conversations.colleagues import at_work

CAUSE, SOLUTION = "派工系统没有提醒", "已补上提醒，并为您免去本次工时费"


async def test_a_complaint_is_brought_to_its_end_and_the_customer_told(chat: Chat) -> None:
    office = await at_work(chat)
    gu, case = await office.phone("gu"), await office.complaint()
    await chat.says("你好")
    await gu.says(f"收到 {case.number}", f"完成 {case.number}")
    gu.heard(f"{case.number}的根本原因是什么？")
    await gu.says(CAUSE)
    gu.heard("怎么解决的？", "会告诉客户")
    await gu.says(SOLUTION)
    gu.heard("现在就把结果告诉客户吗", SOLUTION, "发给客户", "先不发")
    await gu.taps("发给客户")
    gu.heard("已解决", "请客户确认")
    await gu.waits(minutes=1)
    assert SOLUTION in chat.screen
    assert CAUSE not in chat.screen
    now = await office.now(case)
    assert (now.state, now.root_cause, now.solution) == ("solved", CAUSE, SOLUTION)
    kinds = [kind for kind, _, _ in await office.happened(case)]
    assert kinds.index("solved") < kinds.index("told") < kinds.index("checked")


async def test_the_customer_answers_in_one_tap_and_it_begins_anew(chat: Chat) -> None:
    office = await at_work(chat)
    gu, case = await office.phone("gu"), await office.complaint()
    await chat.says("你好")
    await gu.says(f"完成 {case.number}", CAUSE, SOLUTION, "发给客户")
    await gu.waits(minutes=1)
    await chat.taps("还没解决")
    await chat.says("工时费还是收了", "说完了")
    await gu.waits(minutes=1)
    assert f"投诉{case.number}重开" in gu.screen
    await gu.taps(f"收到 {case.number}")
    gu.heard("由您处理了")
    await gu.says(f"完成 {case.number}", CAUSE, "已退还工时费", "发给客户")
    await gu.waits(minutes=1)
    await chat.taps("问题解决了")
    assert (await office.now(case)).state == "confirmed"


async def test_it_may_be_told_later(chat: Chat) -> None:
    office = await at_work(chat)
    gu, case = await office.phone("gu"), await office.complaint()
    await chat.says("你好")
    await gu.says(f"回复 {case.number} 正在查", f"完成 {case.number}", CAUSE, SOLUTION, "先不发")
    gu.heard("已解决", "24小时内告诉客户")
    await gu.says("我的任务")
    gu.heard(case.number, "已解决", "告知客户结果")
    await gu.says(f"完成{case.number}")
    gu.heard("现在就把结果告诉客户吗", SOLUTION)
    await gu.says("发给客户")
    gu.heard("请客户确认")
    await gu.waits(minutes=1)
    assert SOLUTION in chat.screen


async def test_what_is_written_behind_the_number_is_the_solution(chat: Chat) -> None:
    office = await at_work(chat)
    gu, case = await office.phone("gu"), await office.complaint()
    await chat.says("你好")
    await gu.says(f"完成 {case.number} 更换压缩机")
    gu.heard("解决方案记下了：“更换压缩机”", f"{case.number}的根本原因是什么？")
    await gu.says(CAUSE)
    gu.heard("现在就把结果告诉客户吗", "“更换压缩机”")
    gu.heard_not("怎么解决的", "记下了")
    await gu.says("改解决方案")
    gu.heard("怎么解决的？")
    await gu.says("更换压缩机，免工时费", "发给客户")
    await gu.waits(minutes=1)
    assert "更换压缩机，免工时费" in chat.screen
    now = await office.now(case)
    assert (now.state, now.root_cause, now.solution) == ("solved", CAUSE, "更换压缩机，免工时费")


async def test_words_too_long_for_a_solution_are_asked_for_anew(chat: Chat) -> None:
    office = await at_work(chat)
    gu, case = await office.phone("gu"), await office.complaint()
    await gu.says(f"完成 {case.number} {'已更换压缩机。' * 43}")
    gu.heard("最多300字，这段有301字", "稍后请写短一点", "根本原因是什么？")
    await gu.says(CAUSE)
    gu.heard("怎么解决的？")
    await gu.says(SOLUTION, "先不发", f"完成 {case.number} 又换了一次")
    gu.heard("之前已解决", "这次写的没有记", "现在就把结果告诉客户吗", SOLUTION)
    await gu.says("先不发", f"完成 {case.number} 了")
    assert (await office.now(case)).solution == SOLUTION


async def test_a_step_back_changes_the_cause(chat: Chat) -> None:
    office = await at_work(chat)
    gu, case = await office.phone("gu"), await office.complaint()
    await chat.says("你好")
    await gu.says(f"完成 {case.number}", "写错了", "改根本原因", CAUSE)
    gu.heard("怎么解决的？")
    await gu.says(SOLUTION, "发给客户")
    assert (await office.now(case)).root_cause == CAUSE


async def test_other_commands_in_the_middle_come_back_to_the_question(chat: Chat) -> None:
    office = await at_work(chat)
    gu, case = await office.phone("gu"), await office.complaint()
    await chat.says("你好")
    await gu.says(f"完成 {case.number}", f"记录 {case.number} 配件到了")
    gu.heard("已记入", "根本原因是什么")
    await gu.says("我的任务")
    gu.heard("1单投诉", "根本原因是什么")
    await gu.says(CAUSE, SOLUTION, "先不发")
    gu.heard("已解决")


async def test_the_same_about_another_complaint_begins_with_that_one(chat: Chat) -> None:
    office = await at_work(chat)
    gu, one, two = await office.phone("gu"), await office.complaint(), await office.complaint()
    await gu.says("预约保养", f"完成 {one.number}", "配件缺货", f"完成 {two.number}")
    gu.heard(f"{two.number}的根本原因是什么？")
    await gu.says(CAUSE, SOLUTION, "先不发")
    gu.heard(f"{two.number}已解决", "我们接着办“预约保养”")
    assert (await office.now(one)).state == "open"
    assert (await office.now(two)).state == "solved"


async def test_the_customer_withdraws_in_the_middle(chat: Chat) -> None:
    office = await at_work(chat)
    gu, case = await office.phone("gu"), await office.complaint()
    await gu.says(f"完成 {case.number}", CAUSE)
    await office.customer("withdraw", case)
    await gu.says(SOLUTION)
    gu.heard(case.number, "已撤回")
    assert (await office.now(case)).state == "withdrawn"


async def test_another_colleague_solves_it_in_the_middle(chat: Chat) -> None:
    office = await at_work(chat)
    gu, yan = await office.phone("gu"), await office.phone("yan")
    case = await office.complaint()
    await chat.says("你好")
    await yan.says(f"收到 {case.number}")
    await gu.says(f"完成 {case.number}", CAUSE)
    await yan.says(f"完成 {case.number}", "技师请假", "已换技师", "先不发")
    await gu.says(SOLUTION)
    gu.heard("现在就把结果告诉客户吗", "已换技师")  # what stands is told, not what came too late
    await gu.says("发给客户")
    await gu.waits(minutes=1)
    assert "已换技师" in chat.screen


async def test_who_leaves_in_the_middle_ends_nothing(chat: Chat) -> None:
    office = await at_work(chat)
    gu, case = await office.phone("gu"), await office.complaint()
    await gu.says(f"完成 {case.number}", CAUSE)
    await office.leaves("gu")
    await gu.says(SOLUTION)
    gu.heard("员工身份已经停用")
    assert (await office.now(case)).state == "open"
    await gu.says("预约保养")
    gu.heard_not("停用")


async def test_who_is_unbound_in_the_middle_ends_nothing(chat: Chat) -> None:
    office = await at_work(chat)
    gu, case = await office.phone("gu"), await office.complaint()
    await gu.says(f"完成 {case.number}", CAUSE, SOLUTION)
    async with chat.database():
        assert await staff_wechat.unbind(office.staff["gu"].id, chat.now, actor="cli")
    await gu.says("发给客户")
    gu.heard("门店同事用的功能")
    assert (await office.now(case)).state == "open"


async def test_where_wechat_carries_nothing_the_result_is_a_call(chat: Chat) -> None:
    office = await at_work(chat)
    gu, case = await office.phone("gu"), await office.complaint()
    await gu.says(f"完成 {case.number}", CAUSE, SOLUTION, "发给客户")
    gu.heard("已解决", "微信发不到客户", "电话任务")
    await gu.says("我的任务")
    gu.heard("请致电：投诉处理结果")


async def test_what_cannot_be_solved_says_why(chat: Chat) -> None:
    office = await at_work(chat)
    gu, case = await office.phone("gu"), await office.complaint()
    await chat.says("你好")
    await gu.says(f"完成 {case.number}", CAUSE, SOLUTION, "发给客户")
    await office.customer("confirm", case)
    await gu.says(f"完成 {case.number}")
    gu.heard(case.number, "已确认")
