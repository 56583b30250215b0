"""收到, 回复, 记录, 已阅 with a complaint's number: a colleague works on it from their own WeChat."""

from bot.flow import Talk, conversation
from bot.rules.roles import Role, shown_phone
from bot.rules.staff_words import NOTE, REPLY, SEEN, TAKE, nods
from bot.rules.word_lint import lint
from handlers.questions import spoken
from handlers.questions.staff import case_for, done, me, typed
from storage.queries.cases.messages import last_told
from storage.queries.cases.opening import Case
from storage.queries.staff import cases as staff_cases
from storage.queries.staff.colleagues import Staff

LONGEST = 300
"""What a message to the customer takes, besides its greeting."""


@conversation(TAKE, aside=True)
async def take(talk: Talk) -> None:
    who, number = await me(talk), typed(talk).number
    if who is not None and number is None:
        waiting = await _waiting(talk, who)
        if not waiting and nods(talk.opening):
            talk.say("好的，有需要随时叫我。")
            return
        number = waiting[0].id if len(waiting) == 1 else None
    case = await case_for(talk, who, number, "receive") if who else None
    if who is None or case is None:
        return
    mine = case.owner_id == who.id
    if case.state == "in_progress" and mine and not await staff_cases.to_confirm(who, case.id):
        talk.say(f"{case.number}已经是您在处理了。")
    elif case.state == "in_progress" and not mine:
        talk.say(f"{case.number}已由{case.owner or '同事'}接单。要由您接手，请发：")
        talk.offer(f"转 {case.number} 给 我")
    # Who was a moment too late must not take it away: the turn runs again on what is true now.
    elif await done(talk, who, case, "receive", staff_id=who.id, if_rev=case.rev):
        talk.say(f"{case.number}由您处理了。{_about(case)}")
        talk.say(f"回复客户请发“回复 {case.number} ”加上要说的话，客户看到的是门店的回复。")


async def _waiting(talk: Talk, who: Staff) -> list[Case]:
    """What was given to them and they have not said yet that they take."""
    every = [one.case for one in await staff_cases.own(who, talk.now)]
    return [case for case in every if await staff_cases.to_confirm(who, case.id)]


@conversation(REPLY, aside=True)
async def reply(talk: Talk) -> None:
    who, said = await me(talk), typed(talk)
    case = await case_for(talk, who, said.number, "reply") if who else None
    if who is None or case is None or not _fit(talk, said.words):
        return
    if await done(talk, who, case, "reply", words=said.words):
        await _how_it_goes(talk, who, case)


def _fit(talk: Talk, words: str) -> bool:
    """Whether the customer may be sent this."""
    if len(words) > LONGEST:
        talk.say(f"一条回复最多{LONGEST}字，这条有{len(words)}字，请分成几条。")
        return False
    found = lint(words)
    for one in found:
        talk.say(f"“{one.word}”不合适：{one.better}")
    if found:
        talk.say("没有发出去，改一下再发。")
    return not found


async def _how_it_goes(talk: Talk, who: Staff, case: Case) -> None:
    """What becomes of the words: a channel now or in the morning, or a call."""
    told = await last_told(case, talk.now)
    if told is None or told.channel == "call":
        why = told.why.partition("；")[0].partition("：")[2] if told else ""
        talk.say(f"已记入{case.number}，但现在微信发不到客户{f'：{why}' if why else ''}。")
        phone = shown_phone(who.role, case.phone)
        talk.say(f"已经建好电话任务，请致电客户{f' {phone}' if phone else ''}。")
    else:
        when = "" if told.at <= talk.now else f"，{spoken(talk, told.at)}送达"
        talk.say(f"已回复{case.number}的客户{when}，客户看到的是门店的回复。")
        if told.channel != "service":
            talk.say("客户最近没来过消息，这次只能发通知，放不下全文；要紧的话请再打个电话。")
    if case.owner_id not in (None, who.id):
        talk.say(f"这一单的负责人是{case.owner}。")


@conversation(NOTE, aside=True)
async def write_down(talk: Talk) -> None:
    who, said = await me(talk), typed(talk)
    case = await case_for(talk, who, said.number, "progress") if who else None
    if who and case and await done(talk, who, case, "progress", words=said.words):
        talk.say(f"已记入{case.number}，只有同事看得到。")


@conversation(SEEN, aside=True)
async def seen(talk: Talk) -> None:
    who = await me(talk)
    case = await case_for(talk, who, typed(talk).number) if who else None
    if who is None or case is None:
        return
    if who.role != Role.GENERAL_MANAGER:  # in copy: it is off their list, and the clock runs on
        await staff_cases.has_read(who, case.id, talk.now)
    elif not await done(talk, who, case, "seen"):
        return
    talk.say(f"{case.number}已阅。{_about(case)}")


def _about(case: Case) -> str:
    lines = [f"客户：{case.customer_name or '微信客户'} {case.phone}".strip(), f"经过：{case.what}"]
    lines += [f"希望：{case.wish}"] if case.wish else []
    return "\n".join(["", *lines])


CONVERSATIONS = [take, reply, write_down, seen]
