"""帮助: what can be said here."""

from bot.flow import Talk, conversation
from bot.rules.cases.words import UNSETTLED
from bot.rules.wording import plain
from handlers.questions.cases import mine, say_state
from storage.queries.staff import wechat as staff_wechat


@conversation("帮助", aside=True)
async def help_me(talk: Talk) -> None:
    if await _still_waits(talk):
        return
    talk.say(
        "您可以直接说要办的事，比如“周六上午十点给车做保养”，也可以发：\n"
        "预约保养 · 我的预约 · 改约 · 取消预约\n"
        "我的爱车 · 绑定 · 试驾 · 人工\n"
        "评价 · 投诉 · 投诉进度\n"
        "办到一半时：返回（上一步）、取消（不办了）、改日期（改哪项说哪项）。"
    )
    if await staff_wechat.works_here(talk.customer.id):
        talk.say(
            "您是门店同事，还可以发：我的任务 · 收到 T12 · 回复 T12 您好… · 记录 T12 …\n"
            "转 T12 给 姓名 · 完成 T12 · 解除员工绑定"
        )


async def _still_waits(talk: Talk) -> bool:
    """？？？ of somebody who complained asks where the answer is, not how to book."""
    found = [] if plain(talk.opening).strip("?？") else await mine(talk, UNSETTLED)
    for case in found[:1]:
        await say_state(talk, case)
        talk.offer("补充", "投诉进度", "人工")
    return bool(found)


CONVERSATIONS = [help_me]
