"""The facts of touchpoints that are due, read anew for the last look before they are carried out."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from bot.rules.touch.facts import Facts
from bot.rules.touch.kinds import KINDS
from storage.db import sql
from storage.queries.records.tables import among
from storage.queries.touch import facts as touch_facts
from storage.queries.touch.facts import Loaded, Setting
from storage.queries.touch.touchpoints import Touch
from storage.scope import account_id


async def facts_for(
    touches: Sequence[Touch], now: datetime, base: Setting
) -> dict[int, list[Facts]]:
    """Touchpoint → the facts it may rest on; it is owed while it is by any of them."""
    anchors = {one.id: KINDS[one.kind].anchor for one in touches if one.kind in KINDS}
    of_car = [one for one in touches if one.vehicle_id is not None]
    referred = [one for one in touches if anchors.get(one.id) == "referral"]
    announced = [one for one in touches if anchors.get(one.id) == "announcement"]
    ids = {one.id for one in (*of_car, *referred, *announced)}
    personal = [one for one in touches if one.id not in ids]
    found: dict[int, list[Facts]] = defaultdict(list)
    cars = await touch_facts.of_cars({one.vehicle_id or 0 for one in of_car}, now, base)
    by_car = {each.facts.car.id: each.facts for each in cars if each.facts.car}
    for one in of_car:
        if facts := by_car.get(one.vehicle_id or 0):
            found[one.id].append(facts)
    _by_person(found, referred, await touch_facts.of_referrers(_sold(referred), base))
    owners = {one.customer_id for one in (*personal, *announced) if one.customer_id is not None}
    _by_person(found, (*personal, *announced), await touch_facts.of_customers(owners, now, base))
    theirs = await _cars_of({one.customer_id for one in announced if one.customer_id is not None})
    _by_person(found, announced, await touch_facts.of_cars(theirs, now, base))
    return found


def _sold(referred: Sequence[Touch]) -> set[int]:
    """The cars that friends bought: a thank-you is about one, v12."""
    return {int(one.subject[1:]) for one in referred if one.subject[1:].isdigit()}


def _by_person(
    found: dict[int, list[Facts]], touches: Sequence[Touch], page: Sequence[Loaded]
) -> None:
    of: dict[int, list[Facts]] = defaultdict(list)
    for each in page:
        if each.facts.person:
            of[each.facts.person.id].append(each.facts)
    for one in touches:
        found[one.id] += of.get(one.customer_id or 0, ())


async def _cars_of(customers: set[int]) -> set[int]:
    if not customers:
        return set()
    db = sql()
    condition, value = among(db, "customer_id", customers)
    rows = await db.rows(
        f"SELECT id FROM vehicle WHERE account_id = ? AND {condition} AND NOT sold",  # noqa: S608 - our own columns
        *(account_id(), value),
    )
    return {row["id"] for row in rows}
