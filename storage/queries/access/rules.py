"""Whose a row of each kind is: what somebody who reaches their own or their store's gets to see."""

from collections.abc import Callable
from typing import Final

from bot.rules.roles import Action, Kind
from storage.queries.access.eyes import NOTHING, Eyes, Seen, all_of, any_of


def _of_vehicle(eyes: Eyes, table: str) -> Seen:
    return eyes.vehicle(f"{table}.vehicle_id")


def _order(eyes: Eyes, table: str) -> Seen:
    """The history stays with the car: who sees the car sees it, whoever had it then."""
    return any_of(_of_vehicle(eyes, table), eyes.at_store(f"{table}.store_id"))


def _booking(eyes: Eyes, table: str) -> Seen:
    """With its booker's telephone in it, so a later owner's consultant does not see it."""
    nobodys = Seen(f"{table}.customer_id IS NULL")
    return any_of(
        eyes.at_store(f"{table}.store_id"),
        eyes.customer(f"{table}.customer_id"),
        all_of(nobodys, _of_vehicle(eyes, table)),
    )


def _waiting(eyes: Eyes, table: str) -> Seen:
    return any_of(eyes.at_store(f"{table}.store_id"), eyes.person(f"{table}.wechat_user_id"))


def _of_customer_or_person(eyes: Eyes, table: str) -> Seen:
    person = all_of(Seen(f"{table}.customer_id IS NULL"), eyes.person(f"{table}.wechat_user_id"))
    return any_of(eyes.customer(f"{table}.customer_id"), person)


def _file_change(eyes: Eyes, table: str) -> Seen:
    kind, key = f"{table}.subject_kind = ?", f"{table}.subject_id"
    return any_of(
        all_of(Seen(kind, ("customer",)), eyes.customer(key)),
        all_of(Seen(kind, ("vehicle",)), eyes.vehicle(key)),
    )


def _staff(eyes: Eyes, table: str) -> Seen:
    """Themselves, their store's people, and those who belong to every store."""
    me = Seen(f"{table}.id = ?", (eyes.me,))
    if not eyes.wide:
        return me
    return any_of(me, Seen(f"{table}.store_id IS NULL"), eyes.at_store(f"{table}.store_id"))


def _scene(eyes: Eyes, table: str) -> Seen:
    mine = Seen(f"{table}.staff_id = ?", (eyes.me,))
    return any_of(mine, eyes.at_store(f"{table}.store_id"))


def _nobodys(_eyes: Eyes, _table: str) -> Seen:
    """What belongs to the account and to nobody in it is seen by those who see all."""
    return NOTHING


def _duty(who: str) -> Callable[[Eyes, str], Seen]:
    """What somebody of the staff has to do (`who` names them), at a store and for a customer."""

    def rule(eyes: Eyes, table: str) -> Seen:
        mine = Seen(f"{table}.{who} = ?", (eyes.me,))
        person = all_of(
            Seen(f"{table}.customer_id IS NULL"), eyes.person(f"{table}.wechat_user_id")
        )
        store, customer = eyes.at_store(f"{table}.store_id"), eyes.customer(f"{table}.customer_id")
        return any_of(mine, store, customer, person)

    return rule


_rating = _duty("advisor_id")


def _case(eyes: Eyes, table: str) -> Seen:
    """A complaint is its owner's, the customer's own consultant's, and the store's it is about.

    Another store that serves the same customer does not read it.
    """
    own = _of_customer_or_person(eyes.narrowed(), table)
    return any_of(_handled(eyes, table), own)


def _handled(eyes: Eyes, table: str) -> Seen:
    """Its owner works on it, and so does whoever manages the store it is about."""
    mine = Seen(f"{table}.owner_id = ?", (eyes.me,))
    if not eyes.wide:
        return mine
    of_no_store = all_of(Seen(f"{table}.store_id IS NULL"), _of_customer_or_person(eyes, table))
    return any_of(mine, eyes.at_store(f"{table}.store_id"), of_no_store)


def _there(
    eyes: Eyes, table: str, column: str, rule: Callable[[Eyes, str], Seen], key: str
) -> Seen:
    """The row of `table` that `key` names may be seen."""
    seen = rule(eyes, "q")
    return Seen(
        f"EXISTS (SELECT 1 FROM {table} q WHERE q.account_id = ? AND q.id = {key}.{column}"  # noqa: S608 - tables and columns that this file names; values are marks
        f" AND {seen.text} LIMIT 1 OFFSET 0)",
        (eyes.account, *seen.values),
    )


def _of_case(eyes: Eyes, table: str) -> Seen:
    return _there(eyes, "complaint", "case_id", _case, table)


def _measure(eyes: Eyes, table: str) -> Seen:
    return any_of(Seen(f"{table}.owner_id = ?", (eyes.me,)), _of_case(eyes, table))


def _evidence(eyes: Eyes, table: str) -> Seen:
    """What belongs to a complaint is seen with it, whoever sees the rating that it came from."""
    of_rating = _there(eyes, "rating", "rating_id", _rating, table)
    return any_of(_of_case(eyes, table), all_of(Seen(f"{table}.case_id IS NULL"), of_rating))


def _task(eyes: Eyes, table: str) -> Seen:
    """A task about a complaint tells of it: whoever is to do it sees it, else who sees that."""
    mine = Seen(f"{table}.staff_id = ?", (eyes.me,))
    of_case = all_of(Seen(f"{table}.case_id IS NOT NULL"), any_of(mine, _of_case(eyes, table)))
    other = all_of(Seen(f"{table}.case_id IS NULL"), _of_customer_or_person(eyes, table))
    return any_of(of_case, other)


def _call(eyes: Eyes, table: str) -> Seen:
    """Who called, and whoever sees the customer."""
    mine = Seen(f"{table}.staff_id = ?", (eyes.me,))
    return any_of(mine, eyes.customer(f"{table}.customer_id"))


RULES: Final[dict[Kind, Callable[[Eyes, str], Seen]]] = {
    Kind.CUSTOMER: lambda eyes, table: eyes.customer(f"{table}.id"),
    Kind.VEHICLE: lambda eyes, table: eyes.vehicle(f"{table}.id"),
    Kind.REPAIR_ORDER: _order,
    Kind.BOOKING: _booking,
    Kind.WAITING: _waiting,
    Kind.CONSENT: _of_customer_or_person,
    Kind.DELIVERY: _of_vehicle,
    Kind.INCIDENT: _of_vehicle,
    Kind.CONVERSATION: lambda eyes, table: eyes.person(f"{table}.wechat_user_id"),
    Kind.TASK: _task,
    Kind.FILE_CHANGE: _file_change,
    Kind.AUDIT: _nobodys,
    Kind.STAFF: _staff,
    Kind.STORE: lambda eyes, table: eyes.at_store(f"{table}.id"),
    Kind.SCENE: _scene,
    Kind.IMPORT: _nobodys,
    Kind.API_KEY: _nobodys,
    Kind.WEBHOOK: _nobodys,
    Kind.CASE: _case,
    Kind.COMPENSATION: _of_case,
    Kind.MEASURE: _measure,
    Kind.EVIDENCE: _evidence,
    Kind.RATING: _rating,
    Kind.SURVEY: _nobodys,
    Kind.LEAD: _duty("consultant_id"),
    Kind.CALL: _call,
}
FOR_DEEDS: Final[dict[tuple[Kind, Action], Callable[[Eyes, str], Seen]]] = {
    (Kind.CASE, Action.HANDLE): _handled,
}
"""Where fewer rows may be acted on than a reach of the same name gets to see."""


def rule_of(kind: Kind, action: Action) -> Callable[[Eyes, str], Seen]:
    return FOR_DEEDS.get((kind, action), RULES[kind])
