"""Complaints as the transcripts look at them: what is on file, and what staff do meanwhile."""

from collections.abc import Sequence
from typing import Any

from storage.db import sql
from storage.queries.cases import deeds as case_deeds
from storage.queries.cases import opening as cases
from storage.queries.evidence import collecting as evidence
from tests.conversations.chat import Chat

JPEG = b"\xff\xd8\xff\xe0 a picture"
AMR = b"#!AMR\n a voice"


async def on_file(chat: Chat) -> list[cases.Case]:
    """Every complaint there is, the first first."""
    async with chat.database():
        rows = await sql().rows("SELECT id FROM complaint ORDER BY id")
        found = [await cases.one(row["id"]) for row in rows]
    return [case for case in found if case is not None]


async def the_case(chat: Chat) -> cases.Case:
    [case] = await on_file(chat)
    return case


async def happened(chat: Chat, case: cases.Case) -> list[str]:
    """The kinds of what happened to it, in order."""
    async with chat.database():
        return [event.kind for event in await cases.events(case.id)]


async def said_later(chat: Chat, case: cases.Case) -> list[str]:
    async with chat.database():
        return [event.words for event in await cases.events(case.id) if event.words]


async def sent_with(chat: Chat, case: cases.Case) -> list[tuple[str, str]]:
    """(kind, state) of the photos and voices that belong to it."""
    async with chat.database():
        return [(one.kind, one.state) for one in await evidence.of_case(case.id)]


async def staff_does(chat: Chat, case: cases.Case, *deeds: str) -> None:
    """What colleagues do to it, at this very moment."""
    extra: dict[str, dict[str, Any]] = {
        "solve": {"root_cause": "冷媒泄漏", "solution": "免费更换冷媒管并重新加注"}
    }
    async with chat.database():
        for deed in deeds:
            await case_deeds.act(
                case.id, deed, "陈经理", chat.now, words="已经在看", **extra.get(deed, {})
            )


async def tasks(chat: Chat, kind: str) -> Sequence[str]:
    async with chat.database():
        rows = await sql().rows("SELECT id FROM staff_task WHERE kind = ? ORDER BY id", kind)
    return [row["id"] for row in rows]
