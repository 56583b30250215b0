"""Rows of files, read clear and written sealed: the columns that a put may write."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from storage.db import Sql, calendar_day, dumps, loads, moment
from storage.scope import account_id
from storage.secrets import look_up_or_none, look_ups, seal, seal_json, unseal, unseal_json


def among(connection: Sql, column: str, values: Collection[Any]) -> tuple[str, Any]:
    """A condition and its one value, so that any number of values is one statement."""
    if connection.postgres:
        return f"{column} = ANY(?)", list(values)
    listed = dumps(list(values))
    return f"{column} IN (SELECT value FROM json_each(?))", listed  # noqa: S608 - the callers' own column names; the values are one mark


def locked(connection: Sql) -> str:
    """Rows stay as read until the transaction ends; SQLite has one writer anyway."""
    return " ORDER BY id FOR NO KEY UPDATE" if connection.postgres else ""


def hashes(kind: str, texts: Collection[str]) -> dict[str, str]:
    """Each hash a text may be kept under → the text."""
    return {found: text for text in texts for found in look_ups(kind, text)}


@dataclass(frozen=True, slots=True)
class Column:
    """`form`: plain, sealed, json or sealed_json; date, moment and flag come as text from SQLite.

    `cleared` is what null makes of it.
    """

    form: str = "plain"
    cleared: Any = ""


class Table:
    """Columns that a put may write, with the hashes that are kept beside the sealed ones."""

    def __init__(
        self,
        name: str,
        columns: Mapping[str, Column],
        found_by: Callable[[Mapping[str, Any]], tuple[str | None, ...]] = lambda _values: (),
        hash_columns: Sequence[str] = (),
        follows: Callable[[Mapping[str, Any], dict[str, Any]], None] = lambda _before, _after: None,
    ) -> None:
        """`follows` sees what a row was and is to be, and changes what follows from that."""
        self.name = name
        self.columns = columns
        self._found_by = found_by
        self._follows = follows
        self._written = (*columns, *hash_columns, "rev", "changed_at")
        sets = ", ".join(f"{column} = ?" for column in self._written)
        self._update = f"UPDATE {name} SET {sets} WHERE id = ?"  # noqa: S608 - the table's own name and columns; values are marks
        self.selected = ", ".join((*columns, *hash_columns, "id", "rev"))

    def read(self, row: Any) -> dict[str, Any]:
        """A row of the database, clear; `id` and `rev` with it."""
        made = {name: self._clear(name, column, row[name]) for name, column in self.columns.items()}
        return {**made, "id": row["id"], "rev": row["rev"]}

    def empty(self) -> dict[str, Any]:
        made = {name: column.cleared for name, column in self.columns.items()}
        return {**made, "id": 0, "rev": 0}

    def merged(self, current: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """`current` with what was given; null clears."""
        new = dict(current)
        for name, value in given.items():
            if name in self.columns:
                kept = list(value) if isinstance(value, tuple) else value
                new[name] = self.columns[name].cleared if kept is None else kept
        self._follows(current, new)
        return new

    async def insert(
        self,
        connection: Sql,
        rows: Sequence[Mapping[str, Any]],
        more: Mapping[str, Any],
        now: datetime,
    ) -> None:
        """New rows, rev 1; `more`: columns beyond the put's own, the same for all of them."""
        if rows:
            names = ("account_id", *self._written, *more)
            marks = ", ".join("?" * len(names))
            statement = f"INSERT INTO {self.name} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608 - the table's own name, its columns and the callers'; values are marks
            extra = tuple(more.values())
            account = account_id()
            values = [(account, *self._values({**row, "rev": 1}, now), *extra) for row in rows]
            await connection.many(statement, values)

    async def update(
        self, connection: Sql, rows: Sequence[Mapping[str, Any]], now: datetime
    ) -> None:
        """Rows as they are to be; `rev` is the new one already."""
        if rows:
            values = [(*self._values(row, now), row["id"]) for row in rows]
            await connection.many(self._update, values)

    def _values(self, row: Mapping[str, Any], now: datetime) -> tuple[Any, ...]:
        kept = (self._kept(name, column.form, row[name]) for name, column in self.columns.items())
        return (*kept, *self._found_by(row), row["rev"], now)

    def _kept(self, name: str, form: str, value: Any) -> Any:
        if form == "plain" or value is None:
            return value
        if form == "sealed":
            return seal(f"{self.name}.{name}", value)
        if form == "sealed_json":
            return seal_json(f"{self.name}.{name}", value)
        return dumps(value) if form == "json" else value

    def _clear(self, name: str, column: Column, kept: Any) -> Any:
        form = column.form
        if form == "plain":
            return kept
        if form == "sealed":
            return unseal(f"{self.name}.{name}", kept) or column.cleared
        if kept is None:
            return None
        if form == "sealed_json":
            return unseal_json(f"{self.name}.{name}", kept)
        readers: dict[str, Callable[[Any], Any]] = {
            "json": loads, "date": calendar_day, "moment": moment, "flag": bool, "amount": _amount,
        }  # fmt: skip
        return readers[form](kept)


def _amount(kept: Any) -> Any:
    return Decimal(str(kept)).quantize(Decimal("0.01"))


def hashed(*pairs: tuple[str, str]) -> Callable[[Mapping[str, Any]], tuple[str | None, ...]]:
    """Hash columns of (kind, column) pairs: NULL where the column is empty."""
    return lambda row: tuple(look_up_or_none(kind, row[column]) for kind, column in pairs)
