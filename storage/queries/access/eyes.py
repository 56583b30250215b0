"""Conditions on rows: how whose customer, car and store a row is gets written in SQL."""

from copy import copy
from dataclasses import dataclass
from typing import Any, Final

from bot.rules.roles import Scope
from storage.queries.staff.colleagues import Staff
from storage.scope import account_id


@dataclass(frozen=True, slots=True)
class Seen:
    """A condition in brackets where it needs them, and its values in order."""

    text: str
    values: tuple[Any, ...] = ()


NOTHING: Final = Seen("1 = 0")


def joined(word: str, conditions: tuple[Seen, ...]) -> Seen:
    text = f" {word} ".join(one.text for one in conditions)
    return Seen(f"({text})", tuple(value for one in conditions for value in one.values))


def all_of(*conditions: Seen) -> Seen:
    return joined("AND", conditions)


def any_of(*conditions: Seen) -> Seen:
    return joined("OR", conditions)


class Eyes:
    """The conditions of one person at one reach (own or store), on an expression for a key."""

    def __init__(self, who: Staff, found: Scope) -> None:
        self.me = who.id
        self.name = who.actor
        self.store = who.store_id
        self.wide = found is Scope.STORE
        self.account = account_id()

    def narrowed(self) -> "Eyes":
        """The same person, who looks at their own only."""
        other = copy(self)
        other.wide = False
        return other

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
        return any_of(own, *here, self._colleagues(key))

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
        """A colleague of the same store has them as own: their consultant, or whoever entered the
        file as long as neither customer nor car is another consultant's."""
        return Seen(
            "EXISTS (SELECT 1 FROM customer f JOIN staff g ON g.account_id = f.account_id"  # noqa: S608 - the key is a column that this file names; values are marks
            " AND (g.id = f.consultant_id OR (g.name = f.entered_by AND f.consultant_id IS NULL"
            " AND NOT EXISTS (SELECT 1 FROM vehicle t WHERE t.account_id = f.account_id"
            " AND t.customer_id = f.id AND +t.consultant_id IS NOT NULL)))"
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
        theirs = any_of(Seen("x.store_id = ?", (self.store,)), self.customer("x.customer_id"))
        car = Seen(
            f"EXISTS (SELECT 1 FROM vehicle x WHERE x.account_id = ? AND x.id = {key}"  # noqa: S608 - the key and the condition are this file's; values are marks
            f" AND {theirs.text} LIMIT 1 OFFSET 0)",
            (self.account, *theirs.values),
        )
        return any_of(
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
