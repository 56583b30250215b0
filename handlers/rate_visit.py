"""评价: how the last visit was, in one tap; details after it. Each answer is kept at once."""

from dataclasses import dataclass
from datetime import datetime

from bot.flow import Talk, conversation, hours
from bot.rules.surveys.choosing import next_question
from handlers.questions import spoken
from handlers.questions.later import when_again
from handlers.questions.media import keep_spoken
from handlers.questions.rating import Asking, answered_elsewhere, ask, wants_more
from handlers.questions.rating_words import BUSY, goodbye, hello_to, store_name
from handlers.questions.survey_lines import DECLINE, way_named
from storage.queries.ratings import rating as ratings
from storage.queries.ratings.rating import Rating

KEPT = "好的，先放这儿，说过的都记下了。48小时内说“评价”，接着说就行。"
NUDGE = "方便的时候点一下就好，不想评价也没关系："


@dataclass(frozen=True, slots=True)
class End:
    """`how`: done, stop (enough), decline, or later (`at`)."""

    rating: Rating
    how: str = "done"
    at: datetime | None = None


@conversation(
    "评价", menu="RATE", remind=hours(2), close=hours(46), keeps=KEPT, busy=BUSY, nudge=NUDGE
)
async def rate_visit(talk: Talk) -> End | None:
    rating = await _begun(talk)
    if rating is None:
        return await _nothing_to_rate(talk)
    if not rating.open:
        return await talk.bye("这次评价已经收好了，谢谢您！还有话想说，随时告诉我们。")
    if way_named(talk.opening, (DECLINE,)):
        return End(rating, "decline")
    await _nudged_once(talk, rating)
    return await _asked(talk, rating)


async def _asked(talk: Talk, rating: Rating) -> End:
    """One question after the other; after the first they say whether they wish for more."""
    await keep_spoken(talk, rating)
    surveys, said = await ratings.asked_surveys(rating), await answered_elsewhere(talk, rating)
    hello = await hello_to(talk, rating, began=bool(said))
    first = not said
    while (found := next_question(surveys, said)) is not None:
        survey, question = found
        asking = Asking(rating, survey, question, hello)
        answer = await ask(talk, asking, first=first)
        if isinstance(answer, str):
            return End(rating, answer, await when_again(talk) if answer == "later" else None)
        if first and not await wants_more(talk, asking):
            break
        said[survey.code, question.code], hello, first = answer, "", False
    return End(rating)


async def _begun(talk: Talk) -> Rating | None:
    """The rating of this talk, begun by its first message or gone on with."""

    async def begin() -> int:
        occasion = await ratings.waiting_for(talk.customer, talk.now)
        if occasion is None:
            return 0
        rating = await ratings.begin(occasion, talk.now, wechat_user_id=talk.customer.id)
        return rating.id if rating else 0

    return await ratings.one(int(await talk.once("评价单", begin, of="评价单") or 0))


async def _nothing_to_rate(talk: Talk) -> None:
    again = await ratings.changeable(talk.customer, talk.now)
    talk.say("目前没有等您评价的服务，评过的都收好了。想改分数、还有话想告诉门店，点下面就行。")
    talk.offer(*["改评价"][: bool(again)], "人工", "投诉")
    talk.offer(*(() if talk.customer.customer_id else ("绑定",)))


async def _nudged_once(talk: Talk, rating: Rating) -> None:
    if rating.nudged:
        talk.nudge_no_more()
    elif talk.nudged:
        await ratings.note_nudge(rating.id)


@rate_visit.settle
async def end(wish: End, talk: Talk) -> None:
    rating = wish.rating
    if wish.how == "later" and wish.at is not None:
        said = spoken(talk, wish.at)
        await ratings.later(rating.id, wish.at, talk.now, said=said)
        talk.say(f"记下了，{said}再来问您。")
    elif wish.how == "decline":
        await ratings.decline(rating.id, talk.now)
        talk.say("好的，这次不再问您了。有什么想说的，随时发给我们。")
    else:
        await ratings.finish(rating.id, talk.now)
        talk.say(goodbye(await store_name(rating.store_id), await ratings.case_of(rating)))


@rate_visit.still_applies
async def is_open(talk: Talk) -> bool:
    rating = await ratings.one(int(talk.kept("once:评价单") or 0))
    return rating is not None and rating.open


@rate_visit.on_leave
async def remember_the_nudge(talk: Talk) -> None:
    rating = await ratings.one(int(talk.kept("once:评价单") or 0))
    if rating is not None and talk.nudged and not rating.nudged:
        await ratings.note_nudge(rating.id)


CONVERSATIONS = [rate_visit]
