"""Which complaint is meant, and passing on what its customer has to say."""

import re
from collections.abc import Collection, Sequence

from bot.errors import StaffError
from bot.flow import Option, Talk, choice
from bot.flow.telling import Part
from bot.rules.cases import lines as case_lines
from bot.rules.cases.words import UNSETTLED, id_of
from handlers.questions.media import belongs
from storage.queries.cases import deeds as case_deeds
from storage.queries.cases import opening as cases
from storage.queries.cases.opening import Case

OPEN_TO_WORDS = (*UNSETTLED, "confirmed")
"""States in which a customer may still say something."""
_ASKED = ("told", "checked", "checked_again")
_SILENT = ("reported", "seen", "warned", "escalated")
_NUMBER = re.compile(r"[TtＴｔ]\d{1,12}")


async def mine(talk: Talk, states: Collection[str] = OPEN_TO_WORDS) -> list[Case]:
    """The person's complaints in these states, the newest first."""
    found = await cases.of_person(talk.customer.id, talk.customer.customer_id)
    return [case for case in found if case.state in states]


def named(talk: Talk, found: Sequence[Case]) -> Case | None:
    """The one whose number they said in their first words."""
    said = _NUMBER.search(talk.opening)
    meant = id_of(said[0]) if said else None
    return next((case for case in found if case.id == meant), None)


async def which_case(talk: Talk, found: Sequence[Case]) -> Case:
    """One of `found`, which is not empty."""
    if case := named(talk, found):
        return case
    other = _NUMBER.search(talk.opening)  # theirs no more, or never was
    if len(found) == 1 and other is None:
        return found[0]
    lines = [(Option(case.id, title(case), (case.number,)), case) for case in found]
    asked = f"{other[0].upper()}不在处理中，您说的是哪一条？" if other else "是哪一条投诉？"
    return await talk.ask("投诉", asked, choice(lines, "这一条刚刚有了变化。"))


async def asked_about(found: Sequence[Case]) -> list[Case]:
    """Those whose customer was asked whether it is solved, and has not answered yet."""
    asked = []
    for case in found:
        kinds = [event.kind for event in await cases.events(case.id)]
        spoken = [kind for kind in kinds if kind not in _SILENT]
        if spoken and spoken[-1] in _ASKED:
            asked.append(case)
    return asked


async def nothing_open(talk: Talk) -> None:
    await talk.bye("您没有处理中的投诉。有不满意的地方，随时说“投诉”。")


def title(case: Case) -> str:
    """「T000012 空调不制冷」"""
    return f"{case.number} {case_lines.short(case.what)}"


async def say_state(talk: Talk, case: Case) -> None:
    """State, next step and by when."""
    clocks = await cases.clocks_of(case, talk.now)
    ahead = case_lines.next_lines(case.state, case.solution, clocks, talk.now, case.ended_at)
    state = case_lines.state_line(case.number, case.state, case.what)
    talk.say("\n".join([state, *ahead]))


async def pass_on(
    talk: Talk,
    case_id: int,
    told: Sequence[str],
    media: Sequence[Part],
    *,
    reopen: bool,
    quiet: bool = False,
) -> bool:
    """To whoever works on it; `reopen`: what was solved is opened again. False: it was withdrawn.

    `quiet`: the customer is told in other words.
    """
    done, deed = None, ""
    for deed in ("not_solved", "add") if reopen else ("add",):  # which one it was is said
        try:
            done = await case_deeds.act(case_id, deed, "customer", talk.now, words="\n".join(told))
            break
        except StaffError:  # colleagues were faster: it is in another state by now
            continue
    if done is None:
        return False
    if media:
        await belongs(talk, media, case_id)
        words = f"{len(media)}个附件"
        done = await case_deeds.act(case_id, "evidence", "customer", talk.now, words=words)
    if quiet:
        return True
    clocks = await cases.clocks_of(done, talk.now)
    reopened = deed == "not_solved"
    talk.say(case_lines.passed_on(done.number, clocks, talk.read_at, reopened=reopened))
    return True
