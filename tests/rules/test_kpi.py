"""员工KPI: targets, weights, and what is named by itself because it is too low."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.reports.kpi import MEASURES, Duties, Measure, kpi
from bot.rules.reports.monthly import Handled, complaints

AT_TARGET = {one.name: one.target for one in MEASURES}


def test_the_weights_are_a_hundred_and_reaching_every_target_gives_all_of_it() -> None:
    assert sum(one.weight for one in MEASURES) == 100
    found = kpi(AT_TARGET)
    assert (found.points, found.flags) == (100.0, ())


@pytest.mark.parametrize(
    ("measure", "value", "points", "flags"),
    [
        ("completion", 50.0, 90.0, ("完成率",)),
        ("completion", 89.9, 98.0, ("完成率",)),
        ("completion", 90.0, 98.0, ()),
        ("completeness", 19.0, 88.0, ()),
        ("satisfaction", 3.9, 96.0, ("满意度",)),
        ("satisfaction", 4.0, 96.7, ()),
        ("satisfaction", 5.0, 100.0, ()),
        ("resolution", 45.0, 90.0, ("解决率",)),
        ("resolution", 80.0, 97.8, ()),
        ("second_sale", 3.0, 88.0, ()),
        ("second_sale", 60.0, 100.0, ()),
    ],
)
def test_one_measure_away_from_its_target(
    measure: str, value: float, points: float, flags: tuple[str, ...]
) -> None:
    found = kpi(AT_TARGET | {measure: value})
    assert (found.points, found.flags) == (points, flags)


def test_what_there_was_no_occasion_for_is_not_weighed() -> None:
    assert kpi({}) == kpi({one.name: None for one in MEASURES})
    assert kpi({}).points is None
    assert kpi({"satisfaction": 4.5, "completion": None}).points == 100.0
    # 20 and 30 are weighed: half of the one and all of the other are 40 of 50.
    assert kpi({"completion": 50.0, "satisfaction": 4.5}).points == 80.0


VALUES = st.fixed_dictionaries({}, optional={one.name: st.floats(0, 200) for one in MEASURES})


@given(VALUES, st.sampled_from(MEASURES), st.floats(0, 50))
def test_more_is_never_less(values: dict[str, float], measure: Measure, more: float) -> None:
    name = measure.name
    before = kpi(values).points
    assert before is None or 0 <= before <= 100
    if before is not None and name in values:
        after = kpi(values | {name: values[name] + more}).points
        assert after is not None
        assert after >= before


def test_duties_as_shares() -> None:
    duties = Duties(due=8, done=6, records=4, complete=3, owners=10, sold=2)
    assert (duties.completion, duties.completeness, duties.second_sale) == (75.0, 75.0, 20.0)
    assert Duties().completion is None


def test_a_complaint_in_hand_is_held_against_nobody() -> None:
    found = complaints(
        [Handled("confirmed", True), Handled("open", None), Handled("in_progress", False)]
    )
    assert (found.in_hand, found.resolution_percent) == (1, 33.3)
    assert found.due_resolution_percent == 50.0
    assert complaints([Handled("open", None)]).due_resolution_percent is None
