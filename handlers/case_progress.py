"""投诉进度, 撤回投诉, 问题解决了: what customers see of their complaint, and how they end it."""

from bot.errors import StaffError
from bot.flow import Option, Talk, conversation
from bot.rules.cases.words import UNSETTLED
from handlers.questions.cases import (
    asked_about,
    mine,
    named,
    nothing_open,
    pass_on,
    say_state,
    title,
    which_case,
)
from storage.queries.cases import deeds as case_deeds
from storage.queries.cases import opening as cases
from storage.queries.cases.opening import Case

SHOWN = 3
TELLING = (
    "您正在说的这件还没登记完，我都记着：说完点“说完了”，核对后当场给您编号；不接着说也会替您登记。"
)
_WITHDRAW, _STAY = Option("yes", "撤回", ("撤回投诉", "撤")), Option("no", "不撤回")


@conversation("投诉进度", aside=True)
async def progress(talk: Talk) -> None:
    found = await cases.of_person(talk.customer.id, talk.customer.customer_id)
    telling = talk.under_way("投诉", "还没解决")
    if telling:
        talk.say(TELLING)
    if not found and telling:
        return
    if not found:
        talk.say("您没有登记过的投诉。有不满意的地方，随时说“投诉”。")
        return
    found.sort(key=lambda case: case.state not in UNSETTLED)
    meant = named(talk, found)
    shown = [meant] if meant else found[:SHOWN]
    for case in shown:
        await say_state(talk, case)
    states = {case.state for case in shown}
    offers = ("问题解决了", "还没解决") if "solved" in states else ()
    talk.offer(*offers, *(("补充", "撤回投诉") if states & set(UNSETTLED) else ()))


@conversation("撤回投诉")
async def withdraw(talk: Talk) -> Case | None:
    found = await mine(talk, UNSETTLED)
    if not found:
        return await nothing_open(talk)
    case = await which_case(talk, found)
    if await _went_on(talk, case):
        return await talk.bye(f"好的，{case.number} 不撤回，继续处理。")
    ask = f"{title(case)}\n撤回后就不再处理，以后随时可以再投诉。确定撤回吗？"
    if await talk.confirm(case.id, ask, yes=_WITHDRAW, no=_STAY):
        return case
    return await talk.bye(f"好的，{case.number} 继续处理。")


async def _went_on(talk: Talk, case: Case) -> bool:
    """Asked whether to take it back, they said more about it: that is an answer."""

    async def said() -> int:
        return sum(event.actor == "customer" for event in await cases.events(case.id))

    before = int(await talk.once("说过", said, of=case.id) or 0)
    return await said() > before


@withdraw.settle
async def withdrawn(case: Case, talk: Talk) -> None:
    try:
        await case_deeds.act(case.id, "withdraw", "customer", talk.now)
    except StaffError:  # it ended in the meantime
        await say_state(talk, await cases.one(case.id) or case)
        return
    talk.say(f"{case.number} 已撤回。给您添麻烦了，以后有不满意随时告诉我们。")


@conversation("问题解决了")
async def solved(talk: Talk) -> Case | None:
    found = await mine(talk)
    if not found:
        return await nothing_open(talk)
    ready = [case for case in found if case.state == "solved"]
    working = [case for case in found if case.state != "confirmed"]
    return await which_case(talk, await asked_about(found) or ready or working or found)


@solved.settle
async def confirmed(case: Case, talk: Talk) -> None:
    try:
        await case_deeds.act(case.id, "confirm", "customer", talk.now)
    except StaffError:  # nobody closes a case without its cause: whoever works on it is told
        words = "客户说问题已经解决。"
        if await pass_on(talk, case.id, (words,), (), reopen=False, quiet=True):
            talk.say(f"太好了，{case.number} 已经告诉负责人，核实以后结案，结果会告诉您。")
        return
    talk.say(f"太好了，{case.number} 结案了，谢谢您确认。有反复随时说“还没解决”。")


CONVERSATIONS = [progress, withdraw, solved]
