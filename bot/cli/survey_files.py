"""A survey as a YAML file: written for people to edit, read with the line of every problem."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from bot.rules.surveys.choosing import Problem, Survey, check_survey, dump_survey

MOST_BYTES: Final = 128 * 1024
DEEPEST: Final = 20
"""How far lists and names may be set in."""
_HEAD: Final = (
    "# 问卷{name}。改了内容就把version加1，再用cheyu survey import导入；答过的版本不会变。\n"
    "# kind: yes_no 是否, score 1到5分, nps 0到10分, choice 单选, several 多选, text 文字, photo 照片。\n"
)

_FAULTS: Final = {
    "expected ',' or ']'": "方括号没有写完，或少了逗号",
    "expected ',' or '}'": "花括号没有写完，或少了逗号",
    "expected <block end>": "缩进与上面不齐",
    "mapping values are not allowed": "冒号多了或少了；含冒号的文字请加引号",
    "could not find expected ':'": "少了冒号，或缩进与上面不齐",
    "found character '\\t'": "缩进请用空格，不要用制表符",
    "found character": "不能用这个符号开头，文字请加引号",
    "found unexpected end of stream": "引号没有写完",
    "found unexpected document": "引号没有写完",
    "found unknown escape": "双引号里的反斜杠不对，请改用单引号",
    "could not determine a constructor": "不能用!开头的标记",
}
"""How the library's sentence begins, and what people can do about it."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """A problem and the line (from 1) that it is on."""

    line: int
    place: str
    what: str


def write_survey(survey: Survey) -> str:
    """The file of a survey; `read_survey` gives it back."""
    return _HEAD.format(name=survey.name) + yaml.dump(
        dump_survey(survey), Dumper=_Plain, allow_unicode=True, sort_keys=False, width=120
    )


def read_survey(text: str) -> Survey | list[Wrong]:
    """The survey, or every problem in the order of the file."""
    if len(text.encode("utf-8", "replace")) > MOST_BYTES:
        return [Wrong(1, "文件", f"最大{MOST_BYTES // 1024} KiB。")]
    found: list[Wrong] = []
    try:
        root = _composed(text)
        data = _data(root, found)
    except yaml.YAMLError as wrong:
        return [_unreadable(wrong)]
    checked = check_survey(data)
    if checked.survey is not None and not found:
        return checked.survey
    found += [_located(root, problem) for problem in checked.problems]
    return sorted(found, key=lambda wrong: wrong.line)


class _Plain(yaml.SafeDumper):
    """Lists under their key are set in, as people write them."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _composed(text: str) -> Node:
    """Without references: one that names another a thousand times would fill the memory. And not
    deeper than anything a survey has: what nests without end takes the reader without end."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent):
            raise _strange("不能用引用（*）", event.start_mark)
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise _strange("层次太深", event.start_mark)
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    if node is None:
        raise _strange("文件是空的")
    return node


def _strange(words: str, mark: Any = None) -> yaml.YAMLError:
    return yaml.MarkedYAMLError(problem=words, problem_mark=mark)


def _data(node: Node, found: list[Wrong]) -> Any:
    """What the nodes say. A key that is there twice is noted: YAML would drop the first."""
    if isinstance(node, SequenceNode):
        return [_data(one, found) for one in node.value]
    if isinstance(node, MappingNode):
        data: dict[Any, Any] = {}
        for key, value in node.value:
            name = _scalar(key)
            if name in data:
                found.append(Wrong(_line(key), "文件", f"{name}写了不止一次。"))
            data[name] = _data(value, found)
        return data
    return _scalar(node)


def _scalar(node: Node) -> Any:
    if not isinstance(node, ScalarNode):
        raise _strange("名称只能是一个词", node.start_mark)
    try:
        return yaml.SafeLoader("").construct_object(node)
    except (ValueError, OverflowError):
        raise _strange("读不懂这个值", node.start_mark) from None


def _located(root: Node, problem: Problem) -> Wrong:
    """The problem at the line where its path leads, as far as it leads."""
    node = root
    for step in problem.path:
        inner = _inside(node, step)
        if inner is None:
            break
        node = inner
    return Wrong(_line(node), problem.place, problem.what)


def _inside(node: Node, step: str | int) -> Node | None:
    if isinstance(node, MappingNode):
        return next((value for key, value in node.value if key.value == step), None)
    if isinstance(node, SequenceNode) and isinstance(step, int):
        values: Sequence[Node] = node.value
        return values[step]
    return None


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1


def _unreadable(wrong: yaml.YAMLError) -> Wrong:
    mark = getattr(wrong, "problem_mark", None)
    said = getattr(wrong, "problem", None) or "有不能用的字符"
    return Wrong(mark.line + 1 if mark else 1, "文件", f"YAML写得不对：{_in_chinese(said)}。")


def _in_chinese(said: str) -> str:
    """What the library found, in Chinese; our own words stay."""
    if not said.isascii():
        return said
    for beginning, chinese in _FAULTS.items():
        if said.startswith(beginning):
            return chinese
    return "这里读不懂，请检查缩进、冒号和引号"
