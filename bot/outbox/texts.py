"""The words of what is pushed: our texts in templates/messages, or a store's own wording of them.

    context = context_of(today, zone, name=…, gender=…, store=…, phone=…, due_on=…)
    text = await render("first_service", context, scope="main")     # one message
    wordings = await load()                                         # many: read once, then
    text = wordings.render("festival", context, "main", mass=True)  # no awaiting

`<kind>.txt` opens with the customer's name, says who writes and how to call back. `<kind>.mass.txt`
is the one text for many: it names nobody, and `mass=True` gives it no personal field. Staff's
wordings are Jinja2 in a sandbox, cut down to fields and conditions: no loops, no calls.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import structlog
from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, meta, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.errors import StaffError
from bot.rules.letter import FIELDS, Context, context_of, writer_of
from bot.rules.word_lint import lint
from bot.wechat.replies import parts
from storage.queries import texts as kept

__all__ = ["FIELDS", "Context", "Wordings", "check", "context_of", "load", "names", "render"]

log = structlog.get_logger("texts")

FOLDER: Final = Path(__file__).resolve().parents[2] / "templates" / "messages"
MASS: Final = ".mass"
MASS_FIELDS: Final = frozenset(
    {"store", "phone", "address", "writer", "call", "festival", "benefit", "benefit_until"}
    | {"title", "body", "hello"}
)
"""What is the same for everybody who gets one text."""

_WORDS = ImmutableSandboxedEnvironment(
    undefined=StrictUndefined,
    autoescape=False,  # plain text for WeChat; values are freed of markup
    trim_blocks=True,
    lstrip_blocks=True,
)
_ALLOWED: Final = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.If),
    *(nodes.CondExpr, nodes.Not, nodes.And, nodes.Or, nodes.Compare, nodes.Operand),
)
_GAPS: Final = re.compile(r"[ \t]*\n(?:[ \t]*\n)+")


@cache
def names() -> tuple[str, ...]:
    """Every text there is, mass variants too."""
    return tuple(sorted(path.name.removesuffix(".txt") for path in FOLDER.glob("*.txt")))


@cache
def usual(name: str) -> str:
    """Our own wording. Raises StaffError where there is no such text."""
    if name not in names():
        raise StaffError(f"没有叫{name}的话术。", "用cheyu text list查看所有话术。")
    return (FOLDER / f"{name}.txt").read_text(encoding="utf-8")


@lru_cache(maxsize=1024)
def _compiled(body: str) -> Template:
    return _WORDS.from_string(body)


def said(body: str, words: Mapping[str, str]) -> str:
    """The text of a wording. Raises jinja2.TemplateError where it is none."""
    return _GAPS.sub("\n", _compiled(body).render(words)).strip()


@dataclass(frozen=True, slots=True)
class Wordings:
    """All wordings in force when they were loaded: by scope and name."""

    own: Mapping[tuple[str, str], str]

    def body(self, name: str, scope: str = "") -> str:
        """The store's wording, that of all stores, or ours."""
        return self.own.get((scope, name)) or self.own.get(("", name)) or usual(name)

    def render(self, kind: str, context: Context, scope: str = "", *, mass: bool = False) -> str:
        """What a message of `kind` says. A wording that broke falls back on ours."""
        name = kind + MASS if mass else kind
        words = for_all(context.words) if mass else context.words
        body = self.body(name, scope)
        try:
            return said(body, words)
        except TemplateError as error:
            log.warning("wording_broken", name=name, scope=scope, error=str(error))
            return said(usual(name), words)


def for_all(words: Mapping[str, str]) -> dict[str, str]:
    """The words without what is one person's own."""
    common = {field: words[field] if field in MASS_FIELDS else "" for field in words}
    return common | {"hello": "您好！", "writer": writer_of(words["store"], "")}


async def load() -> Wordings:
    """The wordings in force, for rendering many messages."""
    return Wordings({key: one.body for key, one in (await kept.reworded()).items()})


async def render(kind: str, context: Context, scope: str = "", *, mass: bool = False) -> str:
    """What one message says; `scope` is the store's code."""
    return (await load()).render(kind, context, scope, mass=mass)


async def save(scope: str, name: str, body: str, by: str, now: datetime) -> int:
    """A store's own wording from now on; its revision. Raises StaffError for what `check` finds."""
    usual(name)
    if wrong := check(name, body):
        raise StaffError("这段话术不能用：" + "；".join(wrong), "请修改后再保存。")
    return await kept.put(scope, name, body, by, now)


_PEKING: Final = ZoneInfo("Asia/Shanghai")
_DAY: Final = date(2026, 12, 1)
_MOMENT: Final = datetime(2026, 12, 1, 9, 30, tzinfo=_PEKING)
SAMPLE: Final = context_of(
    date(2026, 11, 18), _PEKING, name="王芳", gender="female", store="城南店", phone="010-5550000",
    sender="服务顾问李娜", plate="京A12345", model="奥迪Q5L", energy="ev", high_value="是",
    address="城南大道1号", due_km=5000, days_left=30, service="首保", booked_at=_MOMENT,
    booking="B20261201", work="常规保养", ahead="提前一周", slots="12月2日 周三 09:30",
    reason="首保在交车后3个月或5,000公里，先到为准；这次先到的是时间。",
    incident="事故", festival="中秋", benefit="保养工时八折", benefit_until=_DAY, friend="李先生",
    case="T000012", deadline=_MOMENT, words="已为您安排周六上午免费检查。",
    title="关于电池质保的通知", body="即日起，纯电车型的电池质保延长到10年。",
    delivered_on=_DAY, first_service_on=_DAY, due_on=_DAY, expires_on=_DAY, visited_on=_DAY,
)  # fmt: skip
"""A customer of whom everything is known, to try a wording on."""
BARE: Final = context_of(date(2026, 11, 18), _PEKING, name="王芳", gender="female", store="城南店")
"""One of whom next to nothing is."""


def check(name: str, body: str) -> list[str]:
    """What is wrong with a wording of `name`, for staff; [] if nothing."""
    try:
        tree = _WORDS.parse(body)
    except TemplateSyntaxError as error:
        return [f"第{error.lineno}行写法不对：{error.message}"]
    for node in tree.find_all(nodes.Node):
        if not isinstance(node, _ALLOWED):
            return [f"只能用字段和条件，不能用{type(node).__name__}（第{node.lineno}行）"]
    mass = name.endswith(MASS)
    known = MASS_FIELDS if mass else FIELDS.keys()
    if strange := meta.find_undeclared_variables(tree) - known:
        what = "群发话术不能用只与一位客户有关的字段" if mass else "没有这个字段"
        return [f"{what}：{'、'.join(sorted(strange))}"]
    return _unfit(body, mass)


def _unfit(body: str, mass: bool) -> list[str]:
    """What the text itself lacks or should not say."""
    full, bare = (said(body, for_all(one.words) if mass else one.words) for one in (SAMPLE, BARE))
    wrong = [] if full and bare else ["没有内容"]
    if any(len(parts(text)) > 1 for text in (full, bare)):
        wrong.append("太长，微信一条消息最多600字")
    opening = "您好" if mass else SAMPLE.words["customer"]
    if not full.startswith(opening):
        wrong.append("开头要问候" if mass else "开头要有客户的称呼，请用{{ hello }}")
    if SAMPLE.words["store"] not in full:
        wrong.append("要说明是谁，请用{{ writer }}")
    if SAMPLE.words["phone"] not in full:
        wrong.append("要留下联系方式，请用{{ call }}")
    shown = dict.fromkeys(
        (found.word, found.better) for text in (full, bare) for found in lint(text)
    )
    return [*wrong, *(f"不要说“{word}”：{better}" for word, better in shown)]
