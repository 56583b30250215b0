"""How a complaint reads on the command line."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Final

from rich.console import Console
from rich.table import Table

from bot.rules.cases.amends import event_name
from bot.rules.cases.words import CLOCK_STATES, CLOCKS, PRIORITIES, SOURCES, STATES, category_name
from bot.rules.sla import Clock
from storage.queries.cases.compensations import Compensation
from storage.queries.cases.measures import Measure
from storage.queries.cases.pages import Listed
from storage.queries.cases.rows import Case, Event
from storage.queries.cases.top import Week
from storage.queries.cases.whole import Whole
from storage.queries.evidence.collecting import Item

ACTORS: Final = {"customer": "客户", "system": "系统"}
KEPT: Final = {"wanted": "待下载", "kept": "已保存", "gone": "未能取得"}
MEDIA: Final = {"image": "照片", "voice": "语音", "video": "视频", "shortvideo": "小视频"}
WIDE: Final = 100
"""Where nobody says how wide their terminal is, and at least."""


def moment(at: datetime | None, like: datetime) -> str:
    """On the wall of the store that `like` is told in."""
    return at.astimezone(like.tzinfo).strftime("%Y-%m-%d %H:%M") if at else ""


def brief(text: str, most: int = 24) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def actor_name(actor: str) -> str:
    return ACTORS.get(actor, actor)


def event_words(one: Event) -> str:
    """What was said, and what the step was about: whom it went to, which clock, the solution."""
    data = one.data
    to = data.get("to")
    about = (
        ("根本原因", data.get("root_cause")),
        ("解决方案", data.get("solution")),
        ("告知", "、".join(map(str, to)) if isinstance(to, list) else ""),
        ("转给", to if isinstance(to, str) else ""),
        ("类别", category_name(str(data["category"])) if data.get("category") else ""),
        ("优先级", PRIORITIES.get(str(data.get("priority")), "")),
        ("时限", CLOCKS.get(str(data.get("clock")), "")),
        ("记录人", data.get("entered_by")),
    )
    told = "；".join(f"{name}：{value}" for name, value in about if value)
    return f"{one.words}（{told}）" if one.words and told else one.words or told


def grid(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    table = Table(title=title, title_justify="left")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*row)
    return table


def say(*tables: Table | str) -> None:
    console = Console(width=max(Console().width, WIDE))
    for one in tables:
        # What customers wrote is no markup of ours.
        console.print(one, markup=not isinstance(one, str), highlight=False)


def case_list(found: Sequence[Listed]) -> Table:
    rows = []
    for one in found:
        case, running = one.case, one.running
        clock = running[0] if running else None
        rows.append(
            (
                f"{case.number}\n{moment(case.recorded_at, case.recorded_at)}",
                f"{STATES[case.state]}\n{PRIORITIES[case.priority]}",
                *(case.category_name, f"{case.owner or '无人负责'}\n{case.store_name}".strip()),
                *(case.customer_name or "未建档", brief(case.what)),
                _due(clock, case) if clock else "",
            )
        )
    columns = ("编号 登记", "状态 优先级", "类别", "负责人", "客户", "内容", "最急时限")
    return grid("投诉", columns, rows)


def _due(clock: Clock, case: Case) -> str:
    due = moment(clock.due_at, case.recorded_at)
    return f"{CLOCKS[clock.name]} {CLOCK_STATES[clock.state]}\n{due}"


def about_lines(case: Case) -> list[tuple[str, str]]:
    """What it is about, a name and a value each; what is not known is left out."""
    told = (
        ("状态", STATES[case.state]),
        ("类别", case.category_name),
        ("部门", case.department),
        ("负责人", case.owner or "无人负责"),
        ("优先级", PRIORITIES[case.priority]),
        ("门店", case.store_name),
        ("来源", SOURCES.get(case.source, case.source)),
        ("客户", f"{case.customer_name or '未建档'} {case.phone}".strip()),
        ("车辆", case.car),
        ("内容", case.what),
        ("从何时起", case.since),
        ("希望", case.wish),
        ("根本原因", case.root_cause),
        ("解决方案", case.solution),
        ("登记时间", moment(case.recorded_at, case.recorded_at)),
        ("解决时间", moment(case.solved_at, case.recorded_at)),
        ("结束时间", moment(case.ended_at, case.recorded_at)),
    )
    return [pair for pair in told if pair[1]]


def clock_list(clocks: Iterable[Clock], like: datetime) -> Table:
    rows = [
        (
            *(CLOCKS[one.name], moment(one.starts_at, like), moment(one.due_at, like)),
            *(moment(one.ended_at, like), CLOCK_STATES[one.state]),
        )
        for one in clocks
    ]
    return grid("时限", ("时限", "开始", "截止", "完成", "状态"), rows)


def event_list(events: Iterable[Event], like: datetime) -> Table:
    rows = [
        (
            *(str(one.number), moment(one.at, like), actor_name(one.actor)),
            *(event_name(one.kind), event_words(one)),
        )
        for one in events
    ]
    return grid("经过", ("序号", "时间", "谁", "做了什么", "内容"), rows)


def gift_list(found: Iterable[Compensation], like: datetime) -> Table:
    rows = [
        (
            *(str(one.id), one.said, one.state_name),
            *(f"{one.asked_by} {moment(one.asked_at, like)}", one.decided_by, one.note),
        )
        for one in found
    ]
    return grid("补偿", ("编号", "补偿", "状态", "申请", "审批人", "说明"), rows)


def measure_list(found: Iterable[Measure], today: date) -> Table:
    rows = [
        (
            *(str(one.id), one.kind_name, one.what, one.owner),
            f"{one.due_on}{'（已过期）' if one.overdue(today) else ''}",
            *(one.state_name, one.note or one.report, one.effect),
        )
        for one in found
    ]
    columns = ("编号", "类别", "措施", "负责人", "期限", "状态", "执行情况", "效果")
    return grid("整改与预防措施", columns, rows)


def evidence_list(found: Iterable[Item], like: datetime) -> Table:
    rows = [
        (
            *(str(one.id), MEDIA.get(one.kind, one.kind), KEPT[one.state]),
            *(moment(one.sent_at, like), one.why),
        )
        for one in found
    ]
    return grid("凭证材料", ("编号", "类别", "状态", "发送时间", "说明"), rows)


def everything(found: Whole, today: date) -> list[Table | str]:
    """What `cheyu case show` prints; a part of which there is nothing is left out."""
    like = found.case.recorded_at
    said: list[Table | str] = [
        grid(f"投诉 {found.case.number}", ("项目", "内容"), about_lines(found.case)),
        clock_list(found.clocks, like),
        event_list(found.events, like),
    ]
    if found.compensations:
        said.append(gift_list(found.compensations, like))
    if found.measures:
        said.append(measure_list(found.measures, today))
    if found.wants_another:
        said.append("上一项措施无效，请提出新的措施。")
    if found.evidence:
        said.append(evidence_list(found.evidence, like))
    if found.links:
        pairs = [(one.number, STATES[one.state], one.why, one.made_by) for one in found.links]
        said.append(grid("关联投诉", ("编号", "状态", "说明", "关联人"), pairs))
    if found.similar:
        alike = [(one.number, STATES[one.state], brief(one.what)) for one in found.similar]
        said.append(grid("可能相似的投诉", ("编号", "状态", "内容"), alike))
    return said


def top_list(week: Week) -> Table:
    rows = [
        (
            *(str(rank), one.name, str(one.count), f"{one.share:.0%}", one.cause),
            *(f"{one.solved}/{one.count}", "、".join(one.departments)),
        )
        for rank, one in enumerate(week.issues, 1)
    ]
    title = f"问题TOP5 {week.first} 至 {week.last}，共{week.total}件"
    return grid(title, ("名次", "问题", "件数", "占比", "主要原因", "已解决", "部门"), rows)
