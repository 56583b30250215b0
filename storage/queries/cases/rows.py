"""A complaint and what happened to it, as they are kept."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from bot.rules.cases.words import category_name, number_of
from bot.rules.sla import Happened
from storage.db import moment, sql
from storage.queries.cars import car_label
from storage.queries.stores.shops import Shop, shop
from storage.scope import account_id
from storage.secrets import unseal, unseal_json

SELECT: Final = (
    "SELECT p.id, p.rev, p.same, p.source, p.state, p.category, p.energy, p.department, p.priority,"
    " p.customer_id, p.wechat_user_id, p.vehicle_id, p.visit_id, p.rating_id, p.store_id,"
    " p.owner_id, p.what, p.since, p.wish, p.phone, p.root_cause, p.solution, p.recorded_at,"
    " p.solved_at, p.ended_at, p.look_at, p.changed_at, s.name AS owner, k.ref, k.name,"
    " k.gender, k.phone AS customer_phone, v.brand, v.model, v.plate, v.vin FROM complaint p"
    " LEFT JOIN staff s ON s.id = p.owner_id LEFT JOIN customer k ON k.id = p.customer_id"
    " LEFT JOIN vehicle v ON v.id = p.vehicle_id WHERE p.account_id = ?"
)

_AS_KEPT: Final = (
    *("id", "rev", "same", "source", "state", "category", "energy", "department", "priority"),
    *("customer_id", "wechat_user_id", "vehicle_id", "visit_id", "rating_id", "store_id"),
    "owner_id",
)


@dataclass(frozen=True, slots=True)
class Case:
    """投诉单 in the clear. Moments are in the store's zone; `store` is its code, "" unknown.

    `phone` is the one given with the complaint, else the customer's.
    """

    id: int
    rev: int
    same: str | None
    source: str
    state: str
    category: str
    energy: str
    department: str
    priority: str
    customer_id: int | None
    wechat_user_id: int | None
    vehicle_id: int | None
    visit_id: int | None
    rating_id: int | None
    store_id: int | None
    store: str
    store_name: str
    owner_id: int | None
    owner: str
    customer_ref: str | None
    customer_name: str
    gender: str
    phone: str
    car: str
    model: str
    plate: str
    vin: str
    what: str
    since: str
    wish: str
    root_cause: str
    solution: str
    recorded_at: datetime
    solved_at: datetime | None
    ended_at: datetime | None
    look_at: datetime | None
    changed_at: datetime

    @property
    def number(self) -> str:
        return number_of(self.id)

    @property
    def category_name(self) -> str:
        return category_name(self.category)

    def shown(self) -> dict[str, Any]:
        """As JSON, in the interface and in events."""
        return {
            "id": self.number,
            "state": self.state,
            "source": self.source,
            "category": self.category or None,
            "category_name": self.category_name,
            "department": self.department or None,
            "priority": self.priority,
            "store": self.store or None,
            "owner": self.owner or None,
            "customer_ref": self.customer_ref,
            "name": self.customer_name or None,
            "phone": self.phone or None,
            "vin": self.vin or None,
            "plate": self.plate or None,
            "what": self.what,
            "since": self.since or None,
            "wish": self.wish or None,
            "root_cause": self.root_cause or None,
            "solution": self.solution or None,
            "recorded_at": self.recorded_at.isoformat(),
            "solved_at": self.solved_at.isoformat() if self.solved_at else None,
            "ended_at": self.ended_at.isoformat() if self.ended_at else None,
            "rev": self.rev,
            "changed_at": self.changed_at.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class Event:
    """`actor`: a colleague's name, "customer" or "system". `at` is UTC."""

    number: int
    kind: str
    actor: str
    words: str
    data: dict[str, Any]
    at: datetime

    @property
    def happened(self) -> Happened:
        """As the clocks read it."""
        about = f"{self.data['clock']} {self.data['starts_at']}" if "clock" in self.data else ""
        return Happened(self.kind, self.at, about, self.data.get("level", 0))


async def one(case_id: int) -> Case | None:
    row = await sql().row(f"{SELECT} AND p.id = ?", account_id(), case_id)
    return case_of(row, await shop()) if row else None


async def events(case_id: int) -> list[Event]:
    """Everything that happened to it, in order."""
    rows = await sql().rows(
        "SELECT number, kind, actor, words, data, at FROM complaint_event"
        " WHERE account_id = ? AND case_id = ? ORDER BY number",
        *(account_id(), case_id),
    )
    return [
        Event(
            *(row["number"], row["kind"], row["actor"]),
            unseal("complaint_event.words", row["words"]),
            unseal_json("complaint_event.data", row["data"]) or {},
            at,
        )
        for row in rows
        if (at := moment(row["at"]))
    ]


def case_of(row: Any, known: Shop) -> Case:
    """A row of SELECT."""
    store = known.by_id.get(row["store_id"] or 0)
    calendar = store or next(iter(known.stores), None)
    zone = calendar.calendar.zone if calendar else None

    def at(column: str) -> datetime | None:
        found = moment(row[column])
        return found.astimezone(zone) if found and zone else found

    recorded, changed = at("recorded_at"), at("changed_at")
    assert recorded is not None  # noqa: S101 - the column is never NULL
    assert changed is not None  # noqa: S101 - the column is never NULL
    plate = unseal("vehicle.plate", row["plate"])
    phone = unseal("complaint.phone", row["phone"])
    opened: dict[str, Any] = {
        name: unseal(f"complaint.{name}", row[name])
        for name in ("what", "since", "wish", "root_cause", "solution")
    }
    return Case(
        **{name: row[name] for name in _AS_KEPT},
        **opened,
        store=store.code if store else "",
        store_name=store.name if store else "",
        owner=row["owner"] or "",
        customer_ref=row["ref"],
        customer_name=row["name"] or "",
        gender=row["gender"] or "",
        phone=phone or unseal("customer.phone", row["customer_phone"]),
        car=car_label(row["brand"] or "", row["model"] or "", plate) if row["vehicle_id"] else "",
        model=row["model"] or "",
        plate=plate,
        vin=unseal("vehicle.vin", row["vin"]),
        recorded_at=recorded,
        solved_at=at("solved_at"),
        ended_at=at("ended_at"),
        look_at=at("look_at"),
        changed_at=changed,
    )
