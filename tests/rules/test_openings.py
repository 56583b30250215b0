"""What opens a conversation, and what only looks like it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.openings import OPENINGS, match_opening
from bot.rules.typos import slip_cost
from tests.rules.zh_tables import phrases, rows

FIRST_SEVEN = ("预约保养", "我的预约", "改约", "取消预约", "绑定", "帮助", "人工")

OPENED = rows("""
做个保养 | 预约保养
保养预约 | 预约保养
想约个保养 | 预约保养
换机油 | 预约保养
首保 | 预约保养
修车 | 预约保养
保养 | 预约保养
我要预约 | 预约保养
我想预约一下 | 预约保养
你好，我想预约保养 | 预约保养
麻烦帮我约个保养，谢谢 | 预约保养
能帮我约个保养吗 | 预约保养
预约保养 周六上午 | 预约保养
預約保養 | 预约保养
周六上午想做个保养 | 预约保养
想给爱车做首保 | 预约保养
下周六来做常规保养行吗 | 预约保养
车该保养了 | 预约保养
怎么预约保养 | 预约保养
预约明天下午三点 | 预约保养
能约周六吗 | 预约保养
周六有空位吗 | 预约保养
我的车要修一下 | 预约保养
帮我看看车 | 预约保养
我的车到保养了 | 预约保养
约宝养 | 预约保养
预月保养 | 预约保养
预约保样 | 预约保养
约预保养 | 预约保养
预约保 | 预约保养
预约保养养 | 预约保养

我的预约？ | 我的预约
查预约 | 我的预约
看看预约 | 我的预约
我约的几点 | 我的预约
查一下我的预约 | 我的预约
我的约会? | 我的预约
我的预月 | 我的预约
我预约了吗 | 我的预约
我预约的是周六吗 | 我的预约
有没有预约成功 | 我的预约

改时间 | 改约
能改个时间吗 | 改约
预约改到周六 | 改约
把预约改到周日下午 | 改约
改到下午三点 | 改约
想把保养的时间换一下 | 改约
推迟一天 | 改约
能不能改到下周 | 改约
明天来不了，能改后天吗 | 改约
改月 | 改约

我要取消预约 | 取消预约
取消一下我的预约 | 取消预约
帮我取消周六的预约 | 取消预约
取消保养的预约 | 取消预约
预约不要了 | 取消预约
明天不去了 | 取消预约
我去不了了 | 取消预约
取消掉明天的 | 取消预约
周六有事去不了，取消吧 | 取消预约
退订保养 | 取消预约
取消预月 | 取消预约

我要绑定 | 绑定
绑定车辆 | 绑定
怎么绑定 | 绑定
绑定我的车 | 绑定
绑丁 | 绑定
帮定 | 绑定

? | 帮助
？？ | 帮助
help | 帮助
HELP | 帮助
怎么用 | 帮助
你能做什么 | 帮助
帮住 | 帮助

转人工 | 人工
真人 | 人工
客服 | 人工
人公 | 人工
转人公 | 人工
叫你们经理来 | 人工
我要跟人说 | 人工
请帮我转人工客服谢谢 | 人工
我要找真人 | 人工
不要机器人 | 人工
让人给我打个电话 | 人工

我的车 | 我的爱车
我的车该保养了吗 | 我的爱车
什么时候该做保养 | 我的爱车
我要评价 | 评价
五星好评 | -
我要投诉 | 投诉
投诉你们售后 | 投诉
你们客服态度太差 | 投诉
你们修完车空调还是坏的，要求免费返修！ | 投诉
不投诉了 | 撤回投诉
补充：左边也不冷 | 补充
补充 那个师傅还骂人 | 补充
补充T8 左边也坏 | 补充
补充冷却液 | -
补充一下玻璃水多少钱 | -
撤回 | 撤回投诉
还没解决，昨天又不冷了 | 还没解决
问题解决了谢谢 | 问题解决了
我的投诉处理得怎么样了 | 投诉进度
查投诉 | 投诉进度
加入车友会 | 车友会
查报名 | 我的报名
预约试驾 | 试驾
想约个试驾 | 试驾
TD | 退订
退订营销 | 退订
别再给我发广告了 | 退订
不想收到优惠信息 | 退订
恢复营销 | 恢复订阅
取消退订 | 恢复订阅
我的授权 | 我的授权
我同意接收 | 同意接收

现在跑了12000公里 | 更新里程
我的车跑了1.2万公里了 | 更新里程
里程12500 | 更新里程
更新一下里程 | 更新里程
我的车卖了 | 车卖了
这车上个月卖了 | 车卖了
京B88888卖了 | -
我想再加一台车 | 添加车辆
我又买了一辆车 | 添加车辆
查一下我的保养记录 | 到店记录
别给我发消息了 | 退订
候补我要 | 确认候补
""")

NOT_OPENED = phrases("""
我不想预约保养了
不要取消预约
先不保养
我上次保养花了多少钱
保养多少钱
首保要收费吗
首保免费吗
试驾多少钱
人工智能
该约
什么时候做保养
保养灯亮了怎么回事
刚做完保养就有异响
昨天约了保养怎么没短信
预约失败怎么办
人工费多少
退订金
改天吧
改装
绑架
解绑
帮忙
人家
人呢
我的爱人
我的姓名
预约保险
我的车坏了
车坏了
我想卖车
车卖了多少钱
想买新车
加车位
同意
昨天开了300公里去旅游
刚跑了500公里有异响
几公里保养一次
谢谢你的帮助
你好
谢谢
返回
取消
跳过
刹车异响
周六上午十点
13800000001
1
""")


@pytest.mark.parametrize("intent", list(OPENINGS))
def test_every_keyword_opens_its_conversation(intent: str) -> None:
    match = match_opening(intent)
    assert match is not None
    assert (match.intent, match.score, match.rest) == (intent, 1.0, "")


def test_every_synonym_opens_one_conversation() -> None:
    words = [word for synonyms in OPENINGS.values() for word in synonyms]
    assert len(words) == len(set(words))
    for intent, synonyms in OPENINGS.items():
        assert synonyms[0] == intent
        for word in synonyms:
            match = match_opening(word)
            assert match is not None, word
            assert match.intent == intent, word


@pytest.mark.parametrize(("text", "intent"), OPENED)
def test_opened(text: str, intent: str) -> None:
    match = match_opening(text)
    assert (match.intent if match else "-") == intent


@pytest.mark.parametrize("text", NOT_OPENED)
def test_not_opened(text: str) -> None:
    assert match_opening(text) is None


def test_the_rest_is_what_was_said_besides() -> None:
    match = match_opening("预约保养 周六上午")
    assert match is not None
    assert match.rest == "周六上午"
    moved = match_opening("预约改到下午三点")
    assert moved is not None
    assert moved.rest == "下午三点"


def test_only_what_exists_is_opened() -> None:
    assert match_opening("试驾", FIRST_SEVEN) is None
    assert match_opening("我要投诉", FIRST_SEVEN) is None
    match = match_opening("预约保养", FIRST_SEVEN)
    assert match is not None
    assert match.intent == "预约保养"


def test_scores_fall_from_the_keyword_to_the_slip() -> None:
    texts = ("预约保养", "做个保养", "周六上午想做个保养", "预月保养")
    scores = [match.score for text in texts if (match := match_opening(text))]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == 4


def test_slips() -> None:
    assert slip_cost("绑定", "绑定") == 0
    assert slip_cost("预月保养", "预约保养") == 0.5
    assert slip_cost("约预保养", "预约保养") == 1
    assert slip_cost("定绑", "绑定") > 1  # two signs are too few to be swapped
    assert slip_cost("预约保险", "预约保养") > 1
    assert slip_cost("我的爱车险", "我的爱车") > 1


@given(st.text(max_size=60))
def test_never_raises(text: str) -> None:
    match = match_opening(text)
    assert match is None or match.intent in OPENINGS
