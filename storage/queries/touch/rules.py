"""What staff changed in the touch plan."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.rules.touch.kinds import KINDS, Override, Rule, rules_for
from storage.db import moment, sql, transaction
from storage.queries import audit
from storage.scope import account_id


@dataclass(frozen=True, slots=True)
class Changed:
    """One change, who made it and when."""

    override: Override
    by: str
    at: datetime


class RuleBook:
    """The rules in force, worked out once for each store and model."""

    def __init__(self, changes: tuple[Changed, ...]) -> None:
        self.changes = changes
        self.overrides = tuple(change.override for change in changes)
        self._stores = {said.store for said in self.overrides}
        self._models = {said.model for said in self.overrides}
        self._made: dict[tuple[str, str, frozenset[str] | None], dict[str, Rule]] = {}

    def rules(
        self, store: str, model: str, only: frozenset[str] | None = None
    ) -> Mapping[str, Rule]:
        """For a car of `model` looked after by `store`. `only`: the others count as switched off."""
        key = (
            store if store in self._stores else "",
            model if model in self._models else "",
            only,
        )
        if key not in self._made:
            made = rules_for(self.overrides, *key[:2])
            self._made[key] = {
                code: rule if only is None or code in only else replace(rule, active=False)
                for code, rule in made.items()
            }
        return self._made[key]

    def variants(self, kind: str) -> list[Rule]:
        """Every form in which the kind is in force somewhere."""
        found = (
            self.rules(store, model)[kind]
            for store in sorted({"", *self._stores})
            for model in sorted({"", *self._models})
        )
        return list(dict.fromkeys(rule for rule in found if rule.active))

    def who(self, kind: str, store: str, model: str) -> Changed | None:
        """Who last changed what holds for a kind there; None: it is as delivered."""
        fitting = [
            change
            for change in self.changes
            if change.override.kind == kind
            and change.override.store in {"", store}
            and change.override.model in {"", model}
        ]
        return max(fitting, key=lambda change: change.at, default=None)

    def changed_since(self, kind: str, store: str, model: str, at: datetime) -> bool:
        """Whether the rule of a kind, or one that it counts by, was changed there since `at`."""
        counts_by = ("first_service", "regular_service")
        service = kind in KINDS and KINDS[kind].anchor in ("service", "away")
        found = (self.who(one, store, model) for one in {kind, *(counts_by if service else ())})
        return any(change is not None and change.at >= at for change in found)


async def book() -> RuleBook:
    rows = await sql().rows(
        "SELECT kind, scope, model, active, offset_days, at, catch_up_days, months, km,"
        " changed_by, changed_at"
        " FROM touch_rule WHERE account_id = ? ORDER BY id",
        account_id(),
    )
    return RuleBook(tuple(_changed(row) for row in rows))


async def change(said: Override, by: str, now: datetime) -> None:
    """From now on; what the override leaves open stays as it was changed before."""
    async with transaction() as db:
        await db.run(
            "INSERT INTO touch_rule (account_id, kind, scope, model, active, offset_days, at,"
            " catch_up_days, months, km, changed_by, changed_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (account_id, kind, scope, model) DO UPDATE SET"
            " active = coalesce(excluded.active, touch_rule.active),"
            " offset_days = coalesce(excluded.offset_days, touch_rule.offset_days),"
            " at = CASE WHEN excluded.at = '' THEN touch_rule.at ELSE excluded.at END,"
            " catch_up_days = coalesce(excluded.catch_up_days, touch_rule.catch_up_days),"
            " months = coalesce(excluded.months, touch_rule.months),"
            " km = coalesce(excluded.km, touch_rule.km),"
            " changed_by = excluded.changed_by, changed_at = excluded.changed_at",
            *(account_id(), said.kind, said.store, said.model, said.active, said.offset_days),
            *(said.at, said.catch_up_days, said.months, said.km, by, now),
        )
        detail = {
            "store": said.store, "model": said.model, "active": said.active,
            "offset_days": said.offset_days, "at": said.at, "catch_up_days": said.catch_up_days,
            "months": said.months, "km": said.km,
        }  # fmt: skip
        await audit.note(by, "touch_rule", f"rule:{said.kind}", detail, now)


async def restore(kind: str, store: str, model: str, by: str, now: datetime) -> bool:
    """Back to the more general rule. False: nothing was changed there."""
    async with transaction() as db:
        gone = await db.run(
            "DELETE FROM touch_rule WHERE account_id = ? AND kind = ? AND scope = ? AND model = ?",
            *(account_id(), kind, store, model),
        )
        if gone:
            detail = {"store": store, "model": model, "restored": True}
            await audit.note(by, "touch_rule", f"rule:{kind}", detail, now)
        return bool(gone)


def _changed(row: Any) -> Changed:
    at = moment(row["changed_at"])
    assert at is not None  # noqa: S101 - the column is never NULL
    active = None if row["active"] is None else bool(row["active"])
    said = Override(
        *(row["kind"], row["scope"], row["model"], active, row["offset_days"], row["at"]),
        *(row["catch_up_days"], row["months"], row["km"]),
    )
    return Changed(said, row["changed_by"], at)
