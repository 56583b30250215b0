"""关注 and 扫码: the first words, which know where the person came from and what they have booked."""

from bot.flow import Talk, conversation
from bot.rules.wording import salutation
from handlers.questions import booking_line
from storage.queries.bookings.booking import upcoming
from storage.queries.scenes import Scene, find
from storage.queries.stores.shops import shop


@conversation("关注", events=("subscribe", "scan"), aside=True)
async def welcome(talk: Talk) -> None:
    known = talk.customer.customer_id
    who = salutation(talk.customer.name, talk.customer.gender)
    hello = f"{who}，欢迎回来！" if known else "您好，欢迎关注！"
    scene = await find(talk.customer.scene)
    where = await _store_name(scene)
    talk.say(
        f"{hello}{_from(scene)}这里是{where}售后服务号，约保养、改时间、查预约{'' if known else '、试驾'}，直接打字就行。"
    )
    booked = await upcoming(talk.customer.id, known, talk.now)
    if booked:
        talk.say("您还约着：" + "、".join(booking_line(talk, one) for one in booked))
    begin = "我的预约" if booked else "预约保养"
    talk.offer(begin, *(("我的爱车",) if known else ("试驾", "绑定")), "帮助")


def _from(scene: Scene | None) -> str:
    """Whose code it was, where it was not a store's own."""
    if scene is None or not scene.name:
        return ""
    return {
        "consultant": f"您的顾问{scene.name}向您问好。",
        "event": f"欢迎参加“{scene.name}”。",
    }.get(scene.kind, "")


async def _store_name(scene: Scene | None) -> str:
    store = (await shop()).by_id.get(scene.store_id) if scene and scene.store_id else None
    return f"{store.name}的" if store else ""


CONVERSATIONS = [welcome]
