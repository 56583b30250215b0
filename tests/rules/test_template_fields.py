"""Template fields: what is fitted is taken by the platform, and nothing is made false by a cut."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.template_fields import KINDS, clean, fit, kind_of, parse_content, unusable
from bot.sandbox.kinds import fits

AT = datetime(2026, 12, 1, 9, 30)  # noqa: DTZ001  # as the store's wall shows it
LONG = "一二三四五六七八九十一二三四五六七八九十一二三"


@pytest.mark.parametrize(
    ("key", "value", "text"),
    [
        ("thing3", "城南店", "城南店"),
        ("thing3", LONG, "一二三四五六七八九十一二三四五六七八九…"),
        ("thing3", LONG[:20], LONG[:20]),
        ("thing3", "", "无"),
        ("thing3", " 换 机油\n和\t滤芯 ", "换 机油 和 滤芯"),
        ("thing3", "生日快乐🎂🎉", "生日快乐"),
        ("thing3", "👨‍👩‍👧全家", "全家"),
        ("thing3", "★好评❤️", "好评"),
        ("thing3", "25℃", "25℃"),
        ("thing3", "a\x00b\u200bc", "abc"),
        ("thing3", AT, "2026-12-01 09:30"),
        ("thing3", 5000, "5000"),
        ("keyword1", LONG, "一二三四五六七八九十一二三四五六七八九…"),
        ("short_thing1", "常规保养项目", "常规保养…"),
        ("const2", "到店保养", "到店保养"),
        ("phrase1", "已预约成功了", "已预约成功"),
        ("phrase1", "", "无"),
        ("name1", "王女士", "王女士"),
        ("name1", "王芳Wang", "王芳"),
        ("name1", "一二三四五六七八九十一", "一二三四五六七八九十"),
        ("name1", "Wang Fang 3", "Wang Fang"),
        ("name1", "", "无"),
        ("character_string1", "B2026-1", "B2026-1"),
        ("character_string1", "", "-"),
        ("number1", 5000, "5000"),
        ("number1", "12.5", "12.5"),
        ("letter1", "VIP", "VIP"),
        ("symbol1", "", "-"),
        ("time4", AT, "2026-12-01 09:30"),
        ("time4", date(2026, 12, 1), "2026-12-01 23:59"),
        ("time4", "09:30~10:30", "09:30~10:30"),
        ("time4", "2026年12月1日 09:30", "2026年12月1日 09:30"),
        ("date1", date(2026, 12, 1), "2026-12-01"),
        ("date1", AT, "2026-12-01 09:30"),
        ("amount1", "￥128.00", "￥128.00"),
        ("amount1", "128元", "128元"),
        ("phone_number1", "010-5550000", "010-5550000"),
        ("car_number1", "京AD12345", "京AD12345"),
        ("car_number1", "京A·12345", "京A12345"),
        ("car_number1", "京A1234警", "京A1234警"),
    ],
)
def test_a_value_is_fitted(key: str, value: str | int | date, text: str) -> None:
    fitted = fit(key, value)
    assert (fitted.text, fitted.refused) == (text, "")
    assert fits(key, text)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("first", "您好"), ("remark", "再见"), ("photo1", "x"), ("thing", "x"),
        ("const2", LONG), ("const2", ""), ("phrase1", "OK"), ("phrase1", "已约1"),
        ("character_string1", "预约1"), ("character_string1", "x" * 33),
        ("number1", "五千"), ("number1", ""), ("number1", "1" * 33), ("number1", "٣"),
        ("letter1", "A1"), ("symbol1", "a"), ("symbol1", "!!!!!!"),
        ("time4", "明天上午"), ("time4", "25:00"), ("time4", "2026-02-30 09:00"), ("time4", ""),
        ("time4", "2026-12-01"), ("time4", "1:00~2:00~3:00"), ("time4", "2026-12/01 09:00"),
        ("date1", "12月1日"), ("date1", "2026-13-01"), ("date1", "09:30"),
        ("amount1", "一百"), ("amount1", "12345678901"), ("phone_number1", "打总机"),
        ("phone_number1", "1" * 18), ("car_number1", "京AD123456"), ("car_number1", "无牌"),
        ("car_number1", ""),
    ],
)  # fmt: skip
def test_what_a_cut_would_make_false_is_refused(key: str, value: str) -> None:
    fitted = fit(key, value)
    assert fitted.text == ""
    assert fitted.refused


def test_a_cut_is_told() -> None:
    assert fit("thing1", LONG).cut
    assert not fit("thing1", LONG[:20]).cut
    assert fit("name1", "王芳Wang").cut
    assert not fit("name1", "").cut


KEYS = st.sampled_from([f"{kind}{n}" for kind in KINDS for n in (1, 12)])
VALUES = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="京A1·号店2026-/年月日:~.元¥ 👍\n", max_size=24),
    st.integers(),
    st.dates(),
    st.datetimes(),
)


@given(key=KEYS, value=VALUES)
def test_what_is_fitted_the_platform_takes(key: str, value: str | int | date) -> None:
    fitted = fit(key, value)
    if fitted.refused:
        assert fitted.text == ""
    else:
        assert fitted.text.strip()
        assert fits(key, fitted.text), (key, value, fitted)
        assert fit(key, fitted.text).text == fitted.text


@given(text=st.text())
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)


def test_the_keys_of_a_template_are_read_from_its_content() -> None:
    content = "预约门店:{{thing3.DATA}}\n预约时间：{{time4.DATA}}\n{{thing5.DATA}}\n 车牌 : {{car_number6.DATA}}"
    assert parse_content(content) == {
        "thing3": "预约门店", "time4": "预约时间", "thing5": "", "car_number6": "车牌",
    }  # fmt: skip
    assert parse_content("没有字段") == {}


def test_kinds_of_keys() -> None:
    assert kind_of("character_string12") == "character_string"
    assert kind_of("thing") == ""
    assert unusable("thing1") == ""
    assert "开头" in unusable("first")
    assert "photo1" in unusable("photo1")
