"""The command line in Chinese: what the library says of itself, and every help, in one place.

In code a help is English, beside what it explains; on screen it is what the catalogue has for it.
"""

import inspect
from typing import Any

import click

from bot.cli.spoken.care_helps import CARE
from bot.cli.spoken.page import Page
from bot.cli.spoken.refused import as_written, cannot_open, cannot_use, refused, sentence
from bot.cli.spoken.shop_helps import SHOP

__all__ = ["CATALOGUE", "cannot_open", "cannot_use", "in_chinese", "refused", "sentence"]

CATALOGUE = SHOP | CARE
_VALUES = {
    "integer": "整数",
    "integer range": "整数",
    "float": "数字",
    "text": "文字",
    "filename": "文件",
    "file": "文件",
    "path": "路径",
    "directory": "文件夹",
}


class Spoken(click.Context):
    """Lays out its help by the page."""

    formatter_class = Page


def in_chinese(command: click.Command) -> click.Command:
    """The command and all below it, with their helps in Chinese; once more changes nothing."""
    command.context_class = Spoken
    command.options_metavar = "[选项]"
    command.help = _said(command.help)
    if command.help:
        command.short_help = command.help.split("\n\n")[0].partition("。")[0]
    for param in command.params:
        if isinstance(param, click.Option):
            param.help = _said(param.help)
            if not param.is_flag and param.metavar is None:
                param.metavar = _value(param.type)
    if isinstance(command, click.Group):
        command.subcommand_metavar = "命令 [参数]…"
        for inner in command.commands.values():
            in_chinese(inner)
    return command


def _value(kind: click.ParamType[Any]) -> str | None:
    """What stands for the value; None: the library shows what there is to choose."""
    if isinstance(kind, click.DateTime):
        return as_written(kind.formats[0])
    return None if isinstance(kind, click.Choice) else _VALUES.get(kind.name)


def _said(english: str | None) -> str | None:
    """Paragraph by paragraph; what the catalogue does not know stays as it is."""
    if english is None:
        return None
    paragraphs = (" ".join(one.split()) for one in inspect.cleandoc(english).split("\n\n"))
    return "\n\n".join(CATALOGUE.get(one, one) for one in paragraphs)
