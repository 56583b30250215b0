"""A day and a time, as people say them, out of those that are free."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from bot.flow.answers import Gone, Got, Kept, Option, Refused, Result, Unclear
from bot.flow.heard import Heard
from bot.rules.zh.times import TimeWish


@dataclass(slots=True)
class DayOf:
    """A day. `free` finds the days to offer, only when the question is asked; `why_not` is ''
    for every day that can be taken (a full one too: the conversation decides what then)."""

    free: Callable[[], Awaitable[Sequence[date]]]
    label: Callable[[date], str]
    why_not: Callable[[date], str]
    shown: Sequence[date] = ()

    async def prepare(self) -> None:
        self.shown = await self.free()

    def options(self) -> Sequence[Option]:
        return [self._option(day) for day in self.shown]

    def _option(self, day: date) -> Option:
        return Option(day.isoformat(), self.label(day))

    def read(self, said: Heard) -> Result:
        if said.day is None and (said.any_will_do or said.earliest) and self.shown:
            return Got(self.shown[0].isoformat())
        return self.find(said)

    def find(self, said: Heard) -> Result:
        if said.day is None:
            return None
        if said.impossible_day:
            return Refused(said.impossible_day)
        can = [day for day in said.day.values if not self.why_not(day)]
        if not can:
            return Refused(self.why_not(said.day.values[0]))
        if len(said.day.values) == 1:
            return Got(can[0].isoformat())
        free = [day for day in can if day in self.shown]
        if said.any_will_do and free:
            return Got(free[0].isoformat())
        options = tuple(self._option(day) for day in can[:7])
        return Unclear(options, f"您说的“{said.day.text}”是哪一天？")

    def value(self, kept: Kept) -> date:
        day = date.fromisoformat(str(kept))
        if reason := self.why_not(day):
            raise Gone(reason)
        return day


def day_of(
    free: Callable[[], Awaitable[Sequence[date]]],
    label: Callable[[date], str],
    why_not: Callable[[date], str],
) -> DayOf:
    """A day as people say days."""
    return DayOf(free, label, why_not)


@dataclass(frozen=True, slots=True)
class TimeOf:
    """One of the free moments of a day; kept as the store's local HH:MM."""

    free: tuple[datetime, ...]
    show: int = 9

    async def prepare(self) -> None:
        """Nothing to fetch."""

    def options(self) -> Sequence[Option]:
        shown = self.free
        if len(shown) > self.show:
            on_the_hour = tuple(start for start in shown if start.minute == 0)
            shown = on_the_hour or shown
        return [self._option(start) for start in shown[: self.show + 1]]

    @staticmethod
    def _option(start: datetime) -> Option:
        return Option(f"{start:%H:%M}", f"{start:%H:%M}")

    def read(self, said: Heard) -> Result:
        if said.any_will_do and not said.says_when:
            return Got(f"{self.free[0]:%H:%M}")
        hour = [start for start in self.free if said.text.strip() == f"{start:%-H}"]
        return Got(f"{hour[0]:%H:%M}") if hour else self.find(said)

    def find(self, said: Heard) -> Result:
        if said.time is None or not (said.says_when or said.earliest):
            return None
        wishes = said.time.values
        fits = [s for s in self.free if any(_fits(wish, s.time()) for wish in wishes)]
        exact = len(wishes) == 1 and wishes[0].at is not None
        if fits and (len(fits) == 1 or said.earliest or exact):
            return Got(f"{fits[0]:%H:%M}")
        if fits:
            options = tuple(self._option(start) for start in fits[: self.show])
            return Unclear(options, f"{said.time.text}有这些时间可以约：")
        near = sorted(self.free, key=lambda start: _distance(wishes[0], start.time()))[:3]
        options = tuple(self._option(start) for start in sorted(near))
        return Unclear(options, f"{said.time.text}约不到，最接近的是：")

    def value(self, kept: Kept) -> datetime:
        for start in self.free:
            if f"{start:%H:%M}" == kept:
                return start
        raise Gone(f"{kept}已经约不到了。")


def _fits(wish: TimeWish, at: time) -> bool:
    if wish.at is not None:
        return at == wish.at
    return wish.window is None or wish.window[0] <= at < wish.window[1]


def _distance(wish: TimeWish, at: time) -> int:
    """Minutes between a free time and what was wished."""
    wanted = wish.at or (wish.window[0] if wish.window else at)
    return abs((at.hour - wanted.hour) * 60 + at.minute - wanted.minute)


def time_of(free: Sequence[datetime]) -> TimeOf:
    """One of the free moments (aware, in the store's zone), as people say times."""
    if not free:
        raise ValueError("a question needs at least one free time: branch before asking")
    return TimeOf(tuple(free))
