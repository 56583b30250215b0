"""A colleague with a phone of their own in the demo, one message away from working in it."""

from datetime import datetime, timedelta
from typing import Final

from bot.sandbox.world import World
from storage.queries.staff import wechat as staff_wechat
from storage.queries.staff.colleagues import by_login

OPENID, LOGIN = "demo-colleague", "qin"
GOOD_FOR: Final = timedelta(days=1000)
"""In the demo time flies: the time machine must not outrun the code."""


async def colleague_on_the_phone(world: World, now: datetime) -> str:
    """What to send from that phone first: a fresh code, or nothing but 我的任务 once it is bound.

    "" where the demo's people have been changed and nobody of that log-in works here.
    """
    who = await by_login(LOGIN)
    if who is None:
        return ""
    if await staff_wechat.bound_to(who.id) == OPENID:
        words = "我的任务"
    else:
        made = await staff_wechat.new_code(who.id, now, actor="demo", good_for=GOOD_FOR)
        words = f"绑定员工 {made.text}"
    world.add_follower(OPENID, who.name, f"门店同事，先发：{words}")
    return f"  Pick {who.name}, a colleague, and say: {words}"
