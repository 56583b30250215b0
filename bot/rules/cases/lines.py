"""What customers read about their complaint: the same states, steps and deadlines as staff do.

Deadlines are those of `bot.rules.sla`; nothing is promised here that no clock runs for.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, tzinfo
from typing import Final

from bot.rules.cases.words import STATES
from bot.rules.sla import Clock
from bot.rules.wording import say_moment

SORRY: Final = "给您添麻烦了，非常抱歉。"
THANKS: Final = "谢谢您告诉我们。"
_OWED: Final = {
    "receipt": "由负责人接手",
    "reply": "给您答复",
    "progress": "由负责人更新进展",
    "told": "把处理结果告诉您",
}
"""Clocks that a customer waits for, in the order in which they matter to them."""
_SHORT: Final = 40
_READ: Final = 300
"""Signs of a story that are read back unasked."""
_HINT: Final = re.compile(r"？[^？：]*：")
"""Between the question of a rating and its answer: how it is scored."""
_OWN_WORDS: Final = "客户自己说的话："
"""Before them in what colleagues read; nobody is told so of their own."""


def short(what: str) -> str:
    """The beginning of what was said, for a list."""
    said = _HINT.sub("？", " ".join(what.split())).replace("客户评价： ", "评价：")
    return cut(said.replace(_OWN_WORDS, ""), _SHORT)


def cut(text: str, most: int) -> str:
    """What fits into one message (2,048 bytes); the whole of it is on file all the same."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def owed(clocks: Iterable[Clock]) -> list[Clock]:
    """What still runs for the customer, the soonest first.

    Nobody waits for somebody to begin, or for a note, who has the answer by then.
    """
    running = [clock for clock in clocks if not clock.ended and clock.name in _OWED]
    answer = min((clock.due_at for clock in running if clock.name == "reply"), default=None)
    return sorted(
        (
            clock
            for clock in running
            if answer is None
            or clock.state == "broken"
            or clock.due_at < answer
            or clock.name in ("reply", "told")
        ),
        key=lambda clock: (clock.due_at, list(_OWED).index(clock.name)),
    )


def steps(clocks: Iterable[Clock], today: date, zone: tzinfo | None) -> list[str]:
    """The next steps with their deadlines; what is overdue is admitted."""
    return [_step(clock, today, zone) for clock in owed(clocks)]


def _step(clock: Clock, today: date, zone: tzinfo | None) -> str:
    by = say_moment(clock.due_at.astimezone(zone), today)
    if clock.state == "broken":
        return f"本该在{by}前{_OWED[clock.name]}，我们晚了，非常抱歉，正在催办。"
    return f"最晚{by}前{_OWED[clock.name]}。"


def state_line(number: str, state: str, matter: str) -> str:
    """「T000012 空调不制冷」 and its state."""
    return f"{number} {short(matter)}\n状态：{STATES[state]}"


def next_lines(
    state: str, solution: str, clocks: Sequence[Clock], now: datetime, ended_at: datetime | None
) -> list[str]:
    """What happens next. `now` in the zone that moments are said in."""
    if state == "withdrawn":
        return ["已按您的意思撤回，不再处理。"]
    if state == "confirmed":
        day = f"{ended_at:%-m月%-d日}" if ended_at else ""
        return [f"您{day}已确认解决。有反复随时说“还没解决”。"]
    ahead = steps(clocks, now.date(), now.tzinfo)
    if state != "solved":
        return ahead
    if any(clock.name == "told" and not clock.ended for clock in clocks):
        return ["处理结果已经有了。", *ahead]
    return [f"处理结果：{cut(solution, 400)}", "您看解决了吗？"]


def recorded(number: str, clocks: Sequence[Clock], now: datetime) -> str:
    """After a complaint was taken down."""
    ahead = "".join(steps(clocks, now.date(), now.tzinfo)[:2])
    return f"登记好了，编号 {number}。{ahead}\n{THANKS}随时说“投诉进度”看处理到哪一步。"


def passed_on(number: str, clocks: Sequence[Clock], now: datetime, *, reopened: bool) -> str:
    """After something was added, or a case was opened again."""
    done = "已经重新处理，您的话交给负责人了。" if reopened else "您的话记下了，交给负责人了。"
    return f"{number} {done}" + "".join(steps(clocks, now.date(), now.tzinfo)[:1])


def facts_of(category: str, since: str, wish: str, car: str, call: str) -> dict[str, str]:
    """What is recorded beside the story, by its name; `call`: the number to call, masked."""
    return {
        "类别": category,
        "时间": since,
        "诉求": wish,
        "车辆": car,
        "联系": call or "在微信里回复您",
    }


def read_back(told: Sequence[str], facts: Mapping[str, str]) -> str:
    """Everything as it will be recorded."""
    return "\n".join(["请您核对：", cut("\n".join(told), _READ), "", *_facts(facts)])


def too_long(told: Sequence[str]) -> bool:
    """Whether `read_back` leaves out some of the story."""
    return len("\n".join(told)) > _READ


def set_right(added: Sequence[str], changed: Mapping[str, str]) -> str:
    """What has come since it was read back, and a short question: nobody reads it all again."""
    more = [f"补充：{cut(one, 100)}" for one in added]
    gone = [f"{name}：不写" for name, said in changed.items() if not said]
    lines = [*more, *_facts(changed), *gone]
    return "\n".join([*lines, "这样登记可以吗？" if lines else "还没登记，这样登记可以吗？"])


def whole(told: Sequence[str], facts: Mapping[str, str]) -> str:
    """The story to its end, and what is recorded beside it."""
    return "\n".join([*told, "", *_facts(facts), "以上是您说的全部。"])


def _facts(facts: Mapping[str, str]) -> list[str]:
    return [f"{name}：{cut(said, 100)}" for name, said in facts.items() if said]
