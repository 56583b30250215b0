"""What must not be read as a day or a time: a question too many is better than a wrong booking."""

import pytest

from bot.rules.zh.days import read_day
from bot.rules.zh.times import read_moment, read_time
from tests.rules.zh_tables import SUNDAY, WEDNESDAY, at, days, phrases

NEITHER = phrases("""
3点建议
我有3点建议
提两点意见
三点要求
两点问题
以上三点
总结三点：一、服务
第一天
第三天就漏油了
第三点
一点都不好
一点也不方便
一点问题都没有
有一点异响
有点贵
快一点
早一点来
晚一点到
早点来
便宜一点
差一点撞上
一点点
10点积分
300块
300块太贵了
一共1580元
跑了5000公里
3.5万公里
1点5万公里
排量1.5
2.0T的
8.3折
9.5折优惠吗
油耗8.3升
13800000001
电话138-0000-0001
京A12345
沪AD12345
LSVAA4183E2000001
92号汽油
95号加满
3号线
3号工位
1号店
A3号车位
预约号A12号
五楼
一周六天
一周两次
每周六
每天
天天堵车
以后天天来
今后多关照
两天前就坏了
三天两头坏
用了三天后漏油
三天内
开了三小时
等了半小时
3小时
20分钟
前天窗漏水
后天窗异响
后天线坏了
春节
周年庆
周边有停车吗
上周做的
一年质保
2年6万公里
1/10000
版本12.1.3
几点开门
几号
哪天有空
什么时候
早上好
下午好
晚上好
你好
谢谢
人工
取消
""")


@pytest.mark.parametrize("phrase", NEITHER)
def test_neither_day_nor_time(phrase: str) -> None:
    for today in (SUNDAY, WEDNESDAY):
        moment = read_moment(phrase, at(today))
        assert (moment.day, moment.time) == (None, None)
    assert read_day(phrase, WEDNESDAY) is None
    assert read_time(phrase) is None


@pytest.mark.parametrize(
    ("phrase", "day"),
    [
        ("周六，我有3点建议", "11-28"),
        ("周六来，一点都不想等", "11-28"),
        ("12月1号，5000公里保养", "12-01"),
        ("13800000001 明天", "11-26"),
        ("95号汽油加好了，周六来", "11-28"),
        ("周六天气好吗", "11-28"),
        ("周六天窗漏水来修", "11-28"),
        ("今天提的车有300块赠送", "11-25"),
    ],
)
def test_the_day_alone(phrase: str, day: str) -> None:
    moment = read_moment(phrase, at(WEDNESDAY))
    assert days(moment.day, WEDNESDAY) == day
    assert moment.time is None
