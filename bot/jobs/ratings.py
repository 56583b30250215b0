"""评价 by the clock: who named a time is asked then, and what is over is put away."""

import json
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.rules.etiquette import USUAL, within_hours
from bot.rules.rating_terms import WIN_BACK
from bot.rules.touch.lines import lines
from bot.rules.windows import may_send
from bot.rules.wording import salutation
from storage.queries.outbox import claiming as outbox
from storage.queries.ratings import named as ratings_named
from storage.queries.ratings import rating as ratings
from storage.queries.ratings.named import Due

_WORDS: Final = "您好！您约好这时候说说上次到店的感受，点“评价”就行，一分钟。"
_WHY_AWAY: Final = "您好！您约好这时候说说为什么好久没来，点“说说原因”就行，一句话。"


async def ratings_due(now: datetime, zone: ZoneInfo) -> dict[str, int]:
    """Ask whom it is time for, by day; close what is over."""
    asked = 0
    if within_hours(now, USUAL, zone):
        for due in await ratings_named.named_a_time(now):
            asked += await _ask(due, now)
    return {"ratings_asked": asked, "ratings_closed": await ratings.close_over(now)}


async def _ask(due: Due, now: datetime) -> bool:
    """By message where the platform lets us write; else a colleague calls."""
    async with outbox.together():
        if not await ratings_named.taken(due.rating_id, now):
            return False
        window = may_send(due.window_kind, due.window_opened_at, due.window_sent, now)
        if due.subscribed and window:
            who = salutation(due.name, due.gender)
            away = due.occasion == WIN_BACK
            words, kind = (_WHY_AWAY, WIN_BACK) if away else (_WORDS, "after_visit")
            text = words if who == "您" else f"{who}，{words}"
            body = {"blocks": [text, *lines(kind)], "hand_over": False}
            idem = f"rating:{due.rating_id}:{now.isoformat()}"
            await outbox.put(due.wechat_user_id, idem, json.dumps(body, ensure_ascii=False), now)
        else:
            await ratings_named.to_call(due, now)
        return True
