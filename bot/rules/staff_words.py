"""What colleagues type in their own WeChat: a verb, the number of a complaint, and words.

    read_command("回复t12 已经约好周六检测")    # Command("回复客户", 12, "已经约好周六检测")
    read_command("T000012 接单")               # Command("接单", 12, "")

A verb alone, or one with words and no number, is a command only of somebody who works here: such
words are everybody's.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

TASKS, TAKE, REPLY, PASS_ON, SOLVE, NOTE, SEEN = (
    *("我的任务", "接单", "回复客户", "转派", "完成投诉", "记录进展", "已阅投诉"),
)
BIND, UNBIND = "绑定员工", "解除员工绑定"
"""What the conversations are called."""
VERBS: Final[Mapping[str, str]] = {
    "收到": TAKE,
    "接单": TAKE,
    "接": TAKE,
    "回复客户": REPLY,
    "回复": REPLY,
    "转派": PASS_ON,
    "转交": PASS_ON,
    "转给": PASS_ON,
    "转": PASS_ON,
    "完成投诉": SOLVE,
    "完成": SOLVE,
    "结案": SOLVE,
    "记录进展": NOTE,
    "记录": NOTE,
    "已阅投诉": SEEN,
    "已阅": SEEN,
}
_VERB = "|".join(sorted(VERBS, key=len, reverse=True))
_NUMBER = r"[tT]\s*0*(?P<number>[1-9]\d{0,11})(?!\d)"
_GAP = r"[\s:,，。;；、]*"
_NUMBERED: Final = (
    re.compile(rf"\s*(?P<verb>{_VERB}){_GAP}{_NUMBER}{_GAP}(?P<words>.*?)\s*", re.DOTALL),
    re.compile(rf"\s*{_NUMBER}{_GAP}(?P<verb>{_VERB}){_GAP}(?P<words>.*?)\s*", re.DOTALL),
)
_BARE: Final = re.compile(
    r"\s*(?P<verb>接单|回复客户|回复|转派|转给|完成投诉|完成|结案|记录进展|记录)"
    r"(?:[\s:,，]+(?P<words>.*?))?\s*",
    re.DOTALL,
)
_TO_WHOM: Final = re.compile(r"\s*(?P<verb>转给)(?P<words>(?!我|你|人工|客服)\w{2,4})\s*")
_NOD: Final = re.compile(r"\s*(?:好的?[,，\s]*)?收到(?:了|啦|[,，\s]*谢谢)?[!。.\s]*")
_TASKS: Final = re.compile(r"\s*(?:查看?|看)?(?:我的)?(?:任务|待办)(?:列表|清单)?\s*")
_BIND: Final = re.compile(r"\s*(?:绑定员工|员工绑定)\s*[:：]?\s*(?P<words>[\d\s-]{0,20})\s*")
_UNBIND: Final = re.compile(r"\s*(?:解除员工绑定|解绑员工|员工解绑|取消员工绑定)\s*")
_TO: Final = re.compile(r"(?:转?给|到|交给)?\s*(?P<name>.*?)\s*(?:吧|处理|负责|跟进)?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Command:
    """`name`: the conversation's. `number` None: no complaint was named."""

    name: str
    number: int | None = None
    words: str = ""

    @property
    def everybodys(self) -> bool:
        """Words that a customer may as well say."""
        return self.number is None


def read_command(text: str) -> Command | None:
    """The command in what was typed; None: it is none. The words stay as they were written."""
    said = _half_width(text)
    for pattern in _NUMBERED:
        if found := pattern.fullmatch(said):
            words = text[found.start("words") : found.end("words")]
            return Command(VERBS[found["verb"]], int(found["number"]), words)
    if _TASKS.fullmatch(said):
        return Command(TASKS)
    if found := _BIND.fullmatch(said):
        return Command(BIND, words=re.sub(r"\D", "", found["words"]))
    if _UNBIND.fullmatch(said):
        return Command(UNBIND)
    if found := _BARE.fullmatch(said) or _TO_WHOM.fullmatch(said):
        words = text[found.start("words") : found.end("words")] if found["words"] else ""
        return Command(VERBS[found["verb"]], None, words)
    return None


def nods(text: str) -> bool:
    """收到 and no number: of a colleague that one complaint waits for, this is a command too."""
    return _NOD.fullmatch(_half_width(text)) is not None


def _half_width(text: str) -> str:
    """Sign by sign, so that a place in it is the same place in the text."""
    return "".join(
        half if len(half := unicodedata.normalize("NFKC", sign)) == 1 else sign for sign in text
    )


def name_in(words: str) -> str:
    """Whom 转 T12 给 张伟处理 names; "" nobody."""
    found = _TO.fullmatch(words.strip())
    return found["name"] if found else ""
