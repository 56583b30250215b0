"""The tables of the figures, each cell as what it is: a number, a share, or words."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.rules.reports.kpi import MEASURES
from bot.rules.reports.monthly import Monthly
from bot.rules.reports.staff import StaffFigures
from bot.rules.reports.technicians import TechnicianFigure
from bot.rules.reports.trend import Trend


class Share(float):
    """A share in percent."""

    def __str__(self) -> str:
        return f"{float(self)}%"


Cell = str | int | float | Share | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table. `tab`: its name where each has a page of its own; `title` says more."""

    tab: str
    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def monthly_sheets(found: Monthly) -> list[Sheet]:
    sheets = [_overview(found), _questions(found), _clocks(found), _issues(found)]
    return [*sheets, _stores(found)] if found.stores else sheets


def trend_sheet(found: Trend) -> Sheet:
    return Sheet(
        "满意度趋势",
        f"满意度趋势 {found.store or '所有门店'}",
        ("月份", "评价", "满意度", "较上月", "最近维修", "不满意率", "净推荐值", "回访率", "投诉", "解决率"),
        [
            (
                *(one.month, one.ratings.answered, one.ratings.satisfaction, found.changed(place)),
                *(one.ratings.last_repair, _share(one.ratings.low_percent), one.ratings.nps),
                *(_share(one.follow_ups.done_percent), one.complaints.recorded),
                _share(one.complaints.resolution_percent),
            )
            for place, one in enumerate(found.points)
        ],
    )  # fmt: skip


def staff_sheets(found: StaffFigures) -> list[Sheet]:
    return [_each(found), _kpi(found)]


def technicians_sheet(found: Sequence[TechnicianFigure]) -> Sheet:
    return Sheet(
        "技师",
        "技师（按预约时安排的技师）",
        ("技师", "门店", "评价", "满意度", "不满意率", "投诉"),
        [
            (
                *(one.name, one.store, one.ratings.answered, one.ratings.satisfaction),
                *(_share(one.ratings.low_percent), one.complaints),
            )
            for one in found
        ],
    )


def _each(found: StaffFigures) -> Sheet:
    return Sheet(
        "员工业绩",
        f"员工业绩 {found.month} {found.store or '所有门店'}",
        ("员工", "岗位", "门店", "评价", "满意度", "不满意率", "投诉", "解决率", "及时率", "电话", "接通率"),
        [
            (
                *(one.name, one.role_name, one.store, one.ratings.answered),
                *(one.ratings.satisfaction, _share(one.ratings.low_percent)),
                *(one.complaints.recorded, _share(one.complaints.resolution_percent)),
                _share(one.complaints.on_time_percent),
                *(one.calls.made, _share(one.calls.reached_percent)),
            )
            for one in found.people
        ],
    )  # fmt: skip


def _kpi(found: StaffFigures) -> Sheet:
    return Sheet(
        "KPI",
        f"KPI {found.month} {found.store or '所有门店'}",
        ("员工", "岗位", *(one.called for one in MEASURES), "KPI", "需关注"),
        [
            (
                *(one.name, one.role_name, _share(one.duties.completion)),
                *(_share(one.duties.completeness), one.ratings.satisfaction),
                *(_share(one.complaints.due_resolution_percent), _share(one.duties.second_sale)),
                *(one.kpi.points, "、".join(one.kpi.flags)),
            )
            for one in found.people
            if one.role
        ],
    )


def _overview(found: Monthly) -> Sheet:
    calls, said, cases = found.follow_ups, found.ratings, found.complaints
    return Sheet(
        "总览",
        f"回访月报 {found.month} {found.store or '所有门店'}",
        ("项目", "结果", "比例", "说明"),
        (
            ("应回访", calls.due, None, f"另有{calls.spared}位按规则不打扰"),
            ("已回访", calls.done, _share(calls.done_percent), "占应回访"),
            ("成功回访", calls.successful, _share(calls.successful_percent), "占已回访"),
            ("收到评价", said.answered, None, ""),
            ("不满意", said.low, _share(said.low_percent), "占收到的评价"),
            ("满意度", said.satisfaction, None, "5分制"),
            ("最近维修满意度", said.last_repair, None, "5分制"),
            ("净推荐值", said.nps, None, f"{said.asked_nps}人打分"),
            ("投诉", cases.recorded, None, f"其中{cases.withdrawn}件撤回"),
            ("已解决", cases.solved, _share(cases.resolution_percent), "撤回的不算"),
            ("及时处理", cases.on_time, _share(cases.on_time_percent), "时限都已有结果的"),
        ),
    )


def _questions(found: Monthly) -> Sheet:
    return Sheet(
        "各题",
        "各题",
        ("题目", "回答", "满意度", "不满意", "不满意率", "分布"),
        [
            (
                *(one.text, one.answered, one.satisfaction, one.low, _share(one.low_percent)),
                "、".join(f"{label} {count}" for label, count in one.counts if count),
            )
            for one in found.questions
        ],
    )


def _clocks(found: Monthly) -> Sheet:
    return Sheet(
        "投诉时限",
        "投诉时限",
        ("时限", "按时", "超时", "按时率"),
        [(one.called, one.met, one.late, _share(one.on_time_percent)) for one in found.clocks],
    )


def _issues(found: Monthly) -> Sheet:
    return Sheet(
        "问题TOP5",
        "问题TOP5",
        ("名次", "问题", "件数", "占比", "主要原因", "已解决"),
        [
            (rank, one.name, one.count, Share(round(100 * one.share, 1)), one.cause, one.solved)
            for rank, one in enumerate(found.issues, 1)
        ],
    )


def _stores(found: Monthly) -> Sheet:
    return Sheet(
        "各门店",
        "各门店",
        ("门店", "应回访", "已回访", "回访率", "满意度", "净推荐值", "投诉", "解决率", "及时率"),
        [
            (
                *(one.name, one.follow_ups.due, one.follow_ups.done),
                _share(one.follow_ups.done_percent),
                *(one.ratings.satisfaction, one.ratings.nps, one.complaints.recorded),
                _share(one.complaints.resolution_percent),
                _share(one.complaints.on_time_percent),
            )
            for one in found.stores
        ],
    )


def _share(percent: float | None) -> Share | None:
    return None if percent is None else Share(percent)
