"""What becomes of a message after a try: a refusal read by the table of reactions."""

from dataclasses import dataclass
from datetime import datetime

from bot.errors import WeChatError, WeChatUnclear
from bot.rules.backoff import PAUSE, next_try, repeatable
from bot.rules.errcodes import (
    Reaction,
    Refuses,
    Verdict,
    reaction,
    refuses,
    stops_the_api,
    template_broken,
)
from bot.wechat.token import API as TOKEN_API
from storage.queries.outbox.claiming import Claimed

UNCLEAR = "微信没有给出明确答复，不确定客户是否收到"
BROKEN = "发送程序出错，不确定客户是否收到"
_AGAIN = Verdict(Reaction.RETRY, UNCLEAR, "", 30)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where a message goes next. `sent` of its calls are known to have had their effect.

    `doubt`: it may have arrived. `alarm`: staff must mend the account. `pause_until`: no other call
    of the API before. `bad`: says something of the API or of us. `refuses`: of the person.
    """

    state: str
    why: str = ""
    due_at: datetime | None = None
    sent: int = 0
    msgid: str = ""
    mend: str = ""
    doubt: bool = False
    alarm: bool = False
    pause_until: datetime | None = None
    bad: bool = False
    refuses: Refuses = Refuses.NOTHING
    template_broken: bool = False


def after(message: Claimed, error: Exception, sent: int, at: datetime) -> Outcome:
    """What an error of a try means; one that is none of WeChat's is our own mistake."""
    if isinstance(error, WeChatUnclear) and error.api != TOKEN_API:
        return unclear(message, at, UNCLEAR)
    if isinstance(error, WeChatError):
        return refused(message, error, sent, at)
    return unclear(message, at, BROKEN)


def unclear(message: Claimed, at: datetime, why: str) -> Outcome:
    """It may have arrived: the same again only while the platform knows it for a repeat."""
    due_at = next_try(_AGAIN, message.attempts, at, str(message.id))
    if due_at is not None and repeatable(message.channel, message.doubt_at or at, due_at):
        return Outcome("waiting", why, due_at, doubt=True, bad=True)
    return Outcome("uncertain", why, doubt=True, bad=True)


def refused(message: Claimed, error: WeChatError, sent: int, at: datetime) -> Outcome:
    """The platform said no, or that nothing could be asked of it."""
    code, verdict = error.errcode, reaction(error.errcode)
    if verdict.reaction in (Reaction.DONE, Reaction.IGNORE):
        return Outcome("accepted", sent=sent)
    why = f"{verdict.means}（{code}）"
    alarm = verdict.reaction is Reaction.ALARM
    due_at = next_try(verdict, message.attempts, at, _spread(message))
    pause = None
    if stops_the_api(code):
        pause = at + PAUSE if alarm else due_at
    if template_broken(code):
        due_at = None
    if sent:
        # Once more from the start would repeat what has arrived.
        due_at, why = None, f"只发出了前{sent}段：{why}"
    state = "waiting" if due_at else "uncertain" if message.doubt_at else "failed"
    return Outcome(
        state,
        why,
        due_at,
        sent,
        mend=verdict.mend,
        alarm=alarm,
        pause_until=pause,
        bad=verdict.reaction in (Reaction.RETRY, Reaction.FIX, Reaction.ALARM),
        refuses=refuses(code),
        template_broken=template_broken(code),
    )


def _spread(message: Claimed) -> str:
    """An answer that a person waits for is not put off further."""
    return "" if message.channel == "service" else f"{message.id}:{message.attempts}"
