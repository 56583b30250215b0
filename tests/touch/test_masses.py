"""Filling mass sends: never more than the platform takes, never a single person at the end."""

from bot.outbox.masses import Masses
from storage.db import sql
from storage.queries.touch import outbox as touch_outbox
from storage.queries.touch import touchpoints
from storage.queries.touch.outbox import Letter
from tests.people import NOW, dealership
from tests.touch.test_decide import many


async def filled(people: int, most: int) -> list[tuple[str, int]]:
    masses = Masses(NOW, most)
    rows = await sql().rows(
        "SELECT t.id, u.id AS person FROM touchpoint t"
        " JOIN wechat_user u ON u.customer_id = t.customer_id ORDER BY t.id LIMIT ?",
        people,
    )
    for row in rows:
        touch = await touchpoints.one(row["id"])
        assert touch is not None
        mass = await masses.place(touch, "您好！")
        letter = Letter(touch.id, row["person"], "mass", "care", "", None, mass)
        await touch_outbox.queue_many([letter], NOW)
    await masses.close()
    sends = await sql().rows("SELECT state, people FROM mass_send ORDER BY id")
    return [(row["state"], row["people"]) for row in sends if row["people"]]


async def test_who_is_left_over_joins_the_last(migrated_url: str) -> None:
    async with dealership(migrated_url) as _:
        await many(7)
        assert await filled(7, 3) == [("queued", 2), ("queued", 2), ("queued", 3)]


async def test_an_even_number_needs_nobody_to_join(migrated_url: str) -> None:
    async with dealership(migrated_url) as _:
        await many(4)
        assert await filled(4, 3) == [("queued", 2), ("queued", 2)]


async def test_what_a_broken_run_left_is_finished(migrated_url: str) -> None:
    async with dealership(migrated_url) as _:
        people = await many(2)
        mass = await touch_outbox.new_mass("m1", "care", "您好！", NOW)
        letters = [
            Letter(n, who.user_id, "mass", "care", "", None, mass)
            for n, who in enumerate(people, 1)
        ]
        await touch_outbox.queue_many(letters, NOW)
        later = NOW + touch_outbox.STALE
        await Masses(NOW).take_up()
        assert [row["state"] for row in await sql().rows("SELECT state FROM mass_send")] == ["open"]
        await Masses(later).take_up()
        row = await sql().one("SELECT state, people FROM mass_send")
        assert (row["state"], row["people"]) == ("queued", 2)
