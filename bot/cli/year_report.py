"""What a simulated year came to, as JSON and for reading."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from bot.cli.year_life import Life
from bot.cli.year_watch import Watch, knowable
from bot.rules.explaining import STATES
from bot.rules.touch.kinds import KINDS
from bot.sandbox.world import World
from storage.queries.touch import year_totals

PATIENCE = timedelta(days=3)
"""A contact that is due for longer than this and at no end is lost."""
FOLLOW_UPS = 4
_PARTS: Final = {
    "happened": "发生的事",
    "sent_by_channel": "按渠道发送",
    "seen": "客户收到",
    "skipped_because": "不联系的原因",
    "cancelled_because": "取消的原因",
    "handed_over_because": "转电话的原因",
    "accepted_but_not_seen": "微信已接收、客户没收到",
    "faults_injected": "注入的故障",
    "refused_by_the_platform": "微信拒绝",
    "verdict": "必须为零的",
}

Report = dict[str, Any]


async def measured(world: World, life: Life, watch: Watch, now: datetime) -> Report:
    """Everything that is worth knowing of the year that ended at `now`."""
    kinds: dict[str, Counter[str]] = {}
    channels: Counter[str] = Counter()
    for one in await year_totals.by_kind():
        kinds.setdefault(one.kind, Counter())[one.state] += one.n
        if one.state == "sent":
            channels[one.channel] += one.n
    totals: Counter[str] = Counter()
    for states in kinds.values():
        totals.update(states)
    forgotten = await year_totals.forgotten(now, PATIENCE)
    ended = sum(totals[state] for state in year_totals.ENDED)
    waiting = totals["planned"] + totals["due"] - forgotten
    owed = sum(totals.values())
    return {
        "happened": dict(life.counts),
        "owed": owed,
        "by_state": dict(totals),
        "not_due_yet": waiting,
        "sent_by_channel": dict(channels),
        "by_kind": {kind: dict(states) for kind, states in kinds.items()},
        **await _why(),
        "seen": dict(world.ledger.sent),
        "accepted_but_not_seen": {" ".join(k): n for k, n in world.ledger.unseen.items()},
        "faults_injected": _flat(world.ledger.injected),
        "refused_by_the_platform": _flat(world.ledger.refused),
        "examples": list(watch.examples),
        "verdict": await _verdict(world, watch, lost=owed - ended - waiting),
    }


async def _why() -> Report:
    return {
        "skipped_because": dict(await year_totals.reasons("skipped")),
        "cancelled_because": dict(await year_totals.reasons("cancelled")),
        "handed_over_because": dict(await year_totals.reasons("handed_over")),
        "messages": {f"{c} {s}": n for c, s, n in await year_totals.messages()},
    }


async def _verdict(world: World, watch: Watch, *, lost: int) -> Report:
    """What must be nought."""
    return {
        "duplicates": sum(watch.twice.values()) + await year_totals.sent_twice(),
        "lost": lost,
        "skipped_without_a_reason": await year_totals.without_a_reason(),
        "out_of_hours": sum(watch.out_of_hours.values()),
        "over_the_mass_cap": watch.over_mass,
        "over_the_follow_up_cap": await year_totals.over_follow_up_cap(FOLLOW_UPS),
        "refused_though_knowable": sum(knowable(world.ledger).values()),
    }


def _flat(counted: Counter[tuple[str, int]]) -> dict[str, int]:
    return {f"{api} {errcode}": n for (api, errcode), n in sorted(counted.items())}


def show(report: Report) -> None:
    """The report for people."""
    console = Console()
    table = Table(title=f"应联系{report['owed']:,}次")
    states = ("sent", "done", "handed_over", "skipped", "cancelled", "planned", "due")
    table.add_column("项目")
    for state in states:
        table.add_column(STATES[state], justify="right")
    for kind in sorted(report["by_kind"], key=list(KINDS).index):
        found = report["by_kind"][kind]
        cells = (f"{found.get(state, 0):,}" if found.get(state) else "" for state in states)
        table.add_row(f"{KINDS[kind].name} {kind}", *cells)
    console.print(table)
    for part, title in _PARTS.items():
        console.print(f"[bold]{title}[/bold]")
        for name, count in report[part].items():
            console.print(f"  {count:>9,}  {name}", highlight=False)
