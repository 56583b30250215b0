"""The words that open a conversation: keywords, what else people say for them, and their slips.

A keyword or synonym counts where it is (nearly) all that was said; a longer sentence opens a
conversation only through the patterns of `bot.rules.opening_patterns`, which say what must stand
around a word. A sentence that refuses, asks for a price or tells of the past opens nothing.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from bot.rules.opening_patterns import PATTERNS, STORY
from bot.rules.patterns import Lazy
from bot.rules.typos import FAR, slip_cost
from bot.rules.zh.text import plain

OPENINGS: Final[dict[str, tuple[str, ...]]] = {
    "预约保养": (
        "预约保养", "保养预约", "约保养", "预约", "预约服务", "预约维修", "维修预约", "预约首保", "首保预约",
        "预约到店", "保养", "做保养", "做个保养", "做次保养", "做首保", "约个保养", "约首保", "首保", "二保", "小保养",
        "大保养", "常规保养", "定期保养", "换机油", "换个机油", "修车", "维修", "检修", "约个时间", "到店保养",
        "保养一下", "保养一下车", "怎么预约", "如何预约", "怎么约", "到保养了", "车到保养了", "我的车到保养了", "保养到期了", "修一下车", "帮我看看车", "保养车", "车子保养", "汽车保养", "车要保养", "车该保养了", "该保养了", "保养下", "预定保养", "预订保养", "service", "bookservice", "bookaservice", "maintenance", "appointment",
    ),
    "我的预约": (
        "我的预约", "查预约", "查询预约", "预约查询", "查看预约", "看预约", "看看预约", "预约记录", "预约详情", "预约信息",
        "我的预约单", "预约单", "查一下预约", "查我的预约", "我的约会", "查看我的预约", "预约情况", "我预约的", "预约成功了吗",
        "我约了吗", "我预约了吗", "约上了吗", "我约的什么时候", "我约的几点", "我约了几点", "我约在什么时候",
    ),
    "改约": (
        "改约", "改期", "改时间", "换时间", "换个时间", "改个时间", "改一下时间", "改预约", "修改预约", "更改预约", "变更预约",
        "预约改期", "改预约时间", "修改时间", "更改时间", "换一天", "改一天", "改日期", "换日期", "推迟预约", "提前预约时间", "预约延期",
        "调整预约", "改到别的时间", "时间改一下", "重新约", "重新预约", "重约", "改下时间", "换个日子",
    ),
    "取消预约": (
        "取消预约", "预约取消", "取消保养", "取消我的预约", "退预约", "撤销预约", "不去了", "不来了", "去不了了", "来不了了",
        "去不了", "来不了", "预约不要了", "不约了", "不保养了", "取消掉预约", "取消一下", "取消约", "删除预约", "取消订单", "不想去了", "不想来了", "退订保养", "退订预约", "取消明天的", "不做了",
    ),
    "绑定": (
        "绑定", "绑定车辆", "绑定爱车", "绑定车", "绑车", "绑定手机", "绑定手机号", "绑定微信", "绑定账号", "车主认证", "认证车主",
        "车主绑定", "车辆绑定", "绑定我的车", "怎么绑定", "重新绑定", "换绑", "如何绑定", "绑定车牌", "我是车主", "认证", "实名认证",
    ),
    "我的爱车": (
        "我的爱车", "我的车", "我的车辆", "车辆信息", "车辆档案", "爱车", "爱车档案", "查车辆", "我的车子", "查看车辆", "我的汽车",
    ),
    "更新里程": (
        "更新里程", "里程", "里程更新", "改里程", "报里程", "报一下里程", "填里程", "录里程", "登记里程", "更新公里数", "公里数", "上报里程", "里程变了",
    ),
    "添加车辆": (
        "添加车辆", "加车", "添加爱车", "加一台车", "加辆车", "再加一台车", "新增车辆", "增加车辆", "添加一台车", "添加一辆车", "添加新车", "我又买了一台车",
        "我又买了一辆车", "又买了台车", "买了新车", "我买了新车", "换了新车", "我换新车了",
    ),
    "车卖了": (
        "车卖了", "我的车卖了", "车已经卖了", "车子卖了", "车卖掉了", "卖掉了", "卖了", "已经卖了", "我把车卖了", "把车卖了", "这台车卖了", "这辆车卖了", "车过户了", "过户了",
        "已经过户了", "车已经过户了", "车转手了", "车不是我的了", "车不在我这了",
    ),
    "改天再说": (
        "改天再说", "改天联系", "改天再联系", "现在不方便", "现在没空", "不方便", "没空", "最近没空", "最近没时间", "现在没时间", "没时间", "过几天再说",
        "过几天", "晚点再说", "晚点再联系", "晚些再说", "下次再说", "以后再说", "过阵子再说", "换个时间联系", "换个时间联系我", "改天联系我", "过两天再说",
    ),
    "这次不用": ("这次不用", "这次不用了", "不需要", "暂时不需要", "不需要了", "暂时不用", "先不用了", "这次不需要"),
    "确认到店": ("确认到店", "确定到店", "会来", "会到", "我会来", "我会去", "准时到", "会准时到", "一定来", "会去的", "按时到", "准时来"),
    "祝福": (
        "祝福", "新年快乐", "春节快乐", "元旦快乐", "过年好", "恭喜发财", "元宵快乐", "元宵节快乐", "端午安康", "端午快乐", "中秋快乐", "中秋节快乐", "国庆快乐",
        "节日快乐", "同乐", "同喜", "同喜同乐", "谢谢祝福", "谢谢你们的祝福", "感谢祝福", "谢谢生日祝福", "谢谢惦记", "谢谢关心", "也祝你们节日快乐", "祝你们新年快乐",
        "你们也新年快乐", "你也节日快乐", "谢谢还记得我的生日",
    ),
    "到店记录": ("到店记录", "保养记录", "维修记录", "保养历史", "维修历史", "维修保养记录", "我的保养记录", "我的维修记录", "历史记录", "查保养记录"),
    "评价": (
        "评价", "我要评价", "打分", "点评", "评分", "服务评价", "评价服务", "满意度", "满意度调查", "评介", "平价一下", "评价一下", "rate", "rating", "review", "feedback", "给个好评", "好评", "写评价", "打个分",
        "不评价了", "不评价", "不想评价", "不想评价了", "不用评价了", "不评了", "拒绝评价",
    ),
    "改评价": (
        "改评价", "修改评价", "更改评价", "评价改一下", "改一下评价", "重新评价", "重评", "改评分", "改分", "改分数", "改打分", "改一下分数", "修改评分", "评价改分",
        "评错了", "评价错了", "评价点错了", "评价打错了", "评分打错了", "打错分了", "打错分", "分打错了", "打分打错了", "刚才评错了", "刚才打错分了", "刚才打错了",
        "点错了", "刚才点错了", "我刚才点错了", "刚刚点错了", "我点错了", "按错了", "刚才按错了", "选错了", "刚才选错了", "打错了",
    ),
    "说说原因": ("说说原因", "说原因", "说下原因", "说一下原因", "讲讲原因", "说说没来的原因", "说说为什么没来", "说说为什么"),
    "投诉": ("投诉", "我要投诉", "投诉你们", "我要举报", "举报", "投诉建议", "投诉一下", "要投诉", "提意见", "意见反馈", "complaint", "complain", "iwanttocomplain", "ihaveacomplaint", "makeacomplaint"),
    "撤回投诉": (
        "撤回投诉", "取消投诉", "撤销投诉", "撤诉", "投诉撤回", "投诉取消", "撤回", "撤回吧", "我要撤回", "不投诉了", "我不投诉了", "不想投诉了", "我不想投诉了", "不用投诉了",
    ),
    "补充": ("补充", "我要补充", "我想补充", "补充一下", "补充说明", "补充投诉", "还要补充", "我还要补充", "还想补充", "我还想补充", "再补充", "补充点", "还有补充", "再补充一点"),
    "问题解决了": ("问题解决了", "解决了", "已经解决了", "已解决", "问题已解决", "问题已经解决了", "都解决了", "已经处理好了", "处理好了"),
    "还没解决": (
        "还没解决", "没解决", "没有解决", "还没有解决", "未解决", "问题没解决", "问题还没解决", "问题还在", "还是没解决", "根本没解决", "还没处理好", "没处理好",
    ),
    "投诉进度": (
        "投诉进度", "投诉进展", "投诉结果", "查投诉", "投诉查询", "查询投诉", "我的投诉", "投诉处理进度", "投诉到哪了",
        "进度", "status", "处理进度", "进展", "处理得怎么样了", "处理的怎么样了", "什么进展", "投诉处理得怎么样了", "投诉怎么样了", "投诉有结果了吗", "投诉处理结果",
        "问题解决了吗", "解决了吗", "已经解决了吗", "问题已经解决了吗", "都解决了吗", "处理好了吗", "已经处理好了吗", "解决了没", "处理好了没", "解决了没有", "处理好了没有", "问题解决了没", "问题解决了没有",
    ),
    "车友会": ("车友会", "加入车友会", "车友活动", "车友俱乐部", "俱乐部", "车主俱乐部", "车主活动", "自驾活动", "有什么活动", "活动报名", "club"),
    "我的报名": ("我的报名", "查报名", "报名查询", "查询报名", "报名记录", "我的活动", "查看报名", "我报的活动", "报名情况"),
    "试驾": ("试驾", "预约试驾", "我要试驾", "试驾预约", "试乘试驾", "试车", "约试驾", "试一下车", "试驾一下", "想试驾", "testdrive", "bookatestdrive", "iwantatestdrive"),
    "取消试驾": ("取消试驾", "试驾取消", "取消试驾预约", "取消预约试驾", "不试驾了", "试驾不去了", "试驾去不了了", "取消我的试驾"),
    "人工": (
        "人工", "人工客服", "转人工", "转人工客服", "真人", "客服", "找客服", "接人工", "人工服务", "找人工", "找人", "找个人",
        "联系客服", "有人吗", "真人客服", "转客服", "转真人", "在线客服", "呼叫客服", "接客服", "找真人", "不要机器人", "有没有人", "客服在吗", "客服呢", "接线员", "找销售", "找经理", "找顾问", "找店长", "联系销售", "叫人来",
        "换人", "找个真人", "跟人聊", "让人联系我", "打电话给我", "给我回电话", "human",
    ),
    "退订": (
        "退订", "td", "取消订阅", "退订消息", "别再发了", "不要再发了", "不要给我发消息", "停止推送", "取消推送", "别发了", "不再接收", "unsubscribe",
        "退订营销", "退订回访", "退订关怀", "退订广告", "退订活动", "退订全部", "全部退订", "别发广告", "不要发广告",
    ),
    "恢复订阅": ("恢复订阅", "重新订阅", "订阅", "恢复", "恢复接收", "恢复推送", "恢复消息", "重新接收", "恢复营销", "恢复回访", "恢复关怀", "取消退订", "撤销退订"),
    "我的授权": ("我的授权", "授权", "授权管理", "查看授权", "我的订阅", "隐私", "隐私设置", "我同意了什么", "我授权了什么"),
    "同意接收": ("同意接收", "同意接受", "我同意接收", "同意发送", "同意发给我", "愿意接收"),
    "帮助": (
        "帮助", "help", "?", "h", "怎么用", "怎么使用", "如何使用", "使用说明", "使用帮助", "说明", "功能", "功能介绍", "菜单", "有什么功能",
        "都有什么功能", "你能做什么", "你能干什么", "你会什么", "能做什么", "能干嘛", "怎么玩", "怎么弄", "怎么操作", "有哪些功能", "指令", "需要帮助",
    ),
    "投诉电话": (
        "投诉电话", "投诉电话多少", "投诉电话是多少", "投诉电话号码", "投诉热线", "投诉热线多少", "举报电话", "监督电话", "你们投诉电话", "你们投诉电话多少", "打哪个电话投诉", "投诉打什么电话", "投诉打哪个电话",
    ),
    "门店信息": (
        "门店信息", "门店地址", "地址", "店在哪", "你们店在哪", "你们在哪", "在哪里", "在哪", "怎么走", "怎么去", "导航", "位置", "门店位置",
        "营业时间", "几点开门", "几点关门", "几点下班", "几点上班", "几点营业", "你们几点关门", "你们几点开门", "今天开门吗", "今天营业吗",
        "今天上班吗", "周末开门吗", "周末营业吗", "周末上班吗", "门店电话", "联系电话", "电话多少", "电话是多少", "你们电话", "你们电话多少", "店里电话", "客服电话", "客服电话多少", "售后电话", "售后电话多少", "服务电话", "服务热线", "客服热线", "热线电话", "店里电话多少", "你们店电话多少", "电话号码多少",
    ),
    "确认候补": ("确认候补", "候补确认", "接受候补", "候补", "我要候补", "要这个候补", "候补我要", "候补可以", "同意候补"),
}  # fmt: skip

SLIP_SCORE: Final = 0.7
_LONGEST_SLIP: Final = 6
_SLIPPED: Final = (
    *((keyword, keyword) for keyword in OPENINGS),
    ("约保养", "预约保养"), ("做保养", "预约保养"), ("转人工", "人工"), ("人工客服", "人工"), ("绑定车辆", "绑定"),
)  # fmt: skip
_POLITE_HEAD: Final = Lazy(
    r"^(?:你好|您好|hi|hello|哈喽|在吗|早上好|上午好|下午好|晚上好|请问|请|麻烦你?您?|那个|嗯|我|帮我|帮忙|给我)+"
)
_URGENT_HEAD: Final = Lazy(
    r"^(?:我|想要?|要|需要|能不能|可不可以|可以|能|来|去|给|帮|现在|立即|立刻|马上|在线)+"
)
_POLITE_TAIL: Final = Lazy(
    r"(?:一下|谢谢你?您?|可以吗|行吗|好吗|吗|吧|啊|呀|哈|呢|哦|啦|了|下|的|哒|么)+$"
)
_MARKS: Final = Lazy(r"[^\w?]")


@dataclass(frozen=True, slots=True)
class Match:
    """`score`: 1 the keyword itself, 0.95 a synonym, 0.8 a sentence, 0.7 a slip of the keys.

    `rest` is what was said besides the opening words.
    """

    intent: str
    score: float
    rest: str


_EXACT: Final[dict[str, tuple[str, float]]] = {
    word: (intent, 1.0 if word == intent else 0.95)
    for intent, words in OPENINGS.items()
    for word in words
}


def match_opening(text: str, among: Collection[str] | None = None) -> Match | None:
    """The conversation that the text opens. `among`: the intents that exist; None means all."""
    said = plain(text).text.lower()
    found = _whole(said) or _sentence(said) or _begins_with(said) or _slip(said)
    if found is None or (among is not None and found.intent not in among):
        return None
    return found


def _whole(said: str) -> Match | None:
    """Nothing but the words, a greeting and a please."""
    bare = _MARKS.sub("", said)
    for words in (bare, *_without_manners(bare)):
        hit = _EXACT.get(words)
        if hit:
            return Match(hit[0], hit[1], "")
    return Match("帮助", 0.95, "") if bare and not bare.strip("?") else None


def _without_manners(bare: str) -> list[str]:
    """The words without a please, from the lightest to the hardest cut."""
    words = bare.rstrip("?")
    urged = _URGENT_HEAD.sub("", _POLITE_HEAD.sub("", words))
    heads = (words, _POLITE_HEAD.sub("", words), urged)
    return [cut for head in heads for cut in (head, _POLITE_TAIL.sub("", head)) if cut]


def _begins_with(said: str) -> Match | None:
    """预约保养 周六上午: a keyword, a mark or nothing, and then something short or a date."""
    if STORY.search(said):
        return None
    head = _URGENT_HEAD.sub("", _POLITE_HEAD.sub("", said))
    for intent in OPENINGS:
        rest = head.removeprefix(intent)
        if rest != head and (len(intent) > 2 or rest[:1] in " ,.:;!-"):
            return Match(intent, 0.9, rest.strip(" ,.:;!?-"))
    return None


def _sentence(said: str) -> Match | None:
    for intent, pattern, guard in PATTERNS:
        match = pattern.search(said)
        if match and not (guard and guard.search(said)):
            rest = f"{said[: match.start()]} {said[match.end() :]}".strip(" ,.;!?")
            return Match(intent, 0.8, rest)
    return None


def _slip(said: str) -> Match | None:
    """预月保养, 绑丁, 人公: a keyword with one slip, only where nothing else was said."""
    words = _without_manners(_MARKS.sub("", said))
    short = {each for each in words if 2 <= len(each) <= _LONGEST_SLIP}
    costs = [(slip_cost(each, word), intent) for each in short for word, intent in _SLIPPED]
    cost, intent = min(costs, default=(FAR, ""))
    return Match(intent, SLIP_SCORE, "") if cost <= 1 else None
