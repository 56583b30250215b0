"""Random histories of complaints with two actors at once, on PostgreSQL.

After every pair of deeds that were done at the same time: nothing is closed without a root cause, no
event is lost, doubled or out of order, whoever has an open complaint gets no marketing, and the
clocks are looked at in time.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from itertools import count
from random import Random
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bot.errors import Conflict, StaffError
from bot.jobs.clocks import clocks_due
from bot.outbox.dispatch import Dispatcher
from bot.rules.calendar import DayKind
from bot.rules.cases.states import CUSTOMER_DEEDS, DEEDS, STAFF_DEEDS, after, refusal
from bot.rules.cases.words import PRIORITIES, UNSETTLED
from bot.rules.roles import Role
from storage.db import sql
from storage.queries.cases.clocks import read
from storage.queries.cases.deeds import act
from storage.queries.cases.opening import Case, Event, NewCase, events, one, open_case
from storage.queries.outbox import claiming as outbox
from storage.queries.staff.colleagues import add_staff
from storage.queries.stores.shops import add_calendar_day
from storage.queries.touch.people import contacts
from storage.scope import account_id
from tests.histories import Stage, playing, stage
from tests.outbox.notices import agree
from tests.outbox.post import FarSide
from tests.people import NOW, SHANGHAI, Cast

HISTORIES, STEPS, BUSY = 30, 8, 8
AD = '{"blocks":["新车到店"],"hand_over":false}'
BEHIND = timedelta(seconds=3)
"""How far the second actor's clock is behind the first one's."""
_numbers = count(1)

Op = tuple[str, Any]
FITTING = "whatever fits"
NAMED = (*STAFF_DEEDS, *CUSTOMER_DEEDS)
ONWARD = ("solve", "tell", "confirm", "not_solved")
"""Deeds that lead through all the states."""
PAUSES = (0, 0, 0, 0, 1, 45, 200, 480, 1440, 11 * 1440)
"""Minutes."""


def drawn(dice: Random) -> Op:
    """Mostly deeds, on the two newest complaints, mostly such as fit."""
    kind = dice.choices(("act", "open", "clocks", "ad", "calendar"), (14, 2, 2, 2, 1))[0]
    if kind == "act":
        deed = FITTING if dice.random() < 0.8 else dice.choice(NAMED)
        return kind, (dice.randrange(2), deed, dice.randrange(10_000))
    if kind == "open":
        return kind, (dice.randrange(3), dice.randrange(4))
    if kind == "calendar":
        return kind, (dice.randrange(15), dice.choice((DayKind.HOLIDAY, DayKind.MAKE_UP, None)))
    return kind, dice.randrange(3)


named = st.sampled_from(NAMED)
ops = st.one_of(
    st.tuples(st.just("act"), st.tuples(st.integers(0, 1), named, st.integers(0, 2))),
    st.tuples(st.just("open"), st.tuples(st.integers(0, 2), st.integers(0, 1))),
    st.tuples(st.sampled_from(("clocks", "ad")), st.integers(0, 2)),
)


class Histories(RuleBasedStateMachine):
    """`said`: the words of each deed that was done, and of which case."""

    stage: Stage

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.cases: list[int] = []
        self.said: dict[str, int] = {}
        self.occasions: dict[str, set[int]] = {}
        self.stale = False
        self.clocks_ran = False
        self.far = FarSide()

    @initialize()
    def a_dealership_opens(self) -> None:
        self.cast: Cast = self.stage.open()
        self.stage.run(self._staffed())

    async def _staffed(self) -> None:
        for name, role in (("赵", Role.SERVICE_MANAGER), ("钱", Role.GENERAL_MANAGER)):
            staff = await add_staff(name, role, now=NOW)
        self.staff_id = staff.id
        for person in self.people:
            await agree(person.user_id, "marketing")

    @property
    def people(self) -> tuple[Any, ...]:
        return self.cast.wang, self.cast.li, self.cast.stranger

    def teardown(self) -> None:
        self.stage.leave()

    @rule(first=ops, second=ops, pause=st.sampled_from(PAUSES))
    def two_at_once(self, first: Op, second: Op, pause: int) -> None:
        self._two(first, second, pause)

    @rule(seed=st.integers(0, 1_000_000))
    def a_busy_time(self, seed: int) -> None:
        dice = Random(seed)
        for _ in range(BUSY):
            self._two(drawn(dice), drawn(dice), dice.choice(PAUSES))

    @precondition(lambda self: self.cases)
    @rule(pause=st.sampled_from(PAUSES))
    def two_clock_jobs_at_once(self, pause: int) -> None:
        self._two(("clocks", 0), ("clocks", 0), pause)

    def _two(self, first: Op, second: Op, pause: int) -> None:
        self.now += timedelta(minutes=pause)
        self.stage.run(self._both(first, second))
        kinds = {first[0], second[0]}
        self.stale = "calendar" in kinds or (self.stale and "clocks" not in kinds)
        self.clocks_ran = kinds == {"clocks"}
        self.stage.run(self._check())

    async def _both(self, first: Op, second: Op) -> None:
        before = await self._open_for()
        got = len(self.far.got)
        await asyncio.gather(self._do(first, self.now), self._do(second, self.now - BEHIND))
        for openid, _ in self.far.got[got:]:
            person = next(one for one in self.people if one.openid == openid)
            # Who complained before and does so still was not to be sent anything in between.
            assert person.user_id not in before & await self._open_for()

    async def _open_for(self) -> set[int]:
        rows = await sql().rows(
            "SELECT wechat_user_id, state FROM complaint WHERE account_id = ?", account_id()
        )
        return {row["wechat_user_id"] for row in rows if row["state"] in UNSETTLED}

    async def _do(self, op: Op, now: datetime) -> None:
        name, what = op
        doing: dict[str, Callable[..., Awaitable[None]]] = {
            "open": self._complain,
            "act": self._act,
            "clocks": self._clocks,
            "ad": self._advertise,
            "calendar": self._change_day,
        }
        await doing[name](what, now)

    async def _complain(self, what: tuple[int, int], now: datetime) -> None:
        who, occasion = what
        user = self.people[who].user_id
        same = f"occasion {user} {occasion}"
        case = await open_case(NewCase("chat", "没人理", wechat_user_id=user, same=same), now)
        self.occasions.setdefault(same, set()).add(case.id)
        if case.id not in self.cases:
            self.cases.append(case.id)

    async def _act(self, what: tuple[int, str, int], now: datetime) -> None:
        if not self.cases:
            return
        number, deed, chance = what
        case = await one(self.cases[-1 - number % min(2, len(self.cases))])
        assert case
        if deed == FITTING:
            fitting = [one for one in ONWARD * 3 + NAMED if not refusal(case.state, one)]
            deed = fitting[chance % len(fitting)]
        words = f"说{next(_numbers)}"
        actor = "customer" if deed in CUSTOMER_DEEDS else "赵"
        try:
            given = self._with(deed, flag=chance % 3 > 0)
            await act(case.id, deed, actor, now, words=words, **given)
        except (StaffError, Conflict):
            return
        if deed not in {"seen", "confirm"}:  # said twice, they say nothing new
            self.said[words] = case.id

    def _with(self, deed: str, *, flag: bool) -> dict[str, Any]:
        """A third of the solutions have no root cause."""
        given: dict[str, dict[str, Any]] = {
            "assign": {"staff_id": self.staff_id},
            "categorise": {"category": "process" if flag else "attitude"},
            "prioritise": {"priority": [*PRIORITIES][flag]},
            "call": {"reached": flag},
            "solve": {"root_cause": "漏派" if flag else " ", "solution": "已道歉"},
        }
        return given.get(deed, {})

    async def _clocks(self, _: int, now: datetime) -> None:
        await clocks_due(now)

    async def _advertise(self, who: int, now: datetime) -> None:
        user = self.people[who].user_id
        await sql().run(
            "UPDATE wechat_user SET window_kind = 'message', window_opened_at = ?, window_sent = 0"
            " WHERE id = ?",
            *(now, user),
        )
        idem = f"ad {next(_numbers)}"
        await outbox.queue(user, idem, "service", AD, now, purpose="marketing")
        await Dispatcher(self.far).dispatch_due(now)

    async def _change_day(self, what: tuple[int, DayKind | None], now: datetime) -> None:
        ahead, kind = what
        day: date = (now.astimezone(SHANGHAI) + timedelta(days=ahead)).date()
        await add_calendar_day(day, kind=kind, hours=[] if kind is None else None)

    async def _check(self) -> None:
        for ids in self.occasions.values():
            assert len(ids) == 1
        spoken: dict[str, int] = {}
        for case_id in self.cases:
            case, happened = await one(case_id), await events(case_id)
            assert case
            holds_together(case, happened)
            spoken |= {event.words: case_id for event in happened if event.words in self.said}
            await self._looked_at_in_time(case)
        assert spoken == self.said
        await self._muted()

    async def _looked_at_in_time(self, case: Case) -> None:
        found = await read(case, self.now)
        if found.look_at is not None and not self.stale:
            assert case.look_at
            assert case.look_at <= found.look_at
        if self.clocks_ran:
            assert not [step for step in found.steps if step.at <= self.now - BEHIND]

    async def _muted(self) -> None:
        open_for = await self._open_for()
        known = [one for one in self.people if one.customer_id]
        found, _ = await contacts([one.customer_id for one in known], self.now)
        for person in known:
            assert found[person.customer_id].reach.complaint == (person.user_id in open_for)


def holds_together(case: Case, happened: list[Event]) -> None:
    """What the events say is what the complaint says, and all of it in order."""
    assert [event.number for event in happened] == list(range(1, len(happened) + 1))
    assert [event.at for event in happened] == sorted(event.at for event in happened)
    by_kind = {kind: deed for deed, kind in DEEDS.items()} | {"call_missed": "call"}
    state, solved, done = "open", False, set()
    for event in happened:
        if event.kind in by_kind:
            state = after(state, by_kind[event.kind])
        solved = (solved or event.kind == "solved") and event.kind != "reopened"
        if event.kind == "solved":
            assert event.data["root_cause"].strip()
        assert solved or state not in {"solved", "confirmed"}
        if about := event.happened.about:
            step = (event.kind, about, event.happened.level)
            assert step not in done
            done.add(step)
    assert state == case.state
    assert bool(case.root_cause) == (solved and bool(case.solution))
    assert bool(case.ended_at) == (state in {"confirmed", "withdrawn"})


@pytest.mark.timeout(0)  # as long as it takes to play as many as are asked for
def test_whatever_two_do_at_once(migrated_postgres_url: str) -> None:
    with stage(migrated_postgres_url) as here:

        class Here(Histories):
            stage = here

        run_state_machine_as_test(Here, settings=playing(HISTORIES, stateful_step_count=STEPS))
