"""What is said around the questions of a rating: whom we ask about what, and what will happen."""

from collections import Counter
from collections.abc import Sequence

from bot.flow import Talk
from bot.rules.danger import SAFE, in_danger
from bot.rules.surveys.parts import Question
from bot.rules.wording import salutation, say_moment
from storage.queries.cases.opening import Case, clocks_of
from storage.queries.ratings import rating as ratings
from storage.queries.ratings.rating import Came, Occasion, Rating
from storage.queries.stores.shops import shop

BUSY = "上次说到这儿，接着点就好："
CALLED = {"image": "照片", "voice": "语音", "video": "视频", "shortvideo": "小视频"}
_COUNTED = {kind: ("张" if kind == "image" else "段") + name for kind, name in CALLED.items()}
_MONTHS = {"month_3": "三个月", "month_6": "半年", "month_12": "一年"}


async def thank(talk: Talk, rating: Rating, came: Came, *, first: bool) -> None:
    if came.case is not None and came.opened:
        talk.say(f"很抱歉让您失望了。已为您登记投诉 {await _what_follows(talk, came.case)}")
    elif came.case is not None and came.reopened:
        talk.say(f"很抱歉还是没让您满意，已重新处理投诉 {await _what_follows(talk, came.case)}")
    elif came.case is not None and came.low:
        talk.say(f"抱歉，这一点已补进投诉 {came.case.number}。")
    elif first:
        talk.say(f"谢谢您！已转告{await store_name(rating.store_id)}和接待您的同事。")
    if came.lead is not None:
        who = f"销售顾问{came.lead.consultant}" if came.lead.consultant else "销售顾问"
        talk.say(f"换车的打算已转告{who}，24小时内联系您。")


def safety_first(talk: Talk, words: str) -> None:
    """What they write tells of danger at this moment."""
    if in_danger(words):
        talk.say(SAFE)


async def _what_follows(talk: Talk, case: Case) -> str:
    """Who answers for it, and by when."""
    clocks = [clock for clock in await clocks_of(case, talk.now) if clock.name == "reply"]
    who = f"由{case.owner}负责，" if case.owner else ""
    zone = talk.now.tzinfo
    by = (
        f"{say_moment(clocks[-1].due_at.astimezone(zone), talk.today)}前给您答复"
        if clocks
        else "会尽快给您答复"
    )
    return f"{case.number}，{who}{by}。"


async def store_name(store_id: int | None) -> str:
    store = (await shop()).by_id.get(store_id or 0)
    return store.name if store else "门店"


async def hello_to(talk: Talk, rating: Rating, *, began: bool) -> str:
    """`began`: in an earlier talk; who comes back from something else is not told so once more."""
    if not began:
        return await greeting(talk, await ratings.of_rating(rating))
    if talk.did("接上", of=rating.id):
        return ""

    async def joined() -> bool:
        return True

    await talk.once("接上", joined, of=rating.id)
    return "我们接着说。\n"


async def greeting(talk: Talk, occasion: Occasion) -> str:
    """Whom we ask, and about what."""
    who = salutation(talk.customer.name, talk.customer.gender)
    hello = "您好" if who == "您" else f"{who}，您好"
    if occasion.occasion == "visit":
        on = occasion.at.astimezone(talk.now.tzinfo)
        work = "、".join(occasion.items[:2]) or "维修保养"
        return f"{hello}！{on.month}月{on.day}日您来{await store_name(occasion.store_id)}做了{work}。\n"
    if months := _MONTHS.get(occasion.occasion):
        return f"{hello}！{occasion.car or '您的爱车'}陪您{months}了。\n"
    return f"{hello}！谢谢您选择我们，{occasion.car or '新车'}开着还好吗？\n"


def received(sent: Sequence[str], question: Question) -> str:
    """The kinds that came to this question, the last one just now; where they are asked for, they may go on."""
    if question.kind != "photo":
        return f"{CALLED[sent[-1]]}收到了，会附在评价里。\n{question.text}"
    every = "、".join(f"{n}{_COUNTED[kind]}" for kind, n in Counter(sent).items())
    return f"收到{every}，会附在评价里。还有就接着发，没有了请点“跳过”。"


def goodbye(store: str, case: Case | None) -> str:
    """Thanks that say what happens to it."""
    if case is None or case.state == "withdrawn":
        return (
            f"都记下了，谢谢您！您说的会转给{store}负责人，一条条看，一条条改。点错了？说“改评价”。"
        )
    return f"都记下了，谢谢您。投诉 {case.number} 有进展会告诉您，随时说“投诉进度”可以看。"
