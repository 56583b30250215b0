"""绑定员工: a code from the administrator makes this WeChat a colleague's; 解除员工绑定 ends it."""

from bot.flow import Talk, conversation
from bot.rules.roles import ROLE_NAMES, Role
from bot.rules.staff_words import BIND, UNBIND, read_command
from handlers.questions import spoken
from storage.queries.staff import wechat as staff_wechat

ASK_FOR_ONE = "请向管理员要一个绑定码，10分钟内发“绑定员工 ”加上它，比如“绑定员工 12345678”。"


@conversation(BIND, aside=True)
async def bind_staff(talk: Talk) -> None:
    said = read_command(talk.opening)
    if said is None or not said.words:
        talk.say(ASK_FOR_ONE)
        return
    waits = await staff_wechat.waits_until(talk.customer.id, talk.now)
    if waits is not None:
        talk.say(f"连续几次没对上，为了安全请{spoken(talk, waits)}以后再试。")
        return
    who = await staff_wechat.bind(talk.customer.id, said.words, talk.now)
    if who is None:
        tries = await staff_wechat.wrong_code(talk.customer.id, talk.now)
        last = tries >= staff_wechat.TRIES
        talk.say(
            "绑定码不对，或者已经用过、过期了。"
            + ("已经试了五次，请一小时后再试。" if last else ASK_FOR_ONE)
        )
        return
    role = ROLE_NAMES[Role(who.role)] if who.role in ROLE_NAMES else who.role
    talk.say(
        f"绑定好了，{who.name}（{role}）。以后新投诉和快到时限的投诉都会发到这里，可以直接回：\n"
        "收到 T000012 · 回复 T000012 您好… · 记录 T000012 …\n"
        "转 T000012 给 姓名 · 完成 T000012 · 我的任务\n"
        "您自己的车，照样可以在这里办事。"
    )
    talk.offer("我的任务")


@conversation(UNBIND, aside=True)
async def unbind_staff(talk: Talk) -> None:
    who = await staff_wechat.who_is(talk.customer.id)
    if who is None:
        talk.say("这个微信没有绑定员工。")
        return
    await staff_wechat.unbind(who.id, talk.now, actor=who.actor)
    talk.say(f"已解除{who.name}的员工绑定，这里不再收到投诉提醒。您自己的车照样可以在这里办事。")


CONVERSATIONS = [bind_staff, unbind_staff]
