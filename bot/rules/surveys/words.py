"""A survey in words, for staff."""

from collections.abc import Mapping
from typing import Final

from bot.rules.rating_terms import WIN_BACK
from bot.rules.surveys.choosing import ENERGIES, OCCASIONS, Audience, Question, QuestionKind, Survey

KIND_WORDS: Final[Mapping[QuestionKind, str]] = {
    "yes_no": "是否",
    "score": "1到5分",
    "nps": "0到10分",
    "choice": "单选",
    "several": "多选",
    "text": "文字",
    "photo": "照片",
}


def asked_when(survey: Survey) -> str:
    """到店维修保养后、3个月回访; 任何时候."""
    return "、".join(OCCASIONS.get(one, one) for one in survey.occasions) or "任何时候"


def asked_whom(audience: Audience) -> str:
    """纯电、插混，首次购车; 所有客户."""
    months = audience.months
    flags = (
        (audience.premium, "贵宾"),
        (audience.first_car, "首次购车"),
        (audience.after_repair, "维修后"),
    )
    sides = (
        "、".join(ENERGIES[one] for one in audience.energy),
        *(name if wanted else f"不是{name}" for wanted, name in flags if wanted is not None),
        f"交车后第{months[0]}到{months[1]}个月" if months else "",
        f"等级{'、'.join(audience.tier)}" if audience.tier else "",
    )
    return "，".join(side for side in sides if side) or "所有客户"


def question_lines(survey: Survey) -> list[str]:
    """Each question as a line or two: number, words, kind, and when it is asked."""
    lines = []
    for number, question in enumerate(survey.questions, 1):
        notes = [KIND_WORDS[question.kind], *(["可跳过"] if question.optional else [])]
        lines.append(f"{number}. {question.text}（{'，'.join(notes)}）")
        if question.choices:
            lines.append(f"   选项：{'、'.join(choice.label for choice in question.choices)}")
        if question.when:
            lines.append(f"   只在{conditions(survey, question)}时问")
        bad = "转告门店，请同事联系" if survey.occasions == (WIN_BACK,) else "开投诉单"
        for answers, means in ((question.low, bad), (question.lead, "记为购车意向")):
            if answers:
                lines.append(f"   {means}：{'、'.join(question.label(one) for one in answers)}")
    return lines


def conditions(survey: Survey, question: Question, before: int = 0) -> str:
    """第3题答“是”; `before`: so many questions of other surveys are counted first."""
    parts = []
    for condition in question.when:
        earlier = survey.question(condition.question)
        if earlier is not None:
            shown = "、".join(earlier.label(one) for one in condition.answers)
            parts.append(f"第{survey.questions.index(earlier) + 1 + before}题答“{shown}”")
    return "，并且".join(parts)
