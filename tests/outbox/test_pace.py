"""The pace: in no second more than the rate, whatever the load and the stalls."""

import asyncio
from random import Random

import pytest

from bot.outbox.pace import Pace


class Time:
    """Kept by hand; sleeping takes as long as was asked, or longer."""

    def __init__(self, seed: int, late: float) -> None:
        self.now = 0.0
        self.dice = Random(seed)
        self.late = late

    def ticks(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds + self.dice.random() * self.late


def busiest(moments: list[float]) -> int:
    return max(sum(1 for other in moments if at <= other < at + 1) for at in moments)


@pytest.mark.parametrize("rate", [1, 7, 20, 50, 300])
@pytest.mark.parametrize("late", [0.0, 0.002, 0.5])
async def test_no_second_has_more_than_the_rate(rate: int, late: float) -> None:
    time = Time(rate, late)
    pace, moments = Pace(rate, time.ticks, time.sleep), []
    for number in range(rate * 3):
        await pace.turn()
        moments.append(time.now)
        if number % 40 == 0:
            time.now += time.dice.random() * late  # the loop was held up
    assert busiest(moments) <= rate
    if not late:
        assert busiest(moments) >= rate * 0.95


async def test_turns_come_in_the_order_of_asking() -> None:
    time = Time(1, 0)
    pace, order = Pace(100, time.ticks, time.sleep), []

    async def one(number: int) -> None:
        await pace.turn()
        order.append(number)

    await asyncio.gather(*(one(number) for number in range(50)))
    assert order == list(range(50))
    assert 0.4 < time.now < 0.6
