"""Who sees which rows: a condition that every query for staff carries.

    seen = visible(who, Kind.CUSTOMER, "c")
    await sql().rows(f"SELECT … FROM customer c WHERE {seen.text} AND c.name = ?", *seen.values, name)

It names the account, too. What somebody may not see is simply not there: nobody can tell it from
what does not exist. Own customers are those somebody is the consultant of, those whose car they
sold or serve (or whose contact it is), and those they entered while neither customer nor car is
another consultant's; whoever sees a customer sees the customer's cars, orders and talks.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from bot.rules.roles import Action, Kind, Scope, scope
from storage.db import sql
from storage.queries.staff import Staff
from storage.scope import account_id


@dataclass(frozen=True, slots=True)
class Seen:
    """A condition in brackets where it needs them, and its values in order."""

    text: str
    values: tuple[Any, ...] = ()


NOTHING: Final = Seen("1 = 0")

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
}
"""The table of each kind; an export is a deed and has none."""


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
    return account if found is Scope.ALL else _all(account, _RULES[kind](_Eyes(who, found), table))


async def allowed(who: Staff, kind: Kind, row_id: int, action: Action = Action.VIEW) -> bool:
    """Whether `who` may do `action` to this row; no for a row that does not exist."""
    table, seen = TABLES[kind], visible(who, kind, action=action)
    row = await sql().row(
        f"SELECT 1 AS yes FROM {table} WHERE {table}.id = ? AND {seen.text}",  # noqa: S608 - a table of TABLES and what visible() wrote; values are marks
        *(row_id, *seen.values),
    )
    return row is not None


def _joined(word: str, conditions: tuple[Seen, ...]) -> Seen:
    text = f" {word} ".join(one.text for one in conditions)
    return Seen(f"({text})", tuple(value for one in conditions for value in one.values))


def _all(*conditions: Seen) -> Seen:
    return _joined("AND", conditions)


def _any(*conditions: Seen) -> Seen:
    return _joined("OR", conditions)


class _Eyes:
    """The conditions of one person at one reach (own or store), on an expression for a key."""

    def __init__(self, who: Staff, found: Scope) -> None:
        self.me = who.id
        self.name = who.actor
        self.store = who.store_id
        self.wide = found is Scope.STORE
        self.account = account_id()

    def customer(self, key: str) -> Seen:
        own = self._own_customer(key)
        if not self.wide:
            return own
        here = [
            self._here("vehicle", "customer_id", key),
            self._here("vehicle", "contact_id", key),
            self._here("booking", "customer_id", key),
            self._here("visit", "customer_id", key),
        ]
        return _any(own, *here, self._colleagues(key))

    def _own_customer(self, key: str) -> Seen:
        """A set, not a test for each row: somebody's own are few, the account's are many."""
        cars = [
            f"SELECT o.{person} FROM vehicle o WHERE o.account_id = ? AND o.{mine} = ?"  # noqa: S608 - columns of the two lists below; values are marks
            f" AND o.{person} IS NOT NULL"
            for person in ("customer_id", "contact_id")
            for mine in ("consultant_id", "advisor_id")
        ]
        named = "SELECT n.id FROM customer n WHERE n.account_id = ? AND n.consultant_id = ?"
        entered = (
            "SELECT e.id FROM customer e WHERE e.account_id = ? AND e.entered_by = ?"
            " AND +e.consultant_id IS NULL AND NOT EXISTS (SELECT 1 FROM vehicle t"
            " WHERE t.account_id = e.account_id AND t.customer_id = e.id"
            " AND +t.consultant_id IS NOT NULL)"
        )
        text = f"{key} IN ({' UNION ALL '.join([*cars, named, entered])})"
        return Seen(text, (self.account, self.me) * (len(cars) + 1) + (self.account, self.name))

    def _here(self, table: str, column: str, key: str) -> Seen:
        """A row of `table` in the person's store names `key`.

        One look into the key's index for each row of a page: the plus keeps SQLite from going
        through the whole store instead, OFFSET keeps PostgreSQL from hashing all of it first.
        """
        return Seen(
            f"EXISTS (SELECT 1 FROM {table} h WHERE h.account_id = ?"  # noqa: S608 - tables, columns and keys that this file names; values are marks
            f" AND h.{column} = {key} AND +h.store_id = ? LIMIT 1 OFFSET 0)",
            (self.account, self.store),
        )

    def _colleagues(self, key: str) -> Seen:
        """A colleague of the same store is their consultant, or entered the file."""
        return Seen(
            "EXISTS (SELECT 1 FROM customer f JOIN staff g ON g.account_id = f.account_id"  # noqa: S608 - the key is a column that this file names; values are marks
            " AND (g.id = f.consultant_id OR g.name = f.entered_by)"
            f" WHERE f.account_id = ? AND f.id = {key}"
            " AND g.store_id = ? LIMIT 1 OFFSET 0)",
            (self.account, self.store),
        )

    def vehicle(self, key: str) -> Seen:
        mine = [
            f"SELECT w.id FROM vehicle w WHERE w.account_id = ? AND w.{column} = ?"  # noqa: S608 - columns of the list below; values are marks
            for column in ("consultant_id", "advisor_id")
        ]
        entered = (
            "SELECT w.id FROM vehicle w WHERE w.account_id = ? AND w.entered_by = ?"
            " AND w.consultant_id IS NULL AND w.customer_id IS NULL"
        )
        owner = self._own_customer("w.customer_id")
        owned = f"SELECT w.id FROM vehicle w WHERE w.account_id = ? AND {owner.text}"  # noqa: S608 - the condition is written above; values are marks
        values = (self.account, self.me) * 2 + (self.account, self.name, self.account)
        own = Seen(
            f"{key} IN ({' UNION ALL '.join([*mine, entered, owned])})", (*values, *owner.values)
        )
        if not self.wide:
            return own
        theirs = _any(Seen("x.store_id = ?", (self.store,)), self.customer("x.customer_id"))
        car = Seen(
            f"EXISTS (SELECT 1 FROM vehicle x WHERE x.account_id = ? AND x.id = {key}"  # noqa: S608 - the key and the condition are this file's; values are marks
            f" AND {theirs.text} LIMIT 1 OFFSET 0)",
            (self.account, *theirs.values),
        )
        return _any(
            own,
            car,
            self._here("booking", "vehicle_id", key),
            self._here("visit", "vehicle_id", key),
        )

    def person(self, key: str) -> Seen:
        """Somebody in WeChat who is a customer that may be seen."""
        customer = self.customer("u.customer_id")
        return Seen(
            f"EXISTS (SELECT 1 FROM wechat_user u WHERE u.account_id = ? AND u.id = {key}"  # noqa: S608 - the key and the condition are this file's; values are marks
            f" AND {customer.text} LIMIT 1 OFFSET 0)",
            (self.account, *customer.values),
        )

    def at_store(self, key: str) -> Seen:
        return Seen(f"{key} = ?", (self.store,)) if self.wide else NOTHING


def _of_vehicle(eyes: _Eyes, table: str) -> Seen:
    return eyes.vehicle(f"{table}.vehicle_id")


def _order(eyes: _Eyes, table: str) -> Seen:
    """The history stays with the car: who sees the car sees it, whoever had it then."""
    return _any(_of_vehicle(eyes, table), eyes.at_store(f"{table}.store_id"))


def _booking(eyes: _Eyes, table: str) -> Seen:
    """With its booker's telephone in it, so a later owner's consultant does not see it."""
    nobodys = Seen(f"{table}.customer_id IS NULL")
    return _any(
        eyes.at_store(f"{table}.store_id"),
        eyes.customer(f"{table}.customer_id"),
        _all(nobodys, _of_vehicle(eyes, table)),
    )


def _waiting(eyes: _Eyes, table: str) -> Seen:
    return _any(eyes.at_store(f"{table}.store_id"), eyes.person(f"{table}.wechat_user_id"))


def _of_customer_or_person(eyes: _Eyes, table: str) -> Seen:
    person = _all(Seen(f"{table}.customer_id IS NULL"), eyes.person(f"{table}.wechat_user_id"))
    return _any(eyes.customer(f"{table}.customer_id"), person)


def _file_change(eyes: _Eyes, table: str) -> Seen:
    kind, key = f"{table}.subject_kind = ?", f"{table}.subject_id"
    return _any(
        _all(Seen(kind, ("customer",)), eyes.customer(key)),
        _all(Seen(kind, ("vehicle",)), eyes.vehicle(key)),
    )


def _staff(eyes: _Eyes, table: str) -> Seen:
    """Themselves, their store's people, and those who belong to every store."""
    me = Seen(f"{table}.id = ?", (eyes.me,))
    if not eyes.wide:
        return me
    return _any(me, Seen(f"{table}.store_id IS NULL"), eyes.at_store(f"{table}.store_id"))


def _scene(eyes: _Eyes, table: str) -> Seen:
    mine = Seen(f"{table}.staff_id = ?", (eyes.me,))
    return _any(mine, eyes.at_store(f"{table}.store_id"))


def _nobodys(_eyes: _Eyes, _table: str) -> Seen:
    """What belongs to the account and to nobody in it is seen by those who see all."""
    return NOTHING


_RULES: Final[dict[Kind, Callable[[_Eyes, str], Seen]]] = {
    Kind.CUSTOMER: lambda eyes, table: eyes.customer(f"{table}.id"),
    Kind.VEHICLE: lambda eyes, table: eyes.vehicle(f"{table}.id"),
    Kind.REPAIR_ORDER: _order,
    Kind.BOOKING: _booking,
    Kind.WAITING: _waiting,
    Kind.CONSENT: _of_customer_or_person,
    Kind.DELIVERY: _of_vehicle,
    Kind.INCIDENT: _of_vehicle,
    Kind.CONVERSATION: lambda eyes, table: eyes.person(f"{table}.wechat_user_id"),
    Kind.TASK: _of_customer_or_person,
    Kind.FILE_CHANGE: _file_change,
    Kind.AUDIT: _nobodys,
    Kind.STAFF: _staff,
    Kind.STORE: lambda eyes, table: eyes.at_store(f"{table}.id"),
    Kind.SCENE: _scene,
    Kind.IMPORT: _nobodys,
    Kind.API_KEY: _nobodys,
    Kind.WEBHOOK: _nobodys,
}
