"""What customers sent and the platform no longer has: a task of its complaint, and they are asked again."""

import json
from datetime import datetime
from typing import Final, Protocol

from bot.rules.cases.words import UNSETTLED, number_of
from bot.rules.etiquette import BEIJING, SERVICE, USUAL, within_hours
from bot.rules.send_check import opens_at
from bot.rules.windows import may_send
from storage.db import moment, sql
from storage.queries.outbox import claiming as outbox
from storage.queries.people import staff_task
from storage.scope import account_id

_CALLED: Final = {"image": "照片", "voice": "语音", "video": "视频", "shortvideo": "小视频"}


class Sent(Protocol):
    """One photo, voice note or video, as `evidence.Item` has it."""

    @property
    def id(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def wechat_user_id(self) -> int | None: ...
    @property
    def case_id(self) -> int | None: ...
    @property
    def rating_id(self) -> int | None: ...


async def tell(item: Sent, why: str, now: datetime) -> None:
    """Whoever sent it is asked in chat where that is lawful; a colleague has the task anyway."""
    about = "评价" if item.rating_id else "客户发来"
    if item.case_id:
        about = f"投诉{number_of(item.case_id)}"
    asked = await _ask_again(item, now)
    await staff_task(
        "evidence",
        f"{about}的{_CALLED.get(item.kind, '材料')}没有取到，请客户再发一次",
        now,
        wechat_user_id=item.wechat_user_id,
        detail=f"{why}\n{asked}",
        same=_same(item.id),
    )
    if item.case_id is not None:
        await of_case(item.id, item.case_id)


async def of_case(evidence_id: int, case_id: int) -> None:
    """The task is its complaint's, and of whoever handles that."""
    await sql().run(
        "UPDATE staff_task SET case_id = ?,"
        " customer_id = (SELECT customer_id FROM complaint WHERE account_id = ? AND id = ?),"
        " store_id = (SELECT store_id FROM complaint WHERE account_id = ? AND id = ?),"
        " staff_id = (SELECT owner_id FROM complaint WHERE account_id = ? AND id = ?)"
        " WHERE account_id = ? AND same = ?",
        *(case_id, *(account_id(), case_id) * 3, account_id(), _same(evidence_id)),
    )


def _same(evidence_id: int) -> str:
    return f"evidence:{evidence_id}"


async def _ask_again(item: Sent, now: datetime) -> str:
    """Once for a complaint, by day, while the platform lets us write; in words for the task."""
    if not await _wanted(item):
        return "请直接联系客户。"
    at = now if within_hours(now, USUAL, BEIJING) else opens_at(now, USUAL, BEIJING)
    row = await sql().row(
        "SELECT subscribed, window_kind, window_opened_at, window_sent FROM wechat_user"
        " WHERE account_id = ? AND id = ?",
        *(account_id(), item.wechat_user_id),
    )
    if row is None or not row["subscribed"] or item.wechat_user_id is None:
        return "微信发不到客户，请打电话。"
    window = moment(row["window_opened_at"])
    if not may_send(row["window_kind"], window, row["window_sent"], at):
        return "微信现在发不到客户，请打电话。"
    number = f"（投诉 {number_of(item.case_id)} 用）" if item.case_id else ""
    what = _CALLED.get(item.kind, "材料")
    text = f"抱歉，您之前发的{what}没有传过来{number}，麻烦再发一次，直接发在这里就行。"
    body = json.dumps({"blocks": [text], "hand_over": False}, ensure_ascii=False)
    about = f"c{item.case_id}" if item.case_id else f"u{item.wechat_user_id}:{at.date()}"
    await outbox.queue(
        *(item.wechat_user_id, f"again:{about}", "service", body, now),
        purpose=SERVICE,
        due_at=at,
    )
    return "已在微信里请客户再发一次。"


async def _wanted(item: Sent) -> bool:
    """Whether it still has a place: an ended complaint and a rating have none."""
    if item.case_id is None:
        return item.rating_id is None
    row = await sql().row(
        "SELECT state FROM complaint WHERE account_id = ? AND id = ?",
        *(account_id(), item.case_id),
    )
    return row is not None and row["state"] in UNSETTLED
