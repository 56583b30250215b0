"""The fields of a message: from its letterhead, its store and what the touch plan found.

found = await heads({touch.customer_id …}, {touch.vehicle_id …})
context = letter(touch.kind, touch.facts, found, customer_id, vehicle_id,
                     store=store, now=now)
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta, tzinfo
from typing import Any, Final

from bot.rules.etiquette import USUAL, Care
from bot.rules.letter import Context, Value, context_of
from storage.queries.stores.shops import Store
from storage.queries.touch.letterheads import CarHead, Colleague, CustomerHead, Heads

SERVED: Final = frozenset(
    {"first_service", "regular_service", "after_visit", "win_back", "incident"}
    | {"insurance", "inspection", "booking_reminder", "no_show"}
)
"""Kinds in which the service advisor writes; in others the sales consultant does."""
FROM_THE_STORE: Final = frozenset({"case_reply", "case_solved", "case_check"})
"""Of a complaint the store speaks, whoever handles it."""
BENEFIT_DAYS: Final = 30
"""How long a gift is held for the customer where the store does not say."""
INCIDENTS: Final = {"accident": "事故", "breakdown": "故障"}


def letter(
    kind: str,
    facts: Mapping[str, Any],
    found: Heads,
    customer_id: int | None,
    vehicle_id: int | None,
    *,
    store: Store,
    now: datetime,
    care: Care = USUAL,
    **more: Value | None,
) -> Context:
    """All fields of one message of `kind`; `more` wins over what the facts say (body, benefit …)."""
    zone = store.calendar.zone
    today = now.astimezone(zone).date()
    head = found.customers.get(customer_id or 0) or CustomerHead("", "", "", "", None)
    car = found.cars.get(vehicle_id or 0) or CarHead("", "", "", None, None, None)
    known: dict[str, Any] = {
        "energy": "ev" if car.energy == "bev" else car.energy,
        "address": store.address,
        "high_value": "是" if care.high_value(head.tier) else None,
        **details(facts, today, zone),
        **more,
    }
    return context_of(
        today,
        zone,
        name=head.name,
        gender=head.gender,
        salutation=head.salutation,
        store=store.name,
        phone=store.phone,
        sender=_sender(kind, head, car),
        plate=car.plate,
        model=car.model,
        **known,
    )


def _sender(kind: str, head: CustomerHead, car: CarHead) -> str:
    if kind in FROM_THE_STORE:
        return ""
    sold = head.consultant or car.consultant
    who: Colleague | None = car.advisor or sold if kind in SERVED else sold or car.advisor
    return f"{who.title}{who.name}" if who else ""


def gift(care: Mapping[str, Any], kind: str, tier: str, due_on: date) -> dict[str, Value | None]:
    """What a store has for a customer of this tier on such a day, and until when; {} nothing."""
    gifts = care.get("benefits", {}).get(kind, {})
    if not (found := gifts.get(tier) or gifts.get("")):
        return {}
    days = int(care.get("benefit_days", BENEFIT_DAYS))
    return {"benefit": found, "benefit_until": due_on + timedelta(days=days)}


def for_everybody(store: Store, now: datetime, **more: Value | None) -> Context:
    """The fields of one text for many: nobody's name, no colleague's."""
    zone = store.calendar.zone
    known: dict[str, Any] = {"address": store.address, **more}
    today = now.astimezone(zone).date()
    return context_of(today, zone, store=store.name, phone=store.phone, **known)


def details(facts: Mapping[str, Any], today: date, zone: tzinfo) -> dict[str, Value]:
    """The fields that the plan's own words for staff tell ({"到期日": "2026-12-01"} …)."""
    found: dict[str, Value] = {}
    for said, field in _DAYS.items():
        if day := _day(facts.get(said)):
            found[field] = day
    for said, field in _WORDS.items():
        if facts.get(said):
            found[field] = str(facts[said])
    if "incident" in found:
        found["incident"] = INCIDENTS.get(str(found["incident"]), str(found["incident"]))
    km = "".join(sign for sign in str(facts.get("保养里程", "")) if sign.isdigit())
    if km:
        found["due_km"] = int(km)
    expires = found.get("expires_on")
    if isinstance(expires, date) and expires > today:
        found["days_left"] = (expires - today).days
    if booked := _moment(facts.get("到店时间"), zone):
        found["booked_at"] = booked
    return found


_DAYS: Final = {
    "交车日": "delivered_on",
    "首保日期": "first_service_on",
    "保养日期": "due_on",
    "应保养日期": "due_on",
    "结算日": "visited_on",
    "到期日": "expires_on",
}
_WORDS: Final = {
    "事故": "incident",
    "节日": "festival",
    "通知": "title",
    "推荐": "friend",
    "项目": "work",
    "预约号": "booking",
    "预约项目": "service",
    "投诉": "case",
    "回复": "words",
}


def _day(said: Any) -> date | None:
    try:
        return date.fromisoformat(str(said)[:10])
    except ValueError:
        return None


def _moment(said: Any, zone: tzinfo) -> datetime | None:
    """Such as 2026-12-01 09:30 on the store's wall."""
    try:
        at = datetime.fromisoformat(str(said))
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=zone)
