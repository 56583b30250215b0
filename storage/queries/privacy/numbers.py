"""Whoever is known by a telephone number: in a file, or only because they called.

A complaint or a lead taken by telephone belongs to no file and to nobody in WeChat; its number is
all that says whose it is. What a stranger typed in WeChat is theirs by their openid and not by the
number: a number typed there proves nothing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.rules import leads as lead_words
from bot.rules.cases import words as case_words
from bot.rules.identifiers import phone_key
from storage.db import sql
from storage.queries.privacy.persons import Person, find_person
from storage.scope import account_id
from storage.secrets import look_ups, marks, unseal

_LIKE_NUMBER: Final = re.compile(r"[+(]?[0-9][-+. ()0-9转]{5,31}")
_TABLES: Final = (("complaint", case_words.number_of), ("lead", lead_words.number_of))


@dataclass(frozen=True, slots=True)
class Stranger:
    """Somebody in WeChat without a file who gave a number. `gave`: in which complaints and leads."""

    openid: str
    gave: tuple[str, ...]


def number_in(ref: str) -> str:
    """The number that `ref` is, as it is found by; "" where it is none."""
    key = phone_key(ref) if _LIKE_NUMBER.fullmatch(ref.strip()) else ""
    return key if 7 <= len(key) <= 20 else ""


async def find_whole(ref: str) -> Person | None:
    """Whoever `find_person` finds, with what carries only their number; or nothing but that.

    Raises StaffError as `find_person`. A number that another file has too says nobody's.
    """
    who = await find_person(ref)
    numbers = await _alone(who, await _numbers(who, ref))
    complaints, leads = [await _loose(table, numbers) for table, _ in _TABLES]
    if who is None and not complaints and not leads:
        return None
    who = who or Person((), (), ())
    return replace(who, leads=leads, complaints=complaints, numbers=numbers)


async def strangers(ref: str) -> list[Stranger]:
    """Who in WeChat, without a file, gave the number that `ref` is."""
    found: dict[str, list[str]] = {}
    hashes = look_ups("phone", number_in(ref)) if number_in(ref) else (None,)
    for table, number in _TABLES:
        rows = await sql().rows(
            f"SELECT p.id, u.openid FROM {table} p JOIN wechat_user u ON u.id = p.wechat_user_id"  # noqa: S608 - tables listed above; values are marks
            f" WHERE p.account_id = ? AND p.phone_hash IN ({marks(hashes)})"
            " AND p.customer_id IS NULL AND u.customer_id IS NULL ORDER BY p.id",
            *(account_id(), *hashes),
        )
        for row in rows:
            found.setdefault(row["openid"], []).append(number(row["id"]))
    return [Stranger(openid, tuple(gave)) for openid, gave in found.items()]


async def has_phone(who: Person) -> bool:
    """Whether one of their files names a telephone."""
    return bool(await _numbers(who, ""))


async def _numbers(who: Person | None, ref: str) -> list[str]:
    """What is in their files, or what was asked for where there is nobody; of a stranger none."""
    if who is None:
        return [number] if (number := number_in(ref)) else []
    rows = await sql().rows(
        f"SELECT phone FROM customer WHERE account_id = ? AND phone <> ''"  # noqa: S608 - marks only, one for each file
        f" AND id IN ({marks(who.customers or (None,))}) ORDER BY id",
        *(account_id(), *(who.customers or (None,))),
    )
    return [*dict.fromkeys(phone_key(unseal("customer.phone", row["phone"])) for row in rows)]


async def _alone(who: Person | None, numbers: Sequence[str]) -> tuple[str, ...]:
    """Those of them that no other file has."""
    mine, alone = (who.customers if who else ()) or (0,), []
    for number in numbers:
        hashes = look_ups("phone", number)
        other = await sql().row(
            f"SELECT id FROM customer WHERE account_id = ? AND phone_hash IN ({marks(hashes)})"  # noqa: S608 - marks only
            f" AND id NOT IN ({marks(mine)}) LIMIT 1",
            *(account_id(), *hashes, *mine),
        )
        alone += [] if other else [number]
    return tuple(alone)


async def _loose(table: str, numbers: Sequence[str]) -> tuple[int, ...]:
    """Rows with one of these numbers that nothing else says the owner of."""
    hashes = [found_by for number in numbers for found_by in look_ups("phone", number)]
    rows = await sql().rows(
        f"SELECT id FROM {table} WHERE account_id = ? AND phone_hash IN ({marks(hashes or (None,))})"  # noqa: S608 - a table listed above; values are marks
        " AND customer_id IS NULL AND wechat_user_id IS NULL ORDER BY id",
        *(account_id(), *(hashes or (None,))),
    )
    return tuple(row["id"] for row in rows)
