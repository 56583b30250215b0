"""The fields of a message: how people, cars, days and moments are said."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.rules.letter import FIELDS, LONG, LONGEST, called, context_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 11, 18)


@pytest.mark.parametrize(
    ("name", "gender", "salutation", "said"),
    [
        ("王芳", "female", "", "王女士"),
        ("李强", "male", "", "李先生"),
        ("李强", "", "", "李强"),
        ("李强", "", "先生", "李先生"),
        ("欧阳娜", "female", "", "欧阳女士"),
        ("东方", "male", "", "东先生"),
        ("李强", "male", "李总", "李总"),
        ("", "", "女士", ""),
        ("", "female", "", ""),
        ("城南物流有限公司", "", "", "城南物流有限公司"),
    ],
)
def test_how_a_customer_is_called(name: str, gender: str, salutation: str, said: str) -> None:
    assert called(name, gender, salutation) == said


def test_every_field_is_there_and_says_nothing_where_nothing_is_known() -> None:
    bare = context_of(TODAY, SHANGHAI)
    assert bare.words.keys() == FIELDS.keys()
    assert bare.words["hello"] == "您好！"
    assert bare.words["writer"] == "这里是您的汽车服务门店。"
    assert bare.words["call"] == "有事请直接回复，或发“人工”找我们。"
    assert {field for field, said in bare.words.items() if said} == {"hello", "writer", "call"}
    assert bare.values.keys() == {"hello", "writer", "call"}


def test_days_moments_and_numbers_are_said_on_the_stores_wall() -> None:
    context = context_of(
        TODAY, SHANGHAI, due_on=date(2026, 12, 1), expires_on=date(2027, 1, 5), due_km=5000,
        booked_at=datetime(2026, 11, 19, 1, 30, tzinfo=UTC), visited_on=None,
    )  # fmt: skip
    assert context.words["due_on"] == "12月1日"
    assert context.words["expires_on"] == "2027年1月5日"
    assert context.words["due_km"] == "5,000"
    assert context.words["booked_at"] == "11月19日 周四（明天） 09:30"
    assert context.words["visited_on"] == ""
    # Templates take the values as they are.
    assert context.values["due_on"] == date(2026, 12, 1)
    booked = context.values["booked_at"]
    assert isinstance(booked, datetime)
    assert (booked.hour, booked.tzinfo) == (9, SHANGHAI)


def test_a_car_is_named_by_what_is_known() -> None:
    def car(plate: str, model: str) -> str:
        return context_of(TODAY, SHANGHAI, plate=plate, model=model).words["car"]

    assert car("京A12345", "奥迪Q5L") == "京A12345（奥迪Q5L）"
    assert car("京A12345", "") == "京A12345"
    assert car("", "奥迪Q5L") == "奥迪Q5L"


def test_values_are_words_and_no_markup() -> None:
    context = context_of(
        TODAY, SHANGHAI, name='<a href="http://bad">点我</a>', work="换\n机油\x00\u200b",
        body="第一行\n\n第二行 <b>", reason="因为" * 400, friend="某" * 200,
    )  # fmt: skip
    assert not any(sign in said for said in context.words.values() for sign in "<>\x00")
    assert context.words["work"] == "换 机油"
    assert context.words["body"] == "第一行\n\n第二行 ＜b＞"
    assert len(context.words["reason"]) == LONG["reason"]
    assert len(context.words["friend"]) == LONGEST
    assert context.words["friend"].endswith("…")


def test_a_field_that_is_none_is_an_error() -> None:
    with pytest.raises(ValueError, match="colour"):
        context_of(TODAY, SHANGHAI, colour="白")
