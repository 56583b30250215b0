"""An account with two stores and the people who work in them.

Rows are written through the models, so that a column that must be sealed is sealed.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.rules.roles import Role
from storage.db import opened
from storage.queries.staff.colleagues import Staff, add_staff
from storage.queries.stores import equip
from storage.queries.stores.shops import Store, ensure_account
from storage.scope import account_scope

APP_ID = "wx0000000000000001"
NOW = datetime(2026, 11, 18, 0, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
STORES = ("main", "east")


@dataclass(frozen=True)
class House:
    """`staff[role, store]`, and the stores by their codes."""

    account: int
    stores: dict[str, Store]
    staff: dict[tuple[Role, str], Staff]

    def who(self, role: Role, store: str = "main") -> Staff:
        return self.staff[role, store]


@asynccontextmanager
async def house(url: str) -> AsyncIterator[House]:
    """In the migrated, empty database at `url`: everybody of every role in both stores."""
    async with opened(url):
        account = await ensure_account(APP_ID)
        with account_scope(account):
            stores = {code: await equip.add_store(code, name=code, bays=1) for code in STORES}
            staff = {
                (role, code): await add_staff(
                    f"{role.value} {code}", role, now=NOW, store_code=code, phone="13700000000"
                )
                for role in Role
                for code in STORES
            }
            yield House(account, stores, staff)
