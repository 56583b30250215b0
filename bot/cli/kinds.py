"""What staff type: a kind of contact by its code or its Chinese name, a number from a list, a day."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import click

from bot.rules.touch.kinds import KINDS

LISTED: Final = click.IntRange(1, 999_999_999_999)
"""The number of something in a list; no database holds a larger one."""


def of_our_time(
    _context: click.Context, _param: click.Parameter, value: datetime | None
) -> datetime | None:
    """Of an option that takes a day: one that has others around it."""
    if value is not None and not 2000 <= value.year < 2100:
        raise click.BadParameter("请写2000年到2099年的日期")
    return value


class KindWord(click.ParamType[str]):
    """first_service and 首保提醒 are one."""

    name = "kind"

    def __init__(self, codes: Sequence[str] = tuple(KINDS)) -> None:
        self._codes = {code: code for code in codes} | {KINDS[code].name: code for code in codes}

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The code. Wrong usage where there is no such kind."""
        if (code := self._codes.get(str(value).strip())) is None:
            known = "、".join(KINDS[code].name for code in dict.fromkeys(self._codes.values()))
            self.fail(f"没有跟踪项目“{value}”。可用：{known}。", param, ctx)
        return code
