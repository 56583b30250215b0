"""A complaint and what belongs to it, as JSON."""

from datetime import datetime
from typing import Any

from bot.rules.cases.amends import event_name
from bot.rules.cases.words import number_of
from storage.queries.cases.compensations import Compensation
from storage.queries.cases.links import Link
from storage.queries.cases.measures import Measure
from storage.queries.cases.pages import clock_shown
from storage.queries.cases.routes import Kept
from storage.queries.cases.rows import Event
from storage.queries.cases.whole import Whole


def _at(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def whole_shown(found: Whole) -> dict[str, Any]:
    return {
        **found.case.shown(),
        "clocks": [clock_shown(one, found.case) for one in found.clocks],
        "events": [_event(one) for one in found.events],
        "compensations": [compensation_shown(one) for one in found.compensations],
        "measures": [measure_shown(one) for one in found.measures],
        "measure_wanted": found.wants_another,
        "evidence": [one.shown() for one in found.evidence],
        "links": [link_shown(one) for one in found.links],
        "similar": [one.number for one in found.similar],
    }


def _event(one: Event) -> dict[str, Any]:
    return {
        "number": one.number,
        "kind": one.kind,
        "kind_zh": event_name(one.kind),
        "actor": one.actor,
        "words": one.words,
        "data": one.data,
        "at": one.at.isoformat(),
    }


def compensation_shown(one: Compensation) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": one.kind,
        "what": one.what,
        "amount": None if one.amount is None else f"{one.amount:.2f}",
        "state": one.state,
        "asked_by": one.asked_by,
        "asked_at": one.asked_at.isoformat(),
        "decided_by": one.decided_by or None,
        "decided_at": _at(one.decided_at),
        "given_by": one.given_by or None,
        "given_at": _at(one.given_at),
        "note": one.note or None,
    }


def measure_shown(one: Measure) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": one.kind,
        "case": None if one.case_id is None else number_of(one.case_id),
        "category": one.category or None,
        "what": one.what,
        "owner": one.owner or None,
        "due_on": one.due_on.isoformat(),
        "state": one.state,
        "proposed_by": one.proposed_by,
        "proposed_at": one.proposed_at.isoformat(),
        "decided_by": one.decided_by or None,
        "decided_at": _at(one.decided_at),
        "note": one.note or None,
        "report": one.report or None,
        "reported_by": one.reported_by or None,
        "reported_at": _at(one.reported_at),
        "effect": one.effect or None,
        "checked_by": one.checked_by or None,
        "checked_at": _at(one.checked_at),
    }


def link_shown(one: Link) -> dict[str, Any]:
    return {
        "id": one.number,
        "state": one.state,
        "why": one.why,
        "made_by": one.made_by,
        "made_at": one.made_at.isoformat(),
    }


def route_shown(kept: Kept) -> dict[str, Any]:
    line = kept.line
    return {
        "store": line.store,
        "category": line.category,
        "energy": line.energy,
        "department": line.department,
        "owner": line.owner or None,
        "owner_name": kept.owner_name or None,
        "changed_by": kept.changed_by,
        "changed_at": kept.changed_at.isoformat(),
    }
