"""Two who begin a file with one phone at once: the second sees what the first began."""

from collections.abc import Collection
from typing import Final
from zlib import crc32

from storage.db import Sql
from storage.scope import account_id
from storage.secrets import look_up

_LOCK: Final = 0x7068


async def hold_phones(connection: Sql, phones: Collection[str]) -> None:
    """Until the transaction ends nobody else looks whose these phones are, to begin a file.

    Many customers may have one phone, so no unique key keeps a chat and a feed apart. In one
    order, so that two who hold several never wait for each other; SQLite has one writer anyway.
    """
    if connection.postgres and phones:
        await connection.rows(
            "SELECT pg_advisory_xact_lock(?, number) FROM unnest(?::int[]) AS number",
            *(_LOCK, sorted({_number(phone) for phone in phones})),
        )


def _number(phone: str) -> int:
    """Of 32 bits with a sign: two phones that share one wait for each other, and that is all."""
    return crc32(f"{account_id()} {look_up('phone', phone)}".encode()) - 2**31
