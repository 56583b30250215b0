"""What becomes of a touchpoint that is due, case by case."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.rules.calendar import StoreCalendar, parse_week
from bot.rules.channels import Platform, Reach
from bot.rules.deciding import Due, Verdict, Where, Whom, decide, no_more
from bot.rules.etiquette import USUAL, Past
from bot.rules.touch.facts import Booked, Car, Facts, Identity, Person
from bot.rules.touch.kinds import rules_for
from bot.rules.windows import Allowed

NOW = datetime(2026, 11, 18, 8, tzinfo=UTC)  # Wednesday, 16:00 in Shanghai
TODAY = date(2026, 11, 18)
RULES = rules_for([])
CAR = Car(12, delivered_on=date(2026, 8, 25))
FACTS = Facts(Person(7), CAR)
DUE = Due(Identity("first_service", "v12", TODAY), 7, "care", NOW, NOW + timedelta(days=30))
YES = frozenset({"care", "follow_up", "marketing"})
OPEN = Allowed(5, NOW + timedelta(hours=40))
WHOM = Whom(Reach(window=OPEN, consents=YES))
WHERE = Where(StoreCalendar(parse_week({})), USUAL, Platform())


def decided(
    due: Due = DUE,
    facts: tuple[Facts, ...] = (FACTS,),
    whom: Whom = WHOM,
    where: Where = WHERE,
    now: datetime = NOW,
) -> Verdict:
    return decide(due, facts, RULES, whom, where, now)


def test_what_may_go_goes() -> None:
    verdict = decided()
    assert (verdict.action, verdict.channel, verdict.until) == ("send", "service", OPEN.until)
    assert verdict.reasons[-1] == "客户最近来过消息，可以直接发消息"


def test_what_has_run_out_is_skipped() -> None:
    assert decided(replace(DUE, until=NOW)).action == "skip"


def test_what_is_owed_no_more_is_cancelled() -> None:
    for facts, why in (
        (replace(FACTS, car=replace(CAR, sold=True)), "车辆已转让"),
        (replace(FACTS, person=Person(8)), "车主已变更"),
        (replace(FACTS, car=replace(CAR, delivered_on=date(2026, 8, 26))), "资料已变更"),
    ):
        verdict = decided(facts=(facts,))
        assert verdict.action == "cancel"
        assert verdict.reasons[0].startswith(f"计划变更：{why}")
    assert decided(facts=()).reasons == ("计划变更：客户或车辆的档案已不在",)


def test_any_of_the_facts_it_may_rest_on_is_enough() -> None:
    sold = replace(FACTS, car=replace(CAR, sold=True))
    assert decided(facts=(sold, FACTS)).action == "send"


def test_a_booked_car_waits_for_the_day_after() -> None:
    booked = Booked(1, NOW + timedelta(days=6))
    facts = replace(FACTS, car=replace(CAR, bookings=(booked,)))
    verdict = decided(facts=(facts,))
    assert (verdict.action, verdict.until) == ("wait", datetime(2026, 11, 25, 1, tzinfo=UTC))
    assert verdict.reasons == ("客户已预约11月24日到店，先不打扰",)
    late = decided(replace(DUE, until=NOW + timedelta(days=3)), (facts,))
    assert (late.action, late.reasons) == ("cancel", ("计划变更：客户已预约11月24日到店",))
    assert no_more(DUE.identity, 7, facts, RULES, NOW) == ""


def test_a_cap_is_kept() -> None:
    due = replace(DUE, identity=Identity("month_3", "v12", TODAY), purpose="follow_up")
    facts = replace(FACTS, car=replace(CAR, delivered_on=date(2026, 8, 18)))
    past = [Past("month_3", "follow_up", NOW - timedelta(days=20 + n)) for n in range(3)]
    assert decided(due, (facts,), replace(WHOM, first_car=True, history=past)).action == "send"
    assert decided(due, (facts,), replace(WHOM, history=past)).action == "skip"
    assert decided(due, (facts,), replace(WHOM, tier="VIP", history=past)).action == "skip"


def test_a_window_that_shuts_before_the_welcome_hour_is_used() -> None:
    noon = NOW - timedelta(hours=4)
    shuts = replace(WHOM.reach, window=Allowed(5, noon + timedelta(hours=1)))
    due = replace(DUE, at=noon)
    assert decided(due, whom=replace(WHOM, reach=shuts), now=noon).action == "send"
    waits = decided(due, now=noon)
    assert (waits.action, waits.until) == ("wait", NOW)


def test_their_own_moment_is_theirs() -> None:
    early = datetime(2026, 11, 18, 1, 30, tzinfo=UTC)
    assert decided(replace(DUE, named=True, at=early), now=early).action == "send"


@pytest.mark.parametrize(("hours", "action"), [(3, "skip"), (30, "wait")])
def test_at_night_nothing_goes(hours: int, action: str) -> None:
    night = datetime(2026, 11, 18, 15, tzinfo=UTC)
    due = replace(DUE, until=night + timedelta(hours=hours))
    assert decided(due, now=night).action == action


def test_a_short_quota_is_waited_for() -> None:
    where = replace(WHERE, account=Platform("T1", "", {"template": 0}))
    silent = replace(WHOM, reach=Reach(consents=YES))
    verdict = decided(whom=silent, where=where)
    assert (verdict.action, verdict.until) == ("wait", datetime(2026, 11, 18, 16, tzinfo=UTC))


def test_who_cannot_be_reached_is_called() -> None:
    verdict = decided(whom=replace(WHOM, reach=Reach(known=False, consents=YES)))
    assert (verdict.action, verdict.channel) == ("hand_over", "call")
    assert decided(whom=replace(WHOM, reach=Reach(known=False))).action == "skip"
