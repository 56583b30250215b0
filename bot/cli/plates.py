"""Which car of a sheet has which plate: one sheet cannot mean that two cars have the same."""

import secrets
import sqlite3
from contextlib import closing
from hashlib import blake2b
from types import TracebackType
from typing import Final, Self

from bot.rules.records import Record, VehicleRecord

_TABLE: Final = "CREATE TABLE kept (plate BLOB PRIMARY KEY, car BLOB, number INTEGER) WITHOUT ROWID"


def claimed(record: Record) -> str:
    """The plate that a row says its car has; "" for none, and for a car that is sold."""
    if not isinstance(record, VehicleRecord) or record.fields.get("sold"):
        return ""
    return record.fields.get("plate") or ""


class Plates:
    """What was kept of a sheet so far: hashes, in a file of SQLite's own that goes when it ends.

    So memory does not grow with the sheet.
    """

    def __init__(self) -> None:
        self._key = secrets.token_bytes(16)
        self._kept = sqlite3.connect("", isolation_level=None)

    def __enter__(self) -> Self:
        self._kept.execute(_TABLE)
        self._kept.execute("BEGIN")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._kept.close()

    def other(self, plate: str, car: str) -> int | None:
        """The row in which another car has the plate."""
        statement = "SELECT number FROM kept WHERE plate = ? AND car <> ?"
        with closing(self._kept.execute(statement, (self._hash(plate), self._hash(car)))) as found:
            row = found.fetchone()
        return row and int(row[0])

    def take(self, plate: str, car: str, number: int) -> None:
        self._kept.execute(
            "INSERT OR IGNORE INTO kept VALUES (?, ?, ?)",
            (self._hash(plate), self._hash(car), number),
        )

    def _hash(self, text: str) -> bytes:
        return blake2b(text.encode(), digest_size=16, key=self._key).digest()
