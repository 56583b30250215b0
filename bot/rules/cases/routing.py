"""Which department and owner a complaint goes to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

DEPARTMENTS: Final[Mapping[str, str]] = {
    "attitude": "售后服务部",
    "information": "客户关系部",
    "empty_promise": "销售部",
    "response_time": "售后服务部",
    "product_quality": "技术部",
    "process": "客户关系部",
}
"""Where nobody said otherwise."""
ANY_DEPARTMENT: Final = "客户关系部"


@dataclass(frozen=True, slots=True)
class Route:
    """`scope`: a store's code; "" in scope, category or energy fits every one."""

    scope: str
    category: str
    energy: str
    department: str
    owner_id: int | None = None


def route(routes: Iterable[Route], scope: str, category: str, energy: str) -> Route:
    """The line that says most of the matter; of two that say the same of it the store's own.

    A line for the category goes before one for the energy type alone, and both before a line for
    everything. None fits: the usual department, and no owner.
    """
    wanted = (category, energy, scope)
    fitting = [
        (tuple(map(bool, said)), one)
        for one in routes
        for said in [(one.category, one.energy, one.scope)]
        if all(mine in {"", theirs} for mine, theirs in zip(said, wanted, strict=True))
    ]
    if fitting:
        return max(fitting, key=lambda pair: pair[0])[1]
    return Route("", "", "", DEPARTMENTS.get(category, ANY_DEPARTMENT))
