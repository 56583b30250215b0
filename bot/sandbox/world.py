"""A WeChat with one official account: the people on their phones and what they see."""

import asyncio
import secrets
from collections.abc import Awaitable
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from bot.clock import clock
from bot.sandbox import state
from bot.sandbox.account import Account
from bot.sandbox.chat import UNAVAILABLE, Bubble, Line, Seen
from bot.sandbox.courier import Courier, Delivered, Forge
from bot.sandbox.memory import Memory
from bot.sandbox.people import Follower
from bot.sandbox.replies import judge
from bot.sandbox.wire import Fields, Value

SESSION = timedelta(minutes=30)
_UNANSWERABLE = ("VIEW", "view_miniprogram", "unsubscribe")


class NotFollowing(Exception):
    """A deed that needs a follower, by somebody who is none."""


class World(Memory):
    """Everything the platform knows. Enter it (`async with`) before the first deed.

    `patience` is the 5 s cut-off in real seconds; all other times are those of the one clock.
    With `state_file` the followers, chats, menu and tokens outlive a restart.
    """

    def __init__(
        self,
        account: Account,
        callback_url: str,
        *,
        patience: float = 5.0,
        state_file: Path | None = None,
        public_url: str = "http://mmbiz.qpic.cn",
    ) -> None:
        super().__init__(account)
        self.public_url = public_url
        self.courier = Courier(account, callback_url, self.traffic, patience)
        self._keeper = state.Keeper(self, state_file)
        self._event_times: dict[tuple[str, str], int] = {}

    async def __aenter__(self) -> Self:
        self.courier.open()
        self._keeper.open()
        self.afterwards.open()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.afterwards.close()
        await self._keeper.close()
        await self.courier.close()

    # ── people ──────────────────────────────────────────────────────────────────────────────

    def add_follower(self, openid: str, name: str = "", note: str = "") -> Follower:
        """A follower from before; no event is delivered. Labels are for the page's picker only."""
        person = self.people.know(openid)
        person.name, person.note = name or person.name, note or person.note
        if not person.subscribed_at:
            self.people.follow(openid, clock.now(), "ADD_SCENE_SEARCH")
        self.changed("people")
        return person

    async def follow(self, openid: str, scene: str | None = None) -> Seen:
        """Follow, by search or through the QR code of `scene`."""
        if scene is not None:
            return await self.scan(openid, scene)
        self.people.follow(openid, clock.now(), "ADD_SCENE_SEARCH")
        self.windows.open(openid, "follow", clock.now())
        return await self.event(openid, "subscribe", {"EventKey": ""})

    async def unfollow(self, openid: str) -> Seen:
        self._follower(openid).subscribed = False
        self.windows.close(openid)
        self.sessions.pop(openid, None)
        return await self.event(openid, "unsubscribe", {"EventKey": ""})

    async def scan(self, openid: str, scene: str) -> Seen:
        """Scan the QR code of `scene`: SCAN for a follower, else subscribe with qrscene_."""
        now = clock.now()
        person = self.people.know(openid)
        code = self.codes.good(scene, now)
        if code is None:
            self.show(openid, "notice", "text", "二维码已过期")
            return Seen("nothing", reason="二维码已过期")
        self.windows.open(openid, "scan", now)
        if person.subscribed:
            return await self.event(openid, "SCAN", {"EventKey": scene, "Ticket": code.ticket})
        self.people.follow(openid, now, "ADD_SCENE_QR_CODE", scene)
        self.windows.open(openid, "follow", now)
        key = {"EventKey": f"qrscene_{scene}", "Ticket": code.ticket}
        return await self.event(openid, "subscribe", key)

    # ── messages ────────────────────────────────────────────────────────────────────────────

    async def says(self, openid: str, text: str, *, duplicates: int = 0, forge: Forge = "") -> Seen:
        """Type a text. `duplicates` delivers the same message again as often, at the same time."""
        self.show(openid, "me", "text", text)
        fields = self.compose(openid, "text", {"Content": text})
        return await self.send(fields, duplicates=duplicates, forge=forge)

    async def out_of_order(self, openid: str, first: str, second: str) -> list[Seen]:
        """Two texts typed one after the other and delivered the other way round."""
        composed = [self.compose(openid, "text", {"Content": text}) for text in (first, second)]
        for text in (first, second):
            self.show(openid, "me", "text", text)
        late = await self.send(composed[1])
        return [await self.send(composed[0]), late]

    async def taps(self, openid: str, line: Line | str) -> Seen:
        """Tap a line (or the newest line with these words); it is sent as if it were typed."""
        chosen = self._line(openid, line) if isinstance(line, str) else line
        self.show(openid, "me", "text", chosen.content)
        extra = {"Content": chosen.content}
        if chosen.menu_id and not self.account.test:
            extra["bizmsgmenuid"] = chosen.menu_id
        return await self.send(self.compose(openid, "text", extra))

    async def sends_photo(self, openid: str, data: bytes, content_type: str = "image/jpeg") -> Seen:
        media_id = self.media.add("image", data, content_type, clock.now())
        self.show(openid, "me", "image", media_id=media_id)
        url = f"{self.public_url}/sandbox/media/{media_id}"
        return await self.send(self.compose(openid, "image", {"PicUrl": url, "MediaId": media_id}))

    async def sends_voice(self, openid: str, data: bytes = b"#!AMR\n", words: str = "") -> Seen:
        """A voice note in AMR; `words` only where the platform's recognition should have worked."""
        now = clock.now()
        media_id = self.media.add("voice", data, "audio/amr", now)
        wide = self.media.add("voice", data, "audio/amr", now)
        self.show(openid, "me", "voice", media_id=media_id)
        extra = {"MediaId": media_id, "Format": "amr", "MediaId16K": wide}
        if words:
            extra["Recognition"] = words
        return await self.send(self.compose(openid, "voice", extra))

    async def sends_video(self, openid: str, data: bytes, kind: str = "video") -> Seen:
        """A video, or a shortvideo: media/get answers with its address and not with its bytes."""
        media_id = self.media.add("video", data, "video/mp4", clock.now())
        thumb = self.media.add("thumb", b"", "image/jpeg", clock.now())
        self.show(openid, "me", kind, media_id=media_id)
        extra: Fields = {"MediaId": media_id, "ThumbMediaId": thumb}
        return await self.send(self.compose(openid, kind, extra))

    async def sends_location(
        self, openid: str, latitude: float, longitude: float, label: str = ""
    ) -> Seen:
        self.show(openid, "me", "location", label or f"{latitude},{longitude}")
        where: dict[str, Value] = {"Location_X": latitude, "Location_Y": longitude}
        return await self.send(
            self.compose(openid, "location", {**where, "Scale": 15, "Label": label})
        )

    async def sends(self, openid: str, kind: str, fields: Fields) -> Seen:
        """Any other message type (video, link, file …) with its own elements."""
        self.show(openid, "me", kind, f"[{kind}]")
        return await self.send(self.compose(openid, kind, fields))

    # ── menu ────────────────────────────────────────────────────────────────────────────────

    async def clicks(self, openid: str, key: str) -> Seen:
        self.windows.open(openid, "click", clock.now())
        return await self.event(openid, "CLICK", {"EventKey": key})

    async def views(self, openid: str, url: str) -> Seen:
        """Open a menu's web page: the platform tells, opens no window and shows no answer."""
        return await self.event(openid, "VIEW", {"EventKey": url, "MenuId": 1024})

    # ── human session ───────────────────────────────────────────────────────────────────────

    def in_session(self, openid: str) -> bool:
        return openid in self.sessions and self.sessions[openid] > clock.now()

    def agent_says(self, openid: str, text: str) -> Bubble:
        return self.show(openid, "agent", "text", text)

    def close_session(self, openid: str) -> None:
        if self.sessions.pop(openid, None):
            self.show(openid, "notice", "text", "人工服务已结束")

    # ── the wire ────────────────────────────────────────────────────────────────────────────

    def compose(self, openid: str, kind: str, extra: Fields) -> Fields:
        """A message of a follower with the common elements and its own MsgId."""
        self._follower(openid)
        # Never the same again, not even in another world at the same stopped second.
        wanted = clock.timestamp() * 10**9 + secrets.randbelow(10**9)
        self.last_msg_id = max(self.last_msg_id + 1, wanted)
        common = self._common(openid, clock.timestamp())
        return {**common, "MsgType": kind, **extra, "MsgId": self.last_msg_id}

    async def event(
        self, openid: str, event: str, extra: Fields, *, duplicates: int = 0, forge: Forge = ""
    ) -> Seen:
        """Deliver an event; it carries no MsgId, so no two of a person share Event and second."""
        after, moment = self._event_times.get((openid, event), 0) + 1, clock.timestamp()
        if after - moment < 60:  # further ahead only after the time machine went back
            moment = max(after, moment)
        self._event_times[openid, event] = moment
        common = self._common(openid, moment)
        fields: Fields = {**common, "MsgType": "event", "Event": event, **extra}
        return await self.send(fields, duplicates=duplicates, forge=forge)

    async def send(self, fields: Fields, *, duplicates: int = 0, forge: Forge = "") -> Seen:
        """Deliver what was composed, show what the platform shows, and tell what was seen."""
        openid = str(fields["FromUserName"])
        to_message = fields["MsgType"] != "event"
        if to_message:
            self.windows.open(openid, "message", clock.now())
            if self.in_session(openid) or self.people.all[openid].blacklisted:
                self.changed("chat")
                return Seen("nothing", bypassed=True)
        tries: list[Awaitable[Delivered]] = [
            self.courier.deliver(fields, forge=forge) for _ in range(duplicates + 1)
        ]
        seen, *repeats = [
            self._judge(got, openid, to_message) for got in await asyncio.gather(*tries)
        ]
        seen.repeats = repeats
        if fields.get("Event") in _UNANSWERABLE:
            seen = Seen("nothing", raw=seen.raw, status=seen.status, reason=seen.reason)
        self._put(openid, seen)
        return seen

    async def send_raw(
        self, body: bytes, *, openid: str = "", query: dict[str, str] | None = None
    ) -> Seen:
        """Post any body once; signed like the platform's unless a `query` is given. Not shown."""
        signed = query if query is not None else self.courier.signed_query(openid)
        got = await self.courier.post(body, signed)
        return self._judge(got, openid, to_message=True)

    def _judge(self, got: Delivered, openid: str, to_message: bool) -> Seen:
        if got.failure:
            raw = got.body.decode(errors="replace")
            seen = Seen("unavailable", reason=got.failure, raw=raw)
        else:
            seen = judge(got.body, self.account, openid, to_message=to_message)
        if seen.media_id and seen.media_id not in self.media.all:
            seen = Seen("unavailable", reason="MediaId 不存在", raw=seen.raw)
        if seen.kind == "unavailable":
            seen.text = UNAVAILABLE
        seen.tries, seen.status, seen.milliseconds = got.tries, got.status, got.milliseconds
        return seen

    # ── what is shown ───────────────────────────────────────────────────────────────────────

    def changed(self, what: str) -> None:
        super().changed(what)
        self._keeper.touch()

    def _put(self, openid: str, seen: Seen) -> None:
        if seen.kind == "unavailable":
            self.show(openid, "notice", "text", UNAVAILABLE, note=seen.reason)
        elif seen.transfer:
            self.sessions[openid] = clock.now() + SESSION
            self.show(openid, "notice", "text", "已转接人工客服，请稍候")
        elif seen.kind == "reply":
            self.put(
                openid,
                Bubble(
                    0, "account", seen.msg_type, "", seen.text, seen.parts,
                    seen.media_id, seen.articles,
                ),
            )  # fmt: skip

    def _line(self, openid: str, words: str) -> Line:
        for bubble in reversed(self.chats.get(openid, [])):
            for line in bubble.lines:
                if words in (line.shown, line.content):
                    return line
        raise LookupError(f"no tappable line {words!r} in the chat of {openid}")

    def _follower(self, openid: str) -> Follower:
        person = self.people.all.get(openid)
        if person is None or not person.subscribed:
            raise NotFollowing(f"{openid} does not follow: use follow() or add_follower() first")
        return person

    def _common(self, openid: str, moment: int) -> dict[str, Value]:
        return {
            "ToUserName": self.account.original_id,
            "FromUserName": openid,
            "CreateTime": moment,
        }
