"""The table of kinds, and which of several changes of staff holds."""

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.touch.kinds import KINDS, Override, Rule, resolve, rules_for

FIRST = KINDS["first_service"]
ALL = Override("first_service", offset_days=-10)
STORE = Override("first_service", store="pudong", offset_days=-14, at="15:30")
MODEL = Override("first_service", model="Model Y", offset_days=-3, months=12, km=10_000)
BOTH = Override("first_service", store="pudong", model="Model Y", active=False)


def first(*overrides: Override, store: str = "pudong", model: str = "Model Y") -> Rule:
    return resolve(FIRST, overrides, store, model)


def test_every_kind_of_the_trade_is_there() -> None:
    assert list(KINDS) == [
        "delivery_thanks", "first_week", "first_service", "month_3", "regular_service", "month_6",
        "month_12", "after_visit", "win_back", "festival", "birthday", "incident", "insurance",
        "inspection", "policy", "brochure", "event_invitation", "referral_thanks",
        "booking_reminder", "no_show", "case_reply", "case_solved", "case_check",
    ]  # fmt: skip
    assert len({kind.name for kind in KINDS.values()}) == len(KINDS)
    assert all(len(code) <= 24 for code in KINDS)


def test_greetings_and_marketing_never_go_by_template() -> None:
    for kind in KINDS.values():
        reminder = kind.anchor in {"service", "insurance", "inspection", "booking", "case"}
        reminder |= kind.anchor == "missed"
        assert kind.template == reminder, kind.code


def test_what_nobody_changed_is_as_the_trade_has_it() -> None:
    rule = first()
    assert (rule.active, rule.months, rule.days, rule.km) == (True, 3, (-7,), 5_000)
    assert (rule.at, rule.catch_up_days, rule.code) == (time(16), 60, "first_service")


def test_model_and_store_before_model_before_store_before_all() -> None:
    assert first(ALL).days == (-10,)
    assert first(STORE, ALL).days == (-14,)
    assert first(MODEL, STORE, ALL).days == (-3,)
    rule = first(BOTH, MODEL, STORE, ALL)
    assert (rule.active, rule.days, rule.at) == (False, (-3,), time(15, 30))
    assert (rule.months, rule.km) == (12, 10_000)


def test_what_is_said_of_another_does_not_touch_this_one() -> None:
    others = (ALL, STORE, MODEL, BOTH)
    assert first(*others, store="puxi", model="Model 3").days == (-10,)
    assert first(*others, store="puxi").active
    assert rules_for(others, "pudong", "Model Y")["month_3"] == rules_for(())["month_3"]


def test_one_offset_takes_the_place_of_all() -> None:
    once = rules_for([Override("insurance", offset_days=-20, catch_up_days=3)])["insurance"]
    assert (once.days, once.catch_up_days) == ((-20,), 3)


def test_an_hour_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="isoformat"):
        first(Override("first_service", at="下午"))


@given(st.permutations([ALL, STORE, MODEL, BOTH]))
def test_the_order_in_which_they_are_read_changes_nothing(overrides: list[Override]) -> None:
    assert first(*overrides) == first(ALL, STORE, MODEL, BOTH)
