"""What a customer wishes of the time: an hour, a part of the day, any, or the earliest there is."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import time
from typing import Final

from bot.rules.patterns import Lazy
from bot.rules.readings import Reading
from bot.rules.zh import clock as zh_clock
from bot.rules.zh.faces import WHOLE_DAY, TimeWish, Wish, read_face, read_pair
from bot.rules.zh.mentions import Mention, chosen, join, sweep
from bot.rules.zh.text import BLANK, Plain

ANY: Final = TimeWish(None, WHOLE_DAY, "任意")
EARLIEST: Final = TimeWish(None, WHOLE_DAY, "最早")

_PARTS: Final = {
    "上午": (time(8), time(12), "上午|上舞|午前"),
    "早上": (
        time(8),
        time(11),
        rf"大清早|一大早|清早|清晨|早上|早晨|早间|(?<={BLANK})早(?!点|一点)",
    ),
    "中午": (time(11, 30), time(13, 30), "正午|中午|午间"),
    "午休": (time(12), time(14), "午休(?:时间)?"),
    "下午": (time(13), time(18), "下午|午后|下舞|下武|下五$"),
    "傍晚": (time(17), time(19), "傍晚|黄昏"),
    "下班后": (
        time(17, 30),
        time(20),
        "下了?班(?:之后|以后|过后|后|了?再|了(?=就|过|来|去)|(?=过?[来去到]))",
    ),
    "上班前": (time(7), time(9), "上班(?:之前|以前|前)"),
    "晚上": (time(18), time(21), rf"晚上|晚间|夜里|夜间|(?<={BLANK})[晚夜](?!点|一点)"),
    "凌晨": (time(0), time(6), "凌晨|半夜|深夜"),
    "白天": (time(8), time(18), "白天"),
}
_NAMES: Final = tuple(_PARTS)
_PART: Final = Lazy(
    "(?:" + "|".join(f"({words})" for _, _, words in _PARTS.values()) + ")(?![好茶安])"
)
_ALL_FINE = r"都?(?:可以|行|好|方便|有空|有时间|能[来去到]|ok|没问题)"
_ANY: Final = Lazy(
    rf"随时也?{_ALL_FINE}|(?:什么|啥)时[候间]{_ALL_FINE}|[全整一]天{_ALL_FINE}|任[意何]时[间候]"
    r"|(?:几点|时间)我?(?:都(?:可以|行|好|方便|ok|没问题)|不限|随便|随意|任意|无所谓|你们?[定安])"
    r"|随便(?:几点|什么时[候间]|哪个时[候间段])"
)
_EARLIEST: Final = Lazy(
    r"越[早快]越好|尽[早快](?=约|安排|来|到店|做保|能|吧|$|\W)"
    r"|(?:最早|最快|最近)的?(?:时间|时段|一个|那个|一档|一班|空位|空档)"
    r"|最[早快]的?(?=号|什么时|几点|能|可以|$|\W)"
    r"|第一个(?:时间|时段|号|空位)|赶紧(?:约|安排上)"
)
# answers that say nothing else
_WEAK_ANY: Final = frozenset(
    [
        "都行",
        "都可以",
        "都好",
        "都ok",
        "随便",
        "随意",
        "任意",
        "任选",
        "不限",
        "无所谓",
        "随时",
        "全天",
        "整天",
        "怎么都行",
        "都方便",
        "都没问题",
        "看你们",
        "看你们安排",
        "看你们方便",
        "你们安排",
        "你安排",
        "你们定",
        "你定",
        "听你们的",
        "听你们安排",
        "哪个都行",
        "随你们",
        "没要求",
        "没有要求",
        "没什么要求",
    ]
)
_WEAK_EARLIEST: Final = frozenset(["最近", "尽早", "尽快", "赶紧", "马上", "立刻", "第一个"])
_TRIVIA: Final = Lazy(r"\W|[吧啊呀哈呢哦嗯啦我]|的(?=\W*$)")
_CLOCK_HINT: Final = Lazy(r"[点时:m]|[0-9] ?[-~到至]", re.IGNORECASE)


def times_in(text: str) -> tuple[list[Wish], str]:
    """Every mention in the plain text (days blanked), in order, and the text with them blanked."""
    found: list[Wish] = []
    if _CLOCK_HINT.search(text):
        text = sweep(text, zh_clock.PAIR, read_pair, found)
        text = sweep(text, zh_clock.FACE, read_face, found)
    text = sweep(text, _PART, _read_part, found)
    text = sweep(text, _ANY, _read_any, found)
    text = sweep(text, _EARLIEST, _read_earliest, found)
    if not found:
        found = _nothing_else(text)
    found.sort(key=lambda each: each.start)
    return found, text


def _read_part(match: re.Match[str]) -> Wish:
    name = _NAMES[(match.lastindex or 1) - 1]
    start, end, _ = _PARTS[name]
    return Mention((TimeWish(None, (start, end), name),), *match.span(), kind="part")


def _read_any(match: re.Match[str]) -> Wish:
    return Mention((ANY,), *match.span(), kind="any")


def _read_earliest(match: re.Match[str]) -> Wish:
    return Mention((EARLIEST,), *match.span(), kind="earliest")


def _nothing_else(text: str) -> list[Wish]:
    if len(text) > 20:
        return []
    said = _TRIVIA.sub("", text)
    wish = ANY if said in _WEAK_ANY else EARLIEST if said in _WEAK_EARLIEST else None
    if wish is None:
        return []
    inner = text.strip(f"{BLANK} ,.;!?")
    start = text.index(inner)
    return [Mention((wish,), start, start + len(inner), kind="loose")]


def settle_times(mentions: Sequence[Wish], blanked: str, source: Plain) -> Reading[TimeWish] | None:
    return join(_agreed(chosen(mentions, blanked)), source)


def _agreed(wished: list[Wish]) -> list[Wish]:
    """上午 beside 10点 narrows it, and beside 最早 bounds it; beside 15:00 it is another wish."""
    hours = [each for each in wished if each.kind == "clock"]
    parts = [each for each in wished if each.kind == "part"]
    soonest = [each for each in wished if each.kind == "earliest"]
    if len(parts) == 1 and hours:
        window = parts[0].values[0].window
        fitting = [replace(each, values=_inside(each.values, window)) for each in hours]
        if all(each.values for each in fitting):
            return fitting
    if len(parts) == 1 and not hours and soonest:
        bounded = replace(EARLIEST, window=parts[0].values[0].window)
        return [replace(soonest[0], values=(bounded,))]
    return sorted(hours + parts, key=lambda each: each.start) or soonest or wished


def _inside(wishes: tuple[TimeWish, ...], window: tuple[time, time] | None) -> tuple[TimeWish, ...]:
    if window is None:
        return wishes
    starts = [(wish, wish.at or (wish.window or WHOLE_DAY)[0]) for wish in wishes]
    return tuple(wish for wish, start in starts if window[0] <= start <= window[1])
