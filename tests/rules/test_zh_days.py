"""Days as customers write them, on several todays."""

from datetime import date

import pytest

from bot.rules.zh.days import day_problem, read_day
from tests.rules.zh_tables import LEAP_DAY, SATURDAY, SUNDAY, WEDNESDAY, YEAR_END, days, rows

ON_WEDNESDAY = rows("""
今天 | 11-25
今天下午 | 11-25
今儿 | 11-25
今日 | 11-25
明天 | 11-26
明天吧 | 11-26
明日 | 11-26
明早 | 11-26
今晚 | 11-25
后天 | 11-27
大后天 | 11-28
大大后天 | 11-29
名天下午 | 11-26
明后天 | 11-26 11-27
今明两天 | 11-25 11-26
昨天 | past 11-24
前天 | past 11-23
大前天 | past 11-22

周六 | 11-28
周日 | 11-29
周天 | 11-29
星期六 | 11-28
礼拜六 | 11-28
礼拜天 | 11-29
週六 | 11-28
星期6 | 11-28
周6 | 11-28
周 六 | 11-28
周一 | 11-30
周三 | 11-25 12-02
这周六 | 11-28
本周日 | 11-29
这周二 | past 11-24
上周六 | past 11-21
下周六 | 12-05
下周三 | 12-02
下周日 | 12-06
下个周六 | 11-28 12-05
下个周二 | 12-01
下星期一 | 11-30
下礼拜五 | 12-04
下下周一 | 12-07
周末 | 11-28 11-29
这个周末 | 11-28 11-29
下周末 | 12-05 12-06
周六日 | 11-28 11-29
周六周日都行 | 11-28 11-29
周六或者周日 | 11-28 11-29
周六上午或者周日 | 11-28 11-29
周四、周五 | 11-26 11-27
周一到周五都可以 | 11-25 11-26 11-27
下周一到周三 | 11-30 12-01 12-02
这周 | 11-25 11-26 11-27 11-28 11-29
下周 | 11-30 12-01 12-02 12-03 12-04 12-05 12-06
周五之前 | 11-25 11-26 11-27
周六不行，周日吧 | 11-29
不是周六，是周日 | 11-29
周六我没空 | -
除了周六都行 | -
是不是周六 | 11-28
周六上午的改到周日 | 11-29

12月1号 | 12-01
12月1日 | 12-01
12月1 | 12-01
12月 1号 | 12-01
１２月１号 | 12-01
12月1號 | 12-01
十二月一号 | 12-01
十二月三十一号 | 12-31
12.1 | 12-01
12-1 | 12-01
12/1 | 12-01
12-01 | 12-01
12.5号 | 12-05
约12.5 | 12-05
12月1号周二 | 12-01
周二（12月1日） | 12-01
周二，12.1 | 12-01
12月1号周六 | 12-01 11-28
12月3号到5号 | 12-03 12-04 12-05
12月3号或5号 | 12-03 12-05
2026-12-01 | 12-01
2026/12/1 | 12-01
2026年12月1日 | 12-01
二〇二六年十二月一日 | 12-01
今年12月1号 | 12-01
明年1月5号 | 2027-01-05
去年8月3号 | past 2025-08-03
今年8月3号 | past 08-03
8月3号 | 2027-08-03
8月3日 | 2027-08-03
八月三号 | 2027-08-03
8.3 | 2027-08-03
8-3 | 2027-08-03
8/3 | 2027-08-03
08-03 | 2027-08-03
11月25号 | 11-25
11月24号 | 2027-11-24
2月29号 | impossible
2月30号 | impossible
13月1号 | impossible
11月31号 | impossible
32号 | impossible
28号 | 11-28
25号 | 11-25
3号 | 12-03
十五号 | 12-15
廿八号 | 11-28
31号 | 12-31
3号、4号 | 12-03 12-04
3或4号 | 12-03 12-04
三四号 | 12-03 12-04
3-5号 | 12-03 12-04 12-05
3号到5号 | 12-03 12-04 12-05
28号以后 | 11-28 11-29 11-30 12-01 12-02 12-03 12-04
下个月5号 | 12-05
下月5号 | 12-05
这个月28号 | 11-28
上个月5号 | past 10-05
下个月31号 | 12-31
下下个月31号 | 2027-01-31
月底 | 11-28 11-29 11-30
12月底 | 12-29 12-30 12-31
月初 | 12-01 12-02 12-03
下月初 | 12-01 12-02 12-03
月中 | 12-14 12-15 12-16
元旦 | 2027-01-01
国庆 | 2027-10-01
圣诞节 | 12-25
十一当天 | 2027-10-01
五一假期 | 2027-05-01 2027-05-02 2027-05-03 2027-05-04 2027-05-05
元旦期间 | 2027-01-01 2027-01-02 2027-01-03
春节 | -

三天后 | 11-28
3天以后 | 11-28
两天后 | 11-27
过两天 | 11-27 11-28
过几天 | 11-28 11-29 11-30
再过三天 | 11-28
两三天后 | 11-27 11-28
一周后 | 12-02
两个星期后 | 12-09
一个月后 | 12-25
半个月后 | 12-10
改天 | -
大大大后天 | 11-30
下个周末 | 11-28 11-29 12-05 12-06
2.30 | -
13月初 | -
哪天 | -
""")

ON_SUNDAY = rows("""
周日 | 11-22 11-29
星期天 | 11-22 11-29
这周日 | 11-22
本周日 | 11-22
周六 | 11-28
这周六 | 11-28
下周六 | 11-28 12-05
下周日 | 11-29
下个周日 | 11-29
周末 | 11-22 11-28 11-29
下周末 | 11-28 11-29
这周 | 11-22
周一 | 11-23
下周一 | 11-23 11-30
""")

ON_SATURDAY = rows("""
周六 | 11-28 12-05
这周六 | 11-28
周日 | 11-29
周末 | 11-28 11-29
下周六 | 12-05
30号 | 11-30
月底 | 11-28 11-29 11-30
""")

AT_YEAR_END = rows("""
明天 | 2027-01-01
元旦 | 2027-01-01
1月5号 | 2027-01-05
5号 | 2027-01-05
31号 | 12-31
12月31号 | 12-31
12月30号 | 2027-12-30
下个月3号 | 2027-01-03
月底 | 12-31
下周一 | 2027-01-04
一个月后 | 2027-01-31
两个月后 | 2027-02-28
""")

ON_LEAP_DAY = rows("""
2月29号 | 02-29
今天 | 02-29
明天 | 03-01
30号 | 03-30
29号 | 02-29
明年2月29号 | impossible
一年后 | -
12个月后 | 2029-02-28
2月28号 | 2029-02-28
周二 | 02-29 03-07
""")


@pytest.mark.parametrize(("phrase", "expected"), ON_WEDNESDAY)
def test_on_a_wednesday(phrase: str, expected: str) -> None:
    assert days(read_day(phrase, WEDNESDAY), WEDNESDAY) == expected


@pytest.mark.parametrize(("phrase", "expected"), ON_SUNDAY)
def test_on_a_sunday_the_week_is_disputed(phrase: str, expected: str) -> None:
    assert days(read_day(phrase, SUNDAY), SUNDAY) == expected


@pytest.mark.parametrize(("phrase", "expected"), ON_SATURDAY)
def test_on_a_saturday(phrase: str, expected: str) -> None:
    assert days(read_day(phrase, SATURDAY), SATURDAY) == expected


@pytest.mark.parametrize(("phrase", "expected"), AT_YEAR_END)
def test_over_the_end_of_the_year(phrase: str, expected: str) -> None:
    assert days(read_day(phrase, YEAR_END), YEAR_END) == expected


@pytest.mark.parametrize(("phrase", "expected"), ON_LEAP_DAY)
def test_on_the_29th_of_february(phrase: str, expected: str) -> None:
    assert days(read_day(phrase, LEAP_DAY), LEAP_DAY) == expected


def test_a_day_that_cannot_be_taken_is_explained() -> None:
    def explained(text: str, today: date = WEDNESDAY) -> str | None:
        reading = read_day(text, today)
        assert reading is not None
        return day_problem(reading)

    assert explained("昨天") == "11月24日已经过去了，请换一个今天或以后的日期。"
    assert explained("2月30号来行吗") == "日历上没有“2月30号”这一天，请换一个日期。"
    assert explained("明天") is None


def test_an_uncertain_reading_gives_no_value() -> None:
    both = read_day("周三", WEDNESDAY)
    over = read_day("昨天", WEDNESDAY)
    one = read_day("我想周六来", WEDNESDAY)
    assert both is not None
    assert over is not None
    assert one is not None
    assert not both.certain
    assert not over.certain
    assert (one.value, one.text, one.start, one.end) == (SATURDAY, "周六", 2, 4)
    for reading in (both, over):
        with pytest.raises(ValueError, match="reads as"):
            _ = reading.value
