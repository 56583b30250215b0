"""Looking data over without stopping at the first fault: each problem is noted with its place."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from bot.rules.word_lint import lint

Place = tuple[str | int, ...]
"""Keys and positions (from 0) that lead to a value: ("questions", 2, "choices", 0, "label")."""

_CODE: Final = re.compile(r"[a-z][a-z0-9_]{0,31}")
_UNSEEN: Final = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]")
_TRUTH: Final = "写成了yes、no、on、off这类词，YAML会当成真假，请加引号或换一个。"
_T = TypeVar("_T", bound=str)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at `path`, for staff. `code`: of the question it is about, where it can be read."""

    path: Place
    what: str
    code: str = ""

    @property
    def place(self) -> str:
        """第3题charging的第2个选项的label; 问卷 for the whole."""
        named, steps = "", list(self.path)
        while steps:
            step, number = steps.pop(0), 0
            if steps and isinstance(steps[0], int):
                number = steps[0] + 1
                del steps[0]
            if step == "questions" and number:
                part = f"第{number}题{self.code}"
            elif step == "choices" and number:
                part = f"第{number}个选项"
            else:
                part = f"{step}第{number}项" if number else str(step)
            named += ("的" if named else "") + part
        return named or "问卷"


@dataclass(slots=True)
class Checks:
    """Each method gives back what was written, or something harmless where it makes no sense."""

    problems: list[Problem] = field(default_factory=list)
    question: str = ""
    """The code of the question being read."""

    def note(self, at: Place, what: str) -> None:
        self.problems.append(Problem(at, what, self.question))

    def mapping(self, at: Place, data: Any, keys: Sequence[str], must: Sequence[str] = ()) -> bool:
        """Whether it is one; keys that are none, and those that are missing, are noted."""
        if not isinstance(data, Mapping):
            self.note(at, f"要写成“名称: 值”的形式，现在是{_shown(data)}。")
            return False
        for key in data:
            if key not in keys:
                self.note(at, f"没有{_shown(key)}这一项；可用：{'、'.join(keys)}。")
        for key in must:
            if key not in data:
                self.note(at, f"缺少{key}。")
        return True

    def items(self, at: Place, data: Any, most: int) -> list[Any]:
        if not isinstance(data, list):
            self.note(at, f"要写成列表，现在是{_shown(data)}。")
            return []
        if len(data) > most:
            self.note(at, f"最多{most}个，现在有{len(data)}个。")
        return data[:most]

    def unlike(self, at: Place, found: Sequence[Any]) -> None:
        twice = list(dict.fromkeys(str(one) for one in found if one and found.count(one) > 1))
        if twice:
            self.note(at, f"{'、'.join(twice)}写了不止一次。")

    def code(self, at: Place, data: Any) -> str:
        if isinstance(data, bool):
            self.note(at, _TRUTH)
        elif not isinstance(data, str) or not _CODE.fullmatch(data):
            self.note(
                at,
                f"代码用小写字母开头，只含小写字母、数字和下划线，最多32个，现在是{_shown(data)}。",
            )
        else:
            return data
        return ""

    def whole(self, at: Place, data: Any, least: int, most: int) -> int:
        if isinstance(data, bool) or not isinstance(data, int) or not least <= data <= most:
            self.note(at, f"要写{least}到{most}的整数，现在是{_shown(data)}。")
            return least
        return data

    def one_of(self, at: Place, data: Any, known: Sequence[_T]) -> _T:
        for one in known:
            if one == data:
                return one
        self.note(at, f"没有{_shown(data)}；可用：{'、'.join(known)}。")
        return known[0]

    def words(self, at: Place, data: Any, most: int, *, lines: bool = False) -> str:
        """Words that customers read: seen, not too long, and none that the trade avoids.

        `lines`: more than one is allowed.
        """
        if isinstance(data, bool):
            self.note(at, _TRUTH)
            return ""
        if not isinstance(data, str):
            self.note(at, f"要写文字，现在是{_shown(data)}；数字请加引号。")
            return ""
        if not data.strip():
            self.note(at, "不能空着。")
        elif data != data.strip():
            self.note(at, "开头和结尾不要留空白。")
        if _UNSEEN.search(data):
            self.note(at, "含有看不见的控制字符。")
        if "\n" in data and not lines:
            self.note(at, "要写在一行里。")
        if len(data) > most:
            self.note(at, f"最多{most}个字，现在{len(data)}个。")
        for finding in lint(data):
            begin, end = finding.span
            self.note(at, f"不要说“{data[begin:end]}”。{finding.better}")
        return data


def _shown(data: Any) -> str:
    """What was written, short enough to be read."""
    if data is None:
        return "空的"
    written = str(data).encode("utf-8", "replace").decode()
    return f"“{written[:20]}…”" if len(written) > 20 else f"“{written}”"
