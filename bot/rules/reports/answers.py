"""What a month's ratings and answers come to: satisfaction, the NPS, and each question by itself."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.rules.scoring import nps_from, points
from bot.rules.surveys.parts import Answer, Question, Survey


def percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None


@dataclass(frozen=True, slots=True)
class Ratings:
    """Ratings that were begun to be answered in the month."""

    answered: int = 0
    judged: int = 0
    points: float = 0.0
    visits: int = 0
    visit_points: float = 0.0
    asked_nps: int = 0
    promoters: int = 0
    detractors: int = 0
    low: int = 0

    @property
    def satisfaction(self) -> float | None:
        """The mean on 5 of all ratings, two digits."""
        return round(self.points / self.judged, 2) if self.judged else None

    @property
    def last_repair(self) -> float | None:
        """The same of ratings of a visit to the workshop."""
        return round(self.visit_points / self.visits, 2) if self.visits else None

    @property
    def low_percent(self) -> float | None:
        """不满意率, of all that were answered."""
        return percent(self.low, self.answered)

    @property
    def nps(self) -> int | None:
        if not self.asked_nps:
            return None
        return nps_from(self.promoters, self.detractors, self.asked_nps)


@dataclass(frozen=True, slots=True)
class Rated:
    """So many answered ratings of one kind of occasion, as the database adds them up."""

    visit: bool
    answered: int
    judged: int
    points: float
    asked_nps: int
    promoters: int
    detractors: int
    low: int


def ratings(found: Sequence[Rated]) -> Ratings:
    visits = [one for one in found if one.visit]
    return Ratings(
        sum(one.answered for one in found),
        sum(one.judged for one in found),
        sum(one.points for one in found),
        sum(one.judged for one in visits),
        sum(one.points for one in visits),
        sum(one.asked_nps for one in found),
        sum(one.promoters for one in found),
        sum(one.detractors for one in found),
        sum(one.low for one in found),
    )


@dataclass(frozen=True, slots=True)
class Told:
    """So many times the same answer to a question, by value or by choices."""

    survey: str
    version: int
    question: str
    value: int | None
    choices: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True)
class QuestionFigure:
    """`counts`: how often each answer was given, by how it is shown, in the question's own order.

    `answered` leaves out who skipped it. `satisfaction` on 5, None for what judges nothing.
    """

    survey: str
    question: str
    text: str
    topic: str
    answered: int
    satisfaction: float | None
    low: int
    counts: tuple[tuple[str, int], ...]

    @property
    def low_percent(self) -> float | None:
        return percent(self.low, self.answered)


def question_figures(
    found: Iterable[Told], surveys: Iterable[Survey]
) -> tuple[QuestionFigure, ...]:
    """In the order of the surveys and of their questions.

    A question that is the same in several versions is one; one that was changed is another.
    """
    by_version = {(one.code, one.version): one for one in surveys}
    groups: dict[tuple[str, Question], list[Told]] = {}
    order: dict[tuple[str, Question], tuple[int, int, int]] = {}
    places = {pair: place for place, pair in enumerate(by_version)}
    for one in found:
        survey = by_version.get((one.survey, one.version))
        question = survey.question(one.question) if survey else None
        if survey is None or question is None:
            continue
        key = (one.survey, question)
        groups.setdefault(key, []).append(one)
        place = (places[one.survey, one.version], survey.questions.index(question), -one.version)
        order[key] = min(order.get(key, place), place)
    ranked = sorted(groups, key=lambda key: order[key])
    return tuple(_figure(survey, question, groups[survey, question]) for survey, question in ranked)


def _figure(survey: str, question: Question, told: Sequence[Told]) -> QuestionFigure:
    counts = dict.fromkeys(question.known, 0)
    answered, judged, low = 0, 0, 0
    total = 0.0
    for one in told:
        answer = Answer(one.value, one.choices)
        named = one.choices if one.value is None else (one.value,)
        for known in named:
            counts[known] = counts.get(known, 0) + one.count
        answered += one.count
        low += one.count if answer.among(question.low) else 0
        if (worth := points(question, answer)) is not None:
            judged, total = judged + one.count, total + worth * one.count
    return QuestionFigure(
        *(survey, question.code, question.text, question.topic, answered),
        round(total / judged, 2) if judged else None,
        low,
        tuple((question.label(known), count) for known, count in counts.items()),
    )
