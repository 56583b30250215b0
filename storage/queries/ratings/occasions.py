"""What somebody may be asked to rate: a visit that is settled, or a contact that asked for it.

One visit is one occasion for everybody of the car: its subject names it, whoever answers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, Protocol

from bot.rules.etiquette import Care
from bot.rules.rating_terms import OCCASIONS, RATINGS, WIN_BACK, RatingTerms, is_repair
from bot.rules.surveys.choosing import Segment, Survey, chosen
from storage.db import calendar_day, loads, moment, sql
from storage.queries import surveys
from storage.queries.cars import car_label
from storage.queries.ratings.rows import QUALIFIED, Rating, rating_of
from storage.queries.records.tables import among
from storage.scope import account_id
from storage.secrets import unseal

FRESH: Final = timedelta(days=14)
"""How long after a contact its question may still be answered."""
LONGEST: Final = timedelta(days=366)  # no store lets visits be rated later than this


class Asked(Protocol):
    """Who is asked: an identity in WeChat, and the customer it is bound to."""

    @property
    def id(self) -> int: ...
    @property
    def customer_id(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Occasion:
    """`subject`: r33 a visit, t12 a contact. `at`: when it was settled or asked. `rating_id`: begun."""

    subject: str
    occasion: str
    at: datetime
    customer_id: int | None = None
    vehicle_id: int | None = None
    visit_id: int | None = None
    store_id: int | None = None
    advisor_id: int | None = None
    touchpoint_id: int | None = None
    items: tuple[str, ...] = ()
    car: str = ""
    rating_id: int | None = None


# Each part goes by an index of its own: with OR between them SQLite would read every car.
_CARS: Final = (
    "(SELECT id FROM vehicle WHERE account_id = ? AND customer_id = ? UNION ALL"
    " SELECT id FROM vehicle WHERE account_id = ? AND contact_id = ? UNION ALL"
    " SELECT vehicle_id FROM vehicle_person WHERE account_id = ? AND wechat_user_id = ?)"
)
# A rating that ran out with nothing said may be taken up again by the customer.
_UNRATED: Final = (
    " NOT EXISTS (SELECT 1 FROM rating r WHERE r.account_id = {whose}.account_id"
    " AND r.subject = {subject} AND NOT (r.state = 'closed' AND r.first_answer_at IS NULL))"
)
_VISIT: Final = (
    "SELECT v.id, v.settled_at, v.items, v.vehicle_id, coalesce(v.customer_id, c.customer_id,"
    " c.contact_id) AS customer_id, coalesce(v.store_id, c.store_id) AS store_id, c.advisor_id,"
    " c.brand, c.model, c.plate, s.care, (SELECT max(t.id) FROM touchpoint t"
    " WHERE t.account_id = v.account_id AND t.vehicle_id = v.vehicle_id"
    " AND t.kind = 'after_visit' AND t.subject = 'r' || v.id) AS touchpoint_id"
    " FROM visit v JOIN vehicle c ON c.id = v.vehicle_id"
    " LEFT JOIN store s ON s.id = coalesce(v.store_id, c.store_id) WHERE v.account_id = ?"
)
_TOUCH: Final = (
    "SELECT t.id, t.kind, t.subject, t.state, coalesce(t.done_at, t.due_at) AS at, t.customer_id,"
    " t.vehicle_id, coalesce(t.store_id, c.store_id) AS store_id, c.advisor_id, c.brand, c.model,"
    " c.plate FROM touchpoint t LEFT JOIN vehicle c ON c.id = t.vehicle_id WHERE t.account_id = ?"
)


async def waiting_for(person: Asked, now: datetime) -> Occasion | None:
    """What this person is to be asked now: what was last asked of them, or begun, or a fresh visit."""
    return await _newest(person, now, RATINGS) or await _visit_of(person, now)


async def staying_away(person: Asked, now: datetime) -> Occasion | None:
    """The contact that asks this person why they do not come; a rating is in nobody's way here."""
    return await _newest(person, now, (WIN_BACK,))


async def _newest(person: Asked, now: datetime, kinds: Sequence[str]) -> Occasion | None:
    begun = await _begun(person, now, kinds)
    told = await _asked_for(person, now, kinds)
    if told is not None and (begun is None or told[1] > begun[1]):
        return told[0]
    return begun[0] if begun is not None else None


async def of_visit(visit_id: int) -> Occasion | None:
    """The visit as an occasion, whether it is rated or not; None: not settled, or no such one."""
    row = await sql().row(
        f"{_VISIT} AND v.id = ? AND v.settled_at IS NOT NULL", account_id(), visit_id
    )
    return _visit(row) if row else None


async def of_touchpoint(touchpoint_id: int) -> Occasion | None:
    """What a contact (or the call in its place) asks about; None: it asks for no rating."""
    row = await sql().row(f"{_TOUCH} AND t.id = ?", account_id(), touchpoint_id)
    return await _of_touch(row) if row and row["kind"] in OCCASIONS else None


async def of_rating(rating: Rating) -> Occasion:
    """What a rating is about."""
    found = None
    if rating.visit_id is not None:
        found = await of_visit(rating.visit_id)
    elif rating.touchpoint_id is not None:
        found = await of_touchpoint(rating.touchpoint_id)
    return Occasion(
        *(rating.subject, rating.occasion, found.at if found else rating.asked_at),
        *(rating.customer_id, rating.vehicle_id, rating.visit_id, rating.store_id),
        *(rating.advisor_id, rating.touchpoint_id, found.items if found else ()),
        *(found.car if found else "", rating.id),
    )


async def _begun(
    person: Asked, now: datetime, kinds: Sequence[str]
) -> tuple[Occasion, datetime] | None:
    """A rating of theirs or of one of their cars that can be gone on with, and when it last was."""
    db, account, customer = sql(), account_id(), person.customer_id
    occasions, value = among(db, "r.occasion", [OCCASIONS[kind] for kind in kinds])
    row = await db.row(
        f"SELECT {QUALIFIED} FROM rating r WHERE r.account_id = ? AND r.state = 'open'"  # noqa: S608 - our own columns and conditions
        f" AND r.until > ? AND (r.wechat_user_id = ? OR r.customer_id = ? OR r.vehicle_id IN {_CARS})"
        f" AND {occasions} ORDER BY r.changed_at DESC, r.id DESC LIMIT 1",
        *(account, now, person.id, customer),
        *(account, customer, account, customer, account, person.id, value),
    )
    if row is None:
        return None
    rating = rating_of(row)
    return await of_rating(rating), rating.changed_at


async def _asked_for(
    person: Asked, now: datetime, kinds: Sequence[str]
) -> tuple[Occasion, datetime] | None:
    """The newest contact that asked for a rating which was not given yet, and when it did.

    Who booked, or said 这次不用, may still say why they stayed away.
    """
    db, account, customer = sql(), account_id(), person.customer_id
    among_them, value = among(db, "t.kind", list(kinds))
    still = " AND t.outcome IN ('', 'later')" if WIN_BACK not in kinds else ""
    rows = await db.rows(
        f"{_TOUCH} AND {among_them} AND (t.customer_id = ? OR t.vehicle_id IN {_CARS})"
        f" AND ((t.state IN ('sent', 'handed_over') AND t.done_at > ?{still})"
        " OR (t.state = 'due' AND t.due_at <= ?))"
        f" AND {_UNRATED.format(whose='t', subject=_SUBJECT)} ORDER BY at DESC, t.id DESC LIMIT 1",
        *(account, value, customer, account, customer, account, customer, account, person.id),
        *(now - FRESH, now),
    )
    found = await _of_touch(rows[0]) if rows else None
    return (found, _at(rows[0]["at"])) if found else None


_VISITED: Final = "'r' || v.id"
_SUBJECT: Final = "CASE t.kind WHEN 'after_visit' THEN t.subject ELSE 't' || t.id END"


async def _visit_of(person: Asked, now: datetime) -> Occasion | None:
    """The newest settled visit of one of their cars, where it is not too long ago.

    A car that has changed hands does not ask its new owner about the old one's visits.
    """
    account, customer = account_id(), person.customer_id
    row = await sql().row(
        f"{_VISIT} AND v.id IN (SELECT id FROM visit WHERE account_id = ? AND customer_id = ?"  # noqa: S608 - our own columns and conditions
        " UNION ALL SELECT m.id FROM visit m JOIN vehicle o ON o.id = m.vehicle_id"
        f" WHERE m.account_id = ? AND m.vehicle_id IN {_CARS} AND (m.customer_id IS NULL"
        " OR o.customer_id IS NULL OR m.customer_id = o.customer_id))"
        " AND v.settled_at > ? AND v.settled_at <= ? AND NOT EXISTS (SELECT 1 FROM visit later"
        " WHERE later.account_id = v.account_id AND later.vehicle_id = v.vehicle_id"
        " AND later.settled_at > v.settled_at AND later.settled_at <= ?)"
        f" AND {_UNRATED.format(whose='v', subject=_VISITED)}"
        " ORDER BY v.settled_at DESC, v.id DESC LIMIT 1",
        *(account, account, customer, account),
        *(account, customer, account, customer, account, person.id, now - LONGEST, now, now),
    )
    if row is None:
        return None
    found = _visit(row)
    terms = RatingTerms.of(loads(row["care"]) if row["care"] else None)
    return found if found.at > now - terms.rated_within else None


async def _of_touch(row: Any) -> Occasion | None:
    if row["kind"] == "after_visit":
        number = str(row["subject"]).removeprefix("r")
        return await of_visit(int(number)) if number.isdecimal() else None
    return Occasion(
        *(
            f"t{row['id']}",
            OCCASIONS[row["kind"]],
            _at(row["at"]),
            row["customer_id"],
            row["vehicle_id"],
        ),
        *(None, row["store_id"], row["advisor_id"], row["id"], ()),
        _label(row),
    )


def _visit(row: Any) -> Occasion:
    return Occasion(
        *(
            f"r{row['id']}",
            "visit",
            _at(row["settled_at"]),
            row["customer_id"],
            row["vehicle_id"],
            row["id"],
        ),
        *(row["store_id"], row["advisor_id"], row["touchpoint_id"]),
        tuple(loads(row["items"]) or ()),
        _label(row),
    )


def _at(value: Any) -> datetime:
    found = moment(value)
    assert found is not None  # noqa: S101 - due_at is never NULL, and only settled visits are read
    return found


def _label(row: Any) -> str:
    if not row["model"] and not row["plate"]:
        return ""
    return car_label(row["brand"], row["model"], unseal("vehicle.plate", row["plate"]))


async def segment(occasion: Occasion, today: date) -> tuple[Segment, RatingTerms, str]:
    """Who is asked, the terms of the store that asks, and its code."""
    row = await sql().row(
        "SELECT v.energy, v.delivered_on, c.tier, s.care, s.code, (SELECT count(*) FROM vehicle o"
        " WHERE o.account_id = a.id AND o.customer_id = c.id) AS cars FROM account a"
        " LEFT JOIN vehicle v ON v.account_id = a.id AND v.id = ?"
        " LEFT JOIN customer c ON c.account_id = a.id AND c.id = ?"
        " LEFT JOIN store s ON s.account_id = a.id AND s.id = ? WHERE a.id = ?",
        *(occasion.vehicle_id, occasion.customer_id, occasion.store_id, account_id()),
    )
    assert row is not None  # noqa: S101 - the account in scope is there
    care = loads(row["care"]) if row["care"] else {}
    delivered, tier = calendar_day(row["delivered_on"]), row["tier"] or ""
    months = None
    if delivered is not None:
        months = (today.year - delivered.year) * 12 + today.month - delivered.month
        months = max(months - (today.day < delivered.day), 0)
    who = Segment(
        energy=row["energy"] or "",
        premium=Care.of(care).high_value(tier),
        first_car=row["cars"] == 1,
        after_repair=occasion.occasion == "visit" and is_repair(occasion.items),
        months=months,
        tier=tier,
    )
    return who, RatingTerms.of(care), row["code"] or ""


async def to_ask(occasion: Occasion, today: date) -> tuple[tuple[Survey, ...], RatingTerms]:
    """The surveys in force that fit the customer, and the store's terms.

    A survey of every occasion asks how we are; who stays away gets only what asks them why.
    """
    who, terms, store = await segment(occasion, today)
    fitting = chosen(await surveys.in_force(store), occasion.occasion, who)
    if occasion.occasion == WIN_BACK:
        fitting = tuple(one for one in fitting if WIN_BACK in one.occasions)
    return fitting, terms
