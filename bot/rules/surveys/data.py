"""A survey as data: what YAML files, the interface and the database hold, and back.

{"code": "charging", "version": 1, "name": "充电", "kind": "extension", "occasions": ["visit"],
 "audience": {"energy": ["bev"], "months": [0, 24]}, "questions": [
  {"code": "slow", "kind": "yes_no", "text": "…", "topic": "vehicle", "low": ["是"]},
  {"code": "where", "kind": "choice", "text": "…", "when": {"slow": ["是"]},
   "choices": [{"code": "home", "label": "家里"}, {"code": "public", "label": "外面"}]}]}

An answer is named by 是 or 否, by its score, or by the code of a choice. What is left out is as
usual; `low` as `usual_low` has it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from bot.errors import StaffError
from bot.rules.surveys.checks import Checks, Place, Problem
from bot.rules.surveys.parts import ENERGIES, OCCASIONS, SURVEY_KINDS, Audience, Survey
from bot.rules.surveys.questions import question_data, read_questions

__all__ = ["Problem", "check_survey", "dump_survey", "kept_survey", "parse_survey"]

LAST_VERSION: Final = 9_999
LAST_POSITION: Final = 999
LAST_MONTH: Final = 600
_KEYS: Final = (
    "code", "version", "name", "kind", "position", "occasions", "audience", "questions"
)  # fmt: skip
_MUST: Final = ("code", "version", "name", "kind", "questions")
_FLAGS: Final = ("premium", "first_car", "after_repair")
_AUDIENCE: Final = ("energy", *_FLAGS, "months", "tier")
_CODES: Final = {name: code for code, name in ENERGIES.items()} | {code: code for code in ENERGIES}


@dataclass(frozen=True, slots=True)
class Checked:
    """`survey` is None where there are problems."""

    survey: Survey | None
    problems: tuple[Problem, ...]


def parse_survey(data: Any) -> Survey:
    """Raises StaffError that names every problem with its place, a line each."""
    checked = check_survey(data)
    if checked.survey is not None:
        return checked.survey
    code = data.get("code", "") if isinstance(data, Mapping) else ""
    named = code if isinstance(code, str) else ""
    lines = "\n".join(f"{problem.place}：{problem.what}" for problem in checked.problems)
    raise StaffError(
        f"问卷{named[:32]}有{len(checked.problems)}处不对：\n{lines}", "改好以后再导入。"
    )


def check_survey(data: Any) -> Checked:
    """Every problem there is, or the survey."""
    checks = Checks()
    if not checks.mapping((), data, _KEYS, _MUST):
        return Checked(None, tuple(checks.problems))
    survey = _read(checks, data)
    if survey.kind == "standard" and survey.audience != Audience():
        checks.note(("audience",), "标准问卷人人都答，不能限定对象；要限定就写成extension。")
    if checks.problems:
        return Checked(None, tuple(checks.problems))
    return Checked(survey, ())


def kept_survey(data: Mapping[str, Any]) -> Survey:
    """One that was found right when it was kept, whatever has become a problem since."""
    return _read(Checks(), data)


def _read(checks: Checks, data: Mapping[str, Any]) -> Survey:
    return Survey(
        code=checks.code(("code",), data.get("code", "")),
        version=checks.whole(("version",), data.get("version", 1), 1, LAST_VERSION),
        name=checks.words(("name",), data.get("name", ""), 64),
        kind=checks.one_of(("kind",), data.get("kind", "standard"), SURVEY_KINDS),
        occasions=_occasions(checks, data.get("occasions", [])),
        audience=_audience(checks, data.get("audience", {})),
        questions=read_questions(checks, data.get("questions", [])),
        position=checks.whole(("position",), data.get("position", 0), 0, LAST_POSITION),
    )


def _occasions(checks: Checks, data: Any) -> tuple[str, ...]:
    at: Place = ("occasions",)
    given = checks.items(at, data, len(OCCASIONS))
    found = [
        checks.one_of((*at, number), one, tuple(OCCASIONS)) for number, one in enumerate(given)
    ]
    # What stands in for a wrong one is nobody's double.
    checks.unlike(at, [one for one, known in zip(given, found, strict=True) if one == known])
    return tuple(found)


def _audience(checks: Checks, data: Any) -> Audience:
    at: Place = ("audience",)
    if not checks.mapping(at, data, _AUDIENCE):
        return Audience()
    flags = {name: data[name] for name in _FLAGS if data.get(name) is not None}
    for name, value in flags.items():
        if not isinstance(value, bool):
            checks.note((*at, name), "只能写true或false。")
    return Audience(
        energy=_energies(checks, data.get("energy", [])),
        months=_months(checks, data.get("months")),
        tier=_tiers(checks, data.get("tier", [])),
        **flags,
    )


def _energies(checks: Checks, data: Any) -> tuple[str, ...]:
    at: Place = ("audience", "energy")
    given = checks.items(at, data, len(ENERGIES))
    names = [checks.one_of((*at, number), one, tuple(_CODES)) for number, one in enumerate(given)]
    checks.unlike(at, [_CODES[name] for one, name in zip(given, names, strict=True) if one == name])
    return tuple(_CODES[name] for name in names)


def _tiers(checks: Checks, data: Any) -> tuple[str, ...]:
    at: Place = ("audience", "tier")
    found = [
        checks.words((*at, number), one, 16)
        for number, one in enumerate(checks.items(at, data, 20))
    ]
    checks.unlike(at, found)
    return tuple(found)


def _months(checks: Checks, data: Any) -> tuple[int, int] | None:
    at: Place = ("audience", "months")
    if data is None:
        return None
    ends = [
        checks.whole((*at, number), one, 0, LAST_MONTH)
        for number, one in enumerate(checks.items(at, data, 2))
    ]
    if len(ends) != 2 or ends[0] > ends[1]:
        checks.note(at, "写交车后的第几个月到第几个月，如[0, 12]。")
        return None
    return ends[0], ends[1]


def dump_survey(survey: Survey) -> dict[str, Any]:
    """What `parse_survey` takes; what is as usual is left out."""
    data: dict[str, Any] = {
        "code": survey.code,
        "version": survey.version,
        "name": survey.name,
        "kind": survey.kind,
    }
    if survey.position:
        data["position"] = survey.position
    if survey.occasions:
        data["occasions"] = list(survey.occasions)
    if audience := _audience_data(survey.audience):
        data["audience"] = audience
    by_code = {question.code: question for question in survey.questions}
    data["questions"] = [question_data(question, by_code) for question in survey.questions]
    return data


def _audience_data(audience: Audience) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in _AUDIENCE:
        value = getattr(audience, name)
        if value is not None and value != ():
            found[name] = list(value) if isinstance(value, tuple) else value
    return found
