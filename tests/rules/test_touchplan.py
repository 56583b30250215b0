"""What is owed to whom and when: the trade's own table, row by row."""

from dataclasses import replace
from datetime import UTC, date, datetime

from bot.rules.touch.facts import Announced, Booked, Facts, Incident, Person, Referral, Visit
from bot.rules.touch.kinds import Override, rules_for
from bot.rules.touchplan import owed, service_on
from tests.rules.touch_people import CAME, CAR, NEW, REGULAR, RULES, WANG, at, only, plan, with_car


def test_a_new_car_and_its_first_year() -> None:
    told = [(one.kind, f"{one.due_on}") for one in plan(NEW, "2026-03-10", "2027-03-10")]
    assert [row for row in told if row[0] not in ("festival", "birthday")] == [
        ("delivery_thanks", "2026-03-10"),
        ("first_week", "2026-03-17"),
        ("first_service", "2026-06-03"),
        ("month_3", "2026-06-10"),
        ("month_6", "2026-09-10"),
        ("win_back", "2026-12-10"),
        ("month_12", "2027-03-10"),
    ]


def test_thanks_come_within_a_day_of_the_handover() -> None:
    thanks = only(NEW, "delivery_thanks")
    assert thanks.due_at == at("2026-03-10T17:20")
    assert (thanks.until, thanks.subject) == (at("2026-03-14T00:00"), "v12")
    assert (thanks.customer_id, thanks.vehicle_id, thanks.purpose) == (7, 12, "follow_up")
    assert thanks.facts == {"交车日": "2026-03-10", "首保日期": "2026-06-10"}
    own = rules_for([Override("first_service", months=6)])
    assert only(NEW, "delivery_thanks", rules=own).facts["首保日期"] == "2026-09-10"


def test_a_store_may_thank_within_two_days_or_at_an_hour_of_its_own() -> None:
    later = rules_for([Override("delivery_thanks", offset_days=1)])
    assert only(NEW, "delivery_thanks", rules=later).due_at == at("2026-03-11T17:20")
    hour = rules_for([Override("delivery_thanks", at="18:30")])
    assert only(NEW, "delivery_thanks", rules=hour).due_at == at("2026-03-10T18:30")
    morning = rules_for([Override("delivery_thanks", at="10:00")])
    assert only(NEW, "delivery_thanks", rules=morning).due_at == at("2026-03-10T15:20")


def test_a_handover_of_which_only_the_day_is_known() -> None:
    day_only = with_car(NEW, delivered_at=None)
    assert only(day_only, "delivery_thanks").due_at == at("2026-03-10T16:00")
    moment_only = with_car(NEW, delivered_on=None)
    assert only(moment_only, "delivery_thanks").due_on == date(2026, 3, 10)
    corrected = with_car(NEW, delivered_on=date(2026, 3, 9))
    assert only(corrected, "delivery_thanks").due_at == at("2026-03-09T16:00")


def test_the_first_service_is_due_by_date_or_by_mileage() -> None:
    assert service_on(NEW, RULES) == date(2026, 6, 10)
    fast = with_car(NEW, mileage=4_000, mileage_on=date(2026, 4, 19))  # 100 km a day
    assert service_on(fast, RULES) == date(2026, 4, 29)
    touch = only(fast, "first_service")
    assert (touch.due_on, touch.facts["依据"]) == (date(2026, 4, 22), "按里程")
    slow = with_car(NEW, mileage=400, mileage_on=date(2026, 4, 19))
    assert service_on(slow, RULES) == date(2026, 6, 10)


def test_the_regular_service_counts_from_the_last_visit() -> None:
    assert service_on(REGULAR, RULES) == date(2026, 10, 19)  # 7,500 km at 4,800 in 87 days
    touch = only(REGULAR, "regular_service")
    assert (touch.subject, touch.due_on) == ("r33", date(2026, 10, 12))
    assert touch.facts == {"保养日期": "2026-10-19", "依据": "按里程", "保养里程": "12,300公里"}
    assert not plan(REGULAR, "2026-01-01", "2028-01-01", kind="first_service")
    unread = with_car(REGULAR, visits=(replace(CAME, mileage=None),))
    assert service_on(unread, RULES) == date(2026, 12, 5)


def test_a_model_has_its_own_interval() -> None:
    long = rules_for([Override("regular_service", model="Model Y", months=24, km=30_000)], "",
                     "Model Y")  # fmt: skip
    unread = with_car(REGULAR, visits=(replace(CAME, mileage=None),))
    assert service_on(unread, long) == date(2028, 6, 5)
    assert only(unread, "regular_service", rules=long).due_on == date(2028, 5, 29)


def test_a_booked_car_is_not_reminded_and_the_booking_is() -> None:
    booking = Booked(9, at("2026-06-04T10:30"), at("2026-05-20T09:00"), "BK9", "首保")
    booked = with_car(NEW, bookings=(booking,))
    assert not plan(booked, "2026-01-01", "2028-01-01", kind="first_service")
    assert not plan(booked, "2026-01-01", "2028-01-01", kind="win_back")
    touch = only(booked, "booking_reminder")
    assert (touch.subject, touch.due_at) == ("b9", at("2026-06-03T16:00"))
    assert touch.until == booking.at
    said = {"预约号": "BK9", "到店时间": "2026-06-04 10:30", "预约项目": "首保"}
    assert touch.facts == said
    made_the_day_before = replace(booking, made_at=at("2026-06-03T08:00"))
    again = with_car(NEW, bookings=(made_the_day_before,))
    assert not plan(again, "2026-01-01", "2028-01-01", kind="booking_reminder")


def test_a_sold_car_is_nobodys_but_its_owner_stays_a_customer() -> None:
    sold = with_car(REGULAR, sold=True)
    assert service_on(sold, RULES) is None
    kinds = {touch.kind for touch in plan(sold, "2026-01-01", "2028-01-01")}
    assert kinds == {"festival", "birthday"}


def test_after_a_visit_once_and_with_the_agreement_on_record() -> None:
    touch = only(REGULAR, "after_visit")
    assert (touch.subject, touch.due_at) == ("r33", at("2026-06-06T16:00"))
    assert touch.until == at("2026-06-09T00:00")  # three days at most
    assert touch.facts["同意回访"] == "是"
    again = Visit(34, at("2026-06-06T09:00"))
    twice = only(with_car(REGULAR, visits=(again, CAME)), "after_visit")
    assert (twice.subject, twice.facts["同意回访"]) == ("r34", "否")
    later = Visit(35, at("2026-06-07T09:00"))
    both = plan(with_car(REGULAR, visits=(CAME, later)), "2026-06-01", "2026-06-30",
                kind="after_visit")  # fmt: skip
    assert [one.subject for one in both] == ["r33", "r35"]


def test_win_back_six_months_beyond_the_interval() -> None:
    unread = with_car(REGULAR, visits=(replace(CAME, mileage=None),))
    touch = only(unread, "win_back")
    assert (touch.due_on, touch.subject) == (date(2027, 6, 5), "r33")
    assert touch.purpose == "marketing"


def test_before_insurance_and_inspection_end_twice() -> None:
    car = with_car(NEW, insurance_until=date(2027, 3, 9), inspection_due=date(2028, 3, 9))
    first, second = plan(car, "2026-01-01", "2027-12-31", kind="insurance")
    assert (first.due_on, second.due_on) == (date(2027, 2, 7), date(2027, 3, 2))
    assert second.until == at("2027-03-10T00:00")  # not after the day it ends
    assert first.until < second.due_at
    assert len(plan(car, "2028-01-01", "2028-12-31", kind="inspection")) == 2


def test_incidents_are_met_within_the_day() -> None:
    hurt = with_car(NEW, incidents=(Incident(5, at("2026-05-01T22:30"), "事故", "I-5"),))
    touch = only(hurt, "incident")
    assert (touch.due_on, touch.due_at) == (date(2026, 5, 1), at("2026-05-01T23:30"))
    assert (touch.subject, touch.facts) == ("i5", {"事故": "事故", "编号": "I-5"})


def test_birthdays_solar_lunar_and_of_the_29th_of_february() -> None:
    def days(person: Person) -> list[date]:
        touches = plan(Facts(person), "2026-01-01", "2028-12-31", kind="birthday")
        assert {touch.subject for touch in touches} <= {"c7"}
        return [touch.due_on for touch in touches]

    assert days(WANG) == [date(2026, 9, 25), date(2027, 9, 25), date(2028, 9, 25)]
    lunar = replace(WANG, birthday_lunar="12-30")
    assert days(lunar) == [date(2026, 2, 16), date(2027, 2, 5), date(2028, 1, 25)]
    leap = replace(WANG, birthday=date(1992, 2, 29))
    assert days(leap) == [date(2026, 2, 28), date(2027, 2, 28), date(2028, 2, 29)]
    baby = replace(WANG, birthday=date(2027, 5, 1))
    assert days(baby) == [date(2028, 5, 1)]


def test_two_festivals_on_one_day_are_one_greeting() -> None:
    touches = plan(Facts(WANG), "2031-10-01", "2031-10-01", kind="festival")
    assert [touch.facts["节日"] for touch in touches] == ["中秋、国庆"]
    before = rules_for([Override("festival", offset_days=-2)])
    eve = plan(Facts(WANG), "2026-12-30", "2026-12-30", rules=before, kind="festival")
    assert [touch.facts["节日"] for touch in eve] == ["元旦"]


def test_announcements_reach_those_concerned() -> None:
    subsidy = Announced(
        4, "policy", date(2026, 5, 6), "以旧换新补贴", audience={"energy": ["纯电"]}
    )
    told = replace(NEW, announcements=(subsidy,))
    touch = only(told, "policy")
    assert (touch.subject, touch.facts) == ("a4.c7", {"通知": "以旧换新补贴"})
    petrol = with_car(told, energy="燃油")
    assert not plan(petrol, "2026-01-01", "2026-12-31", kind="policy")
    for audience, meant in (
        ({}, True),
        ({"model": "Model Y", "store": ["puxi", "pudong"]}, True),
        ({"model": "Model 3"}, False),
        ({"tier": "A"}, False),
        ({"tag": ["fishing"]}, False),
        ({"modle": "Model Y"}, False),
        ({"energy": 5}, False),
    ):
        facts = replace(NEW, announcements=(replace(subsidy, audience=audience),))
        assert bool(plan(facts, "2026-05-06", "2026-05-06", kind="policy")) is meant, audience
    short = replace(subsidy, until_on=date(2026, 5, 7))
    assert only(replace(NEW, announcements=(short,)), "policy").until == at("2026-05-08T00:00")


def test_whoever_sent_a_friend_is_thanked() -> None:
    person = replace(WANG, referrals=(Referral(99, date(2026, 7, 1), "李女士"),))
    touch = only(Facts(person), "referral_thanks")
    assert (touch.subject, touch.due_on) == ("v99", date(2026, 7, 2))
    assert (touch.customer_id, touch.vehicle_id) == (7, None)
    assert touch.facts == {"推荐": "李女士", "购车日": "2026-07-01"}


def test_what_was_missed_is_made_up_for_by_kind() -> None:
    """Two days without a system: a service reminder still helps, a birthday wish does not."""
    back = at("2026-09-27T09:00")
    missed = plan(
        with_car(NEW, insurance_until=date(2026, 10, 25), visits=(),
                 delivered_on=date(2026, 7, 2), delivered_at=None),
        "2026-09-25", "2026-09-26",
    )  # fmt: skip
    worth = {touch.kind: touch.until > back for touch in missed}
    assert worth == {
        "birthday": False, "festival": False, "insurance": True, "first_service": True,
    }  # fmt: skip


def test_a_switched_off_kind_is_owed_to_nobody() -> None:
    off = rules_for([Override("festival", active=False)])
    assert not plan(NEW, "2026-01-01", "2027-01-01", rules=off, kind="festival")


def test_only_the_kinds_that_are_asked_for() -> None:
    start, end = date(2026, 1, 1), date(2027, 1, 1)
    touches = owed(NEW, RULES, start, end, ["month_3", "month_6"])
    assert [touch.kind for touch in touches] == ["month_3", "month_6"]


def test_another_zone_has_another_day() -> None:
    utc = replace(NEW, timezone="UTC")
    late = with_car(utc, delivered_on=None,
                    delivered_at=datetime(2026, 3, 10, 23, tzinfo=UTC))  # fmt: skip
    assert only(late, "delivery_thanks").due_on == date(2026, 3, 10)
    shanghai = replace(late, timezone="Asia/Shanghai")
    assert only(shanghai, "delivery_thanks").due_on == date(2026, 3, 11)
    assert CAR.delivered_on == date(2026, 3, 10)
