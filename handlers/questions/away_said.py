"""What is known of why they stay away: what they are asked, what they said before, and what of it."""

from dataclasses import dataclass

from bot.flow import Talk
from bot.flow.heard import Heard
from bot.rules.rating_terms import WIN_BACK
from bot.rules.scoring import low_reason
from bot.rules.surveys.choosing import next_question
from bot.rules.surveys.parts import Answer, Question, Survey
from handlers.questions.reasons import why_said
from storage.queries import reminders
from storage.queries.ratings import rating as ratings
from storage.queries.ratings.rating import Rating


@dataclass(frozen=True, slots=True)
class Asking:
    """`first`: the question that one tap answers."""

    rating: Rating
    survey: Survey
    question: Question
    first: bool

    @property
    def name(self) -> str:
        return f"{self.survey.code}.{self.question.code}"


def is_bad(asking: Asking, answer: Answer) -> bool:
    return bool(low_reason(asking.question, answer))


def is_sold(answer: Answer) -> bool:
    return "sold" in answer.choices


async def begun(talk: Talk) -> int:
    """The contact that asked why, as what their answers are kept in; 0: none did."""
    occasion = await ratings.staying_away(talk.customer, talk.now)
    if occasion is None:
        return 0
    rating = await ratings.begin(occasion, talk.now, wechat_user_id=talk.customer.id)
    return rating.id if rating else 0


async def said_before(talk: Talk, rating: Rating) -> dict[tuple[str, str], Answer]:
    """What was answered before this talk, or to a colleague meanwhile."""

    def here(name: str) -> bool:
        put_here = talk.kept(f"once:答 {name} 0") is not None
        return put_here or talk.asks(name) or talk.kept(name) is not None

    given = (await ratings.answers(rating.id)).items()
    asked = {code for code, _ in rating.surveys}
    return {key: one for key, one in given if key[0] in asked and not here(".".join(key))}


async def in_words(talk: Talk) -> tuple[Asking, Answer] | None:
    """What was said with nothing open, as the answer to the message that came last, if it is one."""
    told, said = await reminders.latest(talk.customer.customer_id, talk.now), talk.opened_with
    if told is None or told.kind != WIN_BACK or not said.worded:
        return None
    occasion = await ratings.staying_away(talk.customer, talk.now)
    if occasion is None or occasion.touchpoint_id != told.id:
        return None
    asked, _ = await ratings.to_ask(occasion, talk.today)
    found = next_question(asked, {})
    heard = Heard(said.text, talk.now, said.kind, said.media_id)
    answer = why_said(found[1], heard) if found else None
    if found is None or answer is None:
        return None
    rating = await ratings.begin(occasion, talk.now, wechat_user_id=talk.customer.id)
    return (Asking(rating, *found, True), answer) if rating and rating.open else None
