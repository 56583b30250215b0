"""转 T… 给 姓名: the one meant gets it; a name that is several people's is asked about."""

from bot.clock import clock
from bot.rules.roles import Role
from storage.queries.staff.colleagues import add_staff
from tests.conversations.chat import Chat
from tests.conversations.colleagues import at_work


async def test_the_one_named_gets_it_and_knows(chat: Chat) -> None:
    office = await at_work(chat)
    gu, mo, case = await office.phone("gu"), await office.phone("mo"), await office.complaint()
    await gu.says(f"转 {case.number} 给 莫可")
    gu.heard(f"{case.number}转给莫可了，已经通知对方")
    assert (await office.now(case)).owner == "莫可"
    await mo.waits(minutes=1)
    assert f"投诉{case.number}转给了您" in mo.screen
    await mo.taps(f"收到 {case.number}")
    mo.heard("由您处理了")
    await gu.says("我的任务")
    gu.heard("没有等您处理的")
    kinds = [kind for kind, _, _ in await office.happened(case)]
    assert kinds[-2:] == ["assigned", "received"]


async def test_a_name_of_two_is_asked_about(chat: Chat) -> None:
    office = await at_work(chat)
    async with chat.database():
        for role in (Role.SERVICE_ADVISOR, Role.CARE_SPECIALIST):
            await add_staff("李娜", role, now=clock.now(), store_code="main")
    gu, case = await office.phone("gu"), await office.complaint()
    await gu.says(f"转{case.number}给李娜")
    gu.heard(
        "转给谁？" if "转给谁" in gu.text else "哪一个",
        "李娜（服务顾问 城南店）",
        "李娜（回访专员 城南店）",
    )
    await gu.taps("李娜（回访专员 城南店）")
    gu.heard("转给李娜了")
    async with chat.database():
        owner = (await office.now(case)).owner_id
    assert owner not in {one.id for one in office.staff.values()}


async def test_a_name_of_nobody_shows_who_there_is(chat: Chat) -> None:
    office = await at_work(chat)
    gu, case = await office.phone("gu"), await office.complaint()
    await gu.says(f"转 {case.number} 给 孙悟空")
    gu.heard("没有叫“孙悟空”", "严工（服务顾问 城南店）", "陶倩（回访专员 城南店）")
    gu.heard_not("吴东", "侯经理", "市场小史")
    await gu.says("严工")
    gu.heard("转给严工了")
    assert (await office.now(case)).owner == "严工"


async def test_without_a_name_it_is_asked_and_can_be_left(chat: Chat) -> None:
    office = await at_work(chat)
    gu, case = await office.phone("gu"), await office.complaint()
    await gu.says(f"转 {case.number}")
    gu.heard("转给谁？")
    await gu.says("取消")
    gu.heard("先不办了")
    assert (await office.now(case)).owner == "顾海波"


async def test_whose_it_is_already_is_told_so_and_nothing_is_written(chat: Chat) -> None:
    office = await at_work(chat)
    gu, yan = await office.phone("gu"), await office.phone("yan")
    case = await office.complaint()
    before = await office.happened(case)
    for words in (f"转 {case.number} 给 我", f"转 {case.number} 给 顾海波"):
        await gu.says(words)
        gu.heard(f"{case.number}本来就由您负责，没有改动")
        gu.heard_not("已经通知")
    assert await office.happened(case) == before
    await yan.says(f"收到 {case.number}")
    after = await office.happened(case)
    await gu.says(f"转 {case.number}")
    await gu.says("严工")
    gu.heard(f"{case.number}本来就由严工负责，没有改动")
    gu.heard_not("已经通知")
    assert await office.happened(case) == after


async def test_part_of_a_name_or_the_log_in_will_do(chat: Chat) -> None:
    office = await at_work(chat)
    gu, case = await office.phone("gu"), await office.complaint()
    await gu.says(f"转 {case.number} 给严")
    gu.heard("转给严工了")
    await gu.says(f"转派 {case.number} mo")
    gu.heard("转给莫可了")


async def test_who_left_meanwhile_cannot_be_given_it(chat: Chat) -> None:
    office = await at_work(chat)
    gu, case = await office.phone("gu"), await office.complaint()
    await gu.says(f"转 {case.number}")
    await office.leaves("yan")
    await gu.says("严工")
    gu.heard("转给谁？")
    gu.heard_not("严工（")
    await gu.says("莫可")
    gu.heard("转给莫可了")


async def test_what_is_settled_goes_to_nobody(chat: Chat) -> None:
    office = await at_work(chat)
    gu, case = await office.phone("gu"), await office.complaint()
    await office.customer("withdraw", case)
    await gu.says(f"转 {case.number} 给 莫可")
    gu.heard(case.number, "已撤回")
    assert (await office.now(case)).owner == "顾海波"
