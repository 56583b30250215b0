"""The surveys that come with the house (回访规范). A store's own of the same code takes its place.

One tap first, details after: the first question of each is answered by one. A version never
changes: what customers answered reads as it was asked. One that is to change takes the next number,
and its old self goes to PAST.
"""

from typing import Final

from bot.rules.surveys.choosing import Audience, Choice, Condition, Question, Survey

_OTHER: Final = Choice("other", "其他")
_ELECTRIC: Final = ("bev", "phev")
_LOW_SCORE: Final = (1, 2)
_AFTER: Final = ("visit", "month_3", "month_6", "month_12")


def _if(question: str, *answers: int | str) -> tuple[Condition, ...]:
    return (Condition(question, answers),)


_STANDARD: Final = Survey(
    "standard", 1, "满意度回访", "standard", _AFTER, Audience(),
    (
        Question("overall", "score", "总的来说，最近这次服务您打几分？1分最低，5分最高。",
                 "service", low=_LOW_SCORE),
        Question("advisor", "score", "服务顾问的接待和讲解，您打几分？", "service", low=_LOW_SCORE),
        Question("waiting", "score", "从到店到离店的等候时间，您打几分？1分太久，5分很快。",
                 "service", low=_LOW_SCORE),
        Question("wait_where", "choice", "主要在哪一步等得久？", "service",
                 (Choice("desk", "接待登记"), Choice("work", "维修保养"), Choice("pay", "结账取车"),
                  Choice("part", "等配件"), _OTHER),
                 when=_if("waiting", 1, 2, 3)),
        Question("range", "yes_no", "平时开下来，油耗或续航和您预想的差不多吗？", "vehicle", low=(0,)),
        Question("range_how", "text", "和预想差在哪里？比如百公里油耗、充满能跑多少公里。", "vehicle",
                 optional=True, when=_if("range", 0)),
        Question("plan", "choice", "接下来半年，家里用车会有变化吗？", "intent",
                 (Choice("same", "暂时不变"), Choice("change", "想换一辆"), Choice("add", "想添一辆")),
                 lead=("change", "add")),
        Question("recommend", "nps", "把我们推荐给亲友的可能性有多大？0是不会，10是一定会。",
                 "recommend", low=(0, 1, 2)),
        Question("words", "text", "还有什么想对我们说的？说几句或发照片都可以。", optional=True),
    ),
)  # fmt: skip
_DELIVERY: Final = Survey(
    "delivery", 1, "交车回访", "standard", ("delivery",), Audience(),
    (
        Question("handover", "score", "交车时的讲解和手续，您打几分？1分最低，5分最高。", "service",
                 low=_LOW_SCORE),
        Question("odd", "several", "提车以来，哪些地方觉得不对劲？",  "vehicle",
                 (Choice("none", "都正常"), Choice("start", "启动"), Choice("brake", "刹车"),
                  Choice("screen", "车机和电器"), Choice("noise", "异响"), _OTHER),
                 low=("start", "brake", "screen", "noise", "other")),
        Question("odd_how", "text", "具体是什么情况？发照片或视频也可以。", "vehicle", optional=True,
                 when=_if("odd", "start", "brake", "screen", "noise", "other")),
        Question("recommend", "nps", "把我们推荐给亲友的可能性有多大？0是不会，10是一定会。",
                 "recommend", low=(0, 1, 2)),
        Question("words", "text", "还有什么想对我们说的？", optional=True),
    ),
)  # fmt: skip
_ENERGY: Final = Survey(
    "new_energy", 1, "新能源用车", "extension", ("visit", "month_3", "month_12"),
    Audience(energy=_ELECTRIC),
    (
        Question("charging", "choice", "平时主要在哪里充电？", "vehicle",
                 (Choice("home", "家里"), Choice("work", "单位"), Choice("public", "公共充电站"))),
        Question("slow", "yes_no", "最近充电有没有明显变慢？", "vehicle", low=(1,)),
        Question("slow_where", "choice", "在哪里充的时候变慢？", "vehicle",
                 (Choice("home", "家里"), Choice("work", "单位"), Choice("public", "公共充电站"),
                  Choice("all", "到处都慢")),
                 when=_if("slow", 1)),
    ),
    10,
)  # fmt: skip
_PREMIUM: Final = Survey(
    "premium", 1, "贵宾服务", "extension", ("visit",), Audience(premium=True),
    (
        Question("pick_up", "choice", "下次保养，上门取送车和自己到店，您更习惯哪种？", "service",
                 (Choice("pick_up", "上门取送车"), Choice("myself", "自己到店"))),
        Question("pick_up_when", "choice", "上门的时间，哪一段最合适？", "service",
                 (Choice("morning", "上午"), Choice("afternoon", "下午"), Choice("weekend", "周末")),
                 when=_if("pick_up", "pick_up")),
    ),
    20,
)  # fmt: skip
_FIRST_CAR: Final = Survey(
    "first_car", 1, "第一辆车", "extension", ("delivery", "month_3"), Audience(first_car=True),
    (
        Question("explain", "several", "哪些功能想请顾问再讲一遍？", "vehicle",
                 (Choice("none", "都会用"), Choice("driving", "辅助驾驶"), Choice("parking", "自动泊车"),
                  Choice("screen", "车机导航"), Choice("care", "日常养护"), _OTHER)),
        Question("explain_how", "choice", "怎么讲给您听比较好？", "service",
                 (Choice("video", "发视频"), Choice("call", "打电话"), Choice("store", "到店里演示")),
                 when=_if("explain", "driving", "parking", "screen", "care", "other")),
    ),
    30,
)  # fmt: skip
_REPAIR: Final = Survey(
    "after_repair", 1, "维修回访", "extension", ("visit",), Audience(after_repair=True),
    (
        Question("fixed", "yes_no", "这次要修的问题，修好了吗？", "service", low=(0,)),
        Question("left", "text", "还有什么没修好？什么时候会出现？", "service", optional=True,
                 when=_if("fixed", 0)),
        Question("left_photo", "photo", "方便的话拍张照片或视频，师傅能先看一眼。", "service",
                 optional=True, when=_if("fixed", 0)),
    ),
    5,
)  # fmt: skip
_MONTH_3: Final = Survey(
    "month_3", 1, "3个月用车", "extension", ("month_3",), Audience(),
    (
        Question("noise", "yes_no", "开到现在，车上有异响吗？", "vehicle", low=(1,)),
        Question("noise_where", "text", "在哪个位置、什么路况下响？", "vehicle", optional=True,
                 when=_if("noise", 1)),
        Question("functions", "yes_no", "车上常用的功能都弄明白了吗？", "vehicle", low=()),
        Question("functions_which", "text", "哪个功能还不清楚？我们请顾问讲给您听。", "vehicle",
                 optional=True, when=_if("functions", 0)),
    ),
    40,
)  # fmt: skip
_MONTH_6: Final = Survey(
    "month_6", 1, "6个月用车", "extension", ("month_6",), Audience(),
    (
        Question("needs", "several", "下面这些，哪些想先了解一下？", "other",
                 (Choice("none", "暂时不用"), Choice("charging", "充电卡"),
                  Choice("warranty", "延长保修"), Choice("insurance", "续保"),
                  Choice("tyres", "轮胎和换季"))),
    ),
    40,
)  # fmt: skip
_MONTH_12: Final = Survey(
    "month_12", 1, "1年用车", "extension", ("month_12",), Audience(),
    (
        Question("health", "choice", "和刚提车时比，发动机或电池有什么变化？", "vehicle",
                 (Choice("same", "没有变化"), Choice("weaker", "没劲或续航短了"),
                  Choice("noisy", "声音大了"), _OTHER),
                 low=("weaker", "noisy")),
        Question("health_how", "text", "具体说说，我们请师傅查一下。", "vehicle", optional=True,
                 when=_if("health", "weaker", "noisy", "other")),
    ),
    40,
)  # fmt: skip
_WIN_BACK: Final = Survey(
    "win_back", 1, "好久不见", "extension", ("win_back",), Audience(),
    (
        Question("why", "choice", "好久没见您来店里了，主要是因为什么？", "service",
                 (Choice("far", "离得远"), Choice("price", "价格高"), Choice("waiting", "等得久"),
                  Choice("quality", "服务或手艺不好"), Choice("elsewhere", "在别家做了"),
                  Choice("sold", "车卖了"), Choice("little", "开得少"), _OTHER),
                 low=("quality",)),
        Question("why_words", "text", "能多说两句吗？我们改。", "service", optional=True,
                 when=_if("why", "price", "waiting", "quality", "elsewhere", "other")),
    ),
    10,
)  # fmt: skip

PACK: Final[tuple[Survey, ...]] = (
    _STANDARD, _DELIVERY, _REPAIR, _ENERGY, _PREMIUM, _FIRST_CAR, _MONTH_3, _MONTH_6, _MONTH_12,
    _WIN_BACK,
)  # fmt: skip
PAST: Final[tuple[Survey, ...]] = ()
"""What the house asked before."""
