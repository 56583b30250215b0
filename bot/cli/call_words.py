"""The questions of a call as its caller reads them, however many there are."""

from collections.abc import Iterable, Iterator
from datetime import tzinfo

from bot.cli.case_words import KEPT, MEDIA
from bot.rules.call_answers import numbered
from bot.rules.surveys.choosing import Answers, Question, Survey, asked, said
from bot.rules.surveys.words import KIND_WORDS, conditions
from storage.queries.calls.questions import Asking
from storage.queries.evidence.collecting import Item

_INDENT = "    "


def question_lines(found: Asking) -> Iterator[str]:
    """How many are left, then each: a line of its own for what is offered, when it is asked, and the
    answer. A caller goes down the numbers, and leaves out what does not apply.
    """
    every, answers = numbered(found.surveys), found.answers or {}
    if not every:
        return
    due = {(survey.code, one.code) for survey, one in asked(found.surveys, answers)}
    left = sum(key not in answers for key in due)
    yield ""
    yield f"共{len(every)}题，已答{len(due) - left}题，还要问{left}题："
    before, wide = 0, len(str(len(every)))
    for survey in found.surveys:
        if len(found.surveys) > 1:
            yield f"【{survey.name}】"
        for number, question in enumerate(survey.questions, before + 1):
            yield f"{number:>{wide}}. {question.text}{_form(question)}"
            applies = (survey.code, question.code) in due
            yield from _below(survey, question, answers, before, applies=applies)
        before += len(survey.questions)


def media_lines(sent: Iterable[Item], zone: tzinfo) -> Iterator[str]:
    """What they sent in chat with the rating of this visit, each with its number."""
    for one in sent:
        why = f"（{one.why}）" if one.why else ""
        at = f"{one.sent_at.astimezone(zone):%m-%d %H:%M}"
        yield f"随评价发来：{MEDIA.get(one.kind, one.kind)} {one.id} {at} {KEPT[one.state]}{why}"


def _form(question: Question) -> str:
    notes = [] if question.choices else [_offered(question)]
    if question.kind == "several":
        notes.append("可多选")
    if question.optional:
        notes.append("可不问")
    return f"（{'，'.join(notes)}）" if notes else ""


def _offered(question: Question) -> str:
    return "是、否" if question.kind == "yes_no" else KIND_WORDS[question.kind]


def _below(
    survey: Survey, question: Question, answers: Answers, before: int, *, applies: bool
) -> Iterator[str]:
    if question.choices:
        yield f"{_INDENT}选项：{'、'.join(choice.label for choice in question.choices)}"
    if question.when:
        where = conditions(survey, question, before)
        yield f"{_INDENT}{'因为' if applies else '只在'}{where}{'' if applies else '时问'}"
    if (given := answers.get((survey.code, question.code))) is not None:
        yield f"{_INDENT}→ {said(question, given)}"
