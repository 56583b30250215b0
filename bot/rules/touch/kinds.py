"""The kinds of contact a store owes (客户跟踪计划), and what staff may change of each.

rules = rules_for(overrides, store="pudong", model="Model Y")
rules["first_service"].days   # (-7,): a week before it is due
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import time, timedelta
from typing import Final, Literal

from bot.rules.service_due import FIRST_KM, FIRST_MONTHS, REGULAR_KM, REGULAR_MONTHS

Purpose = Literal["service", "care", "follow_up", "marketing"]
Anchor = Literal[
    "delivery", "service", "visit", "away", "festival", "birthday", "incident",
    "insurance", "inspection", "announcement", "referral", "booking", "case", "missed",
]  # fmt: skip
ALWAYS: Final = 36_500
"""Days in which nothing comes twice: once for each subject."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of contact, as the trade has it.

    Due `months` after its anchor and each of `days` after that (before it: negative), at the local
    time `at`; where the anchor is a moment and not a day, `soon` after it. `months` and `km` of the
    two services are the interval itself, and `months` of win_back what is beyond it. Until
    `catch_up_days` later it is still made up for. Within `apart_days` of one already made to the
    same subject it is the same contact. `template`: a service notice by template may carry it.
    `personal`: it speaks of this customer's own affairs, so one text for many does not fit.
    Those of the anchors "case" and "missed" are not planned: they are put by who handles the
    complaint, and by who says that a booking was missed.
    """

    code: str
    name: str
    purpose: Purpose
    anchor: Anchor
    months: int = 0
    days: tuple[int, ...] = (0,)
    at: time = time(16)
    soon: timedelta | None = None
    km: int = 0
    catch_up_days: int = 0
    apart_days: int = ALWAYS
    template: bool = False
    personal: bool = True


_GREETING: Final = time(11)
_AT_ONCE: Final = timedelta(0)
_TABLE: Final = (
    Kind("delivery_thanks", "交车感谢", "follow_up", "delivery",
         soon=timedelta(hours=2), catch_up_days=3),
    Kind("first_week", "一周关怀", "care", "delivery", days=(7,), catch_up_days=5),
    Kind("first_service", "首保提醒", "care", "service", FIRST_MONTHS, (-7,), km=FIRST_KM,
         catch_up_days=60, template=True),
    Kind("month_3", "3个月回访", "follow_up", "delivery", 3, catch_up_days=14),
    Kind("regular_service", "定期保养", "care", "service", REGULAR_MONTHS, (-7,), km=REGULAR_KM,
         catch_up_days=60, template=True),
    Kind("month_6", "6个月回访", "follow_up", "delivery", 6, catch_up_days=21),
    Kind("month_12", "1年回访", "follow_up", "delivery", 12, catch_up_days=30),
    Kind("after_visit", "维修后回访", "follow_up", "visit", days=(1,), catch_up_days=2),
    Kind("win_back", "流失招揽", "marketing", "away", 6, catch_up_days=60),
    Kind("festival", "节日问候", "care", "festival", at=_GREETING, apart_days=1, personal=False),
    Kind("birthday", "生日问候", "care", "birthday", at=_GREETING, apart_days=180, personal=False),
    Kind("incident", "事故关怀", "care", "incident", soon=timedelta(hours=1), catch_up_days=3),
    Kind("insurance", "续保提醒", "care", "insurance", days=(-30, -7), catch_up_days=14,
         apart_days=15, template=True),
    Kind("inspection", "年检提醒", "care", "inspection", days=(-30, -7), catch_up_days=14,
         apart_days=15, template=True),
    Kind("policy", "政策通知", "care", "announcement", catch_up_days=14, personal=False),
    Kind("brochure", "新品资料", "marketing", "announcement", catch_up_days=14, personal=False),
    Kind("event_invitation", "活动邀请", "marketing", "announcement", catch_up_days=3,
         personal=False),
    Kind("referral_thanks", "推荐致谢", "care", "referral", days=(1,), catch_up_days=14),
    Kind("booking_reminder", "到店提醒", "service", "booking", days=(-1,),
         catch_up_days=1, template=True),
    Kind("no_show", "预约未到", "service", "missed", soon=_AT_ONCE, catch_up_days=2, template=True),
    Kind("case_reply", "投诉回复", "service", "case", soon=_AT_ONCE, template=True),
    Kind("case_solved", "投诉处理结果", "service", "case", soon=_AT_ONCE, template=True),
    Kind("case_check", "投诉满意度确认", "service", "case", soon=_AT_ONCE, template=True),
)  # fmt: skip  # one kind, one paragraph, as the trade's own table has it

KINDS: Final[Mapping[str, Kind]] = {kind.code: kind for kind in _TABLE}
"""In the order of the customer card."""


@dataclass(frozen=True, slots=True)
class Override:
    """What staff changed of a kind: for a store ("" all) and a model ("" all).

    None and "" leave that side as the more general rule has it. `offset_days` takes the place of
    all the kind's `days`. `at`: "10:00", local.
    """

    kind: str
    store: str = ""
    model: str = ""
    active: bool | None = None
    offset_days: int | None = None
    at: str = ""
    catch_up_days: int | None = None
    months: int | None = None
    km: int | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A kind as it holds for one store and model. `days`, `at` … shadow those of `kind`."""

    kind: Kind
    active: bool
    months: int
    days: tuple[int, ...]
    at: time
    km: int
    catch_up_days: int

    @property
    def code(self) -> str:
        return self.kind.code


def resolve(kind: Kind, overrides: Sequence[Override], store: str, model: str) -> Rule:
    """The rule in force: model and store before model before store before all.

    Raises ValueError for an `at` that is no time.
    """
    rule = Rule(
        kind, True, kind.months, kind.days, kind.at, kind.km, kind.catch_up_days
    )  # what nobody changed
    fitting = (
        said
        for said in overrides
        if said.kind == kind.code and said.store in {"", store} and said.model in {"", model}
    )
    for said in sorted(fitting, key=lambda said: (said.model != "", said.store != "")):
        rule = _over(rule, said)
    return rule


def _over(rule: Rule, said: Override) -> Rule:
    return replace(
        rule,
        active=rule.active if said.active is None else said.active,
        months=rule.months if said.months is None else said.months,
        days=rule.days if said.offset_days is None else (said.offset_days,),
        at=time.fromisoformat(said.at) if said.at else rule.at,
        km=rule.km if said.km is None else said.km,
        catch_up_days=rule.catch_up_days if said.catch_up_days is None else said.catch_up_days,
    )


def rules_for(overrides: Sequence[Override], store: str = "", model: str = "") -> dict[str, Rule]:
    """Every kind's rule for a car of `model` looked after by `store`, those switched off too."""
    return {code: resolve(kind, overrides, store, model) for code, kind in KINDS.items()}
