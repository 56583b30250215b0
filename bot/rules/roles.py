"""Who may do what, to whose records: one table, read as it stands.

What the table does not name is forbidden. `own`: records of customers the person is the consultant
of, whose car they sold or serve, or whose file they entered; `store`: those, and all of the person's
store (a person of no store belongs to every one); `all`: the account's. `scope` of VIEW says which
records exist for somebody, the scope of another action which of them may be acted on.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Final, TypeVar

from bot.rules.identifiers import mask_phone, mask_plate


class Role(StrEnum):
    """岗位."""

    SALES_CONSULTANT = "sales_consultant"
    SERVICE_ADVISOR = "service_advisor"
    CARE_SPECIALIST = "care_specialist"
    SERVICE_MANAGER = "service_manager"
    MARKETING = "marketing"
    GENERAL_MANAGER = "general_manager"
    ADMINISTRATOR = "administrator"


ROLE_NAMES: Final[Mapping[Role, str]] = {
    Role.SALES_CONSULTANT: "销售顾问",
    Role.SERVICE_ADVISOR: "服务顾问",
    Role.CARE_SPECIALIST: "回访专员",
    Role.SERVICE_MANAGER: "服务经理",
    Role.MARKETING: "市场",
    Role.GENERAL_MANAGER: "总经理",
    Role.ADMINISTRATOR: "系统管理员",
}


class Kind(StrEnum):
    """What records there are to see."""

    CUSTOMER = "customer"
    VEHICLE = "vehicle"
    REPAIR_ORDER = "repair_order"
    BOOKING = "booking"
    WAITING = "waiting"
    CONSENT = "consent"
    DELIVERY = "delivery"
    INCIDENT = "incident"
    CONVERSATION = "conversation"
    TASK = "task"
    FILE_CHANGE = "file_change"
    AUDIT = "audit"
    STAFF = "staff"
    STORE = "store"
    SCENE = "scene"
    IMPORT = "import"
    EXPORT = "export"
    API_KEY = "api_key"
    WEBHOOK = "webhook"
    CASE = "case"
    COMPENSATION = "compensation"
    MEASURE = "measure"
    EVIDENCE = "evidence"
    RATING = "rating"
    SURVEY = "survey"
    LEAD = "lead"
    CALL = "call"
    REPORT = "report"
    KPI = "kpi"


class Action(StrEnum):
    """`view_whole` shows numbers unmasked; `edit` also makes new ones; `confirm` is 盘点.

    `remove` asks for it, and a manager decides; `erase` also decides that of a customer's file.
    `assign` gives a customer to a consultant; `leave` gives away all that a colleague had. `take` is
    to receive a complaint nobody has taken, `handle` every later step; `own` there: its owner's.
    """

    VIEW = "view"
    VIEW_WHOLE = "view_whole"
    EDIT = "edit"
    VERIFY = "verify"
    FILE = "file"
    APPROVE = "approve"
    CONFIRM = "confirm"
    MERGE = "merge"
    SELL = "sell"
    REMOVE = "remove"
    ASSIGN = "assign"
    LEAVE = "leave"
    TAKE = "take"
    HANDLE = "handle"
    EXPORT = "export"
    ERASE = "erase"


class Scope(IntEnum):
    """Whose records. A wider scope holds the narrower ones."""

    NONE = 0
    OWN = 1
    STORE = 2
    ALL = 3


# record.action         consultant advisor care  service_m marketing general_m administrator
_TABLE: Final = """
customer.view           own        store   all   store     all       all       all
customer.view_whole     own        store   all   store     -         all       -
customer.edit           own        store   all   store     -         all       all
customer.verify         own        store   all   store     -         all       all
customer.file           -          -       -     store     -         all       all
customer.approve        -          -       -     store     -         all       all
customer.confirm        own        store   all   store     -         all       all
customer.merge          -          -       -     store     -         all       all
customer.remove         own        store   all   store     -         all       all
customer.assign         -          -       -     store     -         all       all
customer.export         -          -       -     -         -         all       all
customer.erase          -          -       -     -         -         all       all
vehicle.view            own        store   all   store     all       all       all
vehicle.view_whole      own        store   all   store     -         all       -
vehicle.edit            own        store   all   store     -         all       all
vehicle.verify          own        store   all   store     -         all       all
vehicle.file            -          -       -     store     -         all       all
vehicle.approve         -          -       -     store     -         all       all
vehicle.confirm         own        store   all   store     -         all       all
vehicle.merge           -          -       -     store     -         all       all
vehicle.remove          own        store   all   store     -         all       all
vehicle.sell            own        store   all   store     -         all       all
repair_order.view       own        store   all   store     all       all       all
booking.view            own        store   all   store     all       all       all
booking.edit            -          store   all   store     -         all       all
waiting.view            own        store   all   store     all       all       all
waiting.edit            -          store   all   store     -         all       all
consent.view            own        store   all   store     all       all       all
consent.edit            own        store   all   store     -         all       all
delivery.view           own        store   all   store     all       all       all
incident.view           own        store   all   store     -         all       all
incident.edit           own        store   all   store     -         all       all
conversation.view       own        store   all   store     -         all       -
task.view               own        store   all   store     -         all       all
task.edit               own        store   all   store     -         all       all
file_change.view        own        store   all   store     -         all       all
file_change.approve     -          -       -     store     -         all       all
audit.view              -          -       -     -         -         all       all
audit.export            -          -       -     -         -         all       all
staff.view              store      store   all   store     all       all       all
staff.edit              -          -       -     -         -         all       all
staff.leave             -          -       -     store     -         all       all
store.view              all        all     all   all       all       all       all
store.edit              -          -       -     -         -         all       all
scene.view              own        own     all   store     all       all       all
scene.edit              -          -       -     -         all       all       all
import.view             -          -       -     -         -         all       all
import.edit             -          -       -     -         -         all       all
export.view             -          -       all   store     all       all       all
export.edit             -          -       all   store     all       all       all
api_key.view            -          -       -     -         -         -         all
api_key.edit            -          -       -     -         -         -         all
webhook.view            -          -       -     -         -         -         all
webhook.edit            -          -       -     -         -         -         all
case.view               own        store   all   store     -         all       all
case.edit               own        store   all   store     -         all       -
case.take               -          store   all   store     -         all       -
case.handle             own        own     own   store     -         all       -
case.approve            -          -       -     store     -         all       -
compensation.view       own        store   all   store     -         all       all
compensation.edit       own        store   all   store     -         all       -
compensation.approve    -          -       -     store     -         all       -
measure.view            own        store   all   store     -         all       all
measure.edit            own        store   all   store     -         all       -
measure.approve         -          -       -     -         -         all       -
evidence.view           own        store   all   store     -         all       -
rating.view             own        store   all   store     all       all       all
rating.edit             own        store   all   store     -         all       -
survey.view             all        all     all   all       all       all       all
survey.edit             -          -       all   -         all       all       all
lead.view               own        store   all   store     all       all       all
lead.edit               own        store   all   store     -         all       all
call.view               own        store   all   store     -         all       all
call.edit               own        store   all   store     -         all       -
report.view             -          -       all   store     all       all       all
kpi.view                own        own     own   store     -         all       all
"""

_SCOPES: Final = {"-": Scope.NONE, "own": Scope.OWN, "store": Scope.STORE, "all": Scope.ALL}


def _read(table: str) -> dict[tuple[Kind, Action], dict[Role, Scope]]:
    found: dict[tuple[Kind, Action], dict[Role, Scope]] = {}
    for line in table.strip().splitlines():
        named, *cells = line.split()
        kind, _, action = named.partition(".")
        key = Kind(kind), Action(action)
        if key in found:
            raise ValueError(f"{named} is ruled twice")
        found[key] = {
            role: _SCOPES[cell] for role, cell in zip(Role, cells, strict=True)
        }  # a role more than the table has columns is an error, and so is a cell too many
    return found


RULES: Final = _read(_TABLE)
F = TypeVar("F", bound=Callable[..., object])


def scope(role: str, kind: Kind, action: Action) -> Scope:
    """Whose records of `kind` somebody may do `action` to; a role nobody knows may nothing."""
    if role not in ROLE_NAMES:
        return Scope.NONE
    return RULES.get((kind, action), {}).get(Role(role), Scope.NONE)


def may(role: str, kind: Kind, action: Action) -> bool:
    """Whether there is any record that somebody may do this to."""
    return scope(role, kind, action) is not Scope.NONE


def shown_phone(role: str, phone: str) -> str:
    """Whole for those who call customers, else 138****0001."""
    return phone if may(role, Kind.CUSTOMER, Action.VIEW_WHOLE) else mask_phone(phone)


def shown_plate(role: str, plate: str) -> str:
    """Whole for those who receive the car, else 京A***45."""
    return plate if may(role, Kind.VEHICLE, Action.VIEW_WHOLE) else mask_plate(plate)


def shown_vin(role: str, vin: str) -> str:
    """Whole for those who receive the car, else its last six."""
    whole = may(role, Kind.VEHICLE, Action.VIEW_WHOLE)
    return vin if whole else (vin[-6:] if len(vin) > 6 else "").rjust(len(vin), "*")


def shown_id_number(role: str, number: str) -> str:
    """Never whole on a list or a card: the first and the last of it tell two people apart."""
    hidden = not may(role, Kind.CUSTOMER, Action.VIEW_WHOLE)
    if hidden or len(number) < 8:
        return "*" * len(number)
    return f"{number[:3]}{'*' * (len(number) - 5)}{number[-2:]}"


def shown_text(role: str, text: str) -> str:
    """Addresses, notes and preferences are for those who serve the customer."""
    return text if not text or may(role, Kind.CUSTOMER, Action.VIEW_WHOLE) else "（无权查看）"


_NEEDS: Final = "__needs__"
OPEN: Final = "open"
PLATFORM: Final = "platform"


@dataclass(frozen=True, slots=True)
class Keyed:
    """A route for machines with a key of this scope."""

    scope: str


Need = tuple[Kind, Action] | Keyed | str
"""Who a route is for: staff by a rule, holders of a key, the PLATFORM, or everybody (OPEN)."""


def needs(kind: Kind, action: Action) -> Callable[[F], F]:
    """Marks a page or route with the rule that guards it. A route without any mark is a mistake."""
    if (kind, action) not in RULES:
        raise ValueError(f"no rule for {kind}.{action}")
    return _marked((kind, action))


def _marked(need: Need) -> Callable[[F], F]:
    def mark(handler: F) -> F:
        setattr(handler, _NEEDS, need)
        return handler

    return mark


def by_key(scope: str) -> Callable[[F], F]:
    """Marks what answers only to a key of this scope."""
    return _marked(Keyed(scope))


def for_platform(handler: F) -> F:
    """Marks what answers only to what WeChat has signed."""
    return _marked(PLATFORM)(handler)


def open_to_all(handler: F) -> F:
    """Marks what shows nothing of anybody: logging in and out, style sheets, the demo's people."""
    return _marked(OPEN)(handler)


def need_of(handler: object) -> Need | None:
    """Who a route was said to be for, or None where somebody forgot."""
    found: Need | None = getattr(handler, _NEEDS, None)
    return found
