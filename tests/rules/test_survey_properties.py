"""Whatever surveys staff write and customers answer: what always holds."""

from collections import Counter
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.rules.scoring import complains, low_reason, nps_of, points, satisfaction
from bot.rules.surveys.choosing import (
    ENERGIES,
    OCCASIONS,
    Answer,
    Audience,
    Choice,
    Condition,
    Question,
    Segment,
    Survey,
    applies,
    asked,
    check_survey,
    chosen,
    dump_survey,
    next_question,
    parse_survey,
    refusal,
    said,
)
from bot.rules.surveys.parts import KINDS, TOPICS
from bot.rules.surveys.questions import usual_low

WORDS = st.text("车油电路灯胎门窗座漆a", min_size=1, max_size=12)
CODES = st.from_regex(r"[a-z][a-z0-9_]{0,5}", fullmatch=True)
MAYBE = st.none() | st.booleans()
FEWER = settings(max_examples=60)  # whole surveys take their time to draw


@st.composite
def some_of(draw: st.DrawFn, known: tuple[Any, ...], least: int = 0) -> tuple[Any, ...]:
    """Some of `known`, each once, in any order."""
    return tuple(draw(st.lists(st.sampled_from(known), unique=True, min_size=least)))


@st.composite
def questions(draw: st.DrawFn, code: str, before: tuple[Question, ...]) -> Question:
    kind = draw(st.sampled_from(KINDS))
    topic = draw(st.sampled_from(TOPICS))
    lines: list[Choice] = []
    if kind in {"choice", "several"}:
        named = draw(st.lists(CODES, min_size=2, max_size=4, unique=True))
        labels = draw(st.lists(WORDS, min_size=len(named), max_size=len(named), unique=True))
        lines = [Choice(*pair) for pair in zip(named, labels, strict=True)]
    conditions = [
        Condition(one.code, draw(some_of(one.known, 1)))
        for one in before
        if one.known and draw(st.integers(0, 2)) == 0
    ]
    bare = Question(code, kind, draw(WORDS), topic, tuple(lines))
    unusual = draw(st.booleans())
    low = draw(some_of(bare.known)) if bare.known and unusual else usual_low(kind, topic)
    return Question(
        code, kind, bare.text, topic, tuple(lines), draw(st.booleans()), tuple(conditions),
        low,
        draw(some_of(bare.known)) if bare.known else (),
    )  # fmt: skip


@st.composite
def surveys(draw: st.DrawFn) -> Survey:
    made: tuple[Question, ...] = ()
    for code in draw(st.lists(CODES, min_size=1, max_size=6, unique=True)):
        made = (*made, draw(questions(code, made)))
    extension = draw(st.booleans())
    months = draw(st.none() | st.tuples(st.integers(0, 60), st.integers(0, 60)))
    audience = Audience(
        draw(some_of(tuple(ENERGIES))), draw(MAYBE), draw(MAYBE), draw(MAYBE),
        (min(months), max(months)) if months else None,
        tuple(draw(st.lists(WORDS, max_size=2, unique=True))),
    )  # fmt: skip
    return Survey(
        draw(CODES), draw(st.integers(1, 9999)), draw(WORDS),
        "extension" if extension else "standard", draw(some_of(tuple(OCCASIONS))),
        audience if extension else Audience(), made, draw(st.integers(0, 999)),
    )  # fmt: skip


LISTS = st.lists(surveys(), min_size=1, max_size=3, unique_by=lambda survey: survey.code)


@st.composite
def answers_to(draw: st.DrawFn, question: Question) -> Answer:
    if question.optional and draw(st.booleans()):
        return Answer()
    if question.kind in {"choice", "several"}:
        codes = draw(some_of(question.known, 1))
        return Answer(choices=codes[:1] if question.kind == "choice" else codes)
    if question.known:
        return Answer(
            draw(st.sampled_from([one for one in question.known if isinstance(one, int)]))
        )
    return Answer(words=draw(WORDS)) if question.kind == "text" else Answer()


@FEWER
@given(surveys())
def test_out_and_in_again_changes_nothing(survey: Survey) -> None:
    data = dump_survey(survey)
    assert parse_survey(data) == survey
    assert dump_survey(parse_survey(data)) == data


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@st.composite
def spoiled(draw: st.DrawFn) -> Any:
    """A survey's data with something put anywhere in it."""
    data = dump_survey(draw(surveys()))
    node: Any = data
    while True:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        if not keys:
            return data
        key = draw(st.sampled_from(keys))
        if not isinstance(node[key], dict | list) or draw(st.booleans()):
            node[key] = draw(JSON)
            return data
        node = node[key]


@FEWER
@given(spoiled() | JSON)
def test_no_data_is_too_strange_to_be_looked_over(data: Any) -> None:
    checked = check_survey(data)
    assert (checked.survey is None) == bool(checked.problems)
    for problem in checked.problems:
        assert problem.place
        assert problem.what
        node = data
        for step in problem.path[:-1]:
            node = node[step]  # the path leads to where it is
    if checked.survey is not None:
        assert parse_survey(dump_survey(checked.survey)) == checked.survey


@FEWER
@given(st.data(), LISTS)
def test_every_question_comes_once_and_only_where_its_conditions_hold(
    data: st.DataObject, asking: list[Survey]
) -> None:
    answers: dict[tuple[str, str], Answer] = {}
    count: Counter[tuple[str, str]] = Counter()
    places = [(survey.code, one.code) for survey in asking for one in survey.questions]
    while (found := next_question(asking, answers)) is not None:
        survey, question = found
        count[survey.code, question.code] += 1
        for condition in question.when:
            given_before = answers[survey.code, condition.question]
            assert given_before.among(condition.answers)
            assert applies(survey, condition.question, answers)
        answer = data.draw(answers_to(question))
        assert refusal(question, answer) == ""
        assert said(question, answer)
        answers[survey.code, question.code] = answer
        assert sum(count.values()) <= len(places)
    assert max(count.values()) == 1
    order = [places.index(place) for place in answers]
    assert order == sorted(order)
    assert {(s.code, q.code) for s, q in asked(asking, answers)} == set(answers)


@FEWER
@given(st.data(), LISTS)
def test_a_corrected_answer_leaves_no_question_without_its_reason(
    data: st.DataObject, asking: list[Survey]
) -> None:
    """An answer is changed afterwards: what is asked then still has its conditions, and it ends."""
    answers: dict[tuple[str, str], Answer] = {}
    rounds = data.draw(st.integers(0, 3))
    while True:
        found = next_question(asking, answers)
        if found is None and (not rounds or not answers):
            break
        if found is None:
            rounds -= 1
            code, name = data.draw(st.sampled_from(list(answers)))
            survey = next(one for one in asking if one.code == code)
            question = survey.question(name)
            assert question is not None
        else:
            survey, question = found
            assert applies(survey, question.code, answers)
        answers[survey.code, question.code] = data.draw(answers_to(question))
    for survey, question in asked(asking, answers):
        assert (survey.code, question.code) in answers


SEGMENTS = st.builds(
    Segment, st.sampled_from(["", *ENERGIES]), st.booleans(), st.booleans(), st.booleans(),
    st.none() | st.integers(0, 60), WORDS,
)  # fmt: skip


@FEWER
@given(LISTS, st.sampled_from(list(OCCASIONS)), SEGMENTS)
def test_standard_surveys_come_first_and_to_everyone(
    all_of_them: list[Survey], occasion: str, who: Segment
) -> None:
    found = chosen(all_of_them, occasion, who)
    assert len(set(found)) == len(found)
    assert [one.kind == "standard" for one in found] == sorted(
        (one.kind == "standard" for one in found), reverse=True
    )
    for survey in all_of_them:
        here = not survey.occasions or occasion in survey.occasions
        if survey.kind == "standard":
            assert (survey in found) == here
        assert here or survey not in found


@FEWER
@given(st.data(), surveys())
def test_satisfaction_stays_between_one_and_five(data: st.DataObject, survey: Survey) -> None:
    answered = [(one, data.draw(answers_to(one))) for one in survey.questions]
    judged = [given for pair in answered if (given := points(*pair)) is not None]
    found = satisfaction(answered)
    assert (found is None) == (not judged)
    if found is not None:
        assert 1 <= min(judged) <= found + 1e-9
        assert found - 1e-9 <= max(judged) <= 5
    for question, answer in answered:
        low = answer.among(question.low) or complains(answer.words)
        assert bool(low_reason(question, answer)) == low


@given(st.lists(st.integers(0, 10), min_size=1))
def test_the_nps_is_promoters_less_detractors(scores: list[int]) -> None:
    found = nps_of(scores)
    promoters = len([score for score in scores if score in {9, 10}])
    detractors = len([score for score in scores if score in range(7)])
    assert found is not None
    assert -100 <= found <= 100
    assert abs(found - 100 * (promoters - detractors) / len(scores)) <= 0.5
    assert nps_of([10 - (10 - score) for score in reversed(scores)]) == found


@given(st.text(max_size=600))
def test_no_words_are_too_strange_to_be_heard(text: str) -> None:
    assert complains(text) in {True, False}
