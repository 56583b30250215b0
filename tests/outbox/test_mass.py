"""Mass sends: one list at a time, each person looked at once more, four a month for each."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import WeChatError, WeChatUnclear
from bot.outbox.dispatch import PAUSE, Dispatcher, Summary
from bot.rules.receipts import MassCounts, Receipt
from storage.db import sql
from storage.queries.outbox import claiming as outbox
from storage.queries.outbox import mass as outbox_mass
from storage.queries.outbox import receipts as outbox_receipts
from storage.queries.talks import Talks
from tests.outbox.notices import agree, mass, mass_rows, mass_sent, owed, touch_states
from tests.outbox.post import NOW, FarSide, post_office, states, tasks, whys, writes

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
API = "/cgi-bin/message/mass/send"


def refusing(errcode: int) -> FarSide:
    return FarSide(lambda _openid, _content: WeChatError(errcode, "no", API))


async def crowd(count: int) -> list[int]:
    return [(await writes(f"o-{n}", f"k{n}")).id for n in range(count)]


async def test_one_text_goes_to_the_list(migrated_url: str) -> None:
    async with post_office(migrated_url):
        people = await crowd(4)
        await mass(people, "中秋快乐", touch=True)
        assert await mass(people, "中秋快乐") == []  # the same occasion
        far = FarSide()
        assert await Dispatcher(far).dispatch_due(NOW) == Summary(accepted=4)
        assert far.lists == [[f"o-{n}" for n in range(4)]]
        assert [await mass_sent(one) for one in people] == [1, 1, 1, 1]
        assert set((await states()).values()) == {"accepted"}
        assert set((await touch_states()).values()) == {"sent"}
        assert await mass_rows() == [("accepted", "M1")]
        assert await Dispatcher(far).dispatch_due(NOW + HOUR) == Summary()


async def test_who_may_not_have_it_is_left_out(migrated_url: str) -> None:
    async with post_office(migrated_url):
        people = await crowd(5)
        gone, _silent, full, first, second = people
        for one in (gone, full, first, second):
            await agree(one, "marketing")
        async with Talks().turn("o-0", "k9", NOW, window="", subscribed=False, scene=""):
            pass
        await sql().run(
            "UPDATE wechat_user SET mass_month = '2026-12', mass_sent = 4 WHERE id = ?", full
        )
        await mass(people, purpose="marketing", touch=True)
        far = FarSide()
        assert await Dispatcher(far).dispatch_due(NOW) == Summary(accepted=2, failed=3)
        assert far.lists == [["o-3", "o-4"]]
        why = list((await whys()).values())
        assert why == [
            "客户已取消关注",
            "客户没有同意接收营销",
            "客户本月已收到4条群发消息",
            "",
            "",
        ]
        ends = await touch_states()
        assert [ends[f"p{one}"] for one in people] == ["due", "due", "due", "sent", "sent"]
        assert [await mass_sent(one) for one in people] == [0, 0, 4, 1, 1]


async def test_one_alone_cannot_be_sent_to(migrated_sqlite_url: str) -> None:
    async with post_office(migrated_sqlite_url):
        people = await crowd(2)
        await agree(people[0], "care")
        await mass(people, purpose="care", touch=True)
        far = FarSide()
        assert await Dispatcher(far).dispatch_due(NOW) == Summary(failed=2)
        assert (far.lists, await mass_rows()) == ([], [("failed", "")])
        assert set((await touch_states()).values()) == {"due"}
        with pytest.raises(ValueError, match="two people"):
            await mass(people[:1], idem="m2")


async def test_the_month_is_counted_anew(migrated_sqlite_url: str) -> None:
    async with post_office(migrated_sqlite_url):
        people = await crowd(2)
        for number in range(5):
            await mass(people, f"{number}", f"m{number}")
        far = FarSide()
        assert await Dispatcher(far).dispatch_due(NOW) == Summary(accepted=8, failed=2)
        new_year = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)  # in Beijing
        await mass(people, "新年好", "m9", due_at=new_year)
        assert await Dispatcher(far).dispatch_due(new_year) == Summary(accepted=2)
        assert await mass_sent(people[0]) == 1


async def test_a_lost_answer_is_asked_for_with_the_same_list_and_key(migrated_url: str) -> None:
    async with post_office(migrated_url):
        people = await crowd(3)
        await mass(people, touch=True)
        far = FarSide(lambda _openid, _content: WeChatUnclear("time-out", API))
        assert await Dispatcher(far).dispatch_due(NOW) == Summary(waiting=1)
        assert set((await states()).values()) == {"sending"}
        assert [await mass_sent(one) for one in people] == [1, 1, 1]
        async with Talks().turn("o-0", "k9", NOW, window="", subscribed=False, scene=""):
            pass
        soon = WeChatError(45066, "within a minute", API)
        far.answer = lambda _openid, _content: soon
        assert await Dispatcher(far).dispatch_due(NOW + MINUTE) == Summary(waiting=1)
        far.answer = lambda _openid, _content: None
        assert await Dispatcher(far).dispatch_due(NOW + 5 * MINUTE) == Summary(accepted=3)
        assert (len(set(far.keys)), len(far.lists[0])) == (1, 3)
        assert [await mass_sent(one) for one in people] == [1, 1, 1]


async def test_a_list_whose_sender_died_goes_once_more(migrated_url: str) -> None:
    async with post_office(migrated_url):
        people = await crowd(2)
        await mass(people)
        async with outbox.together():
            batch = await outbox_mass.claim(NOW, 2 * MINUTE)
            assert batch is not None
            await outbox_mass.hold(batch, {}, "2026-12", NOW)
        assert await Dispatcher(FarSide()).dispatch_due(NOW + MINUTE) == Summary()
        far = FarSide()
        assert await Dispatcher(far).dispatch_due(NOW + 3 * MINUTE) == Summary(accepted=2)
        assert [await mass_sent(one) for one in people] == [1, 1]
        assert not await outbox_mass.settle(batch, "failed", NOW)


async def test_after_a_day_nobody_can_know(migrated_sqlite_url: str) -> None:
    async with post_office(migrated_sqlite_url):
        await mass(await crowd(2), touch=True)
        far = FarSide(lambda _openid, _content: WeChatUnclear("time-out", API))
        await Dispatcher(far).dispatch_due(NOW)
        assert await Dispatcher(FarSide()).dispatch_due(NOW + DAY) == Summary(uncertain=2)
        assert set((await touch_states()).values()) == {"sent"}


@pytest.mark.parametrize(
    ("errcode", "state", "after"),
    [
        (45028, "queued", 14 * HOUR),
        (-1, "queued", 40 * timedelta(seconds=1)),
        (48003, "queued", PAUSE),
    ],
)
async def test_what_was_not_taken_counts_for_nobody(
    migrated_sqlite_url: str, errcode: int, state: str, after: timedelta
) -> None:
    async with post_office(migrated_sqlite_url):
        people = await crowd(2)
        await mass(people)
        assert await Dispatcher(refusing(errcode)).dispatch_due(NOW) == Summary(waiting=1)
        assert set((await states()).values()) == {state}
        assert [await mass_sent(one) for one in people] == [0, 0]
        assert await Dispatcher(FarSide()).dispatch_due(NOW + after) == Summary(accepted=2)


async def test_a_list_nobody_takes_is_told_to_staff(migrated_sqlite_url: str) -> None:
    async with post_office(migrated_sqlite_url):
        people = await crowd(2)
        await mass(people, touch=True)
        assert await Dispatcher(refusing(45002)).dispatch_due(NOW) == Summary(failed=2)
        assert (await tasks())[0][0] == "群发没能发出，请处理"
        assert [await mass_sent(one) for one in people] == [0, 0]
        assert set((await touch_states()).values()) == {"due"}


async def test_no_list_at_night(migrated_sqlite_url: str) -> None:
    async with post_office(migrated_sqlite_url):
        people = await crowd(2)
        for one in people:
            await agree(one, "care")
        night = NOW + 11 * HOUR
        await mass(people, purpose="care", due_at=night)
        assert await Dispatcher(FarSide()).dispatch_due(night) == Summary(waiting=1)
        assert await Dispatcher(FarSide()).dispatch_due(NOW + 23 * HOUR) == Summary(accepted=2)


async def in_doubt_at_night(purpose: str, until: datetime | None) -> tuple[FarSide, datetime]:
    """A list of two whose answer was lost a minute before the night began."""
    people = await crowd(2)
    for one in people:
        await agree(one, "care")
    dusk = NOW + 10 * HOUR - MINUTE
    await mass(people, purpose=purpose, due_at=dusk, until=until)
    far = FarSide(lambda _openid, _content: WeChatUnclear("time-out", API))
    assert await Dispatcher(far).dispatch_due(dusk) == Summary(waiting=1)
    far.answer = lambda _openid, _content: None
    return far, dusk


async def test_a_list_in_doubt_is_not_repeated_at_night(migrated_url: str) -> None:
    async with post_office(migrated_url):
        far, dusk = await in_doubt_at_night("care", None)
        assert await Dispatcher(far).dispatch_due(dusk + HOUR) == Summary(waiting=1)
        assert far.lists == []  # none that was taken
        assert await Dispatcher(far).dispatch_due(NOW + 23 * HOUR) == Summary(accepted=2)
        assert (len(far.lists), len(set(far.keys))) == (1, 1)


async def test_a_list_in_doubt_that_means_nothing_tomorrow_stays_in_doubt(
    migrated_sqlite_url: str,
) -> None:
    async with post_office(migrated_sqlite_url):
        far, dusk = await in_doubt_at_night("care", NOW + 12 * HOUR)
        assert await Dispatcher(far).dispatch_due(dusk + HOUR) == Summary(uncertain=2)
        assert await Dispatcher(far).dispatch_due(NOW + 23 * HOUR) == Summary()
        assert far.lists == []  # none that was taken


async def test_an_early_receipt_is_kept_and_a_late_one_believed(migrated_url: str) -> None:
    async with post_office(migrated_url):
        people = await crowd(2)
        await mass(people)
        early = Receipt("M1", "delivered", "", MassCounts(2, 2, 1, 1))
        for _ in range(2):
            await outbox_receipts.take([early], people[0], NOW)
        assert await Dispatcher(FarSide()).dispatch_due(NOW) == Summary(accepted=2)
        assert await mass_rows() == [("done", "M1")]
        assert set((await whys()).values()) == {"群发2人，微信发出1人"}
        row = await sql().one("SELECT total, filtered, sent, errors FROM mass_send")
        assert (row["total"], row["filtered"], row["sent"], row["errors"]) == (2, 2, 1, 1)
        await outbox_receipts.take([early], people[0], NOW)
        assert not await sql().rows("SELECT id FROM receipt")


async def test_a_touchpoint_of_a_list_is_its_own(migrated_sqlite_url: str) -> None:
    async with post_office(migrated_sqlite_url):
        people, other = await crowd(2), await owed("another")
        await mass(people, touch=True)
        await Dispatcher(FarSide()).dispatch_due(NOW)
        assert ((await touch_states())["another"], other > 0) == ("due", True)


async def test_who_stops_it_while_it_is_taken_is_not_in_the_list(migrated_sqlite_url: str) -> None:
    async with post_office(migrated_sqlite_url):
        people = await crowd(3)
        await mass(people)
        async with outbox.together():
            batch = await outbox_mass.claim(NOW, 2 * MINUTE)
            assert batch is not None
            await sql().run(
                "UPDATE message SET state = 'cancelled' WHERE wechat_user_id = ?", people[0]
            )
            assert await outbox_mass.hold(batch, {}, "2026-12", NOW) == ["o-1", "o-2"]
        assert [await mass_sent(one) for one in people] == [0, 1, 1]
