"""Between the wire and the engine: a WeChat message becomes a turn, an answer becomes a reply."""

import json
from collections.abc import Awaitable, Callable

import structlog

from bot.clock import clock
from bot.errors import WeChatError
from bot.flow.engine import Engine
from bot.flow.incoming import Incoming
from bot.flow.reply import Answer, Line
from bot.wechat.messages import Inbound
from bot.wechat.receipts import receipts
from bot.wechat.replies import Reply, Silence, Text, Transfer, tap
from storage.queries import platform_events
from storage.scope import account_scope

log = structlog.get_logger("desk")

CLOSED = "抱歉，系统暂时连不上，这条消息没能记下来。请过几分钟再发一次，急事请直接致电门店。"
"""Said when nothing can be read or written; the same message sent again is then a new one."""

_compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


Speak = Callable[[str, str], Awaitable[None]]


def incoming_of(message: Inbound) -> Incoming:
    """What the engine needs of a message; the rest is kept as it came."""
    click = message.event == "click"
    return Incoming(
        openid=message.openid,
        key=message.dedupe_key,
        kind=message.kind,
        text=message.content or _spoken(message),
        event=message.event,
        menu=message.key if click else "",
        scene="" if click else message.scene,
        tag=message.menu_id,
        media_id=str(message.data.get("MediaId") or ""),
        body=_compact(dict(message.data)),
        receipts=receipts(message),
    )


def _spoken(message: Inbound) -> str:
    """What the platform understood of a voice note, where that is switched on; else ""."""
    words = message.data.get("Recognition") if message.kind == "voice" else None
    return words.strip() if isinstance(words, str) else ""


def reply_of(answer: Answer) -> Reply:
    """Text with tappable lines; a hand-over becomes the platform's transfer."""
    if answer.hand_over:
        return Transfer()
    if not answer.blocks:
        return Silence()
    return Text("\n".join(_shown(block) for block in answer.blocks))


def _shown(block: str | Line) -> str:
    return block if isinstance(block, str) else tap(block.shown, block.says, block.tag)


class DeskTurn:
    """One message on its way. Late is decided once: before the turn is written, or never."""

    def __init__(self, engine: Engine, account: int, message: Inbound, speak: Speak) -> None:
        self._engine = engine
        self._speak = speak
        self._account = account
        self._message = message
        self._late = False
        self._sealed = False
        self._asked_to_hurry = False
        self._given_up = False

    async def run(self) -> Reply:
        with account_scope(self._account):
            incoming = incoming_of(self._message)
            if incoming.event in platform_events.FROM_PLATFORM:
                return await self._from_platform(incoming)
            try:
                answer = await self._engine.answer(incoming, clock.now(), self._seal)
                if self._given_up:
                    await self._engine.follow_up(incoming, answer, clock.now())
            except Exception:  # not even an excuse could be kept: the database is out of reach
                log.exception("turn lost", kind=incoming.kind, event_name=incoming.event)
                if not incoming.from_person:
                    return Silence()
                if self._late or self._given_up:
                    await self._excuse(incoming.openid)
                return Text(CLOSED)
            return reply_of(answer)

    async def _from_platform(self, incoming: Incoming) -> Reply:
        """Nobody's message: no turn, and nobody to answer."""
        try:
            await platform_events.take(
                *(incoming.event, incoming.key, self._message.data, incoming.receipts, clock.now())
            )
        except Exception:  # the database is out of reach; it is told to nobody a second time
            log.exception("platform event lost", event_name=incoming.event)
        return Silence()

    async def _excuse(self, openid: str) -> None:
        """The reply can no longer be shown: the same words as a message, if WeChat takes them."""
        try:
            await self._speak(openid, CLOSED)
        except WeChatError as error:
            log.warning("excuse not sent", errcode=error.errcode)

    def hand_over(self) -> bool:
        """True: the answer will go out as a message of its own.

        Asked while the answer is being written, it says no once; asked again, nobody waits any
        longer and the answer follows as soon as it is written.
        """
        if not self._sealed:
            self._late = True
        elif not self._late:
            self._given_up, self._asked_to_hurry = self._asked_to_hurry, True
        return self._late or self._given_up

    def _seal(self) -> bool:
        self._sealed = True
        return self._late


class Desk:
    """Where turns begin. `speak(openid, text)` sends a customer-service message at once."""

    def __init__(self, engine: Engine, account: int, speak: Speak) -> None:
        self._engine = engine
        self._account = account
        self._speak = speak

    def begin(self, message: Inbound) -> DeskTurn:
        return DeskTurn(self._engine, self._account, message, self._speak)
