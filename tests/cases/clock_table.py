"""What the clocks of a complaint must say, worked out by hand from the wall calendar of 2026.

18 November is a Wednesday. 1–7 October, 15–23 February and 1–5 May are holidays, the Saturdays
14 and 28 February and 10 October are worked for them; 除夕 to 初三 (16–19 February) all shops are shut.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Final

from bot.rules.calendar import WEEKDAYS, DayKind, DayRule, StoreCalendar, parse_shifts, parse_week
from bot.rules.sla import Happened
from tests.people import SHANGHAI

Hours = dict[str, list[list[str]]]
HOURS: Final[dict[str, Hours]] = {
    "split": {day: [["08:30", "12:00"], ["13:00", "17:30"]] for day in WEEKDAYS},
    "straight": {day: [["09:00", "18:00"]] for day in WEEKDAYS[:5]},
    "six": {day: [["09:00", "17:00"]] for day in WEEKDAYS[:6]},
    "late": {day: [["10:00", "22:00"]] for day in WEEKDAYS},
    "short": {
        **{day: [["09:00", "18:00"]] for day in WEEKDAYS[:5]},
        "sat": [["09:00", "12:00"]],
    },
}
SOLVED: Final = "recorded 11-18 09:00, received 11-18 10:00, replied 11-18 10:30"
TABLE: Final = """
# why | hours | what happened | the last clock of this name | due | state (running) | now (then) | changed
# report: half a working day
four of eight hours, over lunch | split | recorded 11-18 09:00 | report | 11-18 14:00
from opening | split | recorded 11-18 08:30 | report | 11-18 13:30
before opening | split | recorded 11-18 08:00 | report | 11-18 13:30
at lunch | split | recorded 11-18 12:30 | report | 11-18 17:00
up to closing | split | recorded 11-18 13:30 | report | 11-18 17:30
into the next day | split | recorded 11-18 15:00 | report | 11-19 10:00
at closing | split | recorded 11-18 17:30 | report | 11-19 13:30
a minute to midnight | split | recorded 11-18 23:59 | report | 11-19 13:30
at midnight | split | recorded 11-19 00:00 | report | 11-19 13:30
Friday evening | split | recorded 11-20 17:00 | report | 11-23 12:00
Saturday, open but no workday | split | recorded 11-21 10:00 | report | 11-23 13:30
Sunday | split | recorded 11-22 16:00 | report | 11-23 13:30
a Saturday that is worked | split | recorded 02-28 09:00 | report | 02-28 14:00
before a week off | split | recorded 09-30 16:00 | report | 10-08 11:00
Friday before worked Saturday | split | recorded 10-09 17:00 | report | 10-10 12:00
nine hours, half of them | straight | recorded 11-18 09:00 | report | 11-18 13:30
over a shut weekend | straight | recorded 11-20 16:00 | report | 11-23 11:30
worked Saturday, shut here | straight | recorded 10-09 17:00 | report | 10-12 12:30
twelve hours, half of them | late | recorded 11-18 21:00 | report | 11-19 15:00
a short day is a day too | short | recorded 10-09 15:00 | report | 10-10 09:30
reported in time | split | recorded 11-18 09:00, reported 11-18 14:00 | report | 11-18 14:00 | met
seen too late | split | recorded 11-18 09:00, seen 11-18 14:01 | report | 11-18 14:00 | late
# receipt: 24 hours by the wall, else the next opening
a day later | split | recorded 11-18 09:00 | receipt | 11-19 09:00
ends at lunch | split | recorded 11-18 12:30 | receipt | 11-19 13:00
ends at closing | split | recorded 11-18 17:30 | receipt | 11-19 17:30
ends just after closing | split | recorded 11-18 17:31 | receipt | 11-20 08:30
ends before opening | split | recorded 11-18 07:00 | receipt | 11-19 08:30
ends before midnight | split | recorded 11-18 23:59 | receipt | 11-20 08:30
ends at midnight | split | recorded 11-19 00:00 | receipt | 11-20 08:30
ends on an open Saturday | split | recorded 11-20 10:00 | receipt | 11-21 10:00
ends on a shut Saturday | straight | recorded 11-20 10:00 | receipt | 11-23 09:00
ends on a shut Sunday | six | recorded 11-21 10:00 | receipt | 11-23 09:00
ends on 除夕 | split | recorded 02-15 10:00 | receipt | 02-20 08:30
ends on an open holiday | split | recorded 10-01 10:00 | receipt | 10-02 10:00
ends at a late closing | late | recorded 11-18 22:00 | receipt | 11-19 22:00
a note is a receipt | split | recorded 11-18 09:00, progressed 11-18 09:30 | receipt | 11-19 09:00 | met
passing on is none | split | recorded 11-18 09:00, assigned 11-18 09:30 | receipt | 11-19 09:00
anew | split | SOLVED, solved 11-18 11:00, told 11-18 11:10, reopened 11-19 10:00 | receipt | 11-20 10:00
# reply: one working day
to the same hour | split | recorded 11-18 09:00 | reply | 11-19 09:00
a whole day from opening | split | recorded 11-18 08:30 | reply | 11-18 17:30
a whole day, before opening | split | recorded 11-18 07:00 | reply | 11-18 17:30
lunch to lunch | split | recorded 11-18 12:30 | reply | 11-19 12:00
closing to closing | split | recorded 11-18 17:30 | reply | 11-19 17:30
Friday to Monday | split | recorded 11-20 16:00 | reply | 11-23 16:00
Saturday to Monday's end | split | recorded 11-21 11:00 | reply | 11-23 17:30
into a worked Saturday | split | recorded 02-13 16:00 | reply | 02-14 16:00
worked Saturday, nine off | split | recorded 02-14 16:00 | reply | 02-24 16:00
over the first of May | split | recorded 04-30 17:00 | reply | 05-06 17:00
over a shut weekend too | straight | recorded 11-20 17:00 | reply | 11-23 17:00
days of two lengths | short | recorded 10-09 15:00 | reply | 10-10 11:00
after a late closing | late | recorded 11-18 23:30 | reply | 11-19 22:00
before a late opening | late | recorded 11-18 09:59 | reply | 11-18 22:00
to the moment | split | recorded 11-18 09:00, replied 11-19 09:00 | reply | 11-19 09:00 | met
a minute late | split | recorded 11-18 09:00, replied 11-19 09:01 | reply | 11-19 09:00 | late
a call is a reply | split | recorded 11-18 09:00, called 11-18 15:00 | reply | 11-19 09:00 | met
nobody answered | split | recorded 11-18 09:00, call_missed 11-18 15:59 | reply | 11-19 09:00
two open hours before | split | recorded 11-18 09:00 | reply | 11-19 09:00 | warned | 11-18 16:00
still in time | split | recorded 11-18 09:00 | reply | 11-19 09:00 | warned | 11-19 09:00
no longer | split | recorded 11-18 09:00 | reply | 11-19 09:00 | broken | 11-19 09:01
anew from Friday | split | SOLVED, solved 11-18 11:00, reopened 11-20 16:00 | reply | 11-23 16:00
# progress: until the doors shut on each working day that follows
the next day's end | split | recorded 11-18 09:00 | progress | 11-19 17:30
still that day | split | recorded 11-18 23:59 | progress | 11-19 17:30
already the next | split | recorded 11-19 00:00 | progress | 11-20 17:30
not on the weekend | split | recorded 11-20 10:00 | progress | 11-23 17:30
but on a worked Saturday | split | recorded 10-09 10:00 | progress | 10-10 17:30
not where it is shut | straight | recorded 10-09 10:00 | progress | 10-12 18:00
not in a week off | split | recorded 09-30 10:00 | progress | 10-08 17:30
a note on Saturday | split | recorded 11-20 10:00, progressed 11-21 10:00 | progress | 11-23 17:30
from note to note | split | recorded 11-18 09:00, progressed 11-19 10:00 | progress | 11-20 17:30
two notes a day | split | recorded 11-18 09:00, progressed 11-19 10:00, progressed 11-19 16:00 | progress | 11-20 17:30
a reply is a note | split | recorded 11-18 09:00, replied 11-19 10:00 | progress | 11-20 17:30
solved in time | split | recorded 11-18 09:00, solved 11-19 17:30 | progress | 11-19 17:30 | met
anew | split | SOLVED, solved 11-18 11:00, reopened 11-20 16:00 | progress | 11-23 17:30
# told: 24 hours by the wall, else the next opening
a day | split | SOLVED, solved 11-18 15:00 | told | 11-19 15:00
after closing | split | SOLVED, solved 11-18 17:45 | told | 11-20 08:30
into a shut weekend | straight | SOLVED, solved 11-20 10:00 | told | 11-23 09:00
the customer was faster | split | SOLVED, solved 11-18 15:00, confirmed 11-18 16:00 | told | 11-19 15:00 | met
# check, check_again: with the result, and ten days later
asked with the result | split | SOLVED, solved 11-18 15:00, told 11-18 16:00, checked 11-18 16:00 | check | 11-19 16:00 | met
not asked yet | split | SOLVED, solved 11-18 15:00, told 11-18 16:00 | check_again | 11-29 16:00 |  | 11-28 15:59
to be asked | split | SOLVED, solved 11-18 15:00, told 11-18 16:00 | check_again | 11-29 16:00 | warned | 11-28 16:00
not in the evening | split | SOLVED, solved 11-18 15:00, told 11-18 19:00 | check_again | 11-30 08:30 | warned | 11-29 08:30
not on a shut Sunday | straight | recorded 11-11 09:00, replied 11-11 10:00, solved 11-11 11:00, told 11-12 10:00 | check_again | 11-24 09:00 |  | 11-23 08:59
also who confirmed | split | SOLVED, solved 11-18 15:00, confirmed 11-18 16:00 | check_again | 11-29 16:00
# withdrawn, reopened
nothing is owed | split | recorded 11-18 09:00, withdrawn 11-18 10:00 | reply | 11-19 09:00 | stopped | 11-25 10:00
it was overdue | split | recorded 11-18 09:00, withdrawn 11-19 10:00 | reply | 11-19 09:00 | late | 11-25 10:00
no more checks | split | SOLVED, solved 11-18 15:00, told 11-18 16:00, reopened 11-19 10:00 | check_again | 11-29 16:00 | stopped
# the calendar was changed after the complaint was recorded
shut at ten | split | recorded 11-18 09:00 | report | 11-18 09:45 |  |  | 11-18 08:30-10:00
a day off | split | recorded 11-18 16:00 | report | 11-20 11:00 |  |  | 11-19 holiday
a day off | split | recorded 11-18 16:00 | reply | 11-20 16:00 |  |  | 11-19 holiday
a day off | split | recorded 11-18 16:00 | progress | 11-20 17:30 |  |  | 11-19 holiday
a day shut | split | recorded 11-18 10:00 | receipt | 11-20 08:30 |  |  | 11-19 shut
a Saturday to be worked | split | recorded 11-20 17:00 | report | 11-21 12:00 |  |  | 11-21 make_up
a Saturday to be worked | split | recorded 11-20 17:00 | progress | 11-21 17:30 |  |  | 11-21 make_up
open from seven | split | recorded 11-18 07:30 | receipt | 11-19 07:30 |  |  | 11-19 07:00-12:00
it was late, and is not | split | recorded 11-18 16:00 | reply | 11-20 16:00 |  | 11-19 16:30 | 11-19 holiday
it was in time, and is late | split | recorded 11-18 09:00, replied 11-19 08:55 | reply | 11-19 08:50 | late |  | 11-18 08:30-10:00; 11-19 08:30-09:30
"""


@dataclass(frozen=True)
class Change:
    """A day that staff changed after the complaint was recorded."""

    day: date
    kind: DayKind | None = None
    hours: list[list[str]] | None = None

    @property
    def rule(self) -> DayRule:
        return DayRule(self.kind, None if self.hours is None else parse_shifts(self.hours))


@dataclass(frozen=True)
class Row:
    """`clock` is the last of its name, as of `now`."""

    why: str
    hours: Hours
    events: tuple[Happened, ...]
    clock: str
    due: datetime
    state: str
    now: datetime
    changes: tuple[Change, ...]

    @property
    def calendar(self) -> StoreCalendar:
        """In force: with what was changed."""
        return StoreCalendar(
            parse_week(self.hours), {change.day: change.rule for change in self.changes}
        )


def at(text: str) -> datetime:
    """11-18 09:00 on the store's wall."""
    day, _, hour = text.strip().partition(" ")
    return datetime.combine(_day(day), time.fromisoformat(hour), SHANGHAI).astimezone(UTC)


def _day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


def _change(text: str) -> Change:
    day, _, what = text.strip().partition(" ")
    if what in {kind.value for kind in DayKind}:
        return Change(_day(day), DayKind(what))
    return Change(_day(day), hours=[] if what == "shut" else [what.split("-")])


def _row(line: str) -> Row:
    cells = [cell.strip() for cell in line.split("|")]
    why, hours, story, clock, due, state, now, changes = cells + [""] * (8 - len(cells))
    told = [one.strip().split(" ", 1) for one in story.replace("SOLVED", SOLVED).split(",")]
    events = tuple(Happened(kind, at(moment)) for kind, moment in told)
    return Row(
        why,
        HOURS[hours],
        events,
        clock,
        at(due),
        state or "running",
        at(now) if now else events[-1].at,
        tuple(map(_change, filter(None, changes.split(";")))),
    )


ROWS: Final = tuple(_row(line) for line in TABLE.splitlines() if line and not line.startswith("#"))
