"""What no schema can tell the fuzzer: which complaints and ratings there are, and who works here.

`complaints_to_find` puts them there. Only what is well formed anyway is pointed at them; what is
made wrong on purpose goes as it is.
"""

from itertools import count, cycle
from typing import Any, Final

CASES: Final = tuple(f"T{number:06d}" for number in range(1, 7))
"""With one file, one compensation and one measure each, of the same number; then as many measures
of no complaint."""
RATINGS: Final = 3
"""With one file each, the first after those of the complaints."""
_ABOUT: Final = ("/cases/{id}", "/case-routes", "/ratings/{id}", "/measures", "/reports/staff")
_numbers, _turns = cycle(range(len(CASES))), count()


def to_what_is_there(_context: Any, case: Any, _kwargs: Any) -> None:
    """Every second well-formed request about one of them is about one that is there, by somebody."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    if next(_turns) % 2:
        return
    if case.operation.path == "/cases" and isinstance(case.body, dict):
        for name in ("vin", "order_ref", "store", "by", "phone"):
            case.body.pop(name, None)
        case.body["customer_ref"] = "C1"
    if not case.operation.path.startswith(_ABOUT):
        return
    at = next(_numbers)
    rating = case.operation.path.startswith("/ratings")
    known = {"id": CASES[at], "eid": at + 1, "sub": at + 1}
    if rating:
        known = {"id": at % RATINGS + 1, "eid": len(CASES) + at % RATINGS + 1}
    if case.operation.path.startswith("/measures"):
        known["id"] = len(CASES) + at + 1
    if isinstance(case.query, dict) and "by" in case.query:
        case.query["by"] = "zhao"
    case.path_parameters |= {name: known[name] for name in case.path_parameters if name in known}
    if isinstance(case.body, dict):
        _by_somebody(case.body, at)


def _by_somebody(body: dict[str, Any], at: int) -> None:
    """The general manager may do most of it; `at` tells one request from another."""
    true = {
        "by": "zhao",
        "words": "如此这般",
        "other": CASES[at - 1],
        "routes": [{"department": f"部门{at}"}],
        "due_on": "2026-12-31",
    }
    body |= {
        name: value
        for name, value in true.items()
        if name in body or (name == "words" and body.keys() & {"deed", "step"})
    }
    for name in ("rev", "staff", "owner"):
        body.pop(name, None)
