"""`cheyu call`: the follow-up calls of today, what is asked in them, and what came of them."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import click
from rich.console import Console
from rich.table import Table

from bot.cli.acting import acting, as_staff
from bot.cli.call_words import media_lines, question_lines
from bot.cli.kinds import LISTED
from bot.rules.call_answers import read_answer
from bot.rules.call_records import ENDS, MISSING_TIME, MISSING_WORDS, OUTCOMES
from bot.rules.leads import LEVELS
from bot.rules.roles import shown_phone
from bot.settings import load
from storage.queries import audit
from storage.queries.calls import records as calls
from storage.queries.calls import worklist as call_list
from storage.queries.calls.questions import asking
from storage.queries.calls.records import Given, Recorded, Told
from storage.queries.calls.rows import CallTask
from storage.queries.calls.worklist import Span
from storage.queries.evidence import collecting as evidence
from storage.queries.staff.colleagues import Staff

_MOMENTS = ("%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M")
_DAY = "%Y-%m-%d"


class When(click.ParamType[Span]):
    """A moment on the wall, or a day of it."""

    name = "when"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Span:
        for form in (*_MOMENTS, _DAY):
            with suppress(ValueError):
                at = datetime.strptime(value, form).replace(tzinfo=_zone())
                if not 2000 <= at.year < 2100:
                    self.fail("请写2000年到2099年的日期", param, ctx)
                return Span(at, at + timedelta(days=1) if form == _DAY else None)
        return self.fail(f"{value}不是日期或时刻，例如2026-12-01或2026-12-01T16:00")


@click.group("call")
def call() -> None:
    """回访任务: calls to customers and leads. NUMBER is the one in the list."""


def _zone() -> ZoneInfo:
    return ZoneInfo(load().timezone)


def _said(at: datetime | None) -> str:
    return f"{at.astimezone(_zone()):%m-%d %H:%M}" if at else ""


def _who(task: CallTask) -> str:
    if task.lead is not None and not task.card.name:
        return task.lead.name or "微信客户"
    return task.card.name or "微信客户"


def _phone(task: CallTask, role: str) -> str:
    return shown_phone(role, task.card.phone or (task.lead.phone if task.lead else ""))


@call.command("list")
@click.option(
    "--all", "everyone", is_flag=True, help="Colleagues' calls too, as far as one may see."
)
@click.option("--limit", type=click.IntRange(1, 200), default=50)
@click.option("--at", "then", type=When(), metavar="WHEN",
              help="As it was or, as far as is known, will be: 2026-12-01, or 2026-12-01T16:00.")  # fmt: skip
@as_staff
def list_calls(*, everyone: bool, limit: int, then: Span | None, login: str) -> None:
    """Today's calls: what is lawful now first, by deadline; then what has its hour later today."""

    async def work(who: Staff, now: datetime) -> tuple[list[CallTask], str]:
        found = await call_list.todays(who, now, everyone=everyone, limit=limit, then=then)
        await audit.note(who.actor, "view", "task", {"ids": [one.id for one in found]}, now)
        return found, who.role

    found, role = acting(login, work)
    if not found:
        mine = "" if everyone else "没有分给您、也没有待领的；同事的请加 --all 查看。"
        click.echo(f"{_title(then)}：没有要打的电话。{mine}")
        return
    table = Table(title=_title(then))
    for column in ("编号", "何时打", "最晚", "客户", "电话", "车", "事由", "提醒", "负责"):
        table.add_column(column, overflow="fold")
    if then is not None:
        table.add_column("后来")
    for one in found:
        last = f"已拨{one.last.tries}次" if one.last else ""
        table.add_row(
            *(
                str(one.id),
                _now(then) if one.lawful else _said(one.at),
                _said(one.due_at),
                _who(one),
            ),
            *(
                _phone(one, role),
                one.card.car,
                one.title,
                " ".join([*_warnings(one), last]).strip(),
            ),
            one.staff,
            *([_since(one)] if then is not None else []),
        )
    Console().print(table)


def _now(then: Span | None) -> str:
    return "现在" if then is None else "当时"


def _title(then: Span | None) -> str:
    if then is None:
        return "今日回访"
    return f"{then.at:%Y-%m-%d}回访" if then.until else f"回访（{then.at:%Y-%m-%d %H:%M}时）"


def _since(task: CallTask) -> str:
    if task.done_at is None:
        return ""
    return f"{_said(task.done_at)} {ENDS.get(task.outcome, '已完成')}"


def _warnings(task: CallTask) -> list[str]:
    wrong = ["号码有误"] if task.card.wrong_number else []
    return [*(f"投诉未了结 {case}" for case in task.card.cases), *wrong]


@call.command("show")
@click.argument("number", type=LISTED)
@as_staff
def show(number: int, login: str) -> None:
    """One call: the customer's card, and the questions to ask."""

    async def work(who: Staff, now: datetime) -> list[str] | None:
        task = await call_list.one(number, now, who)
        if task is None:
            return None
        await audit.note(who.actor, "view", f"task:{number}", None, now)
        asked = await asking(task.touchpoint_id, now)
        sent = await evidence.of_rating(asked.rating.id) if asked.rating else []
        return [*_card(task, who.role), *question_lines(asked), *media_lines(sent, _zone())]

    click.echo("\n".join(acting(login, work)))


def _card(task: CallTask, role: str) -> Iterator[str]:
    yield f"{task.title}"
    yield f"客户：{_who(task)}（{task.card.called}） {_phone(task, role)}".rstrip()
    visit, lead, last = task.card.last_visit, task.lead, task.last
    told = (
        ("车辆", task.card.car),
        (
            "上次到店",
            f"{visit.at.astimezone(_zone()):%Y-%m-%d} {'、'.join(visit.items)}" if visit else "",
        ),
        ("等级", task.card.tier),
        ("方便时段", task.card.contact_hours),
        ("偏好", "，".join(f"{key}{value}" for key, value in task.card.preferences.items())),
        ("潜客", f"{lead.number} {lead.level} {LEVELS[lead.level]} {lead.model}" if lead else ""),
        ("说明", task.detail.replace("\n", "；")),
        ("提醒", "；".join(_warnings(task))),
        ("上次", f"{_said(last.called_at)} {ENDS[last.outcome]}" if last else ""),
        ("还缺", "；".join(last.missing) if last else ""),
        ("状态", ENDS.get(task.outcome, "已完成") if task.done_at else ""),
    )
    yield from (f"{name}：{value}" for name, value in told if value)
    if not task.done_at:
        yield f"何时打：{'现在可以打' if task.lawful else _said(task.at)}（{task.why}）"


@call.command("record")
@click.argument("number", type=LISTED)
@click.argument("outcome", type=click.Choice([*OUTCOMES]))
@click.option("--answer", "answers", multiple=True, metavar="N=ANSWER", help="N as in `call show`.")
@click.option("--said", default="", help="What was said, or why not everything was asked.")
@click.option("--at", "later", type=click.DateTime(_MOMENTS), help="The time the customer named.")
@click.option("--level", default="", help="Of a lead, as it was found.")
@as_staff
def record(
    number: int,
    outcome: str,
    *,
    answers: tuple[str, ...],
    said: str,
    later: datetime | None,
    level: str,
    login: str,
) -> None:
    """What came of a call. Not complete, it says what is missing; record it again to add that."""
    at = later.replace(tzinfo=_zone()) if later else None

    async def work(who: Staff, now: datetime) -> Recorded | None:
        task = await call_list.one(number, now, who)
        if task is None:
            return None
        asked = await asking(task.touchpoint_id, now)
        read = [read_answer(asked.surveys, one) for one in answers]
        given = tuple(
            Given(survey.code, question.code, one.value, one.choices, one.words)
            for survey, question, one in read
        )
        return await calls.record(number, who, Told(outcome, said, at, given, level), now)

    click.echo("\n".join(_told(acting(login, work))))


def _how(missing: Sequence[str]) -> str:
    """By which options a record is completed."""
    if MISSING_TIME in missing:
        return "约的时间写在 --at"
    if MISSING_WORDS in missing:
        return "客户的话写在 --said"
    return "回答写在 --answer 题号=回答，没问的原因写在 --said"


def _told(done: Recorded) -> Iterator[str]:
    if done.missing:
        yield "已记录，还缺：" + "；".join(done.missing)
        yield f"请再登记一次补上：{_how(done.missing)}。"
    elif done.again_at:
        yield f"已记录，{_said(done.again_at)}再打。"
    else:
        yield "已记录，任务完成。"
    if done.case:
        yield f"已生成投诉 {done.case}。"
    if done.lead:
        yield f"已生成潜客 {done.lead}。"
