"""Who may do what: the table is whole, and says what a dealership expects of it."""

import itertools

import pytest

from bot.rules import roles
from bot.rules.roles import RULES, Action, Kind, Role, Scope, may, scope

MANAGERS = (Role.SERVICE_MANAGER, Role.GENERAL_MANAGER, Role.ADMINISTRATOR)
OF_THE_HOUSE = {Kind.STORE, Kind.SURVEY}
"""These hold nothing of anybody: everybody who works here may read them."""
CALLING = set(Role) - {Role.MARKETING, Role.ADMINISTRATOR}


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_of_record_says_who_sees_it(kind: Kind) -> None:
    assert set(RULES[kind, Action.VIEW]) == set(Role)


@pytest.mark.parametrize("role", Role)
def test_every_role_has_a_name_and_a_column(role: Role) -> None:
    assert roles.ROLE_NAMES[role]
    assert all(role in row for row in RULES.values())


@pytest.mark.parametrize(("kind", "action"), RULES)
def test_nobody_acts_on_what_they_cannot_see(kind: Kind, action: Action) -> None:
    for role in Role:
        assert scope(role, kind, action) <= scope(role, kind, Action.VIEW), role


@pytest.mark.parametrize("kind", sorted(set(Kind) - {*OF_THE_HOUSE, Kind.STAFF}))
def test_a_sales_consultant_has_own_customers_and_nothing_wider(kind: Kind) -> None:
    for action in Action:
        assert scope(Role.SALES_CONSULTANT, kind, action) <= Scope.OWN


def test_a_service_advisor_never_reaches_beyond_the_store() -> None:
    for kind, action in itertools.product(set(Kind) - OF_THE_HOUSE, Action):
        assert scope(Role.SERVICE_ADVISOR, kind, action) <= Scope.STORE


@pytest.mark.parametrize("kind", [Kind.CUSTOMER, Kind.VEHICLE])
@pytest.mark.parametrize("action", [Action.FILE, Action.APPROVE])
def test_only_managers_file_and_approve(kind: Kind, action: Action) -> None:
    assert {role for role in Role if may(role, kind, action)} == set(MANAGERS)


def test_who_is_not_ruled_may_nothing() -> None:
    for kind, action in itertools.product(Kind, Action):
        assert scope("receptionist", kind, action) is Scope.NONE
        assert scope("", kind, action) is Scope.NONE
    assert scope(Role.ADMINISTRATOR, Kind.AUDIT, Action.EDIT) is Scope.NONE  # by nobody at all


@pytest.mark.parametrize("role", Role)
def test_whole_numbers_are_for_those_who_call(role: Role) -> None:
    whole = role in CALLING
    assert (roles.shown_phone(role, "13800000001") == "13800000001") is whole
    assert (roles.shown_plate(role, "京A12345") == "京A12345") is whole
    assert (roles.shown_vin(role, "LSVAA4182E2000001") == "LSVAA4182E2000001") is whole
    assert (roles.shown_text(role, "长安街1号") == "长安街1号") is whole
    assert roles.shown_id_number(role, "110101198805200024") != "110101198805200024"


def test_what_is_masked_still_tells_two_apart() -> None:
    role = Role.MARKETING
    assert roles.shown_phone(role, "13800000001") == "138****0001"
    assert roles.shown_plate(role, "京A12345") == "京A***45"
    assert roles.shown_vin(role, "LSVAA4182E2000001") == "***********000001"
    assert roles.shown_vin(role, "000001") == "******"
    assert roles.shown_id_number(role, "110101198805200024") == "*" * 18
    shown = roles.shown_id_number(Role.CARE_SPECIALIST, "110101198805200024")
    assert shown == "110*************24"
    assert (roles.shown_text(role, ""), roles.shown_phone(role, "")) == ("", "")


def test_a_table_with_a_hole_is_refused() -> None:
    for broken in (
        "customer.view own store",
        "customer.view - - - - - - -\ncustomer.view" + " -" * 7,
    ):
        with pytest.raises(ValueError, match=r"twice|shorter"):
            roles._read(broken)


def test_a_route_is_marked_with_a_rule_that_exists() -> None:
    @roles.needs(Kind.CUSTOMER, Action.VIEW)
    def page() -> None: ...

    @roles.open_to_all
    def log_in() -> None: ...

    def forgotten() -> None: ...

    assert roles.need_of(page) == (Kind.CUSTOMER, Action.VIEW)
    assert roles.need_of(log_in) == roles.OPEN
    assert roles.need_of(forgotten) is None
    with pytest.raises(ValueError, match="no rule"):
        roles.needs(Kind.AUDIT, Action.EDIT)
