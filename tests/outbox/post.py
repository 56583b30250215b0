"""People with open windows, letters for them, and a far side that answers as it is told."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from bot.wechat.results import MassJob, Quota
from storage.db import dumps, opened, sql
from storage.queries.stores.shops import ensure_account
from storage.queries.talks import Person, Talks
from storage.scope import account_scope
from storage.secrets import unseal

NOW = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)


@asynccontextmanager
async def post_office(url: str) -> AsyncIterator[None]:
    """An open database with one account in force."""
    async with opened(url):
        with account_scope(await ensure_account("wx0123456789abcdef")):
            yield


async def writes(openid: str, key: str, now: datetime = NOW, window: str = "message") -> Person:
    """A person does something that opens a window."""
    async with Talks().turn(openid, key, now, window=window, subscribed=True, scene="") as start:
        return start.person


async def letter(person: Person, idem: str, *blocks: object, now: datetime = NOW) -> None:
    """Queue a message; without blocks it says its own name."""
    body = dumps({"blocks": list(blocks or (idem,)), "hand_over": False})
    await Talks().queue(person, idem, body, now)


async def states() -> dict[str, str]:
    """idem → state of every message."""
    rows = await sql().rows("SELECT idem, state FROM message ORDER BY id")
    return {row["idem"]: row["state"] for row in rows}


async def whys() -> dict[str, str]:
    """idem → why of every message."""
    rows = await sql().rows("SELECT idem, why FROM message ORDER BY id")
    return {row["idem"]: row["why"] for row in rows}


async def tasks() -> list[tuple[str, str]]:
    """Title and detail of every staff task."""
    rows = await sql().rows("SELECT title, detail FROM staff_task ORDER BY id")
    return [
        (unseal("staff_task.title", row["title"]), unseal("staff_task.detail", row["detail"]))
        for row in rows
    ]


async def window_sent(person: Person) -> int:
    row = await sql().row("SELECT window_sent FROM wechat_user WHERE id = ?", person.id)
    assert row is not None
    return int(row["window_sent"])


Answer = Callable[[str, str], Exception | None]


class FarSide:
    """A platform that takes everything, or raises what `answer(openid, content)` returns.

    The content of a template is its id; a mass send has no openid, its content is the text.
    """

    def __init__(self, answer: Answer = lambda _openid, _content: None) -> None:
        self.answer = answer
        self.got: list[tuple[str, str]] = []
        self.keys: list[str] = []
        self.fields: list[Mapping[str, str]] = []
        self.lists: list[Sequence[str]] = []
        self.at_once = self.most_at_once = 0
        self.left = 1000
        self.asked_quota: list[str] = []
        self.mass_status = "SENDING"

    async def send_text(self, openid: str, content: str) -> None:
        await self._take(openid, content)

    async def template_send(
        self,
        openid: str,
        template_id: str,
        values: Mapping[str, str],
        *,
        client_msg_id: str,
        url: str = "",
        miniprogram: Mapping[str, str] | None = None,
    ) -> str:
        self.keys.append(client_msg_id)
        await self._take(openid, template_id)
        self.fields.append(dict(values) | ({"url": url} if url else {}) | dict(miniprogram or {}))
        return f"T{len(self.got)}"

    async def bizsend(
        self,
        openid: str,
        template_id: str,
        values: Mapping[str, str],
        *,
        page: str = "",
        miniprogram: Mapping[str, str] | None = None,
    ) -> str:
        await self._take(openid, template_id)
        self.fields.append(
            dict(values) | ({"page": page} if page else {}) | dict(miniprogram or {})
        )
        return f"B{len(self.got)}"

    async def once_send(
        self, openid: str, template_id: str, content: str, *, scene: str, title: str, url: str = ""
    ) -> None:
        await self._take(openid, template_id)
        self.fields.append({"content": content, "scene": scene, "title": title, "url": url})

    async def mass_send(
        self, openids: Sequence[str], content: str, *, client_msg_id: str
    ) -> MassJob:
        self.keys.append(client_msg_id)
        await self._take("", content)
        self.lists.append(openids)
        return MassJob(f"M{len(self.got)}", repeated=False)

    async def mass_get(self, msg_id: str) -> str:
        assert msg_id
        return self.mass_status

    async def quota(self, cgi_path: str) -> Quota:
        self.asked_quota.append(cgi_path)
        return Quota(self.left, 0, self.left)

    async def _take(self, openid: str, content: str) -> None:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await turns(3)
        self.at_once -= 1
        if refusal := self.answer(openid, content):
            raise refusal
        self.got.append((openid, content))

    def said(self, openid: str) -> Sequence[str]:
        return [content for person, content in self.got if person == openid]


async def turns(count: int) -> None:
    """Let everything else run `count` times."""
    for _ in range(count):
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_soon(turn.set_result, None)
        await turn
