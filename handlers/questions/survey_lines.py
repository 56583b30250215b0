"""The lines beside a survey's own: later, not at all, more, enough; and what is a remark."""

import re
from collections.abc import Iterable
from typing import Final

from bot.flow import Option
from bot.flow.heard import Heard
from bot.flow.manners import GO_ON, polite
from bot.rules.scoring import complains
from bot.rules.wording import plain

MEDIA: Final = ("image", "voice", "video", "shortvideo")
LEAST_REMARK: Final = 6
"""Signs from which on words that answer nothing are something they want to tell."""
MARK: Final = "\x1f"  # nobody types it: what stands behind it is no answer
LATER = Option(
    f"{MARK}later", "现在不方便",
    ("不方便", "没空", "没时间", "现在没空", "现在没时间", "改天", "改天再说", "晚点再说", "在开车", "开车呢", "忙着呢"),
)  # fmt: skip
DECLINE = Option(
    f"{MARK}decline", "不评价了",
    ("不评价", "不想评价", "不想评价了", "不用评价了", "不评了", "不想评", "不评", "拒绝评价", "不打分"),
)  # fmt: skip
MORE = Option(
    "more", "说细节",
    ("细节", "好", "好的", "可以", "行", "说", "要", "继续", "继续吧", "继续说", "接着说", "接着", "说说", "说吧", "你说", "问吧", "yes", "ok", "嗯", "嗯嗯", "恩", "好吧"),
)  # fmt: skip
STOP = Option(
    "stop", "就到这里",
    (
        "不用", "不用了", "不了", "不要", "没有", "没有了", "不说了", "就这样", "先这样", "算了", "没了", "没别的了", "没什么了", "没啥了", "没什么想说的", "没什么好说的",
        "就这些", "再见", "拜拜", "下次吧", "不想说", "懒得说", "说完了", "完了", "就这些了", "no", "done",
    ),
)  # fmt: skip
ENOUGH = Option(
    f"{MARK}stop", "就到这里", ("不想说了", "不说了", "到此为止", "先这样", "就这样", "就这些", "够了", "不答了", "不填了", "再见", "拜拜", "bye"),
)  # fmt: skip
"""Under every question after the first: fewer words than `STOP`, for 没有 answers a question."""
_GRIEF: Final = re.compile("等了|等这么久|没人|不理|太慢|拖了")
"""Short of a complaint, and no answer: 等了三小时."""
_SIGH: Final = re.compile("^(?:算了|唉|哎|那|就|还是|先|我)+")
_SHORT, _LONG = 8, 16
_BUSY: Final = re.compile(
    "没空|没时间|不方便|不得空|(?:在|正)(?:忙|开车|开会|上班)|很忙|晚点|回头|待会|等会"
)
_PAST: Final = re.compile("昨|前天|上周|上次|刚才|那天|今早")
_QUESTIONS: Final = (
    "?",
    "？",
    "吗",
    "呢",
    "什么",
    "怎么",
    "多少",
    "几点",
    "哪",
    "能不能",
    "请问",
    "谁",
)
SCORES: Final = {1: "1分 很不满意", 2: "2分 不满意", 3: "3分 一般", 4: "4分 满意", 5: "5分 很满意"}


def tells(said: Heard) -> bool:
    """Something they want to tell; a question of theirs is for somebody else to answer."""
    if complains(said.text) or _GRIEF.search(said.text):
        return True  # 投诉 by its name is taken before any question
    if said.understood.intent is not None or len(plain(said.text)) < LEAST_REMARK:
        return False
    return not any(word in said.text for word in _QUESTIONS)


def details(said: Heard) -> bool:
    """挺慢的, to whether they wish to tell more: they do."""
    text = plain(said.text)
    if not said.worded or polite(said.text) or said.understood.intent is not None:
        return False
    words = len(text) > 1 and not text.isascii() and not any(one in text for one in _QUESTIONS)
    return words and GO_ON.fullmatch(text) is None


def way_named(text: str, ways: Iterable[Option]) -> Option | None:
    """Which of these lines was said in other words; 算了不评了 is 不评了."""
    said = {plain(text), _SIGH.sub("", plain(text), count=1)}
    names = ((way, {plain(name) for name in (way.label, *way.aliases)}) for way in ways)
    return next((way for way, called in names if said & called), None)


def puts_off(said: Heard) -> bool:
    """没空啊现在, 明晚7点: little more than that it does not suit, or than when it would."""
    text = plain(said.text)
    busy = _BUSY.search(text) is not None
    if len(text) > (_LONG if busy else _SHORT) or complains(said.text) or _PAST.search(text):
        return False
    return busy or said.day is not None or said.says_when
