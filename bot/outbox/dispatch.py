"""Sending what is due: claim, recheck, commit, send, settle.

The rules are asked again at the moment of sending. A customer-service message has no key by which
the platform knows it again, so one that may have arrived is never sent a second time.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from bot.clock import monotonic
from bot.errors import WeChatError, WeChatUnclear
from bot.outbox.render import texts
from bot.rules.errcodes import Reaction, Verdict, reaction
from bot.rules.windows import may_send
from bot.wechat.token import API as TOKEN_API
from storage.queries import outbox
from storage.queries.outbox import Claimed

log = structlog.get_logger("outbox")

LEASE = timedelta(minutes=2)
BATCH = 32
TRIES = 5
"""How often a busy platform is asked again."""
PAUSE = timedelta(minutes=10)
"""How long nothing is sent after an answer that concerns the account and not the message."""
NUDGE = "wake:"
"""What these say is of no use later: they are dropped without a word."""


class Sender(Protocol):
    """What the dispatcher asks of the platform's API."""

    async def send_text(self, openid: str, content: str) -> None:
        """Raises WeChatError if refused, WeChatUnclear if nobody knows."""


@dataclass(slots=True)
class Summary:
    """What became of the messages of one dispatch."""

    accepted: int = 0
    failed: int = 0
    waiting: int = 0
    uncertain: int = 0

    @property
    def counts(self) -> dict[str, int]:
        return asdict(self)

    def count(self, state: str) -> None:
        setattr(self, state, getattr(self, state) + 1)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where a message goes next. `sent` of its texts are known to have gone out."""

    state: str
    why: str = ""
    due_at: datetime | None = None
    sent: int = 0
    mend: str = ""
    alarm: bool = False


class Dispatcher:
    """Sends customer-service messages of the account in force, some at a time."""

    def __init__(self, client: Sender, *, at_once: int = 8, batch: int = BATCH) -> None:
        self._client = client
        self._at_once = asyncio.Semaphore(at_once)
        self._batch = batch
        self._paused_until: datetime | None = None

    async def dispatch_due(self, now: datetime) -> Summary:
        """Send until nothing more is due at `now`."""
        started, summary = monotonic(), Summary()
        for lapsed in await outbox.expired_leases(now):
            summary.count("uncertain")
            await self._tell_staff(lapsed, Outcome("uncertain", "发送过程中断"), now)
        while not self._paused(now):
            # Sending takes time, and a window of one minute is short.
            at = now + timedelta(seconds=monotonic() - started)
            claimed, refused = await self._claim(now, at)
            summary.failed += refused
            if not claimed and not refused:
                break
            for outcome in await asyncio.gather(*(self._send(*one, now) for one in claimed)):
                summary.count(outcome.state)
        return summary

    def _paused(self, now: datetime) -> bool:
        """A clock that was set back by more than the pause does not prolong it."""
        until = self._paused_until
        return until is not None and until - PAUSE <= now < until

    async def _claim(
        self, now: datetime, at: datetime
    ) -> tuple[list[tuple[Claimed, list[str]]], int]:
        """What may be sent, counted in each person's window; and how many may not."""
        claimed, refused = [], 0
        async with outbox.together():
            # In the order of the people, so that two dispatchers never wait for each other.
            for message in sorted(
                await outbox.claim(now, self._batch, LEASE), key=lambda m: m.to.id
            ):
                said, why = _recheck(message, at)
                if why:
                    refused += 1
                    outcome = Outcome("failed", why)
                    await outbox.settle(message, outcome.state, now, why)
                    await self._tell_staff(message, outcome, now)
                else:
                    await outbox.count_sent(message.to.id, len(said))
                    claimed.append((message, said))
        return claimed, refused

    async def _send(self, message: Claimed, said: Sequence[str], now: datetime) -> Outcome:
        async with self._at_once:
            outcome = await self._try(message, said, now)
        async with outbox.together():
            if not await outbox.settle(message, outcome.state, now, outcome.why, outcome.due_at):
                log.warning("message_settled_by_another", message=message.id)
                return outcome
            if outcome.state in ("waiting", "failed"):
                await outbox.count_sent(message.to.id, outcome.sent - len(said))
            await self._tell_staff(message, outcome, now)
        log.info("message_settled", message=message.id, state=outcome.state, why=outcome.why)
        return outcome

    async def _try(self, message: Claimed, said: Sequence[str], now: datetime) -> Outcome:
        sent = 0
        try:
            for content in said:
                await self._client.send_text(message.to.openid, content)
                sent += 1
        except WeChatUnclear as error:
            if error.api == TOKEN_API:  # it never came to sending
                return self._refused(message, error, sent, now)
            return Outcome("uncertain", "微信没有给出明确答复，不确定客户是否收到")
        except WeChatError as error:
            return self._refused(message, error, sent, now)
        except Exception:
            log.exception("message_not_sent", message=message.id)
            return Outcome("uncertain", "发送程序出错，不确定客户是否收到")
        return Outcome("accepted", sent=sent)

    def _refused(self, message: Claimed, error: WeChatError, sent: int, now: datetime) -> Outcome:
        verdict = reaction(error.errcode)
        why = f"{verdict.means}（{error.errcode}）"
        alarm = verdict.reaction is Reaction.ALARM
        if alarm:
            self._paused_until = now + PAUSE
            log.error("channel_paused", errcode=error.errcode, until=self._paused_until.isoformat())
        if verdict.reaction in (Reaction.DONE, Reaction.IGNORE):
            return Outcome("accepted", sent=sent)
        if sent:
            # Once more from the start would repeat what has arrived.
            return Outcome(
                "failed", f"只发出了前{sent}段：{why}", sent=sent, mend=verdict.mend, alarm=alarm
            )
        pause = _pause(verdict, message.attempts)
        if pause is None:
            return Outcome("failed", why, mend=verdict.mend, alarm=alarm)
        return Outcome("waiting", why, now + pause, mend=verdict.mend, alarm=alarm)

    async def _tell_staff(self, message: Claimed, outcome: Outcome, now: datetime) -> None:
        """A reply that a person waits for must not get lost in silence, nor may the whole channel."""
        if outcome.alarm:
            await outbox.alarm("微信消息暂停发送，请处理", _detail(outcome), now)
        if outcome.state not in ("failed", "uncertain") or message.idem.startswith(NUDGE):
            return
        sure = outcome.state == "failed"
        title = "有一条回复没能发给客户，请联系客户" if sure else "有一条回复不确定客户是否收到"
        await outbox.staff_task(message.to, title, _detail(outcome), now, f"message:{message.id}")


def _detail(outcome: Outcome) -> str:
    return outcome.why + (f"。{outcome.mend}" if outcome.mend else "")


def _recheck(message: Claimed, at: datetime) -> tuple[list[str], str]:
    """The texts of a message, or why it may not be sent now."""
    to = message.to
    try:
        said = texts(message.body)
    except ValueError:
        return [], "消息内容无法读取，请联系技术支持"
    if not said:
        return said, ""
    if not to.subscribed:
        return said, "客户已取消关注"
    if message.idem.startswith(NUDGE) and to.wrote_since(message.created_at):
        return said, "客户已回复，不再提醒"
    allowed = may_send(to.window_kind, to.window_opened_at, to.window_sent, at)
    if not allowed:
        return said, allowed.why
    if allowed.left < len(said):
        return said, f"内容共{len(said)}段，客户再次来消息前只能再发{allowed.left}条"
    return said, ""


def _pause(verdict: Verdict, attempts: int) -> timedelta | None:
    """How long until another try; None: there is none."""
    match verdict.reaction:
        case Reaction.RETRY | Reaction.TOKEN if attempts < TRIES:
            return timedelta(seconds=(verdict.wait or 30) * 2 ** (attempts - 1))
        case Reaction.WAIT if verdict.wait is not None:
            return timedelta(seconds=verdict.wait)
        case Reaction.ALARM if attempts < TRIES:
            return PAUSE
    return None
