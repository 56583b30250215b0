"""Everything that is held on one person, wherever it lies."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from bot.errors import StaffError
from bot.rules import leads as lead_words
from bot.rules.cases import words as case_words
from bot.rules.identifiers import mask_phone, phone_key, read_phone
from storage import models
from storage.db import loads, moment, sql
from storage.queries.privacy.rotation import sealed_columns
from storage.scope import account_id
from storage.secrets import EncJson, look_ups, marks, unseal, unseal_json


@dataclass(frozen=True, slots=True)
class Person:
    """One human: their files (several after a merge), WeChat identities, and cars they own.

    `leads`, `complaints`: of no file and no identity, theirs by `numbers`, the telephones that no
    other file has.
    """

    customers: tuple[int, ...]
    identities: tuple[int, ...]
    cars: tuple[int, ...]
    leads: tuple[int, ...] = ()
    complaints: tuple[int, ...] = ()
    numbers: tuple[str, ...] = field(default=(), repr=False)

    @property
    def subjects(self) -> list[str]:
        """As the book names them."""
        kinds = (("customer", self.customers), ("complaint", self.complaints), ("lead", self.leads))
        return [f"{kind}:{key}" for kind, keys in kinds for key in keys]


@dataclass(frozen=True, slots=True)
class Part:
    """What one table holds. `title` is the table's Chinese name; rows are in the clear."""

    name: str
    title: str
    rows: tuple[Mapping[str, Any], ...]


async def find_person(ref: str) -> Person | None:
    """By the customer's own ref, "#" and the number of the file, a phone number, or an openid.

    Raises StaffError where a phone number is in the files of several people.
    """
    identity = await sql().row(
        "SELECT id, customer_id FROM wechat_user WHERE account_id = ? AND openid = ?",
        *(account_id(), ref),
    )
    customers = [identity["customer_id"]] if identity and identity["customer_id"] else []
    customers = customers or await _named(ref)
    if not customers and identity is None:
        return None
    customers = await _merged(customers)
    files: list[int | None] = [*customers] or [None]
    rows = await sql().rows(
        f"SELECT id FROM wechat_user WHERE account_id = ? AND customer_id IN ({marks(files)})",  # noqa: S608 - marks only, one for each file
        *(account_id(), *files),
    )
    identities = {row["id"] for row in rows} | ({identity["id"]} if identity else set())
    rows = await sql().rows(
        f"SELECT id FROM vehicle WHERE account_id = ? AND customer_id IN ({marks(files)})",  # noqa: S608 - marks only, one for each file
        *(account_id(), *files),
    )
    return Person(tuple(customers), tuple(sorted(identities)), tuple(row["id"] for row in rows))


async def _named(ref: str) -> list[int]:
    if ref.startswith("#") and ref[1:].isdigit():
        condition, values = "id = ?", (int(ref[1:]),)
    else:
        row = await sql().row(
            "SELECT id FROM customer WHERE account_id = ? AND ref = ?", account_id(), ref
        )
        if row:
            return [int(row["id"])]
        phone = read_phone(ref)
        if phone is None or not phone.certain:
            return []
        hashes = look_ups("phone", phone.value)
        condition, values = f"phone_hash IN ({marks(hashes)})", hashes  # type: ignore[assignment]
    rows = await sql().rows(
        f"SELECT id, merged_into_id FROM customer WHERE account_id = ? AND {condition} ORDER BY id",  # noqa: S608 - one of the two conditions above; values are marks
        *(account_id(), *values),
    )
    found = [row["id"] for row in rows if row["merged_into_id"] is None or len(rows) == 1]
    if len(found) > 1:
        files = "、".join(f"#{number}" for number in found)
        raise StaffError(
            f"电话 {mask_phone(phone_key(ref))} 在几份档案里：{files}。", "请写其中一份，带上 #。"
        )
    return found


async def _merged(customers: Sequence[int]) -> list[int]:
    """These files, the one they were merged into, and all that were."""
    found = dict.fromkeys(customers)
    todo = list(customers)
    while todo:
        rows = await sql().rows(
            f"SELECT id, merged_into_id FROM customer WHERE account_id = ?"  # noqa: S608 - marks only, one for each file
            f" AND (id IN ({marks(todo)}) OR merged_into_id IN ({marks(todo)}))",
            *(account_id(), *todo, *todo),
        )
        near = {key for row in rows for key in (row["id"], row["merged_into_id"]) if key}
        todo = sorted(near - found.keys())
        found |= dict.fromkeys(todo)
    return list(found)


_MINE: Final = "customer_id IN ({customers})"
_WROTE: Final = "wechat_user_id IN ({identities})"
_EITHER: Final = f"({_MINE} OR {_WROTE})"
_HISTORY: Final = (
    "(customer_id IN ({customers}) OR (customer_id IS NULL AND vehicle_id IN ({cars})))"
)


_LEADS: Final = f"({_EITHER} OR id IN ({{leads}}))"
_COMPLAINTS: Final = f"({_EITHER} OR id IN ({{complaints}}))"


def _of(table: str, column: str) -> str:
    """Rows that hang on the person's rows of `table`."""
    loose = {"lead": " OR p.id IN ({leads})", "complaint": " OR p.id IN ({complaints})"}
    return (
        f"{column} IN (SELECT p.id FROM {table} p WHERE p.customer_id IN ({{customers}})"  # noqa: S608 - tables and columns that this file names
        f" OR p.wechat_user_id IN ({{identities}}){loose.get(table, '')})"
    )


# what was made before a lead or a complaint was known to be of this file names no customer
_TASKS: Final = (
    f"({_EITHER} OR {_of('complaint', 'case_id')} OR EXISTS (SELECT 1 FROM lead l"  # noqa: S608 - conditions of this file
    f" WHERE {_of('lead', 'l.id')} AND staff_task.same LIKE 'lead:' || l.id || ':%'))"
)
_TOUCHES: Final = (
    f"({_HISTORY} OR {_WROTE} OR (kind = 'referral_thanks' AND subject IN ({{bought}}))"  # noqa: S608 - conditions of this file
    " OR (kind IN ('case_reply', 'case_solved', 'case_check') AND subject IN"
    " (SELECT 'k' || e.case_id || '.' || e.number FROM complaint_event e"
    f" WHERE {_of('complaint', 'e.case_id')})))"
)
# table: which of its rows are about the person; the order is the order of the export
WHERE: Final[Mapping[str, str]] = {
    "customer": "id IN ({customers})",
    "wechat_user": "id IN ({identities})",
    "consent": _EITHER,
    "vehicle": "(customer_id IN ({customers}) OR contact_id IN ({customers}))",
    "vehicle_person": _WROTE,
    "delivery": _HISTORY,
    "visit": _HISTORY,
    "incident": _HISTORY,
    "booking": _EITHER,
    "waiting": _WROTE,
    "touchpoint": _TOUCHES,
    "inbox": _WROTE,
    "message": _WROTE,
    "grant_once": _WROTE,
    "talk": _WROTE,
    "staff_task": _TASKS,
    "call_record": f"({_MINE} OR task_id IN (SELECT id FROM staff_task WHERE {_TASKS}))",  # noqa: S608 - the condition above
    "rating": _EITHER,
    "rating_answer": _of("rating", "rating_id"),
    "complaint": _COMPLAINTS,
    "complaint_event": _of("complaint", "case_id"),
    "compensation": _of("complaint", "case_id"),
    "measure": _of("complaint", "case_id"),
    "complaint_link": f"({_of('complaint', 'case_id')} OR {_of('complaint', 'other_id')})",
    "evidence": f"({_WROTE} OR {_of('complaint', 'case_id')} OR {_of('rating', 'rating_id')})",
    "lead": _LEADS,
    "lead_event": _of("lead", "lead_id"),
    "staff_wechat": _WROTE,
    "file_change": "(subject_kind = 'customer' AND subject_id IN ({customers})"
    " OR subject_kind = 'vehicle' AND subject_id IN ({cars}))",
    "audit_entry": "subject IN ({subjects})",
}


def condition(table: str, who: Person) -> tuple[str, list[Any]]:
    """SQL that picks the person's rows of `table`, and its values."""
    lists: dict[str, Sequence[Any]] = {
        "customers": who.customers,
        "identities": who.identities,
        "cars": who.cars,
        "subjects": who.subjects,
        "leads": who.leads,
        "complaints": who.complaints,
        "bought": [f"v{key}" for key in who.cars],
    }
    text, values = "", list[Any]()
    for part in WHERE[table].split("{"):
        name, close, rest = part.partition("}")
        if close and name in lists:
            text += f"{marks(lists[name] or (None,))}{rest}"
            values += lists[name] or (None,)
        else:
            text += part
    return text, values


async def everything_on(who: Person) -> list[Part]:
    """Every row about the person, sealed values opened, keys and hashes of our own left out."""
    return [part for table in WHERE if (part := await _part(table, who)).rows]


async def _part(table: str, who: Person) -> Part:
    wanted, values = condition(table, who)
    rows = await sql().rows(
        f"SELECT * FROM {table} WHERE account_id = ? AND {wanted} ORDER BY id",  # noqa: S608 - a table and a condition of WHERE; values are marks
        *(account_id(), *values),
    )
    fields = _model(table)._meta.fields_map  # noqa: SLF001 - Tortoise has no other way to ask
    return Part(table, titled(table), tuple(_clear(table, row, fields) for row in rows))


def titled(table: str) -> str:
    """How staff call it."""
    return _model(table)._meta.table_description or table  # noqa: SLF001 - Tortoise has no other way


def _model(table: str) -> Any:
    return next(m for m in map(models.__dict__.get, models.__all__) if m and _table(m) == table)


def still_open(parts: Sequence[Part]) -> list[str]:
    """Numbers of the complaints and leads among these that are being worked on."""
    kinds: Mapping[str, tuple[Callable[[int], str], Collection[str]]] = {
        "complaint": (case_words.number_of, case_words.UNSETTLED),
        "lead": (lead_words.number_of, (lead_words.OPEN,)),
    }
    return [
        kinds[part.name][0](row["id"])
        for part in parts
        if part.name in kinds
        for row in part.rows
        if row.get("state") in kinds[part.name][1]
    ]


def _table(model: Any) -> str:
    return str(model._meta.db_table)  # noqa: SLF001 - Tortoise has no other way


def _clear(table: str, row: Any, fields: Mapping[str, Any]) -> Mapping[str, Any]:
    clear: dict[str, Any] = {}
    for column in row.keys():  # noqa: SIM118  # a database row is no mapping
        value = row[column]
        if column == "account_id" or column.endswith("hash") or value is None or value == "":
            continue
        if column in sealed_columns().get(table, ()):
            opened = unseal_json if isinstance(fields[column], EncJson) else unseal
            clear[column] = opened(f"{table}.{column}", value)
        else:
            clear[column] = _plain(column, value, fields)
    return clear


def _plain(column: str, value: Any, fields: Mapping[str, Any]) -> Any:
    """As JSON can have it: moments in UTC, amounts as text."""
    kind = type(fields[column]).__name__ if column in fields else ""
    if kind == "UtcDatetimeField" or isinstance(value, datetime):
        at = moment(value)
        return at.isoformat() if at else None
    if kind == "JSONField":
        return loads(value)
    if kind == "BooleanField":
        return bool(value)
    return value if isinstance(value, int | str) else str(value)
