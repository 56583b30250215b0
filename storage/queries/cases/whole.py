"""A complaint with all that belongs to it, as far as somebody may read it; every look is noted."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.rules.cases.amends import wants_another
from bot.rules.roles import Action, Kind, may, shown_phone, shown_plate, shown_text, shown_vin
from bot.rules.sla import Clock
from storage.queries import audit
from storage.queries.access.rows import allowed
from storage.queries.cases import compensations, measures
from storage.queries.cases import links as case_links
from storage.queries.cases.clocks import clocks_of
from storage.queries.cases.compensations import Compensation
from storage.queries.cases.links import Link
from storage.queries.cases.measures import Measure
from storage.queries.cases.rows import Case, Event, events, one
from storage.queries.evidence import collecting as evidence
from storage.queries.evidence.collecting import Item
from storage.queries.staff.colleagues import Staff


@dataclass(frozen=True, slots=True)
class Whole:
    """`similar`: looks alike and is not linked. `evidence` is empty for who may not see any."""

    case: Case
    clocks: tuple[Clock, ...]
    events: Sequence[Event]
    compensations: Sequence[Compensation]
    measures: Sequence[Measure]
    links: Sequence[Link]
    similar: Sequence[Case]
    evidence: Sequence[Item]

    @property
    def wants_another(self) -> bool:
        """The last measure did not help."""
        return wants_another([one.state for one in self.measures])


async def whole(case_id: int, now: datetime, who: Staff | None = None) -> Whole | None:
    """`who`: as this colleague sees it, and None where they do not; without, as it is."""
    if who is not None and not await allowed(who, Kind.CASE, case_id):
        return None
    case = await one(case_id)
    if case is None:
        return None
    shown = who is None or may(who.role, Kind.EVIDENCE, Action.VIEW)
    found = Whole(
        case,
        await clocks_of(case, now),
        await events(case_id),
        await compensations.of_case(case_id),
        await measures.of_case(case_id),
        await case_links.linked(case_id),
        await case_links.similar(case, who),
        await evidence.of_case(case_id) if shown else (),
    )
    return found if who is None else _as_seen(found, who.role)


async def looked(who: Staff, case_id: int, now: datetime, action: str = "view") -> Whole | None:
    """As `who` sees it, and that they looked (`action`: or took it away)."""
    found = await whole(case_id, now, who)
    if found is not None:
        clear = may(who.role, Kind.CUSTOMER, Action.VIEW_WHOLE)
        await audit.note(who.actor, action, f"complaint:{case_id}", {"whole": clear}, now)
    return found


def masked(case: Case, role: str) -> Case:
    """Numbers and free words as far as the role may read them."""
    plate = shown_plate(role, case.plate)
    return replace(
        case,
        phone=shown_phone(role, case.phone),
        plate=plate,
        vin=shown_vin(role, case.vin),
        car=case.car.replace(case.plate, plate) if case.plate else case.car,
        what=shown_text(role, case.what),
        since=shown_text(role, case.since),
        wish=shown_text(role, case.wish),
    )


def _as_seen(found: Whole, role: str) -> Whole:
    return replace(
        found,
        case=masked(found.case, role),
        similar=tuple(masked(each, role) for each in found.similar),
        events=tuple(replace(each, words=shown_text(role, each.words)) for each in found.events),
    )
