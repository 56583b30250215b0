"""What may be done to a complaint, where it goes, and what it is called."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.cases.routing import DEPARTMENTS, Route, route
from bot.rules.cases.states import DEEDS, after, refusal
from bot.rules.cases.words import CATEGORIES, EVENTS, STATES, category_name, id_of, number_of

states, deeds = st.sampled_from([*STATES]), st.sampled_from([*DEEDS])


@given(st.lists(st.tuples(deeds, st.booleans())))
def test_nothing_is_closed_without_a_root_cause(steps: list[tuple[str, bool]]) -> None:
    state, known = "open", False
    for deed, names_cause in steps:
        given_now = names_cause if deed == "solve" else known
        if not refusal(state, deed, has_root_cause=given_now):
            state, known = after(state, deed), given_now
        assert state in STATES
        assert known or state not in {"solved", "confirmed"}


def test_a_solution_is_needed_as_well() -> None:
    assert "解决方案" in refusal("in_progress", "solve", has_solution=False)


@pytest.mark.parametrize(
    ("state", "deed", "then"),
    [
        ("open", "receive", "in_progress"),
        ("open", "reply", "in_progress"),
        ("reopened", "progress", "in_progress"),
        ("open", "assign", "open"),
        ("open", "seen", "open"),
        ("open", "solve", "solved"),
        ("solved", "tell", "solved"),
        ("solved", "reply", "solved"),
        ("solved", "confirm", "confirmed"),
        ("confirmed", "not_solved", "reopened"),
        ("solved", "withdraw", "withdrawn"),
    ],
)
def test_where_a_deed_leads(state: str, deed: str, then: str) -> None:
    assert refusal(state, deed) == ""
    assert after(state, deed) == then


@pytest.mark.parametrize(
    ("state", "deed"),
    [
        ("open", "confirm"),
        ("open", "tell"),
        ("in_progress", "not_solved"),
        ("solved", "solve"),
        ("confirmed", "withdraw"),
        ("withdrawn", "reply"),
        ("withdrawn", "add"),
        ("confirmed", "receive"),
    ],
)
def test_what_cannot_be_done_is_said_with_the_state(state: str, deed: str) -> None:
    assert STATES[state] in refusal(state, deed)


def test_who_is_told_of_a_solution_that_stands_is_not_asked_to_write_one() -> None:
    assert refusal("open", "tell") == "投诉待处理。请先填写根本原因和解决方案。"
    assert refusal("confirmed", "tell") == "投诉已确认。不能再做这一步。"
    assert refusal("solved", "receive") == "投诉已解决。不能再做这一步。"
    for deed in ("confirm", "not_solved"):
        assert refusal("withdrawn", deed) == "投诉已撤回。不能再做这一步。"


def test_every_event_has_a_name() -> None:
    assert set(DEEDS.values()) < set(EVENTS)


@pytest.mark.parametrize("typed", ["T000012", "t12", "T 12", "12", "Ｔ12", " t0012 "])
def test_a_number_is_read_leniently(typed: str) -> None:
    assert id_of(typed) == 12
    assert number_of(12) == "T000012"


@pytest.mark.parametrize("typed", ["", "T", "A000012", "T12x", "T1234567890123", "十二"])
def test_what_is_no_number(typed: str) -> None:
    assert id_of(typed) is None


def test_a_category_has_a_name() -> None:
    assert category_name("attitude") == "服务态度"
    assert category_name("洗车") == "洗车"
    assert category_name("") == "未分类"


def test_the_line_that_says_most_of_the_matter_wins() -> None:
    every = Route("", "", "", "客服部", 1)
    store = Route("main", "", "", "城南客服", 2)
    bev = Route("", "", "bev", "三电组", 3)
    quality = Route("", "product_quality", "", "技术部", 4)
    both = Route("", "product_quality", "bev", "三电技术", 5)
    ours = Route("main", "product_quality", "bev", "城南三电", 6)
    lines = [every, store, bev, quality, both, ours]
    assert route(lines, "main", "product_quality", "bev") == ours
    assert route(lines, "east", "product_quality", "bev") == both
    assert route(lines, "main", "product_quality", "ice") == quality
    assert route(lines, "main", "attitude", "bev") == bev
    assert route(lines, "main", "attitude", "ice") == store
    assert route(lines, "east", "attitude", "") == every


@pytest.mark.parametrize("category", [*CATEGORIES, "", "洗车"])
def test_without_lines_the_usual_department_gets_it(category: str) -> None:
    found = route([], "main", category, "bev")
    assert found.owner_id is None
    assert found.department == DEPARTMENTS.get(category, "客户关系部")
