"""One row of every kind for each of eight customers: whom of the staff they have to do with.

mine: sold by the main store's consultant, served by its advisor; named: the same consultant's own,
their car nobody's; colleague: by others there; east: by the other store's; nobodys: no one's;
guest: the other store's, who complained about the main one; regular: of others there, who complained
about the other one; answered: the same, a complaint that the main store's consultant owns.
"""

from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any

from bot.rules.roles import Kind, Role
from storage import models as m
from storage.queries import audit
from storage.queries.staff.colleagues import Staff, add_staff
from tests.staff.world import NOW, House

TAGS = ("mine", "named", "colleague", "east", "nobodys", "guest", "regular", "answered")
_numbers = count(1)


@dataclass(frozen=True)
class Hands:
    """Who sold and who serves a customer's car, the store they belong to, and whose they are.

    Their complaint is about the store `about`, else their own, and is `owner`'s.
    """

    store: str | None
    consultant: Staff | None
    advisor: Staff | None
    named: Staff | None = None
    about: str | None = None
    owner: Staff | None = None


async def hands(house: House) -> dict[str, Hands]:
    sales, service = Role.SALES_CONSULTANT, Role.SERVICE_ADVISOR
    seller, advisor = [
        await add_staff(f"另一位{role}", role, now=NOW, store_code="main")
        for role in (sales, service)
    ]
    return {
        "mine": Hands("main", house.who(sales), house.who(service)),
        "named": Hands(None, None, None, house.who(sales)),
        "colleague": Hands("main", seller, advisor),
        "east": Hands("east", house.who(sales, "east"), house.who(service, "east")),
        "nobodys": Hands(None, None, None),
        "guest": Hands(
            *("east", house.who(sales, "east"), house.who(service, "east")), about="main"
        ),
        "regular": Hands("main", seller, advisor, about="east"),
        "answered": Hands("main", seller, advisor, about="east", owner=house.who(sales)),
    }


async def customer(house: House, name: str = "王芳", **given: Any) -> m.Customer:
    return await m.Customer.create(account_id=house.account, name=name, created_at=NOW, **given)


async def vehicle(house: House, by: Hands, owner: int | None, **given: Any) -> m.Vehicle:
    return await m.Vehicle.create(
        account_id=house.account,
        customer_id=owner,
        store_id=house.stores[by.store].id if by.store else None,
        consultant_id=by.consultant and by.consultant.id,
        advisor_id=by.advisor and by.advisor.id,
        created_at=NOW,
        **given,
    )


async def person(house: House, customer_id: int | None) -> m.WeChatUser:
    return await m.WeChatUser.create(
        account_id=house.account,
        openid=f"o{next(_numbers)}",
        customer_id=customer_id,
        subscribed_at=NOW,
        created_at=NOW,
    )


async def estate(house: House) -> dict[str, dict[Kind, int]]:
    """Row ids by tag and kind; every kind that has a table is there."""
    found: dict[str, dict[Kind, int]] = {}
    for tag, by in (await hands(house)).items():
        owner = await customer(house, tag, consultant_id=by.named and by.named.id)
        car = await vehicle(house, by, owner.id)
        user = await person(house, owner.id)
        said = await _said(house, owner.id, car.id, user.id)
        found[tag] = {
            Kind.CUSTOMER: owner.id,
            Kind.VEHICLE: car.id,
            **await _workshop(house, by, car, user),
            **said,
            **await _houses(house, by),
            **await _cared(house, by, car, said[Kind.TASK]),
        }
    return found


async def _workshop(house: House, by: Hands, car: m.Vehicle, user: m.WeChatUser) -> dict[Kind, int]:
    """A booking needs a store: the east one has nobody's, which all who see all see."""
    store = house.stores[by.store or "east"]
    service = store.offer("first_service")
    assert service is not None
    common: dict[str, Any] = {"account_id": house.account, "created_at": NOW}
    at: dict[str, Any] = {"store_id": store.id, "service_id": service.id, "wechat_user_id": user.id}
    whose: dict[str, Any] = {"vehicle_id": car.id, "customer_id": car.customer_id}
    booking = await m.Booking.create(
        **common, **at, **whose, starts_at=NOW, ends_at=NOW, state="booked", changed_at=NOW
    )
    waiting = await m.Waiting.create(**common, **at, vehicle_id=car.id, day=NOW.date())
    visit = await m.Visit.create(
        account_id=house.account, ref=f"R{car.id}", store_id=car.store_id, items=[], **whose
    )
    delivery = await m.Delivery.create(**common, **whose, delivered_at=NOW)
    incident = await m.Incident.create(
        **common, **whose, ref=f"I{car.id}", kind="accident", happened_at=NOW
    )
    return {
        Kind.BOOKING: booking.id,
        Kind.WAITING: waiting.id,
        Kind.REPAIR_ORDER: visit.id,
        Kind.DELIVERY: delivery.id,
        Kind.INCIDENT: incident.id,
    }


async def _said(house: House, owner: int, car: int, user: int) -> dict[Kind, int]:
    account: dict[str, Any] = {"account_id": house.account}
    consent = await m.Consent.create(
        **account, customer_id=owner, purpose="care", given=True, channel="wechat", at=NOW
    )
    inbox = await m.Inbox.create(
        **account,
        wechat_user_id=user,
        key=f"m{user}",
        kind="text",
        body="",
        reply="",
        received_at=NOW,
    )
    task = await m.StaffTask.create(
        **account, kind="human", wechat_user_id=user, title="回电", created_at=NOW
    )
    change = await m.FileChange.create(
        **account,
        subject_kind="vehicle",
        subject_id=car,
        change={"colour": "白"},
        asked_by="x",
        asked_at=NOW + timedelta(hours=1),
    )
    return {
        Kind.CONSENT: consent.id,
        Kind.CONVERSATION: inbox.id,
        Kind.TASK: task.id,
        Kind.FILE_CHANGE: change.id,
    }


async def _houses(house: House, by: Hands) -> dict[Kind, int]:
    number = next(_numbers)
    common: dict[str, Any] = {"account_id": house.account, "created_at": NOW}
    store = house.stores[by.store].id if by.store else None
    member = await m.Staff.create(
        account_id=house.account, name=f"同事{number}", role="marketing", store_id=store
    )
    scene = await m.SceneCode.create(
        **common,
        scene=f"s{number}",
        kind="consultant",
        name="码",
        store_id=store,
        staff_id=by.consultant and by.consultant.id,
    )
    mapping = await m.ImportMapping.create(
        **common, kind="customer", signature=f"{number}", columns={}
    )
    key = await m.ApiKey.create(
        **common, name=f"k{number}", prefix="p", key_hash=f"{number}", scopes=[]
    )
    webhook = await m.Webhook.create(**common, url="http://127.0.0.1", secret="s", events=[])
    entry = await audit.note("x", "view", f"customer:{number}", None, NOW)
    return {
        Kind.STAFF: member.id,
        Kind.STORE: store or house.stores["east"].id,
        Kind.SCENE: scene.id,
        Kind.IMPORT: mapping.id,
        Kind.API_KEY: key.id,
        Kind.WEBHOOK: webhook.id,
        Kind.AUDIT: (await m.AuditEntry.get(account_id=house.account, number=entry)).id,
    }


async def _cared(house: House, by: Hands, car: m.Vehicle, task: int) -> dict[Kind, int]:
    """What came of asking and of complaints."""
    number = next(_numbers)
    account: dict[str, Any] = {"account_id": house.account}
    store = house.stores[by.store].id if by.store else None
    whose: dict[str, Any] = {**account, "customer_id": car.customer_id, "store_id": store}
    rating = await m.Rating.create(
        **whose, vehicle_id=car.id, subject=f"r{number}", occasion="visit", surveys=[], asked_at=NOW, until=NOW,
        changed_at=NOW,
    )  # fmt: skip
    about = house.stores[by.about].id if by.about else store
    case = await m.Case.create(
        **{**whose, "store_id": about}, vehicle_id=car.id, source="chat", recorded_at=NOW,
        changed_at=NOW, owner_id=by.owner and by.owner.id,
    )  # fmt: skip
    await m.CaseEvent.create(
        **account, case_id=case.id, number=1, kind="recorded", actor="customer", at=NOW
    )
    around = await _around(account, case, number)
    survey = await m.Survey.create(
        **account, code=f"s{number}", version=1, name="", kind="standard", occasions=[],
        audience={}, questions=[], created_by="x", created_at=NOW,
    )  # fmt: skip
    lead = await m.Lead.create(
        **whose, source="chat", level="A", state="won", created_at=NOW, changed_at=NOW
    )
    call = await m.CallRecord.create(
        **account, task_id=task, customer_id=car.customer_id, outcome="reached", called_at=NOW,
        created_at=NOW,
    )  # fmt: skip
    return {
        Kind.RATING: rating.id,
        Kind.CASE: case.id,
        **around,
        Kind.SURVEY: survey.id,
        Kind.LEAD: lead.id,
        Kind.CALL: call.id,
    }


async def _around(account: dict[str, Any], case: m.Case, number: int) -> dict[Kind, int]:
    compensation = await m.Compensation.create(
        **account, case_id=case.id, kind="gift", what="", asked_by="x", asked_at=NOW
    )
    measure = await m.Measure.create(
        **account, kind="corrective", case_id=case.id, what="", due_on=NOW.date(),
        proposed_by="x", proposed_at=NOW,
    )  # fmt: skip
    evidence = await m.Evidence.create(
        **account, case_id=case.id, kind="image", media_id=f"m{number}", sent_at=NOW
    )
    return {
        Kind.COMPENSATION: compensation.id,
        Kind.MEASURE: measure.id,
        Kind.EVIDENCE: evidence.id,
    }
