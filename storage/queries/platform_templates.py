"""The account's templates as WeChat lists them, and which of our notices each carries.

One template carries one notice at most, and a notice goes by one template: the one mapped last.
`NOTICE.once` is the same notice by one-time subscription, whose templates WeChat lists elsewhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

from bot.errors import StaffError
from bot.rules.template_fields import parse_content
from storage.db import Sql, dumps, loads, moment, sql, transaction
from storage.queries import audit
from storage.scope import account_id

ONCE: Final = ".once"
CHANGED: Final = "模板内容变了，请重新设置字段"
_COLUMNS: Final = "template_id, title, content, keys, notice, mapping, broken, seen_at, gone_at"


class Listed(Protocol):
    """A template as the platform tells of it."""

    @property
    def template_id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def content(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Registered:
    """A template. `keys`: {"thing3": "预约门店"}; `mapping`: {"thing3": "store"}, our fields, or
    "=words" said as they stand. `broken`: why it may not be used now."""

    template_id: str
    title: str
    content: str
    keys: Mapping[str, str]
    notice: str
    mapping: Mapping[str, str]
    broken: str
    seen_at: datetime
    gone_at: datetime | None

    @property
    def usable(self) -> bool:
        return bool(self.notice) and not self.broken and self.gone_at is None


@dataclass(frozen=True, slots=True)
class Synced:
    """What a look at the platform's list found: titles."""

    new: tuple[str, ...]
    changed: tuple[str, ...]
    gone: tuple[str, ...]
    kept: int


async def sync(listed: Sequence[Listed], now: datetime) -> Synced:
    """Take over the platform's list: new ones, changed ones, and those that are there no more.

    A mapped template whose keys are others now is broken until it is mapped again; one that WeChat
    lists (again) is there (again).
    """
    async with transaction() as connection:
        before = {one.template_id: one for one in await _all(connection, locked=True)}
        new, changed = [], []
        for one in listed:
            old = before.get(one.template_id)
            keys = parse_content(one.content)
            broken = old.broken if old else ""
            if old is None:
                new.append(one.title)
            elif old.content != one.content or old.title != one.title:
                changed.append(one.title)
                broken = CHANGED if old.notice and dict(old.keys) != keys else broken
            await connection.run(
                "INSERT INTO platform_template (account_id, template_id, title, content, keys,"
                " notice, broken, seen_at) VALUES (?, ?, ?, ?, ?, '', '', ?)"
                " ON CONFLICT (account_id, template_id) DO UPDATE SET title = EXCLUDED.title,"
                " content = EXCLUDED.content, keys = EXCLUDED.keys, broken = ?,"
                " seen_at = EXCLUDED.seen_at, gone_at = NULL",
                *(account_id(), one.template_id, one.title[:64], one.content, dumps(keys)),
                *(now, broken),
            )
        here = {one.template_id for one in listed}
        gone = [
            one
            for one in before.values()
            if one.template_id not in here and not one.gone_at and not one.notice.endswith(ONCE)
        ]
        await connection.many(
            "UPDATE platform_template SET gone_at = ? WHERE account_id = ? AND template_id = ?",
            [(now, account_id(), one.template_id) for one in gone],
        )
    titles = tuple(one.title for one in gone)
    return Synced(tuple(new), tuple(changed), titles, len(listed) - len(new) - len(changed))


async def every() -> list[Registered]:
    """All that were ever seen; those that are gone last."""
    return sorted(await _all(sql()), key=lambda one: (one.gone_at is not None, one.title))


async def by_notice() -> dict[str, Registered]:
    """Notice → the template that carries it now."""
    return {one.notice: one for one in await _all(sql()) if one.usable}


async def for_notice(notice: str) -> Registered | None:
    """The template that carries it now, if there is one."""
    return (await by_notice()).get(notice)


async def find(template_id: str) -> Registered | None:
    return next((one for one in await _all(sql()) if one.template_id == template_id), None)


async def map_notice(
    template_id: str, notice: str, mapping: Mapping[str, str], by: str, now: datetime
) -> None:
    """From now on this template carries `notice`, its fields filled so; "" carries nothing.

    Whoever calls has checked the mapping. Raises StaffError for a template that is not there.
    """
    async with transaction() as connection:
        await connection.run(
            "UPDATE platform_template SET notice = '', mapping = NULL"
            " WHERE account_id = ? AND notice = ? AND template_id <> ? AND notice <> ''",
            *(account_id(), notice, template_id),
        )
        found = await connection.run(
            "UPDATE platform_template SET notice = ?, mapping = ?, broken = ''"
            " WHERE account_id = ? AND template_id = ? AND gone_at IS NULL",
            *(notice, dumps(dict(mapping)) if notice else None, account_id(), template_id),
        )
        if not found:
            raise StaffError(f"公众号没有模板{template_id}。", "先运行cheyu template sync。")
        detail = {"notice": notice, "mapping": dict(mapping)}
        await audit.note(by, "edit", f"template:{template_id}", detail, now)


async def add_once(template_id: str, title: str, content: str, now: datetime) -> None:
    """A template of one-time subscriptions, which the usual list does not show."""
    await sql().run(
        "INSERT INTO platform_template (account_id, template_id, title, content, keys, seen_at)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (account_id, template_id) DO UPDATE SET"
        " title = EXCLUDED.title, content = EXCLUDED.content, keys = EXCLUDED.keys,"
        " seen_at = EXCLUDED.seen_at, gone_at = NULL",
        *(account_id(), template_id, title[:64], content, dumps(parse_content(content)), now),
    )


async def set_broken(template_id: str, why: str) -> bool:
    """The platform refuses this template: nothing goes by it until it is mapped again."""
    return bool(
        await sql().run(
            "UPDATE platform_template SET broken = ?"
            " WHERE account_id = ? AND template_id = ? AND broken = ''",
            *(why[:200], account_id(), template_id),
        )
    )


async def _all(connection: Sql, *, locked: bool = False) -> list[Registered]:
    lock = " FOR UPDATE" if locked and connection.postgres else ""
    rows = await connection.rows(
        f"SELECT {_COLUMNS} FROM platform_template WHERE account_id = ?"  # noqa: S608 - our own columns
        f" ORDER BY template_id{lock}",
        account_id(),
    )
    return [_read(row) for row in rows]


def _read(row: Any) -> Registered:
    seen = moment(row["seen_at"])
    assert seen is not None  # noqa: S101  # NOT NULL
    mapping = loads(row["mapping"]) if row["mapping"] else {}
    return Registered(
        *(row["template_id"], row["title"], row["content"], loads(row["keys"]), row["notice"]),
        *(mapping or {}, row["broken"], seen, moment(row["gone_at"])),
    )
