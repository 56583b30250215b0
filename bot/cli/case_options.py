"""What the commands about complaints take: who does it, which complaint, which store."""

from collections.abc import Callable
from typing import Any, Final

import click

from bot.errors import StaffError
from bot.rules.cases.words import id_of
from storage.queries.stores.shops import shop

by: Callable[[Any], Any] = click.option(
    "--by", "login", required=True, metavar="LOGIN", help="Who does it: a colleague's log-in."
)


class Number(click.ParamType[int]):
    """T000012, t12 or 12."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        found = value if isinstance(value, int) else id_of(str(value))
        if found is None:
            self.fail(f"{value}不是投诉编号，例如T000012", param, ctx)
        return found


NUMBER: Final = Number()


async def store_of(code: str | None) -> int | None:
    """The id of the store with this code; None for none."""
    if not code:
        return None
    found = (await shop()).by_code(code)
    if found is None:
        raise StaffError(f"没有代码为{code}的门店。", "请核对门店代码。")
    return found.id
