"""说说原因: why they have not come for long, in one tap or their own words. Kept at once.

It rates nothing and stands in no rating's way: a contact of 流失招揽 asks it, once.
"""

from dataclasses import dataclass
from datetime import datetime

from bot.flow import Talk, conversation, hours
from bot.rules.surveys.choosing import next_question
from handlers.questions import spoken
from handlers.questions.away import ask, complained, put
from handlers.questions.away_said import Asking, begun, in_words, is_bad, is_sold, said_before
from handlers.questions.later import when_again
from handlers.questions.media import keep_spoken
from handlers.questions.rating_words import store_name
from storage.queries.ratings import rating as ratings
from storage.queries.ratings.rating import Rating

KEPT = "好的，先放这儿，说过的都记下了。48小时内说“说说原因”，接着说就行。"
NUDGE = "方便的时候点一下就好，不想说也没关系："
_ONCE = "once:原因单"


@dataclass(frozen=True, slots=True)
class End:
    """`how`: done, stop (enough), decline, or later (`at`). `bad`: they were served badly.

    `sold`: the car is not theirs any more.
    """

    rating: Rating
    how: str = "done"
    at: datetime | None = None
    bad: bool = False
    sold: bool = False


@conversation(
    "说说原因", remind=hours(2), close=hours(46), keeps=KEPT, busy="点一下就好：", nudge=NUDGE
)
async def why_away(talk: Talk) -> End | None:
    rating = await ratings.one(int(await talk.once("原因单", lambda: begun(talk), of=None) or 0))
    if rating is None:
        talk.say("目前没有要问您的。有话想告诉门店，点下面就行。")
        return talk.offer("预约保养", "人工", "投诉")
    if not rating.open:
        talk.say("您说的已经记下了，谢谢您！")
        return talk.offer("预约保养", "人工")
    if rating.nudged:
        talk.nudge_no_more()
    elif talk.nudged:
        await ratings.note_nudge(rating.id)
    await keep_spoken(talk, rating)
    return await _asked(talk, rating)


async def _asked(talk: Talk, rating: Rating) -> End:
    surveys, said = await ratings.asked_surveys(rating), await said_before(talk, rating)
    first, bad, sold = not said, False, False
    while (found := next_question(surveys, said)) is not None:
        asking = Asking(rating, *found, first)
        answer = await ask(talk, asking)
        if isinstance(answer, str):
            return End(rating, answer, await when_again(talk) if answer == "later" else None)
        said[asking.survey.code, asking.question.code] = answer
        bad, sold, first = bad or is_bad(asking, answer), sold or is_sold(answer), False
        then = next_question(surveys, said)
        if answer.words and then and then[1].kind == "text" and then[1].optional:
            break  # they have said it in their own words
        if bad and then and await complained(talk, rating):
            return End(rating)
    return End(rating, bad=bad, sold=sold)


@why_away.settle
async def end(wish: End, talk: Talk) -> None:
    rating = wish.rating
    if wish.how == "later" and wish.at is not None:
        said = spoken(talk, wish.at)
        await ratings.later(rating.id, wish.at, talk.now, said=said)
        talk.say(f"记下了，{said}再来问您。")
    elif wish.how == "decline":
        await ratings.decline(rating.id, talk.now)
        talk.say("好的，不再问您了。想来店里的时候，点“预约保养”就行。")
        talk.offer("预约保养")
    else:
        await ratings.finish(rating.id, talk.now)
        store = await store_name(rating.store_id)
        talk.say(f"都记下了，谢谢您！会转给{store}负责人。想来的时候，点下面就能约。")
        talk.offer("车卖了" if wish.sold else "预约保养", *(("投诉",) if wish.bad else ()), "人工")


@why_away.overhears
async def answered(talk: Talk) -> bool:
    """The message says 回复一句: who does so, with nothing open, is taken at their word."""
    found = await in_words(talk)
    if found is None:
        return False
    asking, answer = found
    await put(talk, asking, answer)
    wish = End(asking.rating, bad=is_bad(asking, answer), sold=is_sold(answer))
    await end(wish, talk)
    return True


@why_away.still_applies
async def is_open(talk: Talk) -> bool:
    rating = await ratings.one(int(talk.kept(_ONCE) or 0))
    return rating is not None and rating.open


@why_away.on_leave
async def remember_the_nudge(talk: Talk) -> None:
    rating = await ratings.one(int(talk.kept(_ONCE) or 0))
    if rating is not None and talk.nudged and not rating.nudged:
        await ratings.note_nudge(rating.id)


CONVERSATIONS = [why_away]
