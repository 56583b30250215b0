"""How the customers of a page of touchpoints can be reached, and what they have had already."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from bot.rules.cases.words import UNSETTLED
from bot.rules.channels import MASS_A_MONTH, NO_WINDOW, TALK_PAUSE, Reach
from bot.rules.etiquette import BEIJING, Past
from bot.rules.windows import may_send
from storage.db import loads, moment, sql
from storage.queries import consents
from storage.queries.outbox.people import in_force
from storage.queries.records.tables import among
from storage.scope import account_id
from storage.secrets import marks

YEAR: Final = timedelta(days=366)
_UNSETTLED: Final = marks(UNSETTLED)
EVERYTHING: Final = "*"
"""What `refusals` says of somebody whom WeChat delivers nothing to."""
_IDENTITY: Final = (
    "id, openid, customer_id, subscribed, window_kind, window_opened_at, window_sent, mass_month,"
    " mass_sent, refusals"
)


@dataclass(slots=True)
class Contact:
    """A customer and the WeChat identity that is reached best. `history` grows while deciding."""

    customer_id: int
    contact_hours: str = ""
    tier: str = ""
    consultant_id: int | None = None
    first_car: bool = True
    user_id: int | None = None
    openid: str = ""
    reach: Reach = Reach(known=False)  # noqa: RUF009 - frozen
    history: list[Past] = field(default_factory=list)


async def contacts(
    ids: Collection[int], now: datetime
) -> tuple[dict[int, Contact], frozenset[int]]:
    """Locked until the open transaction ends, so that nobody is decided about twice at once.

    Also those whom somebody else has locked at this moment: they are for another time, for who
    waits for them while holding their touchpoints might wait forever.
    """
    if not ids:
        return {}, frozenset()
    rows = await _locked(ids)
    busy = await _there(set(ids) - {row["id"] for row in rows})
    found = {
        row["id"]: Contact(row["id"], row["contact_hours"], row["tier"], row["consultant_id"])
        for row in rows
    }
    agreed = await consents.of_many(sorted(found))
    complaining = await _complaining(found)
    users = await _users(found)
    grants, talking = await _grants(users), await _talking(users, now)
    for customer, contact in found.items():
        row = users.get(customer)
        contact.reach = _reach(
            row,
            now,
            agreed.get(customer, frozenset()),
            complaint=customer in complaining,
            in_talk=row is not None and row["id"] in talking,
            grants=frozenset(grants.get(row["id"], ())) if row else frozenset(),
        )
        if row:
            contact.user_id, contact.openid = row["id"], row["openid"]
    await _add_cars(found)
    await _add_history(found, now)
    return found, busy


async def of_wechat(ids: Collection[int], now: datetime) -> dict[int, Contact]:
    """How these very WeChat identities can be reached with what they wait for, by identity.

    Nobody is locked: what somebody asked for has no cap.
    """
    if not ids:
        return {}
    db = sql()
    condition, value = among(db, "id", ids)
    rows = await db.rows(
        f"SELECT {_IDENTITY} FROM wechat_user WHERE account_id = ? AND {condition} ORDER BY id",  # noqa: S608 - our own columns
        *(account_id(), value),
    )
    grants = await _grants({row["id"]: row for row in rows})
    return {
        row["id"]: Contact(
            row["customer_id"] or 0,
            user_id=row["id"],
            openid=row["openid"],
            reach=_reach(
                row,
                now,
                frozenset(),
                complaint=True,
                in_talk=False,
                grants=frozenset(grants.get(row["id"], ())),
            ),
        )
        for row in rows
    }


async def _locked(ids: Collection[int]) -> Sequence[Any]:
    """Their files, as far as nobody else has them at this moment."""
    db = sql()
    condition, value = among(db, "id", ids)
    lock = " FOR NO KEY UPDATE SKIP LOCKED" if db.postgres else ""
    return await db.rows(
        "SELECT id, contact_hours, tier, consultant_id FROM customer"  # noqa: S608 - our own columns
        f" WHERE account_id = ? AND {condition} AND erased_at IS NULL ORDER BY id{lock}",
        *(account_id(), value),
    )


async def _there(ids: Collection[int]) -> frozenset[int]:
    """Those of them that have a file."""
    if not ids:
        return frozenset()
    db = sql()
    condition, value = among(db, "id", ids)
    rows = await db.rows(
        f"SELECT id FROM customer WHERE account_id = ? AND {condition} AND erased_at IS NULL",  # noqa: S608 - our own columns
        *(account_id(), value),
    )
    return frozenset(row["id"] for row in rows)


async def _users(found: Mapping[int, Contact]) -> dict[int, Any]:
    """Of several identities the one that follows, and of those the one that wrote last."""
    db = sql()
    condition, value = among(db, "customer_id", list(found))
    rows = await db.rows(
        f"SELECT {_IDENTITY} FROM wechat_user WHERE account_id = ? AND {condition} ORDER BY id",  # noqa: S608 - our own columns
        *(account_id(), value),
    )
    best: dict[int, Any] = {}
    for row in rows:
        before = best.get(row["customer_id"])
        if before is None or _rank(row) >= _rank(before):
            best[row["customer_id"]] = row
    return best


def _rank(row: Any) -> tuple[bool, str]:
    opened = moment(row["window_opened_at"])
    return bool(row["subscribed"]), opened.isoformat() if opened else ""


def _reach(
    row: Any | None,
    now: datetime,
    agreed: frozenset[str],
    *,
    complaint: bool,
    in_talk: bool,
    grants: frozenset[str],
) -> Reach:
    if row is None:
        return Reach(known=False, subscribed=False, consents=agreed, complaint=complaint)
    window = may_send(row["window_kind"], moment(row["window_opened_at"]), row["window_sent"], now)
    month = f"{now.astimezone(BEIJING):%Y-%m}"
    sent = row["mass_sent"] if row["mass_month"] == month else 0
    opened = moment(row["window_opened_at"])
    refusals = in_force(loads(row["refusals"]), now, opened) if row["refusals"] else {}
    return Reach(
        subscribed=bool(row["subscribed"]),
        window=window if row["subscribed"] else NO_WINDOW,
        consents=agreed,
        complaint=complaint,
        in_talk=in_talk,
        mass_left=max(MASS_A_MONTH - sent, 0),
        grants=grants,
        blocked=frozenset(refusals),
        refuses="客户不接收公众号的消息" if EVERYTHING in refusals else "",
    )


async def _complaining(found: Mapping[int, Contact]) -> set[int]:
    """Who has a complaint that is not settled; what a stranger complained of is the customer's too."""
    db = sql()
    condition, value = among(db, "p.customer_id", list(found))
    theirs, same = among(db, "u.customer_id", list(found))
    states = (account_id(), *UNSETTLED)
    rows = await db.rows(
        f"SELECT p.customer_id FROM complaint p WHERE p.account_id = ? AND p.state IN ({_UNSETTLED})"  # noqa: S608 - our own columns
        f" AND {condition} UNION SELECT u.customer_id FROM wechat_user u JOIN complaint p"
        " ON p.account_id = u.account_id AND p.wechat_user_id = u.id WHERE p.account_id = ?"
        f" AND p.state IN ({_UNSETTLED}) AND {theirs}",
        *(*states, value, *states, same),
    )
    return {row["customer_id"] for row in rows}


async def _grants(users: Mapping[int, Any]) -> dict[int, set[str]]:
    db, found = sql(), defaultdict[int, set[str]](set)
    condition, value = among(db, "wechat_user_id", [row["id"] for row in users.values()])
    for row in await db.rows(
        f"SELECT wechat_user_id, template_id FROM grant_once WHERE account_id = ? AND {condition}"  # noqa: S608 - our own columns
        " AND used_at IS NULL",
        *(account_id(), value),
    ):
        found[row["wechat_user_id"]].add(row["template_id"])
    return found


async def _talking(users: Mapping[int, Any], now: datetime) -> set[int]:
    """Who has an open conversation in which something was said a short while ago."""
    db = sql()
    condition, value = among(db, "open_for", [row["id"] for row in users.values()])
    rows = await db.rows(
        f"SELECT open_for FROM talk WHERE account_id = ? AND {condition} AND changed_at > ?",  # noqa: S608 - our own columns
        *(account_id(), value, now - TALK_PAUSE),
    )
    return {row["open_for"] for row in rows}


async def _add_cars(found: Mapping[int, Contact]) -> None:
    db = sql()
    condition, value = among(db, "customer_id", list(found))
    for row in await db.rows(
        f"SELECT customer_id, count(*) AS n FROM vehicle WHERE account_id = ? AND {condition}"  # noqa: S608 - our own columns
        " GROUP BY customer_id",
        *(account_id(), value),
    ):
        found[row["customer_id"]].first_car = row["n"] <= 1


async def _add_history(found: Mapping[int, Contact], now: datetime) -> None:
    """Follow-ups and marketing of the last year that reached them or are on their way."""
    db = sql()
    condition, value = among(db, "customer_id", list(found))
    since = (now - YEAR).date()
    for row in await db.rows(
        "SELECT customer_id, kind, purpose, coalesce(done_at, due_at) AS at FROM touchpoint"  # noqa: S608 - our own columns
        f" WHERE account_id = ? AND {condition} AND due_on >= ?"
        " AND purpose IN ('follow_up', 'marketing')"
        " AND (state IN ('sent', 'done', 'handed_over') OR (state = 'due' AND channel <> ''))",
        *(account_id(), value, since),
    ):
        at = moment(row["at"])
        if at is not None:
            found[row["customer_id"]].history.append(Past(row["kind"], row["purpose"], at))
