"""One question of a rating asked and kept at once, and the thanks that say what will happen."""

from dataclasses import dataclass, replace

from bot.flow import Talk
from bot.rules.score_in_words import score_given
from bot.rules.surveys.parts import Answer, Question, Survey
from handlers.questions.media import rating_has
from handlers.questions.rating_words import received, safety_first, thank
from handlers.questions.survey import Asked, Said
from handlers.questions.survey_more import MORE_ASKED, More, Words
from storage.queries.ratings import rating as ratings
from storage.queries.ratings.rating import REMARKS, Rating


@dataclass(frozen=True, slots=True)
class Asking:
    """A rating in one talk: the survey, its question, and what is said before the question."""

    rating: Rating
    survey: Survey
    question: Question
    hello: str = ""

    @property
    def name(self) -> str:
        return f"{self.survey.code}.{self.question.code}"


async def answered_elsewhere(talk: Talk, rating: Rating) -> dict[tuple[str, str], Answer]:
    """What was answered before this talk, or by somebody else of the car: not asked again.

    What is asked here is heard all the same: of two of them the last word counts.
    """

    def here(name: str) -> bool:
        put = talk.kept(f"once:答 {name}") is not None
        return put or talk.asks(name) or talk.kept(name) is not None

    said = (await ratings.answers(rating.id)).items()
    return {
        (survey, question): answer
        for (survey, question), answer in said
        if survey != REMARKS and not here(f"{survey}.{question}")
    }


async def ask(talk: Talk, asking: Asking, *, first: bool) -> Answer | str:
    """The answer, kept at once. Else the wish that stands in its place: later, decline, stop."""
    own_words = asking.question.kind in {"text", "photo"}
    corrects = first and talk.asks(f"{asking.survey.code}.{MORE_ASKED.code}")
    reader = (Words if own_words else Asked)(asking.question, ways_out=first, corrects=corrects)
    said = await _hear(talk, asking, reader)
    if said.answer is None:
        return said.wish
    await _put(talk, asking, said.answer, first=first)
    return said.answer


async def wants_more(talk: Talk, asking: Asking) -> bool:
    """Details only from who has a mind to give them."""
    more = replace(asking, question=MORE_ASKED, hello="")
    said = await _hear(talk, more, More(MORE_ASKED))
    return said.answer == Answer(choices=("more",))


async def _hear(talk: Talk, asking: Asking, reader: Asked) -> Said:
    """An answer or a wish; photos, voice and words besides are kept, and the question put again."""
    optional = asking.question.optional or asking.question.kind == "photo"
    words, sent, n = _words(asking), list[str](), 0
    while True:
        name = f"{asking.name} {n}" if n else asking.name
        said: Said | None = await talk.ask(name, words, reader, optional=optional)
        if said is None:
            return Said(Answer(words=f"发了{len(sent)}份照片或录音" if sent else ""))
        if said.sent is not None:
            await rating_has(talk, asking.rating, *said.sent)
            sent.append(said.sent[0])
            words = received(sent, asking.question)
        elif said.remark:
            scored = score_given(asking.question, said.remark)
            await _remark(talk, asking, n, said.remark, alone=scored is None)
            if scored is not None:
                return Said(scored)
            words = asking.question.text
        else:
            return said
        n += 1


def _words(asking: Asking) -> str:
    hint = "（可选几项，比如回“1 3”）" if asking.question.kind == "several" else ""
    return f"{asking.hello}{asking.question.text}{hint}"


async def _put(talk: Talk, asking: Asking, answer: Answer, *, first: bool) -> None:
    async def keep() -> bool:
        came = await ratings.put_answer(
            *(asking.rating.id, asking.survey.code, asking.survey.version),
            *(asking.question.code, asking.question.kind, talk.now),
            value=answer.value, choices=answer.choices, words=answer.words,
        )  # fmt: skip  # which question, then what was said
        safety_first(talk, answer.words)
        await thank(talk, asking.rating, came, first=first)
        return True

    await talk.once(f"答 {asking.name}", keep, of=answer)


async def _remark(talk: Talk, asking: Asking, n: int, text: str, *, alone: bool) -> None:
    async def keep() -> bool:
        where = (asking.rating.id, REMARKS, 0, f"t{talk.id}.{asking.question.code[:16]}.{n}")
        came = await ratings.put_answer(*where, "text", talk.now, words=text)
        safety_first(talk, text)
        talk.say("记下了，谢谢您告诉我们。" if alone and not came.low else "")
        await thank(talk, asking.rating, came, first=False)
        return True

    await talk.once(f"话 {asking.name} {n}", keep, of=text)
