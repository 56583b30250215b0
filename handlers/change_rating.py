"""改评价: an answer of a rating that is over, given anew within 48 hours. What it was is kept too."""

from dataclasses import dataclass

from bot.flow import Option, Talk, choice, conversation, hours
from bot.rules.cases import lines as case_lines
from bot.rules.cases.words import UNSETTLED
from bot.rules.surveys.parts import Answer
from handlers.questions.again import Again, line
from handlers.questions.rating_words import thank
from storage.queries.ratings import rating as ratings
from storage.queries.ratings.rating import Given, Rating

NOTHING = "没有可以改的评价：评完48小时内可以改，过后请直接告诉门店同事。要改预约，点“我的预约”。"


@dataclass(frozen=True, slots=True)
class Change:
    """`to`: what is said now of `given`."""

    rating: Rating
    given: Given
    to: Answer


@conversation("改评价", remind=hours(2), close=hours(24))
async def change_rating(talk: Talk) -> Change | None:
    rating = await _which(talk)
    given = await ratings.given(rating) if rating else []
    if rating is None or not given:
        return await _nothing(talk)
    one = await _what(talk, given)
    asked = f"原来是“{line(one.question, one.answer)}”。\n{one.question.text}"
    said = await talk.ask("新回答", asked, Again(one.question), of=one.name)
    if said.answer is None or said.answer == one.answer:
        return await talk.bye("和原来一样，没有改动。")
    return Change(rating, one, said.answer)


async def _nothing(talk: Talk) -> None:
    if talk.under_way("评价"):
        await talk.bye("这次还没有打分，直接选就行。")
        return
    talk.say(NOTHING)
    waits = await ratings.waiting_for(talk.customer, talk.now)
    talk.offer(*(("评价",) if waits else ()), "我的预约", "人工")


async def _which(talk: Talk) -> Rating | None:
    """The rating that they mean, whatever is rated meanwhile."""

    async def newest() -> int:
        found = await ratings.changeable(talk.customer, talk.now)
        return found.id if found else 0

    return await ratings.one(int(await talk.once("评价单", newest, of="评价单") or 0))


async def _what(talk: Talk, given: list[Given]) -> Given:
    """The only answer there is, or the one they name."""
    first = given[0]
    if len(given) == 1:
        return first
    lines = [(Option(one.name, _shown(one)), one) for one in given]
    return await talk.ask("哪一题", "想改哪一题？", choice(lines, "这一题刚刚有了变化。"))


def _shown(one: Given) -> str:
    asked = case_lines.cut(one.question.text.partition("？")[0], 22)
    return f"{asked}：{case_lines.cut(line(one.question, one.answer), 16)}"


@change_rating.settle
async def changed(change: Change, talk: Talk) -> None:
    one, to = change.given, change.to
    came = await ratings.put_answer(
        *(change.rating.id, one.survey.code, one.survey.version),
        *(one.question.code, one.question.kind, talk.now),
        value=to.value, choices=to.choices, words=to.words, change=True,
    )  # fmt: skip  # which question, then what is said now
    if not came.kept:
        talk.say(NOTHING)
        return
    talk.say(f"改好了：{line(one.question, one.answer)} → {line(one.question, to)}。")
    if came.case is None or came.low:
        await thank(talk, change.rating, came, first=False)
        # of a reason for staying away: the complaint is theirs to make
        if came.low and came.case is None:
            talk.say("很抱歉没让您满意，已转告门店，会有同事联系您。要登记成投诉，点下面就行。")
            talk.offer("投诉", "人工")
        return
    if came.case.state in UNSETTLED:
        talk.say(f"投诉 {came.case.number} 里也记上了，照常处理；已经解决的话说“问题解决了”。")


CONVERSATIONS = [change_rating]
