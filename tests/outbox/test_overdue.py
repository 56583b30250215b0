"""Receipts that never come: said, or asked for."""

from datetime import timedelta

import pytest

from bot.errors import WeChatError
from bot.outbox.dispatch import Dispatcher
from bot.outbox.overdue import receipts_overdue
from tests.outbox.notices import mass, mass_rows, notice, touch_states
from tests.outbox.post import NOW, FarSide, post_office, states, whys, writes

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("status", "state", "message", "touch"),
    [
        ("SEND_SUCCESS", "done", "accepted", "sent"),
        ("SEND_FAIL", "failed", "failed", "due"),
        ("SENDING", "accepted", "accepted", "sent"),
    ],
)
async def test_a_mass_send_is_asked_for(
    migrated_url: str, status: str, state: str, message: str, touch: str
) -> None:
    async with post_office(migrated_url):
        people = [(await writes(f"o-{n}", f"k{n}")).id for n in range(2)]
        await mass(people, touch=True)
        far = FarSide()
        await Dispatcher(far).dispatch_due(NOW)
        far.mass_status = status
        assert (await receipts_overdue(far, NOW + HOUR / 2))["mass_asked"] == 0
        assert (await receipts_overdue(far, NOW + HOUR))["mass_asked"] == (status != "SENDING")
        assert await mass_rows() == [(state, "M1")]
        assert set((await states()).values()) == {message}
        assert set((await touch_states()).values()) == {touch}


async def test_a_platform_that_does_not_answer_is_asked_again(migrated_sqlite_url: str) -> None:
    class Silent(FarSide):
        async def mass_get(self, msg_id: str) -> str:
            raise WeChatError(-1, f"busy with {msg_id}", "/cgi-bin/message/mass/get")

    async with post_office(migrated_sqlite_url):
        await mass([(await writes(f"o-{n}", f"k{n}")).id for n in range(2)])
        await Dispatcher(FarSide()).dispatch_due(NOW)
        assert (await receipts_overdue(Silent(), NOW + HOUR))["mass_asked"] == 0
        assert await mass_rows() == [("accepted", "M1")]


async def test_a_template_without_receipt_says_so_once(migrated_url: str) -> None:
    async with post_office(migrated_url):
        await notice((await writes("o-wang", "k1")).id, "n1")
        far = FarSide()
        await Dispatcher(far).dispatch_due(NOW)
        assert (await receipts_overdue(far, NOW + 23 * HOUR))["receipts_missing"] == 0
        assert (await receipts_overdue(far, NOW + 24 * HOUR))["receipts_missing"] == 1
        assert (await receipts_overdue(far, NOW + 48 * HOUR))["receipts_missing"] == 0
        assert (await states(), await whys()) == (
            {"n1": "accepted"},
            {"n1": "超过24小时没有收到微信的送达回执"},
        )
