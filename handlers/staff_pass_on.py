"""转 T… 给 姓名: a colleague gives a complaint away; where the name is not enough, they are asked."""

from dataclasses import dataclass

from bot.flow import Choice, Option, Talk, choice, conversation
from bot.rules.cases.states import refusal
from bot.rules.roles import ROLE_NAMES, Role
from bot.rules.staff_words import PASS_ON, name_in
from handlers.questions.staff import case_for, done, me, number_of, typed
from storage.queries.cases.opening import Case
from storage.queries.staff import cases as staff_cases
from storage.queries.staff.colleagues import Staff
from storage.queries.stores.shops import shop

MOST = 9


@dataclass(frozen=True, slots=True)
class Given:
    """The complaint, who gives it away, and to whom."""

    case: Case
    by: Staff
    to: Staff


@conversation(PASS_ON)
async def pass_on(talk: Talk) -> Given | None:
    who, said = await me(talk), typed(talk)
    case = await case_for(talk, who, await number_of(talk), "assign") if who else None
    if who is None or case is None:
        return None
    if why := refusal(case.state, "assign"):
        return await talk.bye(f"{case.number}：{why}")
    name = name_in(said.words)
    found = await staff_cases.colleagues(case, name, who)
    if len(found) == 1 and name:
        return Given(case, who, found[0])
    every = found or await staff_cases.colleagues(case, "", who)
    if not every:
        return await talk.bye("没有别的同事可以接手。")
    asked = f"有{len(found)}位同事叫“{name}”，" if name and found else ""
    asked = asked or (f"没有叫“{name}”、可以接手的同事，" if name else "")
    to = await talk.ask("同事", f"{asked}转给谁？", await _people(every[:MOST]))
    return Given(case, who, to)


async def _people(found: list[Staff]) -> Choice[Staff]:
    stores = {store.code: store.name for store in (await shop()).stores}
    return choice(
        [
            (
                Option(one.id, _shown(one, stores.get(one.store_code, "")), (one.name, one.login)),
                one,
            )
            for one in found
        ],
        "这位同事现在不能接手了。",
    )


def _shown(one: Staff, store: str) -> str:
    role = ROLE_NAMES[Role(one.role)] if one.role in ROLE_NAMES else one.role
    return f"{one.name}（{role}{f' {store}' if store else ''}）"


@pass_on.settle
async def give(wish: Given, talk: Talk) -> None:
    mine = wish.to.id == wish.by.id
    if wish.case.owner_id == wish.to.id:
        whose = "您" if mine else wish.to.name
        talk.say(f"{wish.case.number}本来就由{whose}负责，没有改动。")
        if mine and await staff_cases.to_confirm(wish.by, wish.case.id):
            talk.offer(f"收到 {wish.case.number}")
        return
    after = await done(talk, wish.by, wish.case, "assign", staff_id=wish.to.id)
    if after is not None:
        told = "由您处理了" if mine else f"转给{wish.to.name}了，已经通知对方"
        talk.say(f"{after.number}{told}。")


CONVERSATIONS = [pass_on]
