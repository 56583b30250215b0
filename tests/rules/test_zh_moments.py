"""Day and time together, read from a moment."""

import pytest

from bot.rules.zh.times import read_moment, time_problem
from tests.rules.zh_tables import SATURDAY, SUNDAY, WEDNESDAY, at, days, rows, times

MORNING = at(WEDNESDAY, 10, 20)
LATE = at(WEDNESDAY, 23, 30)

# phrase | day ; time
IN_THE_MORNING = rows("""
半小时后 | 11-25 ; 10:50
半个小时以后 | 11-25 ; 10:50
一个小时以后 | 11-25 ; 11:20
1小时后 | 11-25 ; 11:20
两个半小时后 | 11-25 ; 12:50
一个半小时后 | 11-25 ; 11:50
1.5小时后 | 11-25 ; 11:50
20分钟后到 | 11-25 ; 10:40
一刻钟后 | 11-25 ; 10:35
等了半小时后才来 | - ; -
跑了一小时后发动机响 | - ; -
现在 | 11-25 ; 最早
明天下午三点 | 11-26 ; 15:00
明天下午三點 | 11-26 ; 15:00
明天下五三点 | 11-26 ; 15:00
后天上午10点半 | 11-27 ; 10:30
明早九点 | 11-26 ; 09:00
明早 | 11-26 ; 早上
今晚 | 11-25 ; 晚上
今晚八点 | 11-25 ; 20:00
周五下班后 | 11-27 ; 下班后
下周六上午 | 12-05 ; 上午
这周日10点半 | 11-29 ; 10:30
8月3号 | 2027-08-03 ; -
周六上午或者周日 | 11-28 11-29 ; -
周六或周日上午 | 11-28 11-29 ; 上午
上午10点，周六或周日 | 11-28 11-29 ; 10:00
周六上午或周日下午 | 11-28 11-29 ; 上午 下午
周六周日都行 | 11-28 11-29 ; -
周六都行 | 11-28 ; 任意
周六上午不行，下午可以 | 11-28 ; 下午
周六上午不行，周日吧 | 11-29 ; -
把周六上午的改到周日 | 11-29 ; -
周六上午10点的改到周日下午3点 | 11-29 ; 15:00
今天八点 | 11-25 ; 20:00
明天八点 | 11-26 ; 08:00 20:00
明天八点，早上 | 11-26 ; 08:00
今天上午9点 | 11-25 ; past 09:00
今天10点 | 11-25 ; past 10:00
今天上午 | 11-25 ; 上午
今天最早 | 11-25 ; 最早
12月1日(周二)上午10:00 | 12-01 ; 10:00
12月1号周二10点 | 12-01 ; 10:00
12.1 10:00 | 12-01 ; 10:00
12-1 10:00 | 12-01 ; 10:00
12月1 3点 | 12-01 ; 15:00
周二 十点半 | 12-01 ; 10:30
周二十点 | 12-01 ; 10:00
周一一点 | 11-30 ; 13:00
3号10点 | 12-03 ; 10:00
🚗明天😀3点🙏 | 11-26 ; 15:00
下周三或周四上午 | 12-02 12-03 ; 上午
下周三不行，周四呢 | 12-03 11-26 ; -
下周六或周日 | 12-05 12-06 ; -
周六不一定，周日可以 | 11-29 ; -
我下周要出差，下下周一可以 | 12-07 ; -
能不能改到下周一 | 11-30 ; -
最晚周五 | 11-25 11-26 11-27 ; -
现在过去行吗 | 11-25 ; 最早
我现在去不了 | - ; -
六点下班后 | - ; 18:00以后
周末都可以 | 11-28 11-29 ; -
8点开门吗 | - ; -
11月28(周六)上午 | 11-28 ; 上午
周六早上早点儿 | 11-28 ; 早上
""")

LATE_AT_NIGHT = rows("""
今晚 | 11-25 ; past 晚上
今天下午三点 | 11-25 ; past 15:00
今天八点 | 11-25 ; past 08:00 20:00
半小时后 | 11-26 ; 00:00
一小时后 | 11-26 ; 00:30
明早 | 11-26 ; 早上
今早 | 11-25 ; past 早上
""")


@pytest.mark.parametrize(("phrase", "expected"), IN_THE_MORNING)
def test_in_the_morning(phrase: str, expected: str) -> None:
    moment = read_moment(phrase, MORNING)
    assert f"{days(moment.day, WEDNESDAY)} ; {times(moment.time)}" == expected


@pytest.mark.parametrize(("phrase", "expected"), LATE_AT_NIGHT)
def test_late_at_night(phrase: str, expected: str) -> None:
    moment = read_moment(phrase, LATE)
    assert f"{days(moment.day, WEDNESDAY)} ; {times(moment.time)}" == expected


def test_a_weekday_said_on_itself_keeps_its_time_open_to_both_days() -> None:
    moment = read_moment("周六9点", at(SATURDAY, 12, 0))
    assert days(moment.day, SATURDAY) == "11-28 12-05"
    assert times(moment.time) == "09:00"  # over today, not in a week


def test_what_is_over_today_is_explained() -> None:
    moment = read_moment("今天上午9点", at(SUNDAY, 15))
    assert moment.time is not None
    assert time_problem(moment.time) == "今天09:00已经过去了，请换一个时间。"
    assert time_problem(read_moment("明天9点", at(SUNDAY)).time or moment.time) is None


def test_a_moment_from_now_is_day_and_time_of_one_span() -> None:
    moment = read_moment("我半小时后到", MORNING)
    assert moment.day is not None
    assert moment.time is not None
    assert (moment.day.start, moment.day.end) == (moment.time.start, moment.time.end) == (1, 5)
