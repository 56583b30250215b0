"""What the demo's customers said of their visits lately, and what became of it.

It is written through the same deeds as in real life, so every complaint has its owner and clocks.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from storage.db import dumps, moment, sql
from storage.queries.cases.deeds import act
from storage.queries.leads.opening import NewLead, open_lead
from storage.queries.ratings import rating as ratings
from storage.queries.ratings.rating import Occasion
from storage.scope import account_id

RATED = 20
"""The newest visits of people who are not on the phone page."""
_SCORES = (5, 5, 5, 4, 5, 3, 4, 5)
_PROMOTED = (10, 9, 10, 8, 9, 7, 10, 9)
_CAUSES = (
    ("工位排得太满，交车前没有人再检查一遍", "当天返工，送了一次空调清洗"),
    ("接待时没有说明要等配件", "顾问致歉，配件到店后上门取送车"),
)
LAST = timedelta(days=1, hours=2)


async def fill_feedback(followers: int, now: datetime, dice: Random) -> None:
    """Ratings of the last visits, two complaints at their end and two still open, and a lead."""
    rows = await sql().rows(
        "SELECT v.id, v.settled_at, v.customer_id FROM visit v JOIN vehicle c ON c.id = v.vehicle_id"
        " WHERE v.account_id = ? AND v.settled_at < ? AND c.customer_id NOT IN (SELECT u.customer_id"
        " FROM wechat_user u WHERE u.account_id = ? AND u.customer_id IS NOT NULL)"
        " ORDER BY v.settled_at DESC, v.id LIMIT ?",
        *(account_id(), now - LAST, account_id(), RATED),
    )
    for n, row in enumerate(reversed(rows)):  # the oldest first, as it happened
        at = moment(row["settled_at"])
        occasion = await ratings.of_visit(row["id"])
        if at is not None and occasion is not None:
            bad = n in (3, 9, RATED - 4, RATED - 1)
            told = min(at + timedelta(days=1, hours=dice.randint(0, 3)), now - timedelta(hours=1))
            await _rated(occasion, told, dice, bad=bad, solved=n < RATED // 2)
    await _fresh_visit(followers, now)


async def _rated(
    occasion: Occasion, at: datetime, dice: Random, *, bad: bool, solved: bool
) -> None:
    """One customer's answers; a bad one is a complaint, which colleagues work on."""
    rating = await ratings.begin(occasion, at, channel="call", by="邵敏")
    if rating is None:
        return
    score = 2 if bad else dice.choice(_SCORES)
    case = None
    for question, value in (("overall", score), ("advisor", max(score, 3)), ("waiting", score)):
        came = await _answer(rating.id, question, "score", value, at)
        case = case or came.case
        at += timedelta(seconds=40)
    recommended = 3 if bad else dice.choice(_PROMOTED)
    await _answer(rating.id, "recommend", "nps", recommended, at)
    await ratings.finish(rating.id, at)
    if case is not None:
        await _worked_on(case.id, case.owner, at, dice, solved=solved)


async def _answer(rating_id: int, question: str, kind: str, value: int, at: datetime) -> Any:
    return await ratings.put_answer(
        rating_id, "standard", 1, question, kind, at, value=value, by="邵敏"
    )


async def _worked_on(case_id: int, owner: str, at: datetime, dice: Random, *, solved: bool) -> None:
    hour = timedelta(hours=1)
    await act(case_id, "receive", owner, at + hour)
    if not solved:
        return
    cause, solution = dice.choice(_CAUSES)
    await act(case_id, "reply", owner, at + 2 * hour, words="您好，情况已经了解，今天给您答复。")
    await act(case_id, "solve", owner, at + 3 * hour, root_cause=cause, solution=solution)
    await act(case_id, "tell", owner, at + 4 * hour, words=solution)
    await act(case_id, "confirm", "customer", at + 5 * hour)


async def _fresh_visit(followers: int, now: datetime) -> None:
    """Two of the phone page have just been served, 王芳 first: 评价 asks them; another wants a car."""
    rows = await sql().rows(
        "SELECT c.id, c.customer_id, c.store_id, c.mileage FROM vehicle c JOIN wechat_user u"
        " ON u.account_id = c.account_id AND u.customer_id = c.customer_id"
        " WHERE c.account_id = ? ORDER BY c.customer_id, c.id LIMIT ?",
        *(account_id(), followers),
    )
    first, served, keen = rows[0], rows[1], rows[4]
    await _served("DR99999", served, served["customer_id"], ("常规保养", "空调清洗"), now)
    parents = await _of_the_family(first["store_id"])
    await _served("DR99998", parents, first["customer_id"], ("更换空调滤芯", "四轮定位"), now)
    await open_lead(
        NewLead(
            "visit", "A", model="ID.4 X", customer_id=keen["customer_id"],
            note="想给家里添一辆，周末来看", same="demo", by="姜琳",
        ),
        now - LAST,
    )  # fmt: skip


async def _of_the_family(store_id: int) -> Any:
    """A car of somebody who is not in WeChat: 王芳 drove it in, and her own still waits for its 首保."""
    return await sql().one(
        "SELECT c.id, c.store_id, c.mileage FROM vehicle c WHERE c.account_id = ?"
        " AND c.store_id = ? AND NOT EXISTS (SELECT 1 FROM wechat_user u"
        " WHERE u.account_id = c.account_id AND u.customer_id = c.customer_id)"
        " AND EXISTS (SELECT 1 FROM visit v WHERE v.account_id = c.account_id"
        " AND v.vehicle_id = c.id) ORDER BY c.id LIMIT 1",
        *(account_id(), store_id),
    )


async def _served(ref: str, car: Any, customer: int, items: Sequence[str], now: datetime) -> None:
    """An order that was settled a day ago, in the name of `customer`."""
    await sql().run(
        "INSERT INTO visit (account_id, ref, vehicle_id, store_id, customer_id, settled_at, mileage,"
        " items, amount) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        *(account_id(), ref, car["id"], car["store_id"], customer),
        *(now - LAST, car["mileage"], dumps(list(items)), "868"),
    )
