"""When to be in touch again, as people say it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.flow import Option, Talk
from bot.flow.answers import Gone, Got, Kept, Refused, Result, Unclear
from bot.flow.heard import Heard
from bot.rules.wording import say_moment

EARLIEST, LATEST = time(9), time(20)
FARTHEST = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class MomentLater:
    """A moment of the next half year between 9 and 20 o'clock; kept as local ISO time."""

    now: datetime

    async def prepare(self) -> None:
        """Nothing to fetch."""

    def options(self) -> Sequence[Option]:
        today = self.now.date()
        saturday = today + timedelta(days=(5 - today.weekday()) % 7 or 7)
        moments = (
            self._at(today + timedelta(days=1), time(16)),
            self._at(saturday, time(10)),
            self._at(today + timedelta(days=7), time(16)),
        )
        return [self._option(at) for at in sorted(set(moments))]

    def read(self, said: Heard) -> Result:
        return self.find(said)

    def find(self, said: Heard) -> Result:
        if said.impossible_day:
            return Refused(said.impossible_day)
        days = said.day.values if said.day else ()
        wish = said.time.values[0] if said.time and said.says_when else None
        if not days and wish is None:
            return None
        hour = None if wish is None else wish.at or (wish.window[0] if wish.window else None)
        window = wish.window if wish is not None and wish.at is None else None
        found = [self._at(day, self._hour(day, hour, window)) for day in days or self._next(hour)]
        fitting = [at for at in found if self.now < at <= self.now + FARTHEST]
        if not fitting:
            return Refused("这个时间已经过去或太远了，换个近半年的时间好吗？")
        if len(fitting) > 1:
            return Unclear(tuple(map(self._option, fitting)), "您说的是哪一天？")
        if not EARLIEST <= fitting[0].time() < LATEST:
            return Refused("我们只在9点到20点之间联系您，换个时间好吗？")
        return Got(fitting[0].isoformat())

    def value(self, kept: Kept) -> datetime:
        at = datetime.fromisoformat(str(kept))
        if at <= self.now:
            raise Gone("这个时间已经过去了。")
        return at

    def _next(self, hour: time | None) -> Sequence[date]:
        """The day on which this hour comes next."""
        today = self.now.date()
        gone = hour is not None and hour <= self.now.time()
        return [today + timedelta(days=1) if gone else today]

    def _hour(self, day: date, hour: time | None, window: tuple[time, time] | None) -> time:
        """下午 is not its first minute, when people rest, but the usual hour if it lies in there."""
        usual = self._usual(day)
        if hour is None or (window is not None and window[0] <= usual < window[1]):
            return usual
        return hour

    @staticmethod
    def _usual(day: date) -> time:
        """Nobody named an hour: late afternoon on a workday, earlier at the weekend."""
        return time(14) if day.weekday() >= 5 else time(16)

    def _at(self, day: date, hour: time) -> datetime:
        return datetime.combine(day, hour, self.now.tzinfo)

    def _option(self, at: datetime) -> Option:
        return Option(at.isoformat(), say_moment(at, self.now.date()))


async def when_again(talk: Talk) -> datetime:
    asked = "好的，不打扰您。什么时候再问您方便？直接说就行，比如“明天下午”。"
    return await talk.ask("联系时间", asked, MomentLater(talk.now))
