"""Surveys as data: what they may say, who is asked, and which question comes next."""

import json
from hashlib import sha256
from typing import Any

import pytest

from bot.errors import StaffError
from bot.rules.surveys.choosing import (
    OCCASIONS,
    Answer,
    Audience,
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
from bot.rules.surveys.pack import PACK, PAST

CHARGING: dict[str, Any] = {
    "code": "charging",
    "version": 1,
    "name": "充电",
    "kind": "extension",
    "occasions": ["visit"],
    "audience": {"energy": ["bev"], "months": [0, 24]},
    "questions": [
        {"code": "slow", "kind": "yes_no", "text": "充电变慢了吗？", "low": ["是"]},
        {
            "code": "where",
            "kind": "choice",
            "text": "在哪里变慢？",
            "when": {"slow": ["是"]},
            "choices": [{"code": "home", "label": "家里"}, {"code": "public", "label": "外面"}],
        },
        {"code": "score", "kind": "score", "text": "充电站打几分？", "when": {"where": ["public"]}},
    ],
}


def changed(question: int | None = None, **changes: Any) -> dict[str, Any]:
    """The survey above with something else written in it, or in one of its questions."""
    if question is None:
        return {**CHARGING, **changes}
    questions = [dict(one) for one in CHARGING["questions"]]
    questions[question] |= changes
    return {**CHARGING, "questions": questions}


def test_what_is_written_comes_back_as_it_was() -> None:
    survey = parse_survey(CHARGING)
    assert dump_survey(survey) == CHARGING
    assert survey.audience == Audience(energy=("bev",), months=(0, 24))
    assert survey.questions[0].low == (1,)
    assert survey.questions[2].low == (1, 2)  # as usual for a score


@pytest.mark.parametrize("survey", PACK, ids=[survey.code for survey in PACK])
def test_the_surveys_of_the_house_keep_their_own_rules(survey: Survey) -> None:
    assert check_survey(dump_survey(survey)).problems == ()
    assert parse_survey(dump_survey(survey)) == survey
    assert survey.questions[0].kind not in {"text", "photo"}  # one tap first


AS_PUBLISHED = {
    "standard 1": "294cee09bee184fa",
    "delivery 1": "c10288b0e15fb9c0",
    "after_repair 1": "d96eed47b9bda148",
    "new_energy 1": "4aecf5785da38233",
    "premium 1": "7e82b98210ff08e4",
    "first_car 1": "33e2f262fa623de2",
    "month_3 1": "af839f129a713b6c",
    "month_6 1": "3d5f5332a78b5aaa",
    "month_12 1": "08d3e051ca46c90a",
    "win_back 1": "1df16bffda3cbc64",
}
"""Of every version that a dealership may have asked by. New ones are added, none is ever changed."""


def test_what_was_asked_by_a_version_stays_what_it_was() -> None:
    """Whoever changes a survey of the house gives it the next number, and keeps the old in PAST."""
    found = {
        f"{one.code} {one.version}": sha256(
            json.dumps(dump_survey(one), ensure_ascii=False, sort_keys=True).encode()
        ).hexdigest()[:16]
        for one in (*PAST, *PACK)
    }
    assert found == AS_PUBLISHED


TWO = [{"code": "a", "label": "甲"}, {"code": "b", "label": "乙"}]


@pytest.mark.parametrize(
    ("data", "place", "says"),
    [
        ("问卷", "问卷", "名称: 值"),
        ({}, "问卷", "缺少code"),
        (changed(note="x"), "问卷", "没有“note”这一项"),
        (changed(code="Charging"), "code", "小写字母"),
        (changed(code=False), "code", "加引号"),
        (changed(version=0), "version", "1到9999"),
        (changed(version=True), "version", "整数"),
        (changed(version="1"), "version", "整数"),
        (changed(name=""), "name", "不能空着"),
        (changed(name=7), "name", "加引号"),
        (changed(name=True), "name", "加引号"),
        (changed(name=" 充电"), "name", "空白"),
        (changed(name="充\n电"), "name", "一行"),
        (changed(name="充\x00电"), "name", "控制字符"),
        (changed(name="充\ud800电"), "name", "控制字符"),
        (changed(name="充" * 65), "name", "最多64个字"),
        (changed(kind="other"), "kind", "可用：standard、extension"),
        (changed(kind="standard"), "audience", "人人都答"),
        (changed(position=-1), "position", "0到999"),
        (changed(occasions="visit"), "occasions", "列表"),
        (changed(occasions=["visit", "visit"]), "occasions", "不止一次"),
        (changed(occasions=["visit", "someday"]), "occasions第2项", "没有“someday”"),
        (changed(audience=None), "audience", "空的"),
        (changed(audience={"age": 3}), "audience", "没有“age”这一项"),
        (changed(audience={"energy": ["水"]}), "audience的energy第1项", "纯电"),
        (changed(audience={"energy": ["纯电", "bev"]}), "audience的energy", "不止一次"),
        (changed(audience={"premium": "yes"}), "audience的premium", "true或false"),
        (changed(audience={"months": [3]}), "audience的months", "如[0, 12]"),
        (changed(audience={"months": [6, 3]}), "audience的months", "如[0, 12]"),
        (changed(audience={"tier": [""]}), "audience的tier第1项", "不能空着"),
        (changed(questions=[]), "questions", "至少要有一题"),
        (changed(questions=[5]), "第1题", "名称: 值"),
        (changed(questions=CHARGING["questions"] * 7), "questions", "最多20个，现在有21个"),
        (changed(1, code="slow"), "第2题slow的code", "和第1题重复"),
        (changed(0, kind="stars"), "第1题slow的kind", "没有“stars”"),
        (changed(0, topic="weather"), "第1题slow的topic", "可用：vehicle"),
        (changed(0, text="您对我们的服务满意吗？"), "第1题slow的text", "请打分"),
        (changed(0, text="问" * 201), "第1题slow的text", "现在201个"),
        (changed(0, optional="no"), "第1题slow的optional", "true或false"),
        (changed(0, choices=TWO), "第1题slow的choices", "只有choice和several"),
        (changed(0, low=["也许"]), "第1题slow的low第1项", "可用：是、否"),
        (changed(0, low=[1, "是"]), "第1题slow的low", "不止一次"),
        (changed(2, low=[6]), "第3题score的low第1项", "可用：1、2"),
        (changed(2, low=[True]), "第3题score的low第1项", "不是这题的回答"),
        (changed(0, kind="text"), "第1题slow的low", "不能列出来"),
        (changed(1, choices=[]), "第2题where的choices", "至少要有两个"),
        (changed(1, choices=[*TWO, "丙"]), "第2题where的第3个选项", "名称: 值"),
        (changed(1, choices=[*TWO, {"code": "c"}]), "第2题where的第3个选项", "缺少label"),
        (changed(1, choices=[*TWO, TWO[0]]), "第2题where的choices", "a写了不止一次"),
        (changed(1, choices=[{"code": "a", "label": "1"}, TWO[1]]), "第2题where的第1个选项的label", "数字"),
        (changed(1, choices=[{"code": "a", "label": "取消"}, TWO[1]]), "第2题where的第1个选项的label", "另有意思"),
        (changed(1, choices=[{"code": "a", "label": "甲\n乙"}, TWO[1]]), "第2题where的第1个选项的label", "一行"),
        (changed(1, choices=[{"code": "a", "label": "甲" * 21}, TWO[1]]), "第2题where的第1个选项的label", "最多20个字"),
        (changed(1, when=["slow"]), "第2题where的when", "题目代码"),
        (changed(1, when={"slow": []}), "第2题where的when的slow", "至少写一个"),
        (changed(1, when={"slow": ["home"]}), "第2题where的when的slow第1项", "可用：是、否"),
        (changed(1, when={"score": [1]}), "第2题where的when", "后面才问"),
        (changed(1, when={"where": ["home"]}), "第2题where的when", "自己"),
        (changed(1, when={"nothing": [1]}), "第2题where的when", "没有这一题"),
        (changed(1, when={7: [1]}), "第2题where的when", "没有这一题"),
        (changed(2, kind="photo", low=[], when={"where": ["moon"]}), "第3题score的when的where第1项", "可用：home、public"),
    ],
)  # fmt: skip
def test_a_problem_is_named_with_its_place(data: Any, place: str, says: str) -> None:
    problems = check_survey(data).problems
    found = [problem.what for problem in problems if problem.place == place]
    assert any(says in what for what in found), [(one.place, one.what) for one in problems]
    with pytest.raises(StaffError, match=r"处不对") as caught:
        parse_survey(data)
    assert all(f"{problem.place}：{problem.what}" in caught.value.what for problem in problems)


def test_every_problem_is_named_at_once() -> None:
    data = changed(0, text="您要不要买延保", kind="stars") | {"version": 0, "name": ""}
    assert [problem.place for problem in check_survey(data).problems] == [
        "version", "name", "第1题slow的kind", "第1题slow的text",
    ]  # fmt: skip


def test_what_is_unknown_is_not_called_a_double_too() -> None:
    data = changed(occasions=["visit", "someday"]) | {"audience": {"energy": ["bev", "ev"]}}
    places = [problem.place for problem in check_survey(data).problems]
    assert sorted(places) == ["audience的energy第2项", "occasions第2项"]


def test_a_question_that_no_message_carries_is_refused() -> None:
    labels = [{"code": f"c{n}", "label": "选" * 19 + chr(0x4E00 + n)} for n in range(12)]
    problems = check_survey(changed(1, choices=labels, text="问" * 100, when={})).problems
    assert "放不下" in problems[0].what
    assert problems[0].place == "第2题where"


def test_who_is_asked_what() -> None:
    def codes(occasion: str, **who: Any) -> list[str]:
        return [survey.code for survey in chosen(PACK, occasion, Segment(**who))]

    assert codes("visit", energy="ice") == ["standard"]
    assert codes("visit", energy="bev", after_repair=True, premium=True) == [
        "standard", "after_repair", "new_energy", "premium",
    ]  # fmt: skip
    assert codes("delivery", first_car=True) == ["delivery", "first_car"]
    assert codes("month_3", energy="phev") == ["standard", "new_energy", "month_3"]
    assert codes("month_6") == ["standard", "month_6"]
    assert codes("win_back", premium=True) == ["win_back"]
    assert codes("someday") == []
    for occasion in OCCASIONS:
        everything = Segment("bev", premium=True, first_car=True, after_repair=True, months=3)
        assert sum(len(one.questions) for one in chosen(PACK, occasion, everything)) <= 20


@pytest.mark.parametrize(
    ("audience", "who", "fits"),
    [
        ({}, {}, True),
        ({"tier": ["VIP"]}, {"tier": "VIP"}, True),
        ({"tier": ["VIP"]}, {}, False),
        ({"premium": False}, {"premium": True}, False),
        ({"first_car": True}, {}, False),
        ({"months": [3, 6]}, {"months": 3}, True),
        ({"months": [3, 6]}, {"months": 6}, True),
        ({"months": [3, 6]}, {"months": 7}, False),
        ({"months": [0, 6]}, {}, False),
        ({"energy": ["纯电"]}, {"energy": "bev"}, True),
        ({"energy": ["纯电"]}, {"energy": ""}, False),
    ],
)
def test_an_audience(audience: dict[str, Any], who: dict[str, Any], fits: bool) -> None:
    survey = parse_survey(changed(audience=audience))
    assert chosen([survey], "visit", Segment(**who)) == ((survey,) if fits else ())


def test_a_condition_that_holds_no_more_takes_its_questions_along() -> None:
    survey = parse_survey(CHARGING)
    slow, where, score = survey.questions
    answers = {("charging", "slow"): Answer(1), ("charging", "where"): Answer(choices=("public",))}
    assert next_question([survey], {}) == (survey, slow)
    assert next_question([survey], answers) == (survey, score)
    answers["charging", "slow"] = Answer(0)
    assert next_question([survey], answers) is None
    assert [question for _, question in asked([survey], answers)] == [slow]
    assert not applies(survey, "where", answers)
    assert applies(survey, "slow", answers)
    assert survey.question("where") == where
    assert survey.question("nothing") is None


def test_what_a_question_takes_and_how_an_answer_reads() -> None:
    slow, where, score = parse_survey(CHARGING).questions
    more = [
        {"code": "many", "kind": "several", "text": "哪些？", "optional": True, "choices": TWO},
        {"code": "why", "kind": "text", "text": "为什么？"},
    ]
    many, why = parse_survey(changed(questions=more)).questions
    for question, answer, reads in (
        (slow, Answer(1), "是"),
        (slow, Answer(0), "否"),
        (score, Answer(4, words="还行"), "4分，还行"),
        (where, Answer(choices=("home",)), "家里"),
        (many, Answer(choices=("a", "b")), "甲、乙"),
        (many, Answer(), "没有回答"),
        (why, Answer(words="太远"), "太远"),
    ):
        assert refusal(question, answer) == ""
        assert said(question, answer) == reads
    assert said(where, Answer(choices=("gone",))) == "gone"
    for question, answer, why_not in (
        (slow, Answer(), "要回答"),
        (slow, Answer(2), "是、否"),
        (score, Answer(0), "1分"),
        (score, Answer(3, ("home",)), "1分"),
        (where, Answer(choices=("home", "public")), "只能选一个"),
        (where, Answer(choices=("moon",)), "家里、外面"),
        (where, Answer(1), "家里、外面"),
        (many, Answer(choices=("a", "a")), "甲、乙"),
        (many, Answer(words="都不要"), "甲、乙"),
        (why, Answer(3), "文字"),
    ):
        assert why_not in refusal(question, answer)
