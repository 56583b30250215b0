"""凭证材料: the photos, voice notes and videos that customers sent for a complaint or a rating.

The platform keeps what people send for three days; until then it is to be fetched. What was
fetched lies sealed outside the database (`storage.evidence_files`), named by its `sha256`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from bot.rules.media_types import mime_of
from storage import evidence_files
from storage.db import moment, sql, transaction
from storage.queries.evidence import lost as evidence_lost
from storage.scope import account_id
from storage.secrets import marks

PLATFORM_KEEPS = timedelta(days=3)
"""WeChat docs, receiving messages: a MediaId can be downloaded for three days."""
LEASE = timedelta(minutes=10)
"""How long one process may take to fetch what it claimed, before another tries."""


@dataclass(frozen=True, slots=True)
class Item:
    """`kind`: image, voice, video, shortvideo. `state`: wanted, kept or gone (`why`)."""

    id: int
    kind: str
    media_id: str
    state: str
    why: str
    sha256: str
    mime: str
    size: int | None
    attempts: int
    wechat_user_id: int | None
    case_id: int | None
    rating_id: int | None
    sent_at: datetime

    @property
    def forgotten_at(self) -> datetime:
        """When the platform has it no longer."""
        return self.sent_at + PLATFORM_KEEPS

    def shown(self) -> dict[str, Any]:
        """For those outside."""
        names = ("mime", "sha256", "why")
        return {
            **{name: getattr(self, name) for name in ("id", "kind", "state", "size")},
            **{name: getattr(self, name) or None for name in names},
            "sent_at": self.sent_at.isoformat(),
        }


_NAMES = tuple(field.name for field in fields(Item))
_COLUMNS = ", ".join(_NAMES)


def _item(row: Any) -> Item:
    at = moment(row["sent_at"])
    assert at is not None  # noqa: S101  # the column is not null
    return Item(**{**{name: row[name] for name in _NAMES}, "sent_at": at})


async def want(
    media_id: str,
    kind: str,
    wechat_user_id: int,
    now: datetime,
    *,
    case_id: int | None = None,
    rating_id: int | None = None,
) -> int:
    """To be fetched at once; its id. The same media again is the same row, for what is named now."""
    row = await sql().one(
        "INSERT INTO evidence (account_id, media_id, kind, wechat_user_id, case_id, rating_id,"
        " state, look_at, sent_at) VALUES (?, ?, ?, ?, ?, ?, 'wanted', ?, ?)"
        " ON CONFLICT (account_id, media_id) DO UPDATE SET"
        " case_id = COALESCE(excluded.case_id, evidence.case_id),"
        " rating_id = COALESCE(excluded.rating_id, evidence.rating_id) RETURNING id, state",
        *(account_id(), media_id, kind, wechat_user_id, case_id, rating_id, now, now),
    )
    if row["state"] == "gone" and case_id is not None:  # before the complaint had a number
        await evidence_lost.of_case(row["id"], case_id)
    return int(row["id"])


async def attach(media_ids: Sequence[str], case_id: int) -> int:
    """What was sent before the complaint had a number belongs to it now; how many did."""
    if not media_ids:
        return 0
    return await sql().run(
        f"UPDATE evidence SET case_id = ? WHERE account_id = ? AND media_id IN ({marks(media_ids)})",  # noqa: S608 - question marks only
        *(case_id, account_id(), *media_ids),
    )


async def drop(media_ids: Sequence[str]) -> int:
    """Let go of what belongs to nothing: the customer did not go on."""
    if not media_ids:
        return 0
    return await sql().run(
        f"DELETE FROM evidence WHERE account_id = ? AND media_id IN ({marks(media_ids)})"  # noqa: S608 - question marks only
        " AND case_id IS NULL AND rating_id IS NULL",
        *(account_id(), *media_ids),
    )


async def one(evidence_id: int) -> Item | None:
    row = await sql().row(
        f"SELECT {_COLUMNS} FROM evidence WHERE account_id = ? AND id = ?",  # noqa: S608 - the columns above
        *(account_id(), evidence_id),
    )
    return _item(row) if row else None


async def of_case(case_id: int) -> list[Item]:
    """Oldest first."""
    return await _of("case_id", case_id)


async def of_rating(rating_id: int) -> list[Item]:
    """Oldest first."""
    return await _of("rating_id", rating_id)


async def _of(column: str, owner: int) -> list[Item]:
    rows = await sql().rows(
        f"SELECT {_COLUMNS} FROM evidence WHERE account_id = ? AND {column} = ? ORDER BY id",  # noqa: S608 - one of two columns
        *(account_id(), owner),
    )
    return [_item(row) for row in rows]


async def claim(now: datetime, limit: int = 20) -> list[Item]:
    """What is to be fetched now; nobody else is given it within the lease."""
    here = sql()
    skip = " FOR UPDATE SKIP LOCKED" if here.postgres else ""
    rows = await here.rows(
        "UPDATE evidence SET look_at = ?, attempts = attempts + 1 WHERE id IN ("  # noqa: S608 - columns above and a clause of the engine
        "SELECT id FROM evidence WHERE account_id = ? AND look_at <= ? ORDER BY look_at, id"
        f" LIMIT ?{skip}) RETURNING {_COLUMNS}",
        *(now + LEASE, account_id(), now, limit),
    )
    return sorted(map(_item, rows), key=lambda item: item.id)


async def kept(evidence_id: int, sha256: str, mime: str, size: int, now: datetime) -> bool:
    """It lies sealed under `sha256`. False: it is wanted no longer, and the file has no row."""
    return await _settle(
        evidence_id,
        "state = 'kept', sha256 = ?, mime = ?, size = ?, kept_at = ?, why = '', look_at = NULL",
        *(sha256, mime, size, now),
    )


async def keep(item: Item, content: bytes, now: datetime) -> bool:
    """Seal it into a file and name it in the row; False: it is wanted no longer.

    The row names it first: a file that no row names may be swept at any moment.
    """
    name = evidence_files.name_of(content)
    await _settle(item.id, "sha256 = ?", name)
    await evidence_files.put(content)
    done = await kept(item.id, name, mime_of(content), len(content), now)
    if not done:
        await forget_files([name])
    elif name not in await evidence_files.there([name]):  # swept for another row at this moment
        await evidence_files.put(content)
    return done


async def forget_files(names: Iterable[str]) -> int:
    """Remove these files as far as no row names them any more; how many were."""
    asked = set(names)
    gone = sorted(asked - await named(asked))
    return sum([await evidence_files.remove(name) for name in gone])


async def sweep(batch: int = 500) -> int:
    """Remove every file that no row names: what it was sent for has been erased."""
    every, done = await evidence_files.names(), 0
    for start in range(0, len(every), batch):
        done += await forget_files(every[start : start + batch])
    return done


async def later(evidence_id: int, at: datetime, why: str) -> bool:
    """Not this time; try again at `at`."""
    return await _settle(evidence_id, "look_at = ?, why = ?", at, why[:200])


async def lost(item: Item, why: str, now: datetime) -> None:
    """It cannot be had: the customer is asked for it once more, and a colleague sees to it."""
    async with transaction():
        if await gone(item.id, why):
            await evidence_lost.tell(item, why, now)


async def gone(evidence_id: int, why: str) -> bool:
    """It cannot be had."""
    return await _settle(evidence_id, "state = 'gone', why = ?, look_at = NULL", why[:200])


async def _settle(evidence_id: int, change: str, *values: object) -> bool:
    written = await sql().run(
        f"UPDATE evidence SET {change} WHERE account_id = ? AND id = ? AND state = 'wanted'",  # noqa: S608 - the changes above; values are marks
        *(*values, account_id(), evidence_id),
    )
    return written == 1


async def named(sha256s: Iterable[str]) -> set[str]:
    """Which of these files some row still names."""
    asked = list(sha256s)
    if not asked:
        return set()
    rows = await sql().rows(
        f"SELECT DISTINCT sha256 FROM evidence WHERE account_id = ? AND sha256 IN ({marks(asked)})",  # noqa: S608 - question marks only
        *(account_id(), *asked),
    )
    return {row["sha256"] for row in rows}
