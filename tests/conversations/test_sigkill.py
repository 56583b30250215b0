"""The server is killed at every step of a booking, and the customer notices nothing."""

import re

from bot.clock import clock
from storage.db import opened, sql
from storage.secrets import unseal
from tests.conversations.killing import Cut, Phone, killed
from tests.databases import forget_compiled_queries
from tests.people import dealership

# what a stranger does; a question mark in front: what the account then says
STEPS = (
    ("says", "预约保养", "哪家店"),
    ("taps", "城南店", "要做什么项目"),
    ("taps", "空调清洗", "哪天方便"),
    ("taps", "2. ", "几点到店"),
    ("taps", "1. ", "手机号"),
    ("says", "13700000009", "车牌号"),
    ("says", "京C55555", "请确认"),
    ("taps", "1. 确认", "约好了"),
)


async def step(phone: Phone, number: int) -> None:
    how, words, expected = STEPS[number]
    text = await (phone.says(words) if how == "says" else phone.taps(words))
    assert expected in text, (number, phone.last)


async def set_up(url: str) -> None:
    async with dealership(url, clock.now()):
        pass
    forget_compiled_queries()


async def one_booking(url: str, phone: Phone) -> None:
    """Exactly one booking, one answer to each message, and nothing for staff to mend."""
    assert len(phone.heard) == phone.said == len(STEPS)
    number = re.search(r"预约号 A(\d+)", phone.heard[-1])
    assert number
    await phone.server.kill()
    async with opened(url):
        booked = await sql().rows("SELECT id, plate, state FROM booking")
        assert [
            (row["id"], unseal("booking.plate", row["plate"]), row["state"]) for row in booked
        ] == [(int(number[1]), "京C55555", "booked")]
        assert len(await sql().rows("SELECT id FROM inbox")) == len(STEPS)
        tasks = await sql().rows("SELECT kind FROM staff_task")
        assert [row["kind"] for row in tasks] == ["check_file"]
    forget_compiled_queries()


async def test_killed_between_any_two_messages(migrated_url: str) -> None:
    await set_up(migrated_url)
    async with killed(migrated_url) as phone:
        for number in range(len(STEPS)):
            await step(phone, number)
            if number < len(STEPS) - 1:
                await phone.server.die()
        assert phone.server.deaths == len(STEPS) - 1
        await one_booking(migrated_url, phone)


async def test_killed_in_the_middle_of_every_message(migrated_url: str) -> None:
    """By turns before the server has seen the message and before its reply has left the house."""
    await set_up(migrated_url)
    async with killed(migrated_url) as phone:
        for number in range(len(STEPS)):
            cut: Cut = "before" if number % 2 else "after"
            phone.cut = "after" if number == len(STEPS) - 1 else cut
            await step(phone, number)
            assert phone.last.tries > 1
        assert phone.server.deaths == len(STEPS)
        await one_booking(migrated_url, phone)
