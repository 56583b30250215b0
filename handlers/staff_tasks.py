"""我的任务: a colleague's own complaints with their clocks, and what else is due, urgent first."""

from bot.flow import Talk, conversation
from bot.rules.cases.words import CLOCKS, STATES
from bot.rules.staff_words import TASKS
from bot.rules.time_left import time_left
from bot.rules.wording import salutation
from handlers.questions import spoken
from handlers.questions.staff import me
from storage.queries import audit
from storage.queries.staff import cases as staff_cases
from storage.queries.staff.cases import Duty, Mine

SHOWN = 5


@conversation(TASKS, aside=True)
async def my_tasks(talk: Talk) -> None:
    who = await me(talk)
    if who is None:
        return
    mine, duties = await staff_cases.own(who, talk.now), await staff_cases.duties(who)
    if not mine and not duties:
        talk.say("现在没有等您处理的投诉和任务，辛苦了。")
        return
    talk.say(f"{who.name}，您有{len(mine)}单投诉、{len(duties)}项任务，最急的在前面：")
    for one in mine[:SHOWN]:
        talk.say(_complaint(talk, one))
    for duty in duties[:SHOWN]:
        talk.say(_duty(talk, duty))
    if len(mine) > SHOWN or len(duties) > SHOWN:
        talk.say("其余的办完这些再发“我的任务”看。")
    talk.offer(*(f"收到 {one.case.number}" for one in mine[:SHOWN] if one.case.state in WAITING))
    seen = {"cases": [one.case.id for one in mine], "tasks": [one.id for one in duties]}
    await audit.note(who.actor, "view", "task", {**seen, "by": "wechat"}, talk.now)


WAITING = ("open", "reopened")
"""Nobody has taken it."""


def _complaint(talk: Talk, one: Mine) -> str:
    case = one.case
    whose = salutation(case.customer_name, case.gender) if case.customer_name else "微信客户"
    urgent = "【加急】" if case.priority == "urgent" else ""
    head = f"{urgent}{case.number} {case.category_name} · {whose} · {STATES[case.state]}"
    if one.clock is None:
        return f"{head}\n　{'等客户确认' if case.state == 'solved' else '没有计时'}"
    due = one.clock.due_at
    when = f"{spoken(talk, due)}（{time_left(due, talk.now)}）"
    return f"{head}\n　{CLOCKS[one.clock.name]}：{when}"


def _duty(talk: Talk, duty: Duty) -> str:
    whose = f" {duty.who}" if duty.who and duty.who not in duty.title else ""
    if duty.due_at is None:
        return f"· {duty.title}{whose}"
    return f"· {duty.title}{whose}（{time_left(duty.due_at, talk.now)}）"


CONVERSATIONS = [my_tasks]
