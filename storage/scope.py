"""Whose data a task works on: every query is about one account.

with account_scope(7):
    await bookings.of(user)      # reads and writes rows of account 7 only
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_account: ContextVar[int] = ContextVar("account")


def account_id() -> int:
    """The account in force; LookupError where nobody set one, so that no query is unscoped."""
    return _account.get()


@contextmanager
def account_scope(account: int) -> Iterator[None]:
    token = _account.set(account)
    try:
        yield
    finally:
        _account.reset(token)
