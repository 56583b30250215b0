"""What the platform says of a message after it took it. WeChat docs: events of template messages,
mass messages and subscribe messages. The states are those of a message in the outbox.
"""

from dataclasses import dataclass
from typing import Final

REFUSED_BY_CHECK: Final = {
    "10001": "疑似广告", "20001": "涉嫌政治", "20002": "涉嫌色情", "20004": "涉嫌社会",
    "20006": "涉嫌违法犯罪", "20008": "涉嫌欺诈", "20013": "涉嫌版权", "21000": "涉嫌其他",
    "22000": "涉嫌互推", "30001": "原创校验出错", "30002": "原创校验不能转载",
    "30003": "原创校验判为转载", "40001": "管理员拒绝", "40002": "管理员30分钟内未确认",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class MassCounts:
    """People in the list, left after filtering, sent to, and failed; approximate, says the platform."""

    total: int
    filtered: int
    sent: int
    errors: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """`state`: delivered, blocked (the person refuses) or failed, with `why`; `mass`: of a mass send.

    `template`: its id, where the receipt names it: what it reports on may have no id of its own.
    """

    msgid: str
    state: str
    why: str = ""
    mass: MassCounts | None = None
    template: str = ""


@dataclass(frozen=True, slots=True)
class Leave:
    """A person's word on one message of a template: leave for one, or `given` False, none any more.

    `key` is the event's own: the same word told twice is one leave.
    """

    template: str
    given: bool
    key: str


def of_template(msgid: str, status: str) -> Receipt:
    """TEMPLATESENDJOBFINISH; its blanks are not to be relied on."""
    said = status.replace(" ", "").lower()
    if said == "success":
        return Receipt(msgid, "delivered")
    if said == "failed:userblock":
        return Receipt(msgid, "blocked", "客户拒收公众号的消息")
    return Receipt(msgid, "failed", f"微信没能送达（{status[:60]}）")


def of_once(msgid: str, template: str, errcode: str, status: str) -> Receipt:
    """One row of subscribe_msg_sent_event."""
    if errcode in ("", "0"):
        return Receipt(msgid, "delivered", template=template)
    why = f"微信没能送达（{errcode} {status[:60]}）"
    return Receipt(msgid, "failed", why, template=template)


def of_mass(msgid: str, status: str, counts: MassCounts) -> Receipt:
    """MASSSENDJOBFINISH; its numbers are of several years, shown and not decided on."""
    said = status.replace(" ", "").lower()
    if said == "sendsuccess":
        return Receipt(msgid, "delivered", "", counts)
    code = said.removeprefix("err(").removesuffix(")")
    why = REFUSED_BY_CHECK.get(code, "微信没能发出")
    return Receipt(msgid, "failed", f"群发失败：{why}（{status[:40]}）", counts)
