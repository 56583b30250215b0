"""Customers, cars, repair orders, deliveries and incidents: one at a time, by the DMS's own keys."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

from bot.api.problems import FieldProblem, Problem
from bot.api.requests import Call, Conditions, etag
from bot.api.routing import answer
from bot.rules import records
from bot.rules.records import Problems, Record
from storage.queries.files import dossiers
from storage.queries.records import puts as store
from storage.queries.records.rows import Outcome

Put = Callable[..., Awaitable[list[Outcome]]]
Read = Callable[[Mapping[str, Any]], Record | Problems]
Find = Callable[[str], Awaitable[Mapping[str, Any] | None]]


@dataclass(frozen=True, slots=True)
class Kind:
    """`key`: the field that the path says; `find` None: it is only told, never asked for."""

    name: str
    key: str
    read: Read
    put: Put
    find: Find | None = None


CUSTOMERS: Final = Kind("customer", "ref", records.customer, store.put_customers, dossiers.customer)
VEHICLES: Final = Kind("vehicle", "vin", records.vehicle, store.put_vehicles, dossiers.vehicle)
REPAIR_ORDERS: Final = Kind(
    "repair_order", "ref", records.repair_order, store.put_repair_orders, dossiers.repair_order
)
DELIVERIES: Final = Kind("delivery", "vin", records.delivery, store.record_deliveries)
INCIDENTS: Final = Kind("incident", "ref", records.incident, store.record_incidents)

_STALE: Final = "rev"
"""The field that the store names where the row is not the one that was read."""


def read_record(kind: Kind, given: Mapping[str, Any]) -> tuple[Record | Problems, list[str]]:
    """The record, and the names of what we do not know in it."""
    known = records.KINDS[kind.name].fields
    ignored = [name for name in given if name not in known]
    return kind.read({name: given[name] for name in given if name in known}), ignored


def field_problems(found: Problems) -> list[FieldProblem]:
    return [FieldProblem(one.field, one.en, one.zh) for one in found.items]


def _taken(kind: Kind, given: Mapping[str, Any]) -> tuple[Record, list[str]]:
    record, ignored = read_record(kind, given)
    if isinstance(record, Problems):
        raise Problem("unprocessable", "Nothing was kept.", field_problems(record))
    return record, ignored


def get(kind: Kind) -> Callable[[Call], Awaitable[web.StreamResponse]]:
    """The file, or 304 where the caller has it already."""

    async def handle(call: Call) -> web.StreamResponse:
        assert kind.find is not None  # noqa: S101  # the table asks for no other
        found = await kind.find(call.path[kind.key])
        if found is None:
            raise Problem("not-found", f"There is no {kind.name} {kind.key} like that.")
        headers = {"ETag": etag(found["rev"])}
        known = call.conditions.none_match
        if known is not None and (isinstance(known, str) or found["rev"] in known):
            return web.Response(status=304, headers=headers)
        return answer(found, headers=headers)

    return handle


def put(kind: Kind) -> Callable[[Call], Awaitable[web.StreamResponse]]:
    """Create or change one; twice the same is one row."""

    async def handle(call: Call) -> web.StreamResponse:
        key = call.path[kind.key]
        key = key.upper() if kind.key == "vin" else key
        if str(call.body.get(kind.key, key)) != key:
            wrong = FieldProblem(kind.key, "is not the one in the address", "与地址中的不一致")
            raise Problem("unprocessable", "Nothing was kept.", [wrong])
        record, ignored = _taken(kind, {**call.body, kind.key: key})
        outcome = await _put_one(kind, record, call)
        headers = {"ETag": etag(outcome.rev)}
        return _answered(outcome, record, ignored, headers)

    return handle


async def _put_one(kind: Kind, record: Record, call: Call) -> Outcome:
    """With what the caller believes to be there, if they say so: held by the store as it writes."""
    wanted = call.conditions
    if wanted == Conditions():
        return _done(await kind.put([record], call.now, call.actor))
    assert kind.find is not None  # noqa: S101  # only such routes heed conditions
    found = await kind.find(record.ref)
    rev = found["rev"] if found else None
    _hold(wanted, rev)
    believed = {record.ref: rev or 0}
    outcomes = await kind.put([record], call.now, call.actor, if_rev=believed)
    if rev is None and _stale(outcomes[0]) and await kind.find(record.ref) is None:
        # It was begun in chat, without a key of the DMS's: to the DMS that is new.
        believed = {record.ref: outcomes[0].rev}
        outcomes = await kind.put([record], call.now, call.actor, if_rev=believed)
    return _done(outcomes)


def _hold(wanted: Conditions, rev: int | None) -> None:
    """412 unless what is there (rev; None: nothing) is what the caller believes."""
    match, none_match = wanted.match, wanted.none_match
    if match is not None and (rev is None or (not isinstance(match, str) and rev not in match)):
        raise _changed(rev)
    if none_match is None or rev is None:
        return
    if isinstance(none_match, str) or rev in none_match:
        raise _changed(rev)


def _changed(rev: int | None) -> Problem:
    here = f"it is at {etag(rev)}" if rev else "there is none"
    return Problem("precondition-failed", f"Read it again: {here}.")


def _stale(outcome: Outcome) -> bool:
    wrong = outcome.problem
    return outcome.state == "refused" and wrong is not None and wrong.field == _STALE


def _done(outcomes: Sequence[Outcome]) -> Outcome:
    outcome = outcomes[0]
    if _stale(outcome):
        raise _changed(outcome.rev)
    if outcome.state == "refused":
        wrong = outcome.problem
        told = [FieldProblem(wrong.field, wrong.en, wrong.zh)] if wrong else []
        raise Problem("unprocessable", "Nothing was kept.", told)
    return outcome


def post(kind: Kind) -> Callable[[Call], Awaitable[web.StreamResponse]]:
    """Something that happened; told again it is still one."""

    async def handle(call: Call) -> web.StreamResponse:
        record, ignored = _taken(kind, call.body)
        outcome = _done(await kind.put([record], call.now, call.actor))
        return _answered(outcome, record, ignored, {})

    return handle


def warnings(record: Record, outcome: Outcome) -> list[str]:
    """What stopped nothing but should be looked at, each once."""
    doubts = (f"{one.field} {one.en}" for one in (*record.warnings, *outcome.notes))
    return list(dict.fromkeys(doubts))


def _answered(
    outcome: Outcome, record: Record, ignored: Sequence[str], headers: Mapping[str, str]
) -> web.Response:
    body: dict[str, Any] = {"ref": outcome.ref, "state": outcome.state, "rev": outcome.rev}
    if doubts := warnings(record, outcome):
        body["warnings"] = doubts
    if ignored:
        body["ignored"] = [name[:64] for name in ignored[:50]]
    return answer(body, 201 if outcome.state == "created" else 200, headers)
