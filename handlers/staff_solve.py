"""完成 T… 怎么解决的: its root cause, its solution, and whether the customer is told now."""

from dataclasses import dataclass

from bot.flow import Choice, Option, Talk, choice, conversation, free_text
from bot.rules.cases.states import refusal
from bot.rules.staff_words import SOLVE
from handlers.questions.staff import case_for, done, me, number_of, words_of
from storage.queries.cases.messages import last_told
from storage.queries.cases.opening import Case
from storage.queries.staff.colleagues import Staff

LEAST, LONGEST = 2, 300
"""What a solution takes: it goes to the customer as it stands."""


@dataclass(frozen=True, slots=True)
class Solved:
    """`tell`: the words go to the customer now."""

    case: Case
    by: Staff
    root_cause: str
    solution: str
    tell: bool


@conversation(SOLVE)
async def solve(talk: Talk) -> Solved | None:
    who = await me(talk)
    case = await case_for(talk, who, await number_of(talk), "solve") if who else None
    if who is None or case is None:
        return None
    words = await words_of(talk)
    if case.state != "solved":
        if why := refusal(case.state, "solve"):
            return await talk.bye(f"{case.number}：{why}")
        cause, solution = await _both(talk, case, words)
    else:
        cause, solution = case.root_cause, case.solution
        if words and words != solution:
            talk.say_once(f"{case.number}之前已解决，当时写的方案不变，这次写的没有记。")
    tell = await talk.ask(
        "告知", f"现在就把结果告诉客户吗？\n“{solution}”", _when(), of=(cause, solution)
    )
    return Solved(case, who, cause, solution, tell == "now")


async def _both(talk: Talk, case: Case, words: str) -> tuple[str, str]:
    """Cause and solution; `words` that came with the number are the solution."""
    fits = LEAST <= len(words) <= LONGEST
    if fits:
        talk.say_once(f"解决方案记下了：“{words}”")
    elif len(words) > LONGEST:
        talk.say_once(f"解决方案最多{LONGEST}字，这段有{len(words)}字，没有记下，稍后请写短一点。")
    cause = await talk.ask("根本原因", f"{case.number}的根本原因是什么？", free_text(2))
    solution = await talk.ask(
        *("解决方案", "怎么解决的？这段话会告诉客户。", free_text(LEAST, LONGEST)),
        preset=words if fits else None,
    )
    return cause, solution


def _when() -> Choice[str]:
    return choice([
        (Option("now", "发给客户", ("发", "是", "确认")), "now"),
        (Option("later", "先不发", ("稍后", "不发")), "later"),
    ])  # fmt: skip


@solve.settle
async def close(wish: Solved, talk: Talk) -> None:
    case: Case | None = wish.case
    if wish.case.state != "solved":
        both = {"root_cause": wish.root_cause, "solution": wish.solution}
        case = await done(talk, wish.by, wish.case, "solve", **both)
    if case is None:
        return
    if not wish.tell:
        talk.say(f"{case.number}已解决。请在24小时内告诉客户：再发“完成 {case.number}”就能发。")
        return
    if await done(talk, wish.by, case, "tell", words=wish.solution):
        told = await last_told(case, talk.now)
        sent = told is not None and told.channel != "call"
        how = "结果已发给客户，并请客户确认" if sent else "微信发不到客户，已建好电话任务，请致电"
        talk.say(f"{case.number}已解决，{how}。")


CONVERSATIONS = [solve]
