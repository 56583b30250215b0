"""The customers and cars that the tests of the touch plan speak of."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from bot.rules.festivals import OwnFestival
from bot.rules.touch.facts import (
    Announced,
    Booked,
    Car,
    Facts,
    Incident,
    Owed,
    Person,
    Referral,
    Visit,
)
from bot.rules.touch.kinds import Override, Rule, rules_for
from bot.rules.touchplan import owed

SHANGHAI = ZoneInfo("Asia/Shanghai")
RULES = rules_for(())
LAST_DAY = date(2099, 1, 1)


def at(text: str) -> datetime:
    """A moment on the store's wall clock, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


WANG = Person(7, "C7", birthday=date(1990, 9, 25), first_car=True)
CAR = Car(12, "Model Y", energy="纯电", delivered_on=date(2026, 3, 10))
NEW = Facts(WANG, replace(CAR, delivered_at=at("2026-03-10T15:20")), store="pudong")
CAME = Visit(33, at("2026-06-05T11:00"), 4_800, agreed=True)
REGULAR = Facts(WANG, replace(CAR, visits=(CAME,)), store="pudong")


def with_car(facts: Facts, **changes: object) -> Facts:
    """The same facts, something of the car otherwise."""
    assert facts.car is not None
    return replace(facts, car=replace(facts.car, **changes))  # type: ignore[arg-type]


def plan(
    facts: Facts, start: str, end: str, *, rules: dict[str, Rule] = RULES, kind: str = ""
) -> list[Owed]:
    """What is owed of a kind, or of all, between two days."""
    touches = owed(facts, rules, date.fromisoformat(start), date.fromisoformat(end))
    return [touch for touch in touches if kind in ("", touch.kind)]


def only(facts: Facts, kind: str, *, rules: dict[str, Rule] = RULES) -> Owed:
    """The one touch of a kind from 2026 to 2028."""
    (touch,) = plan(facts, "2026-01-01", "2028-12-31", rules=rules, kind=kind)
    return touch


_moments = st.integers(0, 2 * 365 * 24).map(
    lambda hours: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hours)
)
_dates = st.dates(date(2026, 1, 1), date(2027, 12, 31))
_maybe = st.none() | _dates
_visits = st.lists(
    st.builds(Visit, st.integers(1, 99), _moments, st.none() | st.integers(0, 90_000)),
    max_size=3,
    unique_by=lambda visit: visit.id,
)
_people = st.builds(
    Person,
    st.integers(1, 9),
    birthday=st.none() | st.dates(date(1950, 1, 1), date(2005, 1, 1)),
    birthday_lunar=st.sampled_from(["", "08-15", "L06-10", "12-30", "01-01"]),
    referrals=st.lists(st.builds(Referral, st.integers(1, 9), _dates), max_size=1).map(tuple),
)
_cars = st.builds(
    Car,
    st.integers(1, 9),
    delivered_on=_maybe,
    delivered_at=st.none() | _moments,
    sold=st.just(False) | st.booleans(),
    insurance_until=_maybe,
    inspection_due=_maybe,
    mileage=st.none() | st.integers(0, 90_000),
    mileage_on=_maybe,
    visits=_visits.map(tuple),
    incidents=st.lists(
        st.builds(Incident, st.integers(1, 9), _moments), max_size=2, unique_by=lambda one: one.id
    ).map(tuple),
    bookings=st.lists(st.builds(Booked, st.integers(1, 9), _moments), max_size=1).map(tuple),
)
_announcements = st.lists(
    st.builds(
        Announced,
        st.integers(1, 9),
        st.sampled_from(["policy", "brochure", "event_invitation"]),
        _dates,
        until_on=_maybe,
    ),
    max_size=2,
    unique_by=lambda one: one.id,
)
histories = st.builds(
    Facts,
    st.none() | _people,
    st.none() | _cars,
    announcements=_announcements.map(tuple),
    own_festivals=st.sampled_from([(), (OwnFestival("国庆大促", "10-01"),)]),
)
books = st.lists(
    st.builds(
        Override,
        st.sampled_from(list(RULES)),
        active=st.none() | st.booleans(),
        offset_days=st.none() | st.integers(-40, 40),
        at=st.sampled_from(["", "09:30", "19:00"]),
        catch_up_days=st.none() | st.integers(0, 90),
        months=st.none() | st.integers(1, 24),
        km=st.none() | st.integers(1_000, 30_000),
    ),
    max_size=3,
).map(rules_for)
windows = st.lists(
    st.dates(date(2025, 12, 1), date(2028, 6, 1)), min_size=2, max_size=5, unique=True
).map(sorted)
