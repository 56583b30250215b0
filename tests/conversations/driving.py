"""What transcripts of 试驾 look at: leads, their tasks, and a demo car."""

from typing import Any

from bot.rules.calendar import parse_shifts
from storage.db import sql
from storage.queries.leads import drives
from storage.queries.leads import opening as leads
from tests.conversations.chat import Chat


async def kept(chat: Chat) -> list[leads.Lead]:
    async with chat.database():
        rows = await sql().rows("SELECT id FROM lead ORDER BY id")
        found = [await leads.one(row["id"]) for row in rows]
    return [lead for lead in found if lead]


async def tasks(chat: Chat) -> list[Any]:
    async with chat.database():
        return list(await sql().rows("SELECT * FROM staff_task WHERE kind = 'lead' ORDER BY id"))


async def demo_car(chat: Chat) -> None:
    async with chat.database():
        await drives.put_car("main", "京A1试", "汉EV", parse_shifts([["13:00", "16:00"]]))
