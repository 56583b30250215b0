"""Talks as earlier versions left them in the database, and how to keep one of today's.

    python -m tests.conversations.saved book_service v2_stranger stranger 预约保养 城南店 …

plays these messages and writes one file for each row that the talk left behind, from the first
message to the last but one. Do it when a conversation gets a new `version`, before changing it.
"""

import asyncio
import json
import shutil
import sys
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.clock import clock
from storage.db import sql
from storage.migrate import migrate
from storage.scope import account_id
from storage.secrets import seal_json, unseal_json, use_keys
from tests.conversations.chat import Chat, open_chat
from tests.databases import forget_compiled_queries
from tests.people import NOW, SECRET, Person, dealership

FOLDER = Path(__file__).with_name("replays")
_COLUMNS = ("flow", "version", "answers", "heard", "asking", "misses")
_JSON = ("answers", "heard", "asking")


@dataclass(frozen=True)
class Saved:
    """A row, whose it was (a name of the cast), and what they went on to say."""

    name: str
    who: str
    row: dict[str, Any]
    then: list[str]


def all_saved(flow: str) -> list[Saved]:
    """Every saved talk of a conversation, by name."""
    files = sorted((FOLDER / flow).glob("*.json"))
    return [Saved(file.stem, **json.loads(file.read_text(encoding="utf-8"))) for file in files]


async def put_back(saved: Saved, person: Person) -> None:
    """The row as it was, open, in the account in scope."""
    values = [
        seal_json(f"talk.{column}", value) if column in _JSON and value is not None else value
        for column, value in saved.row.items()
    ]
    marks = ", ".join("?" for _ in values)
    await sql().run(
        f"INSERT INTO talk (account_id, wechat_user_id, open_for, status, created_at, changed_at,"  # noqa: S608 - columns of the saved rows in this folder; values are marks
        f" {', '.join(saved.row)}) VALUES (?, ?, ?, 'open', ?, ?, {marks})",
        *(account_id(), person.user_id, person.user_id, NOW, NOW, *values),
    )


async def kept_row(chat: Chat) -> dict[str, Any]:
    """The open talk as it is kept now."""
    async with chat.database():
        columns = ", ".join(_COLUMNS)
        row = await sql().one(f"SELECT {columns} FROM talk WHERE open_for IS NOT NULL")  # noqa: S608 - columns listed above, no value
    return {c: unseal_json(f"talk.{c}", row[c]) if c in _JSON else row[c] for c in _COLUMNS}


async def record(
    flow: str,
    name: str,
    who: str,
    *messages: str,
    before: Callable[[Chat], Awaitable[object]] | None = None,
) -> None:
    """Play and write down; `before`: what has happened when the talk begins."""
    folder, home = FOLDER / flow, Path(tempfile.mkdtemp())
    folder.mkdir(parents=True, exist_ok=True)
    url = f"sqlite://{home / 'cheyu.db'}"
    use_keys(SECRET)
    await migrate(url)
    async with dealership(url) as cast:
        person: Person = getattr(cast, who)
    forget_compiled_queries()
    clock.stop(NOW)
    async with open_chat(url, cast, person.openid) as chat:
        if before is not None:
            await before(chat)
        for number, message in enumerate(messages[:-1], 1):
            await chat.says(message)
            data = {"who": who, "row": await kept_row(chat), "then": list(messages[number:])}
            text = json.dumps(data, ensure_ascii=False, indent=1)
            (folder / f"{name}_{number}.json").write_text(text + "\n", encoding="utf-8")
    shutil.rmtree(home)


if __name__ == "__main__":
    asyncio.run(record(*sys.argv[1:]))
