"""The surveys in force: those of the house, and what staff wrote over them.

Of one code, a store's own stands before the account's own, and that before the house's; of several
versions the newest counts. Version numbers of a code are never given twice, in no scope, so code
and version name the questions as they were asked for ever.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, Literal

from bot.errors import StaffError
from bot.rules.surveys.choosing import Survey, dump_survey, kept_survey
from bot.rules.surveys.pack import PACK, PAST
from storage.db import Sql, dumps, loads, moment, sql, transaction
from storage.queries import audit
from storage.scope import account_id

_COLUMNS: Final = (
    "scope, code, version, name, kind, occasions, audience, questions, position, created_by,"
    " created_at, retired_at"
)
_BY_CODE: Final = {survey.code: survey for survey in PACK}


@dataclass(frozen=True, slots=True)
class Written:
    """A version that staff wrote. `retired_at`: since when nobody is asked this code any more."""

    survey: Survey
    scope: str
    created_by: str
    created_at: datetime
    retired_at: datetime | None


@dataclass(frozen=True, slots=True)
class Put:
    """What became of a survey that was handed in."""

    survey: Survey
    state: Literal["created", "unchanged"]


async def in_force(store_code: str = "") -> list[Survey]:
    """What customers of a store ("" where none is known) may be asked now, standard ones first."""
    found = dict(_BY_CODE)
    for one in await _newest(store_code):
        if one.retired_at is None:
            found[one.survey.code] = one.survey
        else:
            found.pop(one.survey.code, None)
    return sorted(found.values(), key=lambda one: (one.kind != "standard", one.position, one.code))


async def _newest(store_code: str) -> Sequence[Written]:
    """The newest of each code for all stores, and after them those of the store."""
    rows = await sql().rows(
        f"SELECT {_COLUMNS} FROM survey AS s WHERE account_id = ? AND scope IN ('', ?)"  # noqa: S608 - our own columns; values are marks
        " AND version = (SELECT MAX(version) FROM survey AS o WHERE o.account_id = s.account_id"
        " AND o.scope = s.scope AND o.code = s.code) ORDER BY scope, code",
        *(account_id(), store_code),
    )
    return [_written(row) for row in rows]


async def written(code: str = "") -> list[Written]:
    """Every version that staff wrote, of one code or all, retired ones too; the newest last."""
    only, values = (" AND code = ?", [code]) if code else ("", [])
    rows = await sql().rows(
        f"SELECT {_COLUMNS} FROM survey WHERE account_id = ?{only} ORDER BY scope, code, version",  # noqa: S608 - our own columns and conditions; values are marks
        *(account_id(), *values),
    )
    return [_written(row) for row in rows]


async def by_version(code: str, version: int, scope: str = "") -> Survey | None:
    """A version as it was asked, in force or not; `scope` is not needed to tell them apart."""
    found = await as_asked([(code, version)])
    return found[0] if found else None


async def as_asked(pairs: Iterable[Sequence[Any]]) -> tuple[Survey, ...]:
    """The (code, version) pairs of a rating as the surveys they were, in that order.

    A number that staff gave is theirs, also where the house has taken it since.
    """
    wanted = [(str(code), int(version)) for code, version in pairs]
    known = {(one.code, one.version): one for one in (*PAST, *PACK)}
    if wanted:
        marks = " OR ".join(["(code = ? AND version = ?)"] * len(wanted))
        rows = await sql().rows(
            f"SELECT {_COLUMNS} FROM survey WHERE account_id = ? AND ({marks})",  # noqa: S608 - our own columns and marks alone
            *(account_id(), *(part for pair in wanted for part in pair)),
        )
        known |= {(row["code"], row["version"]): _written(row).survey for row in rows}
    return tuple(known[pair] for pair in wanted if pair in known)


async def put(
    survey: Survey,
    by: str,
    now: datetime,
    *,
    scope: str = "",
    renumber: bool = False,
    dry_run: bool = False,
) -> Put:
    """Ask by this version from now on; the same once more changes nothing.

    `renumber`: take the next free number instead of the survey's own, unless it is in force with
    these very questions. `dry_run`: only say what would become of it. Raises StaffError for a
    number that is taken by other questions or lower than one that is: a version never changes.
    """
    async with transaction() as connection:
        await _alone(connection, scope)
        last = await _last_version(survey.code)
        asked = await _asked(survey.code, scope)
        if renumber:
            same = asked is not None and replace(survey, version=asked.version) == asked
            number = asked.version if asked is not None and same else last + 1
            survey = replace(survey, version=number)
        if survey == asked:
            return Put(survey, "unchanged")
        if survey.version <= last:
            raise StaffError(
                f"问卷{survey.code}的版本{survey.version}已经用过，版本不能改动。",
                f"改了内容就写version: {last + 1}。",
            )
        if dry_run:
            return Put(survey, "created")
        await _insert(survey, scope, by, now)
        detail = {"scope": scope, "version": survey.version}
        await audit.note(by, "edit", f"survey:{survey.code}", detail, now)
    return Put(survey, "created")


async def retire(code: str, by: str, now: datetime, *, scope: str = "") -> bool:
    """Ask nobody this code any more, in the scope; whether it was asked till now.

    A newer version brings it back. Raises StaffError where there is no such survey.
    """
    async with transaction() as connection:
        await _alone(connection, scope)
        last, asked = await _last_version(code), await _asked(code, scope)
        if not last:
            raise StaffError(f"没有问卷{code[:32]}。", "用cheyu survey list看有哪些。")
        if asked is None:
            return False
        if not any(one.scope == scope for one in await written(code)):
            # Nothing of its own to retire here: a version that is retired from the beginning.
            await _insert(replace(asked, version=last + 1), scope, by, now)
        await connection.run(
            "UPDATE survey SET retired_at = ? WHERE account_id = ? AND scope = ? AND code = ?"
            " AND retired_at IS NULL",
            *(now, account_id(), scope, code),
        )
        await audit.note(by, "remove", f"survey:{code}", {"scope": scope}, now)
    return True


async def _alone(connection: Sql, scope: str) -> None:
    """Hold the account's row: two who write surveys do so one after the other."""
    await connection.run(
        "UPDATE account SET settings_rev = settings_rev WHERE id = ?", account_id()
    )
    row = await connection.row(
        "SELECT 1 AS one FROM store WHERE account_id = ? AND code = ?", account_id(), scope
    )
    if scope and row is None:
        raise StaffError(f"没有门店{scope[:32]}。", "用cheyu store add添加。")


async def _last_version(code: str) -> int:
    """The highest number ever given, 0 for a code that never was."""
    row = await sql().one(
        "SELECT COALESCE(MAX(version), 0) AS last FROM survey WHERE account_id = ? AND code = ?",
        *(account_id(), code),
    )
    return max(int(row["last"]), _BY_CODE[code].version if code in _BY_CODE else 0)


async def _asked(code: str, scope: str) -> Survey | None:
    return next((one for one in await in_force(scope) if one.code == code), None)


async def _insert(survey: Survey, scope: str, by: str, now: datetime) -> None:
    data = dump_survey(survey)
    await sql().run(
        "INSERT INTO survey (account_id, scope, code, version, name, kind, occasions, audience,"
        " questions, position, created_by, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        *(account_id(), scope, survey.code, survey.version, survey.name, survey.kind),
        *(dumps(data.get("occasions", [])), dumps(data.get("audience", {}))),
        *(dumps(data["questions"]), survey.position, by[:64], now),
    )


def _written(row: Any) -> Written:
    data = {
        "code": row["code"],
        "version": row["version"],
        "name": row["name"],
        "kind": row["kind"],
        "position": row["position"],
        **{name: loads(row[name]) for name in ("occasions", "audience", "questions")},
    }
    at = moment(row["created_at"])
    assert at is not None  # noqa: S101  # NOT NULL
    return Written(
        _read(dumps(data)), row["scope"], row["created_by"], at, moment(row["retired_at"])
    )


@lru_cache(maxsize=512)
def _read(data: str) -> Survey:
    """A version never changes, so what it says is read once."""
    return kept_survey(loads(data))
