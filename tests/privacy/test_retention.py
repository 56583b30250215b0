"""What has been kept as long as it may be goes, and nothing else."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from storage.db import sql
from storage.models import Booking, Inbox, MassSend, Message, StaffTask, Talk, WeChatUser
from storage.queries.bookings import booking as bookings
from storage.queries.privacy.retention import PERIODS, expire_old
from tests.people import NOW, Cast, dealership

LATER = NOW + timedelta(days=400)


@pytest.fixture
async def cast(migrated_url: str) -> AsyncIterator[Cast]:
    async with dealership(migrated_url) as cast:
        yield cast


async def arrived(cast: Cast, n: int, at: datetime) -> None:
    about: dict[str, Any] = {"account_id": cast.account, "wechat_user_id": cast.wang.user_id}
    await Inbox.create(**about, key=f"k{n}", kind="text", body="您好", reply="您好", received_at=at)
    await Message.create(
        **about, idem=f"i{n}", channel="service", body="您好", state="accepted",
        due_at=at, created_at=at, changed_at=at,
    )  # fmt: skip
    await Talk.create(
        **about, flow="绑定", version=1, status="done", answers={}, heard=[],
        created_at=at, changed_at=at,
    )  # fmt: skip


async def test_each_kind_has_its_period(cast: Cast) -> None:
    for n, days in enumerate((0, 100, 364)):
        await arrived(cast, n, NOW + timedelta(days=days))
    assert await expire_old(NOW + timedelta(days=364)) == {}
    assert await expire_old(LATER) == {"inbox": 1, "talk": 1}
    assert await expire_old(LATER) == {}
    assert await expire_old(NOW + timedelta(days=735)) == {"inbox": 2, "talk": 2, "message": 1}
    assert {row.key for row in await Inbox.all()} == set()


async def test_more_than_a_batch_goes_and_what_is_open_stays(cast: Cast) -> None:
    about: dict[str, Any] = {"account_id": cast.account, "wechat_user_id": cast.wang.user_id}
    await Inbox.bulk_create(
        [
            Inbox(**about, key=f"k{n}", kind="text", body="", reply="", received_at=NOW)
            for n in range(1203)
        ]
    )
    await Talk.create(
        **about, flow="绑定", version=1, status="suspended", answers={}, heard=[],
        created_at=NOW, changed_at=NOW,
    )  # fmt: skip
    task: dict[str, Any] = {
        "account_id": cast.account,
        "kind": "x",
        "title": "回电",
        "created_at": NOW,
    }
    await StaffTask.create(**task)
    await StaffTask.create(**task, done_at=NOW + timedelta(days=300))
    assert await expire_old(LATER) == {"inbox": 1203}
    assert await expire_old(NOW + timedelta(days=1031)) == {"staff_task": 1}
    assert await Talk.all().count() == 1


async def test_a_mass_send_goes_when_it_is_over(cast: Cast) -> None:
    for key, state in (("m1", "done"), ("m2", "open"), ("m3", "failed")):
        await MassSend.create(
            account_id=cast.account, key=key, purpose="care", body="中秋快乐", state=state,
            due_at=NOW, created_at=NOW, changed_at=NOW,
        )  # fmt: skip
    assert await expire_old(NOW + timedelta(days=729)) == {}
    assert await expire_old(NOW + timedelta(days=731)) == {"mass_send": 2}
    assert {row.key for row in await MassSend.all()} == {"m2"}


async def test_a_bookings_numbers_go_and_the_booking_stays(cast: Cast) -> None:
    made = await bookings.confirm(cast.wish(cast.wang, "08:30"), NOW)
    assert await expire_old(NOW + timedelta(days=731)) == {}
    assert await expire_old(NOW + timedelta(days=732)) == {"booking": 1}
    kept = await Booking.get(id=made.id)
    assert (kept.phone, kept.plate, kept.plate_hash, kept.state) == ("", "", None, "booked")
    assert await expire_old(NOW + timedelta(days=733)) == {}


async def test_who_left_and_has_no_file_is_forgotten(cast: Cast) -> None:
    await sql().run("UPDATE wechat_user SET subscribed = ?, unsubscribed_at = ?", False, NOW)
    assert await expire_old(NOW + timedelta(days=731)) == {"wechat_user": 1}
    assert {row.openid for row in await WeChatUser.all()} == {"oWang", "oLi"}


def test_every_kind_is_named_for_staff_once() -> None:
    assert len({keep.table for keep in PERIODS}) == len(PERIODS)
    assert all(keep.days >= 30 and keep.what for keep in PERIODS)
