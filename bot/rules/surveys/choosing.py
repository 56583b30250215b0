"""Which surveys a customer gets, and which question comes next.

survey = parse_survey(yaml_or_json_data)       # raises StaffError naming every problem
asked = chosen(surveys, "visit", Segment(energy="bev", after_repair=True))
found = next_question(asked, answers)          # (survey, question), or None: all is answered

Beside what the words above say: `dump_survey` is the way back from `parse_survey`, `check_survey`
gives the problems with their places instead of raising, `applies` tells whether one question is
(still) to be asked, `refusal` why something cannot be an answer to it, `said` how an answer reads.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from bot.rules.surveys.data import Problem, check_survey, dump_survey, kept_survey, parse_survey
from bot.rules.surveys.parts import (
    ENERGIES,
    OCCASIONS,
    Answer,
    Audience,
    Choice,
    Condition,
    Question,
    QuestionKind,
    Segment,
    Survey,
    SurveyKind,
    Topic,
    refusal,
    said,
)

__all__ = [
    "ENERGIES", "OCCASIONS", "Answer", "Answers", "Audience", "Choice", "Condition", "Problem",
    "Question", "QuestionKind", "Segment", "Survey", "SurveyKind", "Topic", "applies", "asked",
    "check_survey", "chosen", "dump_survey", "fits", "kept_survey", "next_question", "parse_survey",
    "refusal", "said",
]  # fmt: skip

Answers = Mapping[tuple[str, str], Answer]
"""By (survey, question), the codes of both."""


def chosen(surveys: Iterable[Survey], occasion: str, segment: Segment) -> tuple[Survey, ...]:
    """The surveys of the occasion that fit the customer, in the order they are asked."""
    fitting = [
        survey
        for survey in surveys
        if (not survey.occasions or occasion in survey.occasions) and fits(survey.audience, segment)
    ]
    return tuple(sorted(fitting, key=lambda one: (one.kind != "standard", one.position, one.code)))


def fits(audience: Audience, segment: Segment) -> bool:
    """Whether every side that the audience sets is the customer's."""
    flags = (
        (audience.premium, segment.premium),
        (audience.first_car, segment.first_car),
        (audience.after_repair, segment.after_repair),
    )
    if any(wanted is not None and wanted != is_so for wanted, is_so in flags):
        return False
    if audience.energy and segment.energy not in audience.energy:
        return False
    if audience.tier and segment.tier not in audience.tier:
        return False
    if audience.months is None:
        return True
    first, last = audience.months
    return segment.months is not None and first <= segment.months <= last


def next_question(surveys: Sequence[Survey], answers: Answers) -> tuple[Survey, Question] | None:
    """The first question whose conditions hold and that has no answer; None: all is answered."""
    for survey in surveys:
        for question in _asked_of(survey, answers):
            if (survey.code, question.code) not in answers:
                return survey, question
    return None


def asked(surveys: Sequence[Survey], answers: Answers) -> Iterator[tuple[Survey, Question]]:
    """Every question whose conditions hold as things are, in order, answered or not."""
    for survey in surveys:
        for question in _asked_of(survey, answers):
            yield survey, question


def applies(survey: Survey, question: str, answers: Answers) -> bool:
    """Whether the question is one that the answers so far lead to."""
    return any(one.code == question for one in _asked_of(survey, answers))


def _asked_of(survey: Survey, answers: Answers) -> Iterator[Question]:
    """An answer whose own question is not asked any more makes no condition hold."""
    counted: dict[str, Answer] = {}
    for question in survey.questions:
        if all(
            one.question in counted and counted[one.question].among(one.answers)
            for one in question.when
        ):
            if (answer := answers.get((survey.code, question.code))) is not None:
                counted[question.code] = answer
            yield question
