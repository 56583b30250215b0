"""Wrong usage in Chinese: what was wrong, by the sentence the library has for it."""

import re
from collections.abc import Sequence
from difflib import get_close_matches

import click

_SENTENCES = (
    (r"['\"](.*)['\"] is not one of (.+)\.", r"“\1”不在可选值中：\2"),
    (r"['\"](.*)['\"] is not '(.*)'\.", r"“\1”不对，只能写\2"),
    (r"['\"](.*)['\"] does not match the formats? (.+)\.", r"“\1”不是日期或时间，格式：\2"),
    (r"['\"](.*)['\"] is not a valid integer(?: range)?\.", r"“\1”不是整数"),
    (r"['\"](.*)['\"] is not a valid float(?: range)?\.", r"“\1”不是数字"),
    (r"['\"](.*)['\"] is not a valid boolean\..*", r"“\1”不对，写yes或no"),
    (r"(.+) is not in the range (.+)\.", r"\1不在范围\2内"),
    (r"\w+ '(.*)' does not exist\.", r"没有文件\1"),
    (r"\w+ '(.*)' is a directory\.", r"\1是文件夹，不是文件"),
    (r"\w+ '(.*)' is a file\.", r"\1是文件，不是文件夹"),
    (r"\w+ '(.*)' is not readable\.", r"\1不能读取"),
    (r"\w+ '(.*)' is not writable\.", r"\1不能写入"),
    (r"['\"](.*)['\"]: No such file or directory", r"没有文件\1"),
    (r"['\"](.*)['\"]: Is a directory", r"\1是文件夹，不是文件"),
    (r"['\"](.*)['\"]: Permission denied", r"没有权限使用\1"),
    (r"['\"](.*)['\"]: Not a directory", r"\1不能使用：路径里有一段是文件，不是文件夹"),
    (r"['\"](.*)['\"]: File name too long", r"\1的名字太长了"),
    (r"['\"](.*)['\"]: No space left on device", r"磁盘满了，写不进\1"),
    (r"['\"](.*)['\"]: Read-only file system", r"\1在只读的磁盘上，不能写入"),
    (r"['\"](.*)['\"]: File exists", r"\1已经存在，不是文件夹"),
    (r"['\"](.*)['\"]: (.+)", r"\1不能使用（\2）"),
    (r"Option '(.*)' does not take a value\.", r"选项\1后面不写值"),
    (r"Option '(.*)' requires an argument\.", r"选项\1后面要写值"),
    (r"Option '(.*)' requires (\d+) arguments\.", r"选项\1后面要写\2个值"),
    (r"Argument '(.*)' takes (\d+) values\.", r"参数\1要写\2个值"),
    (r"Got unexpected extra arguments? \((.*)\)", r"多出了：\1"),
    (r"Missing command\.", "缺少命令"),
)
_EXAMPLE = {"%Y": "2026", "%m": "12", "%d": "01", "%H": "16", "%M": "00", "%S": "00"}
_READ = tuple((re.compile(english, re.DOTALL), chinese) for english, chinese in _SENTENCES)


def refused(error: click.UsageError) -> str:
    """One sentence with its stop."""
    said = _refused(error)
    return said if said.endswith("？") else f"{said}。"


def _refused(error: click.UsageError) -> str:
    if isinstance(error, click.MissingParameter):
        return _missing(error)
    if isinstance(error, click.NoSuchOption):
        return f"没有选项{error.option_name}" + _perhaps(error.possibilities)
    if isinstance(error, click.exceptions.NoSuchCommand):
        return f"没有命令{error.command_name}" + _perhaps(_alike(error))
    if isinstance(error, click.BadParameter) and error.param is not None:
        return f"{_named(error)}：{sentence(error.message)}"
    return sentence(error.message)


def sentence(english: str) -> str:
    """A sentence of the library in Chinese; our own are so already."""
    said = " ".join(english.split())
    for pattern, chinese in _READ:
        if found := pattern.fullmatch(said):
            return as_written(found.expand(chinese).replace("', '", "、").replace("'", ""))
    return said.rstrip("。.")


def cannot_open(error: click.FileError) -> str:
    """A file that was to be written: one to be read is looked for before."""
    if error.message == "No such file or directory":
        return f"不能写入{error.ui_filename}：没有这个文件夹，请先建好。"
    said = sentence(f"'{error.ui_filename}': {error.message}")
    return f"{said}。"


def cannot_use(error: OSError) -> str:
    """What the machine refuses in the middle of the work: one line, by its own reason."""
    said = sentence(f"'{error.filename or '文件'}': {error.strerror or error}")
    return f"{said}。请换一个地方，或先处理好再试。"


def as_written(shape: str) -> str:
    """A shape of days and times, as somebody writes one."""
    for sign, example in _EXAMPLE.items():
        shape = shape.replace(sign, example)
    return shape


def _missing(error: click.MissingParameter) -> str:
    what = "参数" if isinstance(error.param, click.Argument) else "选项"
    kind = error.param.type if error.param else None
    known = "，可写：" + "、".join(kind.choices) if isinstance(kind, click.Choice) else ""
    return f"缺少{what}{_named(error)}{known}"


def _named(error: click.BadParameter) -> str:
    """As it is typed: --store, or CODE."""
    param = error.param
    if isinstance(param, click.Option):
        return " / ".join(param.opts)
    if isinstance(error.param_hint, str):
        return error.param_hint
    return str(param.metavar or param.name).upper() if param else ""


def _alike(error: click.exceptions.NoSuchCommand) -> Sequence[str]:
    """The library knows only the commands that are loaded; those of the top are not."""
    group = error.ctx.command if error.ctx else None
    if error.possibilities or error.ctx is None or not isinstance(group, click.Group):
        return error.possibilities or ()
    return get_close_matches(error.command_name, group.list_commands(error.ctx))


def _perhaps(names: Sequence[str] | None) -> str:
    return f"，是不是{'、'.join(sorted(names))}？" if names else ""
