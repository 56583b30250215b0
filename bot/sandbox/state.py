"""What outlives a restart of the demo: one JSON file, written whole and renamed into place."""

import asyncio
import contextlib
import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.sandbox.chat import Article, Bubble, Part
from bot.sandbox.memory import Memory
from bot.sandbox.people import Follower
from bot.sandbox.shelf import QrCode
from bot.sandbox.tokens import Tokens
from bot.sandbox.windows import Grant

BUBBLES = 50
EVERY = 0.5  # real seconds between two writes


def dump(world: Memory) -> dict[str, Any]:
    """The world as JSON: times as ISO 8601."""
    tokens, windows = world.tokens, world.windows
    return {
        "people": [asdict(one) for one in world.people.all.values()],
        "tags": world.people.tags,
        "menu": world.menu,
        "last_msg_id": world.last_msg_id,
        "last_job": world.last_job,
        "grants": [[*key, left] for key, left in world.grants.left.items() if left],
        "chats": {who: [asdict(b) for b in seen[-BUBBLES:]] for who, seen in world.chats.items()},
        "sessions": {who: until.isoformat() for who, until in world.sessions.items()},
        "codes": [
            {**asdict(one), "until": one.until and one.until.isoformat()}
            for one in world.codes.all.values()
        ],
        "tokens": {
            "ends": {token: end.isoformat() for token, end in tokens.ends.items()},
            "current": tokens.current,
            "stable": tokens.stable,
            "killed": sorted(tokens.killed),
        },
        "windows": {
            who: {by: [g.left, g.until.isoformat()] for by, g in grants.items()}
            for who, grants in windows.grants.items()
        },
    }


def load(world: Memory, kept: dict[str, Any]) -> None:
    world.people.all = {one["openid"]: Follower(**one) for one in kept["people"]}
    world.people.restore_tags({int(tag): name for tag, name in kept["tags"].items()})
    world.menu = kept["menu"]
    world.last_msg_id = kept["last_msg_id"]
    world.last_job = kept.get("last_job", 0)
    for openid, key, left in kept.get("grants", []):
        world.grants.left[openid, key] = left
    world.chats = {who: [_bubble(one) for one in seen] for who, seen in kept["chats"].items()}
    bubbles = [one for seen in world.chats.values() for one in seen]
    world.last_bubble = max((one.id for one in bubbles), default=0)
    world.sessions = {who: _time(until) for who, until in kept["sessions"].items()}
    for one in kept["codes"]:
        until = _time(one["until"]) if one["until"] else None
        world.codes.all[one["ticket"]] = QrCode(one["ticket"], one["scene"], one["url"], until)
    tokens = kept["tokens"]
    ends = {token: _time(end) for token, end in tokens["ends"].items()}
    world.tokens = Tokens(ends, tokens["current"], tokens["stable"], set(tokens["killed"]))
    world.windows.grants = {
        who: {by: Grant(left, _time(until)) for by, (left, until) in grants.items()}
        for who, grants in kept["windows"].items()
    }


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _bubble(kept: dict[str, Any]) -> Bubble:
    parts = [Part(**one) for one in kept.pop("parts")]
    articles = [Article(**one) for one in kept.pop("articles")]
    return Bubble(**kept, parts=parts, articles=articles)


class Keeper:
    """Writes the world to its file soon after it changed, and once more at the end."""

    def __init__(self, world: Memory, file: Path | None) -> None:
        self._world = world
        self._file = file
        self._dirty = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def open(self) -> None:
        if self._file is None:
            return
        if self._file.exists():
            self._read(self._file)
        self._task = asyncio.create_task(self._keep())

    def _read(self, file: Path) -> None:
        """Load the file; one of another version, or spoilt, is put aside and the world is new."""
        fresh = dump(self._world)
        try:
            load(self._world, json.loads(file.read_text("utf-8")))
        except (ValueError, LookupError, TypeError, AttributeError):
            load(self._world, fresh)
            file.replace(file.with_suffix(".unreadable"))

    def touch(self) -> None:
        self._dirty.set()

    async def close(self) -> None:
        if self._task is None:
            return
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task
        self.write()

    async def _keep(self) -> None:
        while True:
            await self._dirty.wait()
            self._dirty.clear()
            self.write()
            await asyncio.sleep(EVERY)

    def write(self) -> None:
        """Whole or not at all: a new file, renamed over the old one."""
        if self._file is None:
            return
        self._file.parent.mkdir(parents=True, exist_ok=True)
        draft = self._file.with_suffix(".new")
        draft.write_text(json.dumps(dump(self._world), ensure_ascii=False), "utf-8")
        draft.replace(self._file)
