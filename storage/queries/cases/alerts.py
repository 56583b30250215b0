"""What colleagues are told of a complaint: a new one, one that became theirs, a clock, a word."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from bot.rules.cases.words import CLOCKS
from bot.rules.roles import Role
from bot.rules.sla import Clock, Step
from bot.rules.wording import say_moment
from storage.db import sql
from storage.queries.cases.people import Colleague, colleague, in_charge, of_role
from storage.queries.cases.rows import Case
from storage.queries.staff import alerts as staff_alerts
from storage.queries.staff.notices import ADDED, BROKEN, GIVEN, NEW, WARNED
from storage.scope import account_id
from storage.secrets import seal

REPORT: Final = "case_report"
"""The kind of task by which managers hear of a complaint that is another's."""
_TO_DO: Final = {
    "report": "请向总经理上报",
    "receipt": "请确认接单",
    "reply": "请回复客户",
    "progress": "请记录今天的进展",
    "told": "请把结果告诉客户",
}
_BRIEF: Final = {
    "report": "请上报",
    "receipt": "请接单",
    "reply": "回复客户",
    "progress": "记进展",
    "told": "告知客户",
}
"""The same where there is room for four characters."""


async def alert(
    case: Case,
    to: Sequence[Colleague],
    kind: str,
    title: str,
    detail: str,
    now: datetime,
    *,
    same: str,
    due_at: datetime | None = None,
    brief: str = "",
) -> None:
    """Tell each of them once; where there is nobody, a task for whoever comes first."""
    if to:
        await staff_alerts.alert(
            [person.id for person in to],
            *(kind, title, detail, now),
            same=same,
            store_id=case.store_id,
            customer_id=case.customer_id,
            case_id=case.id,
            due_at=due_at,
            brief=brief,
        )
        return
    await sql().run(
        "INSERT INTO staff_task (account_id, kind, customer_id, title, detail, same, case_id,"
        " store_id, due_at, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (account_id, same) DO NOTHING",
        *(account_id(), kind, case.customer_id, seal("staff_task.title", title[:120])),
        *(seal("staff_task.detail", detail), f"{same[:96]}:", case.id, case.store_id, due_at, now),
    )


async def opened(case: Case, receipt_due: datetime, now: datetime) -> None:
    """The owner is to take it."""
    owner, until = await colleague(case.owner_id), _said(case, receipt_due, now)
    await alert(
        *(
            case,
            [owner] if owner else [],
            NEW,
            f"{_rush(case)}新投诉{case.number}，{until}前请确认接单",
        ),
        *(_lines(case), now),
        same=f"case:{case.id}:new",
        due_at=receipt_due,
        brief="请接单",
    )


async def report(case: Case, now: datetime, receipt_due: datetime | None = None) -> list[str]:
    """To the general manager, with managers in copy; their names, [] where there is none to hear."""
    people = await in_charge(case.store_id)
    managers = of_role(people, Role.GENERAL_MANAGER, Role.SERVICE_MANAGER)
    if copy := _others(managers, case):
        until = f"，{_said(case, receipt_due, now)}前接单" if receipt_due else ""
        title = f"{_rush(case)}投诉{case.number}，请阅"
        whose = f"负责人：{case.owner or '没有'}{until}"
        detail = f"{whose}\n{_lines(case)}\n请由一位经理致电客户。"
        same = f"case:{case.id}:report"
        await alert(case, copy, REPORT, title, detail, now, same=same, brief="新投诉请阅")
    boss = of_role(people, Role.GENERAL_MANAGER)
    return [person.name for person in managers] if boss else []


def _others(managers: Sequence[Colleague], case: Case) -> list[Colleague]:
    """Each person once, whatever their roles, and not its owner, who is told anyway."""
    named = {one.name: one for one in reversed(managers) if one.name != case.owner}
    return [one for one in managers if named.get(one.name) is one]


async def given(
    case: Case, number: int, now: datetime, *, by: str, due_at: datetime | None
) -> None:
    """It became somebody's own, or theirs again; whoever took it themselves (`by`) knows."""
    owner = await colleague(case.owner_id)
    if owner is None:
        return
    await staff_alerts.told_already(case.id, owner.id, REPORT, by, now)
    if owner.name != by:
        until = f"{_said(case, due_at, now)}前" if due_at else ""
        title = f"投诉{case.number}转给了您，{until}请确认接单"
        same = f"case:{case.id}:given:{number}"
        await alert(
            *(case, [owner], GIVEN, title, _lines(case), now),
            same=same,
            due_at=due_at,
            brief="转您接单",
        )


async def spoke(case: Case, what: str, words: str, number: int, now: datetime) -> None:
    """The customer said something the owner must know."""
    owner = await colleague(case.owner_id)
    to = [owner] if owner else []
    title, same = f"{case.number}：{what}", f"case:{case.id}:said:{number}"
    await alert(case, to, ADDED, title, words or _lines(case), now, same=same)


async def sent_something(case: Case, now: datetime) -> None:
    """Pictures and voice notes come in numbers: one task a day."""
    owner = await colleague(case.owner_id)
    day = now.astimezone(case.recorded_at.tzinfo).date()
    title, same = f"{case.number}：客户发来材料", f"case:{case.id}:sent:{day}"
    await alert(case, [owner] if owner else [], ADDED, title, _lines(case), now, same=same)


async def unconfirmed(case: Case, now: datetime) -> None:
    """Asked twice and still no word: somebody asks in person, and writes down what was said."""
    owner = await colleague(case.owner_id)
    title = f"投诉{case.number}：客户还没有确认，请致电并记下答复"
    same = f"case:{case.id}:unconfirmed:{case.rev}"
    await alert(case, [owner] if owner else [], ADDED, title, _lines(case), now, same=same)


async def reopened(case: Case, words: str, number: int, receipt_due: datetime) -> None:
    """The solution was none: the owner takes it again, and managers hear of it."""
    owner, now = await colleague(case.owner_id), case.changed_at
    people = [owner] if owner else []
    same, detail = f"case:{case.id}:again:{number}", f"{words}\n{_lines(case)}".strip()
    title = f"{_rush(case)}投诉{case.number}重开：客户说没有解决"
    await alert(
        *(case, people, NEW, title, detail, now),
        same=same,
        due_at=receipt_due,
        brief="重开接单",
    )
    managers = of_role(await in_charge(case.store_id), Role.GENERAL_MANAGER, Role.SERVICE_MANAGER)
    if copy := _others(managers, case):
        await alert(case, copy, REPORT, title, detail, now, same=f"{same}:copy", brief="重开请阅")


async def warn(case: Case, clock: Clock, now: datetime) -> list[str]:
    """The owner, before a clock breaks; the names of those told."""
    owner = await colleague(case.owner_id)
    to = [owner] if owner else []
    when = _said(case, clock.due_at, now)
    title = f"投诉{case.number}：{_TO_DO[clock.name]}，{when}前"
    same = f"case:{case.id}:warned:{clock.key}"
    await alert(
        *(case, to, WARNED, title, _lines(case), now),
        same=same,
        due_at=clock.due_at,
        brief=_BRIEF[clock.name],
    )
    return [person.name for person in to]


async def escalate(case: Case, step: Step, now: datetime) -> list[str]:
    """Those above, after a clock broke; the names of those told."""
    to = await _level(case, step.level)
    since = _said(case, step.clock.due_at, now)
    title = f"投诉{case.number}超时：{CLOCKS[step.clock.name]}，{since}到期"
    detail = f"负责人：{case.owner or '没有'}\n{_lines(case)}"
    same = f"case:{case.id}:broken{step.level}:{step.clock.key}"
    due_at = step.clock.due_at
    await alert(case, to, BROKEN, title, detail, now, same=same, due_at=due_at, brief="超时")
    return [person.name for person in to]


async def _level(case: Case, level: int) -> list[Colleague]:
    """1: the service managers of the store, not the owner; 2, or where there are none: the general manager."""
    people = await in_charge(case.store_id)
    others = [person for person in people if person.id != case.owner_id]
    first = of_role(others, Role.SERVICE_MANAGER) if level == 1 else []
    return first or of_role(people, Role.GENERAL_MANAGER)


async def tidy(case_id: int, found: Sequence[Clock], by: str, now: datetime) -> None:
    """Tasks about clocks that have ended are done."""
    ended = {clock.key for clock in found if clock.ended}
    rows = await sql().rows(
        "SELECT id, same FROM staff_task WHERE account_id = ? AND case_id = ? AND done_at IS NULL"
        " AND kind IN (?, ?)",
        *(account_id(), case_id, WARNED, BROKEN),
    )
    for row in rows:
        key = row["same"].split(":", 3)[3].rpartition(":")[0]
        if key in ended:
            await sql().run(
                "UPDATE staff_task SET done_at = ?, done_by = ? WHERE account_id = ? AND id = ?",
                *(now, by, account_id(), row["id"]),
            )


def _rush(case: Case) -> str:
    return "加急：" if case.priority == "urgent" else ""


def _said(case: Case, at: datetime, now: datetime) -> str:
    zone = case.recorded_at.tzinfo
    return say_moment(at.astimezone(zone), now.astimezone(zone).date())


def _lines(case: Case) -> str:
    """What it is about, for somebody who has never heard of it."""
    who = " ".join(part for part in (case.customer_name, case.car) if part)
    lines = (
        f"类别：{case.category_name}",
        f"客户：{who}" if who else "",
        f"经过：{case.what}",
        f"从什么时候：{case.since}" if case.since else "",
        f"希望：{case.wish}" if case.wish else "",
    )
    return "\n".join(line for line in lines if line)
