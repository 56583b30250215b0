"""Why they stay away, asked: each answer kept at once and thanked for, a bad one with an apology."""

from functools import partial

from bot.flow import Talk
from bot.rules.surveys.parts import Answer
from bot.rules.wording import salutation
from handlers.questions.away_said import Asking
from handlers.questions.cases import mine
from handlers.questions.media import rating_has
from handlers.questions.rating_words import CALLED, safety_first, store_name
from handlers.questions.reasons import Reason
from handlers.questions.survey import Asked, Said
from handlers.questions.survey_more import Words
from storage.queries.ratings import rating as ratings
from storage.queries.ratings.rating import REMARKS, Rating


async def ask(talk: Talk, asking: Asking) -> Answer | str:
    """The answer, kept at once. Else the wish that stands in its place: later, decline, stop."""
    question, n = asking.question, 0
    own_words = question.kind in {"text", "photo"}
    reader = (
        Reason(question, ways_out=True)
        if asking.first
        else (Words if own_words else Asked)(question)
    )
    optional = question.optional or question.kind == "photo"
    words = f"{_hello(talk) if asking.first else ''}{question.text}"
    while True:
        name = f"{asking.name} {n}" if n else asking.name
        said: Said | None = await talk.ask(name, words, reader, optional=optional)
        n += 1
        if said is None:
            said = Said(Answer())
        if said.sent is not None:
            await rating_has(talk, asking.rating, *said.sent)
            words = f"{CALLED[said.sent[0]]}收到了，会一起转给门店。\n{question.text}"
        elif said.remark:
            await put(talk, asking, Answer(words=said.remark), n)
            words = question.text
        elif said.answer is None:
            return said.wish
        else:
            await put(talk, asking, said.answer)
            return said.answer


async def put(talk: Talk, asking: Asking, answer: Answer, remark: int = 0) -> None:
    """Keep it, and thank for it. `remark`: words of their own beside the question, the so many-th."""
    rating, question = asking.rating, asking.question
    where = (asking.survey.code, asking.survey.version, question.code, question.kind)
    if remark:
        where = (REMARKS, 0, f"t{talk.id}.{question.code[:16]}.{remark}", "text")

    async def keep() -> bool:
        came = await ratings.put_answer(
            *(rating.id, *where, talk.now),
            value=answer.value, choices=answer.choices, words=answer.words,
        )  # fmt: skip  # which question, then what was said
        safety_first(talk, answer.words)
        if came.low:
            await talk.once("抱歉", partial(_sorry, talk, rating), of=rating.id)
        elif asking.first and came.kept:
            talk.say("谢谢您告诉我们，记下了。")
        return True

    await talk.once(f"答 {asking.name} {remark}", keep, of=answer)


async def _sorry(talk: Talk, rating: Rating) -> bool:
    """A colleague hears of it; a complaint is theirs to make, if they have not made it."""
    if await _has_complained(talk, rating):
        talk.say("谢谢您告诉我们，已转告负责的同事。")
        return True
    store = await store_name(rating.store_id)
    talk.say(
        f"很抱歉没让您满意，已转告{store}，会有同事联系您。要登记成投诉，点“投诉”，有编号、有答复时限。"
    )
    return True


async def complained(talk: Talk, rating: Rating) -> bool:
    """Whether they have taken up the offer of a complaint, which stands once under what is asked
    next: then all is told, and nothing more is asked."""

    if await _has_complained(talk, rating):
        return True

    async def offered() -> bool:
        talk.offer("投诉", "人工")
        return True

    await talk.once("可投诉", offered, of=rating.id)
    return False


async def _has_complained(talk: Talk, rating: Rating) -> bool:
    return any(case.recorded_at >= rating.asked_at for case in await mine(talk))


def _hello(talk: Talk) -> str:
    who = salutation(talk.customer.name, talk.customer.gender)
    return "您好！" if who == "您" else f"{who}，您好！"
