"""A day and a time, as people say them, out of those that are free."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.flow.answers import Gone, Got, Kept, Option, Refused, Result, Unclear
from bot.flow.heard import Heard


@dataclass(frozen=True, slots=True)
class DayOf:
    """One of the days that are free; `why_not` explains any other day."""

    free: tuple[date, ...]
    label: Callable[[date], str]
    why_not: Callable[[date], str]
    show: int = 6

    def options(self) -> Sequence[Option]:
        return [Option(day.isoformat(), self.label(day)) for day in self.free[: self.show]]

    def read(self, said: Heard) -> Result:
        return self.find(said)

    def find(self, said: Heard) -> Result:
        if said.day is None:
            return Refused(said.day_problem) if said.day_problem else None
        days = said.day.values
        free = [day for day in days if day in self.free]
        if not free:
            return Refused(self.why_not(days[0]))
        if len(free) == 1 and (len(days) == 1 or said.any_will_do):
            return Got(free[0].isoformat())
        options = tuple(Option(day.isoformat(), self.label(day)) for day in free[:7])
        return Unclear(options, f"您说的“{said.day.text}”是哪一天？")

    def value(self, kept: Kept) -> date:
        day = date.fromisoformat(str(kept))
        if day not in self.free:
            raise Gone(self.why_not(day))
        return day


def day_of(
    free: Sequence[date], label: Callable[[date], str], why_not: Callable[[date], str]
) -> DayOf:
    """One of the free days, as people say days."""
    if not free:
        raise ValueError("a question needs at least one free day: branch before asking")
    return DayOf(tuple(free), label, why_not)


@dataclass(frozen=True, slots=True)
class TimeOf:
    """One of the free moments of a day; kept as the store's local HH:MM."""

    free: tuple[datetime, ...]
    show: int = 9

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
        return self.find(said)

    def find(self, said: Heard) -> Result:
        if said.time is None:
            return None
        wishes = said.time.values
        fits = [s for s in self.free if any(wish.fits(s.time()) for wish in wishes)]
        exact = len(wishes) == 1 and wishes[0].at is not None
        if fits and (len(fits) == 1 or said.earliest or exact):
            return Got(f"{fits[0]:%H:%M}")
        if fits:
            options = tuple(self._option(start) for start in fits[: self.show])
            return Unclear(options, f"{said.time.text}有这些时间可以约：")
        near = sorted(self.free, key=lambda start: wishes[0].distance(start.time()))[:3]
        times = "、".join(f"{start:%H:%M}" for start in sorted(near))
        return Refused(f"{said.time.text}约不到，最接近的是{times}。")

    def value(self, kept: Kept) -> datetime:
        for start in self.free:
            if f"{start:%H:%M}" == kept:
                return start
        raise Gone(f"{kept}已经约不到了。")


def time_of(free: Sequence[datetime]) -> TimeOf:
    """One of the free moments (aware, in the store's zone), as people say times."""
    if not free:
        raise ValueError("a question needs at least one free time: branch before asking")
    return TimeOf(tuple(free))
