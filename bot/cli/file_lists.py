"""What `cheyu file list` shows: drafts, overdue stocktakes, claims and changes that wait."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.cli.person_words import label, shown
from bot.rules.roles import Action, Kind, may, shown_plate, shown_vin
from storage.queries import audit, claims
from storage.queries.cars import car_label
from storage.queries.files import cards
from storage.queries.files import changes as file_changes
from storage.queries.files import steps as files
from storage.queries.staff.colleagues import Staff

KINDS: Final = {Kind.CUSTOMER: "客户", Kind.VEHICLE: "车辆"}
_ROLES: Final = {"owner": "车主", "driver": "司机", "follower": "家人", "contact": "联系人"}
_DEEDS: Final = {"removed": "移除档案", "sold_to": "车辆转手"}


@dataclass(frozen=True, slots=True)
class Lines:
    """A table: its title, its columns and its rows."""

    title: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]


def _at(at: datetime | None, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M") if at else "从未"


async def _drafts(who: Staff, now: datetime, _zone: ZoneInfo, limit: int) -> Lines:
    people = await cards.list_customers(who, now, state="draft", limit=limit)
    cars = await cards.list_vehicles(who, now, state="draft", limit=limit)
    rows = [("客户", f"#{one.id}", one.name, one.phone) for one in people]
    rows += [
        ("车辆", f"#{car.id}", car_label(car.brand, car.model, ""), car.plate or car.vin)
        for car in cars
    ]
    return Lines("待核实的档案", ("类别", "编号", "名称", "号码"), rows)


async def _stocktake(who: Staff, now: datetime, zone: ZoneInfo, limit: int) -> Lines:
    rows = [
        (name, f"#{line.id}", _at(line.confirmed_at, zone))
        for kind, name in KINDS.items()
        for line in await files.unconfirmed(who, kind, now, limit=limit)
    ]
    return Lines("待盘点的档案", ("类别", "编号", "上次盘点"), rows)


async def _claims(who: Staff, now: datetime, zone: ZoneInfo, limit: int) -> Lines:
    rows = []
    for claim in await claims.claims(who, now, limit=limit):
        by_vin = bool(claim.wanted.vin)
        number = (shown_vin if by_vin else shown_plate)(who.role, claim.number)
        role = _ROLES.get(claim.role, claim.role)
        when = _at(claim.at, zone)
        rows.append((str(claim.task), claim.who or "未建档", role, number, claim.why, when))
    return Lines("待核对的车辆认领", ("编号", "客户", "自称", "车辆", "说明", "时间"), rows)


async def _changes(who: Staff, now: datetime, zone: ZoneInfo, limit: int) -> Lines:
    found = await file_changes.wishes(who, limit=limit)
    whole = may(who.role, Kind.CUSTOMER, Action.VIEW_WHOLE)
    if found:
        detail = {"ids": [wish.id for wish in found], "whole": whole}
        await audit.note(who.actor, "view", "file_change", detail, now)
    rows = [
        (
            *(str(wish.id), f"{KINDS[wish.kind]} #{wish.subject_id}"),
            *(_change(wish.change, whole), wish.reason, wish.asked_by),
            _at(wish.asked_at, zone),
        )
        for wish in found
    ]
    return Lines("待批准的变更", ("编号", "档案", "变更", "原因", "申请人", "时间"), rows)


def _change(change: Mapping[str, object], whole: bool) -> str:
    """Values for those who may read them, else only what is to change."""
    for deed, name in _DEEDS.items():
        if deed in change:
            return name
    return "；".join(
        f"{label(name)}：{'（清空）' if value is None else shown(value)}" if whole else label(name)
        for name, value in change.items()
    )


LISTS: Final[Mapping[str, Callable[[Staff, datetime, ZoneInfo, int], Awaitable[Lines]]]] = {
    "draft": _drafts,
    "stocktake": _stocktake,
    "claims": _claims,
    "changes": _changes,
}
