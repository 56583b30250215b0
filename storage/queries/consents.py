"""What people agreed to, purpose by purpose: an append-only ledger in which the newest word counts.

A row says given or not, with the words that were shown, the channel and the moment. `ASKED` is the
channel of the question itself: asked and not yet answered is no consent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storage.db import moment, sql, transaction
from storage.queries.records.tables import among
from storage.scope import account_id

WECHAT, ASKED, DMS = "wechat", "asked", "dms"


@dataclass(frozen=True, slots=True)
class Who:
    """One person in WeChat and the customer they are, if any; either may be all that is known."""

    customer_id: int | None
    wechat_user_id: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the ledger. `at` in UTC."""

    purpose: str
    given: bool
    wording: str
    channel: str
    at: datetime


# A stranger's words hold for the customer they turn out to be. Each part goes by an index of its
# own: with OR between them SQLite would read every consent of the account.
_OF = (
    " FROM consent c WHERE c.id IN (SELECT id FROM consent WHERE account_id = ? AND customer_id = ?"
    " UNION ALL SELECT id FROM consent WHERE account_id = ? AND wechat_user_id = ?"
    " UNION ALL SELECT id FROM consent WHERE account_id = ? AND wechat_user_id IN"
    " (SELECT u.id FROM wechat_user u WHERE u.account_id = ? AND u.customer_id = ?))"
)


def _values(who: Who) -> tuple[object, ...]:
    account = account_id()
    return (
        *(account, who.customer_id, account, who.wechat_user_id),
        *(account, account, who.customer_id),
    )


async def given(customer_id: int, purpose: str) -> bool:
    """Whether the customer agrees to be contacted for this purpose now."""
    row = await sql().row(
        f"SELECT c.given{_OF} AND c.purpose = ? ORDER BY c.id + 0 DESC LIMIT 1",
        *_values(Who(customer_id)),
        purpose,
    )
    return row is not None and bool(row["given"])


async def state(who: Who) -> dict[str, Entry]:
    """The newest word on each purpose that anything was ever said about."""
    return {entry.purpose: entry for entry in await ledger(who)}


async def ledger(who: Who) -> list[Entry]:
    """Everything that was asked, given and withdrawn, oldest first."""
    rows = await sql().rows(
        f"SELECT c.purpose, c.given, c.wording, c.channel, c.at{_OF} ORDER BY c.id", *_values(who)
    )
    return [_entry(row) for row in rows]


async def of_many(customers: Sequence[int]) -> dict[int, frozenset[str]]:
    """What each of these customers agrees to now; nothing said is no."""
    newest = {(row["whose"], row["purpose"]): bool(row["given"]) for row in await _words(customers)}
    found: dict[int, set[str]] = {}
    for (whose, purpose), yes in newest.items():
        if yes:
            found.setdefault(whose, set()).add(purpose)
    return {whose: frozenset(purposes) for whose, purposes in found.items()}


@dataclass(frozen=True, slots=True)
class Words:
    """All that some customers ever said: by customer and purpose, oldest first."""

    said: Mapping[tuple[int, str], Sequence[tuple[datetime, bool]]]

    def agreed(self, customer_id: int, purpose: str, then: datetime) -> bool:
        """Whether they agreed at that moment."""
        known = [yes for at, yes in self.said.get((customer_id, purpose), ()) if at <= then]
        return known[-1] if known else False


async def words_of(customers: Sequence[int]) -> Words:
    """For what held at another time."""
    found: dict[tuple[int, str], list[tuple[datetime, bool]]] = {}
    for row in await _words(customers) if customers else ():
        if at := moment(row["at"]):
            found.setdefault((row["whose"], row["purpose"]), []).append((at, bool(row["given"])))
    return Words(found)


async def _words(customers: Sequence[int]) -> Sequence[Any]:
    db = sql()
    condition, value = among(db, "customer_id", customers)
    theirs, _ = among(db, "u.customer_id", customers)
    return await db.rows(
        "SELECT c.id, c.customer_id AS whose, c.purpose, c.given, c.at FROM consent c"  # noqa: S608 - our own columns
        f" WHERE c.account_id = ? AND c.{condition} UNION"
        " SELECT c.id, u.customer_id AS whose, c.purpose, c.given, c.at FROM wechat_user u"
        " JOIN consent c ON c.account_id = u.account_id AND c.wechat_user_id = u.id"
        f" WHERE u.account_id = ? AND {theirs} ORDER BY 1",
        *(account_id(), value, account_id(), value),
    )


async def give(
    who: Who, purposes: Sequence[str], wording: str, now: datetime, channel: str = WECHAT
) -> list[str]:
    """Agree; which of the purposes were not agreed to before."""
    return await _say(who, purposes, True, wording, channel, now)


async def withdraw(
    who: Who, purposes: Sequence[str], wording: str, now: datetime, channel: str = WECHAT
) -> list[str]:
    """Agree no longer; which of the purposes had not been refused before."""
    return await _say(who, purposes, False, wording, channel, now)


async def ask(who: Who, purposes: Sequence[str], wording: str, now: datetime) -> bool:
    """Note that the question was put; False, and nothing is noted, if anything was said before."""
    if await ledger(who):
        return False
    await _write(who, purposes, False, wording, ASKED, now)
    return True


async def declare(
    who: Who, purposes: Sequence[str], every: Sequence[str], now: datetime, channel: str = DMS
) -> list[str]:
    """What another system has on record: `purposes` of `every` are agreed to. What was changed.

    It counts where it differs from what the same system said before: a nightly repeat neither adds
    a line nor undoes what the customer has said since; nor is a no from chat undone from outside.
    """
    async with transaction():
        await _one_at_a_time(who)
        said = await ledger(who)
        theirs = {entry.purpose: entry.given for entry in said if entry.channel == channel}
        own = {entry.purpose: entry.given for entry in said if entry.channel == WECHAT}
        changed = []
        for purpose in every:
            wanted, refused = purpose in purposes, own.get(purpose) is False
            if theirs.get(purpose, False) != wanted and not (wanted and refused):
                await _write(who, [purpose], wanted, "", channel, now)
                changed.append(purpose)
    return changed


async def _say(
    who: Who, purposes: Sequence[str], yes: bool, wording: str, channel: str, now: datetime
) -> list[str]:
    async with transaction():
        await _one_at_a_time(who)
        held = await state(who)
        new = [
            purpose
            for purpose in purposes
            if not (last := held.get(purpose)) or last.given != yes or last.channel == ASKED
        ]
        await _write(who, new, yes, wording, channel, now)
    return new


async def _one_at_a_time(who: Who) -> None:
    """Two writers of one customer's ledger queue here."""
    await sql().run(
        "UPDATE customer SET ref = ref WHERE account_id = ? AND id = ?",
        *(account_id(), who.customer_id),
    )


async def _write(
    who: Who, purposes: Sequence[str], yes: bool, wording: str, channel: str, now: datetime
) -> None:
    await sql().many(
        "INSERT INTO consent (account_id, customer_id, wechat_user_id, purpose, given, wording,"
        " channel, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                *(account_id(), who.customer_id, who.wechat_user_id),
                *(purpose, yes, wording[:400], channel, now),
            )
            for purpose in purposes
        ],
    )


def _entry(row: Any) -> Entry:
    at = moment(row["at"])
    assert at is not None  # noqa: S101  # the column is not null
    return Entry(row["purpose"], bool(row["given"]), row["wording"], row["channel"], at)
