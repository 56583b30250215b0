"""The channel planner, held to a table of what the platform forbids that is written here anew."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.channels import (
    GREETINGS,
    NAMES,
    ORDER,
    Decision,
    Platform,
    Reach,
    Want,
    forbidden,
    plan_channel,
)
from bot.rules.windows import Allowed, may_send

NOW = datetime(2026, 11, 18, 8, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
OPEN = Allowed(5, NOW + 20 * HOUR)
NOTICE = Want("first_service", "care", template=True, personal=True, until=NOW + timedelta(days=9))
GREETING = Want("festival", "care", template=False, personal=False, until=NOW + 15 * HOUR)
CAMPAIGN = Want("brochure", "marketing", template=False, personal=False)
REQUESTED = Want("booking_reminder", "service", template=True, personal=True, until=NOW + 20 * HOUR)
FOLLOW_UP = Want("month_3", "follow_up", template=False, personal=True)
AGREED = Reach(consents=frozenset({"care", "follow_up", "marketing"}))
MAPPED = Platform(template="T1", once="S1")


def decide(want: Want, person: Reach = AGREED, account: Platform = MAPPED) -> Decision:
    return plan_channel(want, person, account, NOW)


def way(want: Want, person: Reach = AGREED, account: Platform = MAPPED) -> str:
    decision = decide(want, person, account)
    assert all(reason for reason in decision.reasons)
    return decision.channel or decision.action


def test_each_contact_takes_the_first_lawful_way() -> None:
    talking = replace(AGREED, window=OPEN)
    for want in (NOTICE, GREETING, CAMPAIGN, REQUESTED, FOLLOW_UP):
        assert way(want, talking) == "service"
    assert [way(want) for want in (NOTICE, REQUESTED)] == ["template", "template"]
    assert [way(want) for want in (GREETING, CAMPAIGN)] == ["mass", "mass"]
    # A follow-up is neither a service notice nor one text for many.
    assert way(FOLLOW_UP) == "call"
    unfollowed = replace(AGREED, subscribed=False)
    assert {way(want, unfollowed) for want in (NOTICE, GREETING, CAMPAIGN, FOLLOW_UP)} == {"call"}
    assert way(NOTICE, replace(unfollowed, grants=frozenset({"S1"}))) == "once"
    assert way(NOTICE, replace(AGREED, known=False)) == "call"


def test_a_template_never_carries_more_than_a_service_notice() -> None:
    for want in (GREETING, CAMPAIGN, FOLLOW_UP):
        person = replace(AGREED, mass_left=0, grants=frozenset({"S1"}))
        decision = decide(want, person)
        assert (decision.action, decision.channel) == ("hand_over", "call")
        assert "模板消息：模板消息只能发服务通知" in decision.reasons


def test_without_consent_nothing_but_what_was_asked_for_goes() -> None:
    nobody = Reach(window=OPEN)
    assert way(REQUESTED, nobody) == "service"
    for want in (NOTICE, GREETING, CAMPAIGN, FOLLOW_UP):
        decision = decide(want, nobody)
        assert decision.action == "skip"
        assert decision.reasons[0].startswith("客户没有同意接收")
    assert decide(CAMPAIGN, nobody).reasons == ("客户没有同意接收营销",)
    some = replace(nobody, consents=frozenset({"care"}))
    assert (way(NOTICE, some), way(CAMPAIGN, some)) == ("service", "skip")


def test_an_open_complaint_mutes_marketing_and_greetings() -> None:
    angry = replace(AGREED, complaint=True)
    assert way(NOTICE, angry) == "template"
    waits = decide(CAMPAIGN, angry)
    assert (waits.action, waits.until) == ("wait", NOW + timedelta(days=1))
    # Tomorrow the festival is over.
    assert decide(GREETING, angry).reasons == (
        "客户有未了结的投诉，营销和问候暂停", "等到那时已经没有意义",
    )  # fmt: skip


def test_nobody_is_interrupted() -> None:
    talking = replace(AGREED, window=OPEN, in_talk=True)
    for want in (NOTICE, GREETING, CAMPAIGN, FOLLOW_UP):
        decision = decide(want, talking)
        assert (decision.action, decision.until) == ("wait", NOW + HOUR / 2)
    assert way(REQUESTED, talking) == "service"


def test_the_last_message_of_a_window_is_for_answers() -> None:
    last = replace(AGREED, window=Allowed(1, NOW + HOUR))
    assert way(REQUESTED, last) == "service"
    assert way(NOTICE, last) == "template"


def test_what_is_short_for_now_is_waited_for_and_no_longer_than_it_means_something() -> None:
    paused = Platform("T1", "S1", paused={"template": NOW + 3 * HOUR})
    waits = decide(NOTICE, account=paused)
    assert (waits.action, waits.until) == ("wait", NOW + 3 * HOUR)
    assert any("暂停到11月18日19:30" in reason for reason in waits.reasons)
    spent = Platform("T1", left={"template": 0})
    midnight = datetime(2026, 11, 18, 16, tzinfo=UTC)  # in Beijing
    assert decide(NOTICE, account=spent).until == midnight
    hurried = replace(NOTICE, until=NOW + HOUR)
    assert way(hurried, account=paused) == "call"
    assert way(hurried, account=spent) == "call"
    both = Platform("T1", left={"template": 0}, paused={"template": NOW + 2 * HOUR})
    assert decide(NOTICE, account=both).until == midnight
    # Somebody who cannot be reached is not waited for.
    assert way(NOTICE, replace(AGREED, subscribed=False), paused) == "call"
    # Another way that is open is taken.
    assert way(CAMPAIGN, replace(AGREED, window=OPEN), Platform(left={"service": 0})) == "mass"


def test_too_late_is_too_late() -> None:
    assert way(replace(NOTICE, until=NOW - HOUR)) == "skip"


def test_a_service_message_ends_with_its_window() -> None:
    assert decide(NOTICE, replace(AGREED, window=OPEN)).until == NOW + 20 * HOUR
    assert decide(NOTICE).until == NOTICE.until
    assert decide(CAMPAIGN, replace(AGREED, window=OPEN)).until == NOW + 20 * HOUR


def test_a_channel_that_is_none_is_an_error() -> None:
    with pytest.raises(ValueError, match="pigeon"):
        forbidden("pigeon", NOTICE, AGREED, MAPPED, NOW)


def test_reasons_are_for_staff_to_read() -> None:
    decision = decide(FOLLOW_UP, replace(AGREED, blocked=frozenset({"T1"}), mass_left=0))
    assert decision.reasons == (
        "客服消息：客户最近没有来过消息，微信不允许主动发送",
        "模板消息：模板消息只能发服务通知",
        "一次性订阅消息：订阅消息只能发服务通知",
        "群发：内容只与客户本人有关，不能群发",
        "微信里没有可用的方式，请同事电话联系",
    )


def platform_forbids(channel: str, want: Want, person: Reach, account: Platform) -> bool:
    """What WeChat's own pages say, channel by channel."""
    if not person.known or person.refuses:  # no openid; 43019 and 48002
        return True
    if account.left.get(channel) == 0:  # 45009
        return True
    if channel in account.paused and account.paused[channel] > NOW:
        return True
    if channel == "service":  # 5 in 48 h, 3 in 1 min; 45047 and 45015, also for who unfollowed
        closed = person.window.until is None or person.window.until < NOW
        return not person.subscribed or closed or person.window.left < 1
    if channel == "template":  # 43004, 40037, 43101; service notices only
        mapped = account.template and account.template not in person.blocked
        return not (person.subscribed and mapped and want.template)
    if channel == "once":  # one accept is one message, following is not needed; else 43101
        return account.once not in person.grants or not account.once or not want.template
    if channel == "mass":  # four a calendar month, and one text for a list
        return not person.subscribed or person.mass_left < 1 or want.personal
    raise AssertionError(channel)


WANTS = st.builds(
    Want,
    st.sampled_from(["first_service", "festival", "birthday", "brochure", "booking_reminder"]),
    st.sampled_from(["service", "care", "follow_up", "marketing"]),
    st.booleans(),
    st.booleans(),
    st.one_of(st.none(), st.integers(-5, 300).map(lambda hours: NOW + hours * HOUR)),
)
WINDOWS = st.builds(
    lambda kind, hours, sent: may_send(kind, NOW - hours * HOUR, sent, NOW),
    st.sampled_from(["message", "tap", ""]),
    st.floats(0, 60),
    st.integers(0, 6),
)
SOME_OF = {
    name: st.frozensets(st.sampled_from(names))
    for name, names in {
        "consents": ["care", "follow_up", "marketing"],
        "templates": ["T1", "S1", "T2"],
    }.items()
}
PEOPLE = st.builds(
    Reach,
    known=st.booleans(),
    subscribed=st.booleans(),
    window=WINDOWS,
    consents=SOME_OF["consents"],
    complaint=st.booleans(),
    in_talk=st.booleans(),
    mass_left=st.integers(0, 4),
    grants=SOME_OF["templates"],
    blocked=SOME_OF["templates"],
    refuses=st.sampled_from(["", "", "客户关闭了接收消息"]),
    tried=st.one_of(st.just(frozenset()), st.frozensets(st.sampled_from(ORDER))),
)
ACCOUNTS = st.builds(
    Platform,
    template=st.sampled_from(["", "T1"]),
    once=st.sampled_from(["", "S1"]),
    left=st.dictionaries(st.sampled_from(ORDER), st.integers(0, 2)),
    paused=st.dictionaries(
        st.sampled_from(ORDER), st.integers(-2, 30).map(lambda hours: NOW + hours * HOUR)
    ),
)


@given(want=WANTS, person=PEOPLE, account=ACCOUNTS)
def test_no_decision_spends_what_the_platform_forbids(
    want: Want, person: Reach, account: Platform
) -> None:
    decision = plan_channel(want, person, account, NOW)
    assert decision.reasons
    assert all(any("\u4e00" <= sign <= "\u9fff" for sign in why) for why in decision.reasons)
    late = want.until is not None and want.until < NOW
    unasked = want.purpose != "service" and want.purpose not in person.consents
    if late or unasked:
        assert decision.action == "skip"
        return
    muted = person.complaint and (want.purpose == "marketing" or want.kind in GREETINGS)
    match decision:
        case Decision("send", channel, until):
            assert not platform_forbids(channel, want, person, account)
            assert channel not in person.tried
            assert until is None or until >= NOW
            assert not (muted and want.purpose != "service")
            assert not (person.in_talk and want.purpose != "service")
        case Decision("wait", "", until):
            assert until is not None
            assert until > NOW
            assert want.until is None or until <= want.until
        case Decision("hand_over", "call"):
            for channel in ORDER:
                kept = channel == "service" and person.window.left == 1
                own = channel == "mass" and want.purpose == "service"
                failed = channel in person.tried
                assert failed or kept or own or platform_forbids(channel, want, person, account)
        case Decision("skip"):
            assert want.purpose != "service"  # it waits for a complaint or a talk in vain
        case _:
            pytest.fail(f"{decision}")


def test_forbidden_knows_all_that_the_platform_forbids() -> None:
    """Every state, one by one: what the table forbids, the rule forbids, and says why."""
    flags = (True, False)
    people = [
        replace(
            AGREED, known=known, subscribed=subscribed, window=window, mass_left=left,
            grants=frozenset(grants), blocked=frozenset(blocked), refuses=refuses,
        )
        for known, subscribed, window, left, grants, blocked, refuses in product(
            flags, flags, (Allowed(0), Allowed(1, NOW + HOUR), Allowed(3, NOW + HOUR)),
            (0, 1), ((), ("S1",)), ((), ("T1",)), ("", "已拉黑"),
        )
    ]  # fmt: skip
    wants = [
        Want("x", purpose, template, personal)
        for purpose, template, personal in product(("service", "marketing"), flags, flags)
    ]
    accounts = (
        MAPPED, Platform(), Platform("T1", "S1", left=dict.fromkeys(ORDER, 0)),
        Platform("T1", "S1", paused=dict.fromkeys(ORDER, NOW + HOUR)),
        Platform("T1", "S1", paused=dict.fromkeys(ORDER, NOW - HOUR)),
    )  # fmt: skip
    seen = set()
    for channel, want, person, account in product(ORDER, wants, people, accounts):
        why = forbidden(channel, want, person, account, NOW)
        if platform_forbids(channel, want, person, account):
            assert why, (channel, want, person, account)
        elif why:
            # Stricter than the platform: what is kept for answers, and requested notices by mass.
            assert (channel, why) in {
                ("service", "剩下的条数留给回复客户"),
                ("mass", "内容只与客户本人有关，不能群发"),
            }
        else:
            seen.add(channel)
    assert seen == set(ORDER) == set(NAMES) - {"call"}
