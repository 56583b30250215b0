"""Who sees which rows: a condition that every query for staff carries.

    seen = visible(who, Kind.CUSTOMER, "c")
    await sql().rows(f"SELECT … FROM customer c WHERE {seen.text} AND c.name = ?", *seen.values, name)

It names the account, too. What somebody may not see is simply not there: nobody can tell it from
what does not exist. Own customers are those somebody is the consultant of, those whose car they
sold or serve (or whose contact it is), and those they entered while neither customer nor car is
another consultant's; whoever sees a customer sees the customer's cars, orders and talks. A
complaint, and all that tells of it, belongs to the store it is about instead: rules._case.
"""

from typing import Final

from bot.rules.roles import Action, Kind, Scope, scope
from storage.db import sql
from storage.queries.access.eyes import NOTHING, Eyes, Seen, all_of
from storage.queries.access.rules import rule_of
from storage.queries.staff.colleagues import Staff
from storage.scope import account_id

TABLES: Final = {
    Kind.CUSTOMER: "customer",
    Kind.VEHICLE: "vehicle",
    Kind.REPAIR_ORDER: "visit",
    Kind.BOOKING: "booking",
    Kind.WAITING: "waiting",
    Kind.CONSENT: "consent",
    Kind.DELIVERY: "delivery",
    Kind.INCIDENT: "incident",
    Kind.CONVERSATION: "inbox",
    Kind.TASK: "staff_task",
    Kind.FILE_CHANGE: "file_change",
    Kind.AUDIT: "audit_entry",
    Kind.STAFF: "staff",
    Kind.STORE: "store",
    Kind.SCENE: "scene_code",
    Kind.IMPORT: "import_mapping",
    Kind.API_KEY: "api_key",
    Kind.WEBHOOK: "webhook",
    Kind.CASE: "complaint",
    Kind.COMPENSATION: "compensation",
    Kind.MEASURE: "measure",
    Kind.EVIDENCE: "evidence",
    Kind.RATING: "rating",
    Kind.SURVEY: "survey",
    Kind.LEAD: "lead",
    Kind.CALL: "call_record",
}
"""The table of each kind; an export or a report is a deed and has none."""


def reach(who: Staff, kind: Kind, action: Action = Action.VIEW) -> Scope:
    """How far somebody's hands go; those who left reach nothing, those of no store every store."""
    if not who.active:
        return Scope.NONE
    found = scope(who.role, kind, action)
    return Scope.ALL if found is Scope.STORE and who.store_id is None else found


def visible(
    who: Staff,
    kind: Kind,
    alias: str = "",
    action: Action = Action.VIEW,
    *,
    by_key: bool = False,
) -> Seen:
    """The rows of `kind` (of its table, or of `alias`) that `who` may do `action` to.

    `by_key`: for a page in the order of ids with nothing else to search by. SQLite then walks the
    ids; by the account's index it would look at every row of the account and sort them first.
    """
    table = alias or TABLES[kind]
    found = reach(who, kind, action)
    if found is Scope.NONE:
        return NOTHING
    walk = "+" if by_key and not sql().postgres else ""
    account = Seen(f"{walk}{table}.account_id = ?", (account_id(),))
    return (
        account
        if found is Scope.ALL
        else all_of(account, rule_of(kind, action)(Eyes(who, found), table))
    )


async def allowed(who: Staff, kind: Kind, row_id: int, action: Action = Action.VIEW) -> bool:
    """Whether `who` may do `action` to this row; no for a row that does not exist."""
    table, seen = TABLES[kind], visible(who, kind, action=action)
    row = await sql().row(
        f"SELECT 1 AS yes FROM {table} WHERE {table}.id = ? AND {seen.text}",  # noqa: S608 - a table of TABLES and what visible() wrote; values are marks
        *(row_id, *seen.values),
    )
    return row is not None
