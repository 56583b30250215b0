"""What the fuzzer, a process of its own, has to be told: how a feed goes over the wire, and which
answers to well-formed requests are refusals for a true reason.
"""

import json
from collections import Counter
from typing import Any, Final

import schemathesis

from tests.api.fuzz_cases import to_what_is_there

NDJSON: Final = "application/x-ndjson"
ENOUGH: Final = 3

# A schema tells the form of a request, not whether what it says is so. The fields that a 422 may
# name, each with what no schema can know of it.
UNTRUE: Final = {
    "cursor": "only a page's own `next` is one",
    "store": "is the code of a store",
    "month": "has begun",
    "consultant": "names a colleague",
    "lost_reason": "is said where a lead is lost, and only there",
    "next_at": "lies ahead",
    "later_at": "lies ahead, at an hour at which people may be called",
    "answers": "are to the questions of this call, and it was answered",
    "vin": "names a car",
    "customer_ref": "names a customer, and says who complains where no telephone does",
    "contact_ref": "names a customer",
    "ref": "in the body is the one in the address, and has a sign that can be seen",
    "id_number": "has a check digit",
    "plate": "begins with a province and follows the forms of plates",
    "phone": "is a number that China gives out",
    "settled_at": "is not before opened_at, and in a year of ours",
    **dict.fromkeys(
        ("name", "code", "questions", "audience", "audience.tier", "audience.months"),
        "of a survey follow its rules, which are of sense and not of form",
    ),
    "by": "is the log-in of a colleague",
    "owner": "is the log-in of a colleague",
    "staff": "is the log-in of a colleague",
    "order_ref": "names a repair order",
    "deed": "is one that this colleague may do now, with all that it needs",
    "step": "is one that this colleague may take now, with all that it needs",
    "kind": "is asked for by who works on the complaint; a refund has an amount",
    "what": "is proposed by who works on the complaint",
    "due_on": "lies in the years 1900 to 2199",
    "other": "is another complaint",
    "routes": "name stores and colleagues, and each kind once",
    "url": "does not lead into a private network",
    **dict.fromkeys(
        ("birthday", "produced_on", "delivered_on", "licensed_on", "insurance_until", "date"),
        "lies in the years 1900 to 2199",
    ),
    **dict.fromkeys(
        ("inspection_due", "mileage_on", "opened_at", "delivered_at", "happened_at"),
        "lies in the years 1900 to 2199",
    ),
}


schemathesis.hook("before_call")(to_what_is_there)


@schemathesis.serializer(NDJSON)
def as_lines(_context: Any, value: Any) -> bytes:
    """A list as lines. What is no list is one line that is none of ours: it is wrapped in a list."""
    rows = value if isinstance(value, list) else [[value]]
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


@schemathesis.deserializer(NDJSON)
def from_lines(_context: Any, response: Any) -> Any:
    return [json.loads(line) for line in response.content.splitlines() if line.strip()]


@schemathesis.check
def a_refusal_has_its_reason(_context: Any, response: Any, case: Any) -> None:
    """422 and 412 in answer to what is well formed: only for what the schema cannot say."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    if response.status_code == 422:
        named = {error["field"].partition("[")[0] for error in response.json()["errors"]}
        assert named, "a 422 that names no field"
        assert named <= set(UNTRUE), f"the schema could say it: {sorted(named - set(UNTRUE))}"
    if response.status_code == 412:
        asked = {name.lower() for name in case.headers or {}}
        assert asked & {"if-match", "if-none-match"}, "no condition was there to fail"


@schemathesis.check
def a_feed_refuses_its_bad_lines(_context: Any, response: Any, case: Any) -> None:
    """A feed is taken as a whole; that it violates the schema shows in the line that does."""
    if case.media_type != NDJSON or response.status_code != 200 or case.meta is None:
        return
    told = [json.loads(line) for line in response.content.splitlines()]
    for one in told:
        assert (one["state"] == "refused") == ("errors" in one), one
    if case.meta.generation.mode.is_negative:
        assert any(one["state"] == "refused" for one in told) or not told, told


@schemathesis.check
class EveryOperationDoesItsWork:
    """Refusals prove little: each operation has to have done what it is for, and more than once."""

    def __init__(self) -> None:
        self.tried: set[str] = set()
        self.done: set[tuple[str, str]] = set()

    def after_response(self, _context: Any, response: Any, case: Any) -> None:
        name = case.operation.label
        self.tried.add(name)
        if 200 <= response.status_code < 300:
            self.done.add((name, str(case.id)))

    def after_run(self, _context: Any) -> None:
        often = Counter(name for name, _ in self.done)
        idle = sorted(name for name in self.tried if often[name] < ENOUGH)
        assert not idle, f"answered 2xx fewer than {ENOUGH} times: {', '.join(idle)}"
