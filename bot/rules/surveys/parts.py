"""What a survey is made of, and how its answers read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

QuestionKind = Literal["yes_no", "score", "nps", "choice", "several", "text", "photo"]
Topic = Literal["vehicle", "service", "intent", "recommend", "other"]
SurveyKind = Literal["standard", "extension"]
Known = int | str
"""One possible answer: 1 and 0 for yes and no, a score, or the code of a choice."""

KINDS: Final[tuple[QuestionKind, ...]] = get_args(QuestionKind)
TOPICS: Final[tuple[Topic, ...]] = get_args(Topic)
SURVEY_KINDS: Final[tuple[SurveyKind, ...]] = get_args(SurveyKind)
OCCASIONS: Final[Mapping[str, str]] = {
    "visit": "到店维修保养后",
    "delivery": "交车后",
    "month_3": "3个月回访",
    "month_6": "6个月回访",
    "month_12": "1年回访",
    "win_back": "流失招揽",
}
ENERGIES: Final[Mapping[str, str]] = {"ice": "燃油", "bev": "纯电", "phev": "插混"}
SCORES: Final = (1, 2, 3, 4, 5)
NPS_SCORES: Final = tuple(range(11))
YES, NO = 1, 0


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the lines that are offered."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Condition:
    """Holds where the earlier `question` of the same survey was answered with one of `answers`."""

    question: str
    answers: tuple[Known, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One message of the chat.

    `when`: asked only where all of these hold. `low`: the answers that show a customer who was
    served badly; `lead`: those of one who means to buy. `optional`: may be skipped.
    """

    code: str
    kind: QuestionKind
    text: str
    topic: Topic = "other"
    choices: tuple[Choice, ...] = ()
    optional: bool = False
    when: tuple[Condition, ...] = ()
    low: tuple[Known, ...] = ()
    lead: tuple[Known, ...] = ()

    @property
    def known(self) -> tuple[Known, ...]:
        """Every answer that can be named beforehand; none of free text and photos."""
        by_kind: Mapping[str, tuple[Known, ...]] = {
            "yes_no": (YES, NO),
            "score": SCORES,
            "nps": NPS_SCORES,
        }
        return by_kind.get(self.kind, tuple(choice.code for choice in self.choices))

    def label(self, answer: Known) -> str:
        """How one of `known` is shown: 是, 4分, 家里."""
        if self.kind == "yes_no":
            return "是" if answer == YES else "否"
        if isinstance(answer, int):
            return f"{answer}分"
        return next((one.label for one in self.choices if one.code == answer), answer)


@dataclass(frozen=True, slots=True)
class Audience:
    """Who is asked: every side that is set must fit. `months` since delivery, both ends included."""

    energy: tuple[str, ...] = ()
    premium: bool | None = None
    first_car: bool | None = None
    after_repair: bool | None = None
    months: tuple[int, int] | None = None
    tier: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Segment:
    """Who the customer is. `energy`: ice, bev, phev; `months`: whole ones since delivery."""

    energy: str = ""
    premium: bool = False
    first_car: bool = False
    after_repair: bool = False
    months: int | None = None
    tier: str = ""


@dataclass(frozen=True, slots=True)
class Survey:
    """One version of a list of questions. `occasions`: () every one. Lower `position`, earlier."""

    code: str
    version: int
    name: str
    kind: SurveyKind
    occasions: tuple[str, ...]
    audience: Audience
    questions: tuple[Question, ...]
    position: int = 0

    def question(self, code: str) -> Question | None:
        return next((one for one in self.questions if one.code == code), None)


@dataclass(frozen=True, slots=True)
class Answer:
    """`value`: a score, 1/0 for yes/no; `choices`: codes, of choice one; `words`: free text.

    All empty: the question was skipped.
    """

    value: int | None = None
    choices: tuple[str, ...] = ()
    words: str = ""

    @property
    def skipped(self) -> bool:
        return self.value is None and not self.choices and not self.words

    def among(self, answers: tuple[Known, ...]) -> bool:
        """Whether it is, or names, one of `answers`."""
        return self.value in answers or any(code in answers for code in self.choices)


def said(question: Question, answer: Answer) -> str:
    """How an answer reads to staff: 否, 2分, 家里、公司, the customer's own words; 没有回答."""
    parts = [question.label(answer.value)] if answer.value is not None else []
    parts += ["、".join(question.label(code) for code in answer.choices)] if answer.choices else []
    parts += [answer.words] if answer.words else []
    return "，".join(parts) or "没有回答"


def refusal(question: Question, answer: Answer) -> str:
    """Why this cannot be kept as the answer to the question, or ""."""
    if answer.skipped:
        may = question.optional or question.kind == "photo"
        return "" if may else f"“{question.text}”要回答。"
    if question.kind in {"yes_no", "score", "nps"}:
        if answer.value not in question.known or answer.choices:
            shown = "、".join(question.label(one) for one in question.known)
            return f"“{question.text}”的回答只能是：{shown}。"
    elif question.kind in {"choice", "several"}:
        return _choice_refusal(question, answer)
    elif answer.value is not None or answer.choices:
        return f"“{question.text}”要用文字回答。"
    return ""


def _choice_refusal(question: Question, answer: Answer) -> str:
    known, given = set(question.known), answer.choices
    wrong = answer.value is not None or len(set(given)) < len(given) or not known.issuperset(given)
    if wrong or not given:
        shown = "、".join(choice.label for choice in question.choices)
        return f"“{question.text}”要从这些里选：{shown}。"
    if question.kind == "choice" and len(given) > 1:
        return f"“{question.text}”只能选一个。"
    return ""
