"""A kind of contact as staff type it: by its code, or by its Chinese name."""

from collections.abc import Sequence
from typing import Any

import click

from bot.rules.touch_kinds import KINDS


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
