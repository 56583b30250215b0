"""What a turn makes of a person: the window they open, whether they follow, how they came."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from storage.db import moment, opened, sql
from storage.queries.outbox.claiming import count_sent
from storage.queries.stores.shops import ensure_account
from storage.queries.talks import Talks
from storage.scope import account_scope
from storage.secrets import seal
from tests.people import APP_ID, NOW

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
Did = tuple[str, timedelta]  # a window's kind, "sent" or "gone", and when


async def after(url: str, *steps: Did) -> dict[str, Any]:
    """The person's row after these steps."""
    async with opened(url):
        with account_scope(await ensure_account(APP_ID)):
            for n, (did, when) in enumerate(steps):
                if did == "sent":
                    await count_sent(1, 1)
                    continue
                window = "" if did == "gone" else did
                async with Talks().turn(
                    "o-wang", f"k{n}", NOW + when,
                    window=window, subscribed=did != "gone", scene="",
                ):  # fmt: skip
                    pass
            return dict(await sql().one("SELECT * FROM wechat_user"))


@pytest.mark.parametrize(
    ("steps", "kind", "opened_after", "sent"),
    [
        # nothing opens a window but a message or a tap
        ([("", 0 * HOUR)], "", None, 0),
        ([("message", 0 * HOUR), ("", HOUR)], "message", 0 * HOUR, 0),
        # a message always opens a new one, with a new count
        ([("message", 0 * HOUR), ("sent", HOUR), ("message", HOUR)], "message", HOUR, 0),
        ([("tap", 0 * HOUR), ("sent", HOUR), ("message", SECOND)], "message", SECOND, 0),
        # a tap opens one where there is none, or only a tap's
        ([("tap", 0 * HOUR)], "tap", 0 * HOUR, 0),
        ([("tap", 0 * HOUR), ("sent", HOUR), ("tap", SECOND)], "tap", SECOND, 0),
        # it does not end the longer one of a message, nor its count
        ([("message", 0 * HOUR), ("sent", HOUR), ("tap", HOUR)], "message", 0 * HOUR, 1),
        ([("message", 0 * HOUR), ("sent", HOUR), ("tap", 48 * HOUR)], "message", 0 * HOUR, 1),
        # which ends by itself
        ([("message", 0 * HOUR), ("sent", HOUR), ("tap", 49 * HOUR)], "tap", 49 * HOUR, 0),
        # leaving and a timer of ours change nothing here
        ([("message", 0 * HOUR), ("sent", HOUR), ("gone", HOUR)], "message", 0 * HOUR, 1),
        ([("tap", 0 * HOUR), ("sent", HOUR), ("", HOUR)], "tap", 0 * HOUR, 1),
    ],
)
async def test_windows(
    migrated_url: str, steps: list[Did], kind: str, opened_after: timedelta | None, sent: int
) -> None:
    row = await after(migrated_url, *steps)
    opened_at = None if opened_after is None else NOW + opened_after
    assert (row["window_kind"], moment(row["window_opened_at"])) == (kind, opened_at)
    assert row["window_sent"] == sent


@pytest.mark.parametrize(
    ("steps", "follows", "since", "left"),
    [
        ([("tap", 0 * HOUR)], True, NOW, None),
        ([("tap", 0 * HOUR), ("gone", HOUR)], False, NOW, NOW + HOUR),
        # a receipt or a timer after they left is not them
        ([("tap", 0 * HOUR), ("gone", HOUR), ("", 2 * HOUR)], False, NOW, NOW + HOUR),
        ([("tap", 0 * HOUR), ("gone", HOUR), ("tap", 2 * HOUR)], True, NOW + 2 * HOUR, None),
        ([("tap", 0 * HOUR), ("gone", HOUR), ("message", 2 * HOUR)], True, NOW + 2 * HOUR, None),
        ([("tap", 0 * HOUR), ("message", HOUR), ("", 2 * HOUR)], True, NOW, None),
    ],
)
async def test_following(
    migrated_url: str, steps: list[Did], follows: bool, since: datetime, left: datetime | None
) -> None:
    row = await after(migrated_url, *steps)
    assert bool(row["subscribed"]) is follows
    assert (moment(row["subscribed_at"]), moment(row["unsubscribed_at"])) == (since, left)


async def test_the_scene_they_came_by_stays_until_another(migrated_url: str) -> None:
    async with opened(migrated_url):
        with account_scope(await ensure_account(APP_ID)):
            seen = []
            for n, scene in enumerate(["shop-3", "", "poster-1", ""]):
                async with Talks().turn(
                    "o-wang", f"k{n}", NOW, window="tap", subscribed=True, scene=scene
                ) as start:
                    seen.append(start.person.scene)
            assert seen == ["shop-3", "shop-3", "poster-1", "poster-1"]


async def test_a_turn_knows_the_customer_and_reloads_them(migrated_url: str) -> None:
    async with opened(migrated_url):
        account = await ensure_account(APP_ID)
        with account_scope(account):
            talks = Talks()
            async with talks.turn(
                "o-wang", "k1", NOW, window="tap", subscribed=True, scene="s"
            ) as start:
                person = start.person
                assert (person.customer_id, person.name, person.phone) == (None, "", "")
                customer = await sql().one(
                    "INSERT INTO customer (account_id, name, gender, phone, created_at)"
                    " VALUES (?, '王芳', 'female', ?, ?) RETURNING id",
                    account, seal("customer.phone", "13800000001"), NOW,
                )  # fmt: skip  # in the order of the statement
                await sql().run("UPDATE wechat_user SET customer_id = ?", customer["id"])
                person = await talks.reload(person)
                assert (person.customer_id, person.name) == (customer["id"], "王芳")
            async with talks.turn(
                "o-wang", "k2", NOW, window="", subscribed=True, scene=""
            ) as start:
                assert start.person == person
