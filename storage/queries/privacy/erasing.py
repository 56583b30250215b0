"""Erasing one person: what says who they are goes, what only counts stays.

Rows stay where figures are made of them (visits with kilometres and amounts, bookings with their
times and outcomes, messages with theirs); names, numbers, words and platform identities go.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from bot.rules import leads
from bot.rules.cases import words as case_words
from storage.db import Sql, moment, sql, transaction
from storage.queries import audit
from storage.queries.cases.writing import lock, note
from storage.queries.leads.tasks import NEW
from storage.queries.privacy.numbers import find_whole, number_in
from storage.queries.privacy.persons import (
    Part,
    Person,
    condition,
    everything_on,
    find_person,
)
from storage.queries.privacy.rotation import sealed_columns
from storage.queries.staff.alerts import ALERT
from storage.scope import account_id
from storage.secrets import look_up, look_ups, marks, unseal

PAGE = 500
_JOINTS: Final = str.maketrans("", "", " -")
SCANNED: Final = (
    *("staff_task", "file_change", "webhook_delivery", "measure", "complaint_event", "call_record"),
)
"""Tables whose words may name somebody whom no key of theirs points to."""


@dataclass(frozen=True, slots=True)
class Erased:
    """`rows`: table → how many were anonymised; empty: this was done before, `at` says when."""

    rows: Mapping[str, int]
    at: datetime


ASKED: Final = "客户要求删除"
LONG_AGO: Final = "超过保存期限"
# table → what becomes of the person's rows; why is one of the two above
_BLANK: Final[Mapping[str, str]] = {
    "customer": "name = '已删除', salutation = '', phone = '', phone_hash = NULL, id_number = '',"
    " id_hash = NULL, birthday = NULL, birthday_key = '', birthday_lunar = '',"
    " contact_hours = '', occupation = '', company = '',"
    " address = '', referrer = '', preferences = NULL, notes = '', tags = NULL,"
    " rev = rev + 1, erased_at = COALESCE(erased_at, {now}), changed_at = {now}",
    "vehicle": "vin = NULL, vin_hash = NULL, vin_tail_hash = NULL, plate = NULL, plate_hash = NULL,"
    " plate_live_hash = NULL, insurer = '', rev = rev + 1, changed_at = {now}",
    "visit": "note = ''",
    "incident": "note = ''",
    "booking": "phone = '', plate = '', plate_hash = NULL, note = ''",
    "waiting": "phone = '', plate = '', state = CASE WHEN state = 'waiting' THEN 'left' ELSE state END",
    "talk": "answers = '', heard = '', asking = NULL, open_for = NULL, wake_at = NULL,"
    " rev = rev + 1, status = CASE WHEN status IN ('open', 'suspended') THEN 'closed' ELSE status END",
    "inbox": "key = 'erased-' || CAST(id AS VARCHAR(20)), body = '', reply = ''",
    "message": "idem = 'erased-' || CAST(id AS VARCHAR(20)), body = '',"
    " state = CASE WHEN state IN ('queued', 'waiting') THEN 'failed' ELSE state END",
    "touchpoint": "facts = NULL, reasons = NULL, why = '', done_at = COALESCE(done_at, {now}),"
    " state = CASE WHEN state IN ('planned', 'due') THEN 'cancelled' ELSE state END",
    "grant_once": "key = 'erased-' || CAST(id AS VARCHAR(20)), used_at = COALESCE(used_at, {now})",
    "call_record": "said = ''",  # by their tasks, while these still say whose they are
    "staff_task": "title = '', detail = '', same = NULL, done_at = COALESCE(done_at, {now}),"
    " done_by = CASE WHEN done_at IS NULL THEN 'system' ELSE done_by END",
    "rating": "state = CASE WHEN state = 'open' THEN 'closed' ELSE state END, changed_at = {now}",
    "rating_answer": "words = ''",
    "complaint": "what = '', since = '', wish = '', phone = '', phone_hash = NULL,"
    " root_cause = '', solution = '', same = NULL, look_at = NULL, ended_at = COALESCE(ended_at, {now}), rev = rev + 1,"
    " state = CASE WHEN state = 'confirmed' THEN state ELSE 'withdrawn' END, changed_at = {now}",
    "complaint_event": "words = '', data = NULL",
    "compensation": "what = '', note = '', decided_by = CASE WHEN state = 'pending' THEN 'system' ELSE decided_by END,"
    " decided_at = CASE WHEN state = 'pending' THEN {now} ELSE decided_at END,"
    " state = CASE WHEN state = 'pending' THEN 'refused' ELSE state END",
    "measure": "what = '', report = '', effect = '', note = ''",
    "complaint_link": "why = '', words = ''",
    "evidence": "state = 'gone', why = '{why}', sha256 = '', look_at = NULL,"
    " media_id = 'erased-' || CAST(id AS VARCHAR(20))",
    "lead": "name = '', phone = '', phone_hash = NULL, heard_of_us = '', note = '', same = NULL,"
    " drive_at = NULL, drive_car_id = NULL, lost_why = '',"
    " lost_reason = CASE WHEN state IN ('open', 'lost') THEN '{why}' ELSE lost_reason END,"
    " next_at = NULL, state = CASE WHEN state = 'open' THEN 'lost' ELSE state END,"
    " rev = rev + 1, changed_at = {now}",
    "lead_event": "note = ''",
    "staff_wechat": "wechat_user_id = NULL, bound_at = NULL",
    "file_change": "change = '', reason = '',"
    " state = CASE WHEN state = 'pending' THEN 'refused' ELSE state END",
    "wechat_user": "openid = 'erased-' || CAST(id AS VARCHAR(20)), unionid = '', subscribed = FALSE,"
    " unsubscribed_at = COALESCE(unsubscribed_at, {now})",
}


async def erase_person(ref: str, now: datetime, actor: str) -> Erased | None:
    """Anonymise whoever `find_whole` finds, all or nothing; None: nobody, now or before.

    The book keeps that and when it was asked for, by a hash of `ref`: asked again, it says so.
    """
    async with transaction() as connection:
        who = await find_whole(ref)
        if who is None or not await _left(connection, who):
            at = await _before(ref)
            return Erased({}, at) if at else None
        known = await _numbers(connection, who)
        # first the identities: their turns wait for us, or we for them
        done = {"wechat_user": await _blank(connection, "wechat_user", who, now)}
        await connection.run(
            f"DELETE FROM vehicle_person WHERE account_id = ? AND {_sql('vehicle_person', who)[0]}",  # noqa: S608 - a condition of persons.py; values are marks
            *(account_id(), *_sql("vehicle_person", who)[1]),
        )
        done["message"] = await _alerts(connection, who)
        await _withdraw(connection, who, now)
        for table in _BLANK:
            if table != "wechat_user":
                done[table] = done.get(table, 0) + await _blank(connection, table, who, now)
        for table in SCANNED:
            done[table] = done.get(table, 0) + await _unmention(connection, table, known)
        for table in ("complaint", "lead"):
            await _uncall(connection, table, who.numbers)
        rows = {table: n for table, n in done.items() if n}
        await audit.note(actor, "erase", f"erasure:{look_up('erasure', _as_kept(ref))}", rows, now)
        return Erased(rows, now)


async def let_go(leads: Sequence[int], complaints: Sequence[int], now: datetime) -> int:
    """What people without a file said and left has been kept long enough; how many rows."""
    who = Person((), (), (), tuple(leads), tuple(complaints))
    tables = [table for table in _BLANK if table.startswith(("complaint", "lead", "evidence"))]
    async with transaction() as connection:
        await _alerts(connection, who)
        for table in ("call_record", "staff_task", "touchpoint", "compensation", "measure"):
            await _blank(connection, table, who, now, LONG_AGO)
        for table in tables:
            await _blank(connection, table, who, now, LONG_AGO)
    return len(leads) + len(complaints)


async def would_go(who: Person) -> list[Part]:
    """What `erase_person` would take away, to be looked at before."""
    found = []
    for part in await everything_on(who):
        rows = tuple(row for row in part.rows if part.name != "vehicle" or row["id"] in who.cars)
        if rows and part.name in (*_BLANK, "vehicle_person"):
            found.append(replace(part, rows=rows))
    return found


async def _withdraw(connection: Sql, who: Person, now: datetime) -> None:
    """Clocks of what nobody can go on with end; they count against nobody."""
    wanted, values = condition("complaint", who)
    for row in await connection.rows(
        f"SELECT id FROM complaint WHERE account_id = ? AND {wanted}"  # noqa: S608 - a condition of persons.py; values are marks
        f" AND state IN ({marks(case_words.UNSETTLED)}) ORDER BY id",
        *(account_id(), *values, *case_words.UNSETTLED),
    ):
        await lock(connection, row["id"])
        await note(row["id"], "withdrawn", "system", now)


def _sql(table: str, who: Person) -> tuple[str, list[Any]]:
    """Which rows; of cars only those the person owns, not those they look after for another."""
    if table == "vehicle":
        return f"id IN ({', '.join('?' * max(1, len(who.cars)))})", list(who.cars or (None,))
    return condition(table, who)


async def _blank(connection: Sql, table: str, who: Person, now: datetime, why: str = ASKED) -> int:
    wanted, values = _sql(table, who)
    change = _BLANK[table].replace("{why}", why)
    moments = [now] * change.count("{now}")
    change = change.replace("{now}", "CAST(? AS TIMESTAMPTZ)" if connection.postgres else "?")
    return await connection.run(
        f"UPDATE {table} SET {change} WHERE account_id = ? AND {wanted}",  # noqa: S608 - a table and a change of _BLANK, a condition of persons.py; values are marks
        *(*moments, account_id(), *values),
    )


async def _alerts(connection: Sql, who: Person) -> int:
    """What colleagues were sent of the person's wishes lies under the colleagues' own names."""
    tasks, values = condition("staff_task", who)
    theirs, lead_values = condition("lead", who)
    return await connection.run(
        "UPDATE message SET body = '', state = CASE WHEN state IN ('queued', 'waiting')"  # noqa: S608 - a condition of persons.py; values are marks
        " THEN 'failed' ELSE state END WHERE account_id = ? AND idem IN"
        f" (SELECT ? || same FROM staff_task WHERE account_id = ? AND same IS NOT NULL AND {tasks}"
        f" UNION ALL SELECT ? || CAST(id AS VARCHAR(20)) FROM lead WHERE account_id = ? AND {theirs})",
        *(account_id(), ALERT, account_id(), *values),
        *(f"{ALERT}{NEW}", account_id(), *lead_values),
    )


async def _left(connection: Sql, who: Person) -> bool:
    """Whether something says who they are: a file that is not erased, an identity, or a number."""
    if who.complaints or who.leads:
        return True
    wanted, values = condition("customer", who)
    files = await connection.row(
        f"SELECT id FROM customer WHERE account_id = ? AND {wanted} AND erased_at IS NULL LIMIT 1",  # noqa: S608 - a condition of persons.py; values are marks
        *(account_id(), *values),
    )
    wanted, values = condition("wechat_user", who)
    identities = await connection.row(
        f"SELECT id FROM wechat_user WHERE account_id = ? AND {wanted}"  # noqa: S608 - a condition of persons.py; values are marks
        " AND openid NOT LIKE 'erased-%' LIMIT 1",
        *(account_id(), *values),
    )
    return bool(files or identities)


def _as_kept(ref: str) -> str:
    """A number however it is written."""
    return number_in(ref) or ref


async def erased_before(ref: str) -> datetime | None:
    """When this was done, if nothing has come since that says who they are."""
    who = await find_whole(ref)
    return None if who is not None and await _left(sql(), who) else await _before(ref)


async def _before(ref: str) -> datetime | None:
    for found_by in (*look_ups("erasure", _as_kept(ref)), *look_ups("erasure", ref)):
        for entry in await audit.entries(subject=f"erasure:{found_by}", limit=1):
            return entry.at
    who = await find_person(ref)
    row = who and await sql().row(
        "SELECT erased_at FROM customer WHERE account_id = ? AND id = ?",
        *(account_id(), who.customers[0] if who.customers else 0),
    )
    return moment(row["erased_at"]) if row else None


async def _numbers(connection: Sql, who: Person) -> set[str]:
    """What would name the person in somebody's note: phone, ID number, plates, VINs, their complaints."""
    found = set(who.numbers)
    for table, columns in (
        *(("customer", ("phone", "id_number")), ("vehicle", ("vin", "plate"))),
        *(("booking", ("phone", "plate")), ("waiting", ("phone", "plate"))),
        *(("complaint", ("phone",)), ("lead", ("phone",))),
    ):
        wanted, values = _sql(table, who)
        for row in await connection.rows(
            f"SELECT {', '.join(columns)} FROM {table} WHERE account_id = ? AND {wanted}",  # noqa: S608 - tables and columns listed above; values are marks
            *(account_id(), *values),
        ):
            said = [unseal(f"{table}.{column}", row[column]) for column in columns]
            found |= {*said, *(number_in(value) for value in said)}
    for table, number in (("complaint", case_words.number_of), ("lead", leads.number_of)):
        wanted, values = _sql(table, who)
        rows = await connection.rows(
            f"SELECT id FROM {table} WHERE account_id = ? AND {wanted}",  # noqa: S608 - tables listed above; values are marks
            *(account_id(), *values),
        )
        found |= {number(row["id"]) for row in rows}
    return found - {""}


async def _uncall(connection: Sql, table: str, numbers: Sequence[str]) -> None:
    """Who else named one of these to be called at is reached where they have their own."""
    hashes = [found_by for number in numbers for found_by in look_ups("phone", number)]
    await connection.run(
        f"UPDATE {table} SET phone = '', phone_hash = NULL WHERE account_id = ?"  # noqa: S608 - a table named above; values are marks
        f" AND phone_hash IN ({marks(hashes or (None,))})",
        *(account_id(), *(hashes or (None,))),
    )


async def _unmention(connection: Sql, table: str, known: set[str]) -> int:
    """Blank the words of whatever row has one of these numbers in it."""
    columns, last, gone = sealed_columns()[table], 0, 0
    while known:
        rows = await connection.rows(
            f"SELECT id, {', '.join(columns)} FROM {table} WHERE account_id = ? AND id > ?"  # noqa: S608 - a table of SCANNED and its models' columns; values are marks
            " ORDER BY id LIMIT ?",
            *(account_id(), last, PAGE),
        )
        if not rows:
            break
        last = rows[-1]["id"]
        named = [row["id"] for row in rows if _names(table, columns, row, known)]
        for number in named:
            empty = ", ".join(f"{column} = ''" for column in columns)
            await connection.run(
                f"UPDATE {table} SET {empty} WHERE account_id = ? AND id = ?",  # noqa: S608 - a table of SCANNED and its models' columns; values are marks
                *(account_id(), number),
            )
        gone += len(named)
    return gone


def _names(table: str, columns: Sequence[str], row: Any, known: set[str]) -> bool:
    said = " ".join(unseal(f"{table}.{column}", row[column]) for column in columns)
    joined = said.translate(_JOINTS)  # 138 0000 0001
    return any(number in said or number in joined for number in known)
