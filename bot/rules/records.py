"""What the outside tells of customers, cars and what happened to them: read, or refused with words.

    record = vehicle({"vin": "LSVAA4187E2000001", "energy": "ice", "mileage": 1200})
    if isinstance(record, Problems): …

The interface and the import share these readers. From JSON (`cells` left out) values have the
types of contract's bodies and an unknown field is a problem; from a sheet (`cells`: the zone of
its times) values are texts and an unknown field is a warning. A field that is not given is left
as it is in the database; null clears it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

from bot.rules import record_cells as cells_of
from bot.rules import record_fields as f
from bot.rules.identifiers import vin_check_digit_ok
from bot.rules.record_fields import Field, Unfit

_CHECK_DIGIT_COUNTRIES: Final = "L12345"  # China and North America


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a field, in Chinese and in English."""

    field: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Problems:
    """Why a record is refused; at least one."""

    items: tuple[Problem, ...]

    def __iter__(self) -> Iterator[Problem]:
        return iter(self.items)

    @property
    def zh(self) -> str:
        return "；".join(f"{one.field} {one.zh}" for one in self.items)

    @property
    def en(self) -> str:
        return "; ".join(f"{one.field} {one.en}" for one in self.items)


@dataclass(frozen=True, slots=True)
class Record:
    """`ref` is the outside's key (a car's is its VIN); `fields` has only what was given, read:
    texts, date, aware datetime, int, bool, Decimal, tuples; None clears. `warnings` stop nothing.
    """

    ref: str
    fields: Mapping[str, Any]
    warnings: tuple[Problem, ...] = ()


class CustomerRecord(Record):
    """客户."""


class VehicleRecord(Record):
    """车辆."""


class RepairOrderRecord(Record):
    """维修工单."""


class DeliveryRecord(Record):
    """交车."""


class IncidentRecord(Record):
    """事故/故障; without a ref of the sender's it is "" and one is made of what happened."""


R = TypeVar("R", bound=Record)

_PHONE: Final = Field(f.read_phone, {"type": "string", "pattern": r"^[+]?[0-9][-. 0-9]{9,19}$"})
_PLATE: Final = Field(f.read_plate, {"type": "string", "minLength": 7, "maxLength": 12})
_VIN: Final = Field(f.read_vin, {"type": "string", "pattern": "^[A-HJ-NPR-Za-hj-npr-z0-9]{17}$"})
_ID: Final = Field(f.read_id_number, {"type": "string", "pattern": "^[0-9A-Za-z]{18}$"})
_DAY: Final = Field(f.read_day, {"type": "string", "format": "date"}, cells_of.day_cell)
_MOMENT: Final = Field(
    f.read_moment, {"type": "string", "format": "date-time"}, cells_of.moment_cell,
    ("应为日期和时间，例如 2026-09-01 10:30", "must be a day and a time like 2026-09-01 10:30"),
)  # fmt: skip
_LUNAR: Final = Field(
    f.read_lunar,
    {"type": "string", "pattern": f.LUNAR_PATTERN},
    cells_of.lunar_cell,
)
_AMOUNT: Final = Field(
    f.read_amount, {"type": "string", "pattern": f.AMOUNT_PATTERN}, cells_of.amount_cell,
    ("应为金额，例如 680.00", "must be an amount like 680.00"),
)  # fmt: skip
_FLAG: Final = Field(f.read_flag, {"type": "boolean"}, cells_of.flag_cell)
_GENDER: Final = f.choice(
    {"女": "female", "女士": "female", "f": "female", "female": "female",
     "男": "male", "先生": "male", "m": "male", "male": "male"}
)  # fmt: skip
_ENERGY: Final = f.choice(
    {"燃油": "ice", "汽油": "ice", "柴油": "ice", "油车": "ice", "ice": "ice",
     "纯电": "bev", "纯电动": "bev", "电动": "bev", "ev": "bev", "bev": "bev",
     "插混": "phev", "插电混动": "phev", "混动": "phev", "增程": "phev", "phev": "phev"}
)  # fmt: skip
_PURPOSE: Final = f.choice(
    {"关怀": "care", "care": "care", "回访": "follow_up", "follow_up": "follow_up",
     "营销": "marketing", "推广": "marketing", "marketing": "marketing"}
)  # fmt: skip
_INCIDENT: Final = f.choice({"事故": "accident", "accident": "accident",
                             "故障": "breakdown", "breakdown": "breakdown"})  # fmt: skip

CUSTOMER: Final[Mapping[str, Field]] = {
    "ref": f.KEY, "name": f.text(64), "gender": _GENDER, "salutation": f.text(16),
    "phone": _PHONE, "id_number": _ID, "birthday": _DAY, "birthday_lunar": _LUNAR,
    "occupation": f.text(64), "company": f.text(120), "address": f.text(200),
    "referrer": f.text(64), "tier": f.text(16), "source": f.text(64), "notes": f.text(2000),
    "consultant": f.text(64),
    "preferences": Field(
        f.read_preferences,
        {"type": "object", "maxProperties": 40,
         "propertyNames": {"maxLength": 40}, "additionalProperties": {"type": "string", "maxLength": 200}},
        cells_of.preferences_cell,
    ),
    "tags": f.listed(f.text(32), 40), "consents": f.listed(_PURPOSE, 3),
}  # fmt: skip
VEHICLE: Final[Mapping[str, Field]] = {
    "vin": _VIN, "customer_ref": f.KEY, "contact_ref": f.KEY, "plate": _PLATE,
    "brand": f.text(32), "model": f.text(48), "trim": f.text(64), "colour": f.text(32),
    "energy": _ENERGY, "store": f.text(32), "consultant": f.text(64), "advisor": f.text(64),
    "produced_on": _DAY, "delivered_on": _DAY, "licensed_on": _DAY, "insurer": f.text(64),
    "insurance_until": _DAY, "inspection_due": _DAY, "mileage": f.whole(2_000_000),
    "mileage_on": _DAY, "sold": _FLAG,
}  # fmt: skip
REPAIR_ORDER: Final[Mapping[str, Field]] = {
    "ref": f.KEY, "vin": _VIN, "store": f.text(32), "opened_at": _MOMENT, "settled_at": _MOMENT,
    "mileage": f.whole(2_000_000), "amount": _AMOUNT, "items": f.listed(f.text(120), 200),
    "note": f.text(2000),
}  # fmt: skip
DELIVERY: Final[Mapping[str, Field]] = {
    "vin": _VIN, "delivered_at": _MOMENT, "consultant": f.text(64),
}  # fmt: skip
INCIDENT: Final[Mapping[str, Field]] = {
    "ref": f.KEY, "vin": _VIN, "kind": _INCIDENT, "happened_at": _MOMENT, "note": f.text(2000),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of record: its fields, the one that is its key, and those without which it is none."""

    fields: Mapping[str, Field]
    key: str
    required: tuple[str, ...]


KINDS: Final[Mapping[str, Kind]] = {
    "customer": Kind(CUSTOMER, "ref", ("ref",)),
    "vehicle": Kind(VEHICLE, "vin", ("vin",)),
    "repair_order": Kind(REPAIR_ORDER, "ref", ("ref", "vin")),
    "delivery": Kind(DELIVERY, "vin", ("vin", "delivered_at")),
    "incident": Kind(INCIDENT, "ref", ("vin", "kind", "happened_at")),
}


def customer(
    given: Mapping[str, Any], *, cells: ZoneInfo | None = None
) -> CustomerRecord | Problems:
    """A sheet may know a customer by the phone alone; `ref` is then ""."""
    record = _read("customer", CustomerRecord, given, cells)
    if cells is None or isinstance(record, CustomerRecord) or str(given.get("ref") or "").strip():
        return record
    named = _read("customer", CustomerRecord, {**given, "ref": "-"}, cells)
    if isinstance(named, Problems) or not named.fields.get("phone"):
        return record
    return CustomerRecord("", named.fields, named.warnings)


def vehicle(given: Mapping[str, Any], *, cells: ZoneInfo | None = None) -> VehicleRecord | Problems:
    """A check digit that does not fit is a warning: European cars have none."""
    return _read("vehicle", VehicleRecord, given, cells, _doubtful_vin)


def repair_order(
    given: Mapping[str, Any], *, cells: ZoneInfo | None = None
) -> RepairOrderRecord | Problems:
    record = _read("repair_order", RepairOrderRecord, given, cells)
    if isinstance(record, Problems):
        return record
    opened, settled = record.fields.get("opened_at"), record.fields.get("settled_at")
    if opened and settled and settled < opened:
        return Problems((Problem("settled_at", "早于开单时间", "is before opened_at"),))
    return record


def delivery(
    given: Mapping[str, Any], *, cells: ZoneInfo | None = None
) -> DeliveryRecord | Problems:
    return _read("delivery", DeliveryRecord, given, cells)


def incident(
    given: Mapping[str, Any], *, cells: ZoneInfo | None = None
) -> IncidentRecord | Problems:
    return _read("incident", IncidentRecord, given, cells)


def schema(kind: str, *, without: tuple[str, ...] = ()) -> dict[str, Any]:
    """The JSON Schema of a kind's body; `without`: what the path says already."""
    shape = KINDS[kind]
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [name for name in shape.required if name not in without],
        "properties": {
            name: dict(field.schema) if name in shape.required else _or_null(field.schema)
            for name, field in shape.fields.items()
            if name not in without
        },
    }


def _or_null(field: Mapping[str, Any]) -> dict[str, Any]:
    clearable = {**field, "type": [field["type"], "null"]}
    return {**clearable, "enum": [*field["enum"], None]} if "enum" in field else clearable


def _doubtful_vin(vin: str) -> tuple[Problem, ...]:
    if vin[0] not in _CHECK_DIGIT_COUNTRIES or vin_check_digit_ok(vin):
        return ()
    return (Problem("vin", "校验位不符，请核对", "has a check digit that does not fit"),)


def _read(
    name: str,
    made: type[R],
    given: Mapping[str, Any],
    cells: ZoneInfo | None,
    doubts: Callable[[str], tuple[Problem, ...]] = lambda _ref: (),
) -> R | Problems:
    kind = KINDS[name]
    found: dict[str, Any] = {}
    problems: list[Problem] = []
    unknown: list[Problem] = []
    for key, value in given.items():
        field = kind.fields.get(key)
        if field is None:
            unknown.append(Problem(str(key)[:64], "不是已知字段", "is not a known field"))
            continue
        try:
            if (read := _value(field, value, cells, key in kind.required)) is not _NOTHING:
                found[key] = read
        except Unfit as unfit:
            problems.append(Problem(key, unfit.zh, unfit.en))
    settled = {*found, *(one.field for one in problems)}
    wanting = [key for key in kind.required if key not in settled]
    problems += (Problem(key, "必须填写", "is required") for key in wanting)
    if problems or (unknown and cells is None):
        return Problems((*problems, *(unknown if cells is None else ())))
    ref = str(found.pop(kind.key, ""))
    return made(ref, MappingProxyType(found), (*unknown, *doubts(ref)))


_NOTHING: Final = object()


def _value(field: Field, value: Any, cells: ZoneInfo | None, required: bool) -> Any:
    """The value read; _NOTHING for a cell that is empty."""
    if cells is not None:
        said = f.clean(str(value if value is not None else ""))
        return field.read_cell(said, cells) if said else _NOTHING
    if value is None:
        if required:
            raise Unfit("必须填写", "is required")
        return None
    return field.read(value)
