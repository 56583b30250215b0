"""`cheyu store care`: hours, caps, festivals and gifts of a store."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any

import click

from bot.cli.inside import in_account
from bot.clock import clock
from bot.rules.care_settings import SETTINGS, usual
from bot.settings import load
from storage.db import dumps
from storage.queries.stores.care import care_of, set_care


def _pairs(
    _context: click.Context, _param: click.Parameter, given: Sequence[str]
) -> Mapping[str, Any]:
    """not_before=09:30, festivals=[…]; with nothing behind the sign, as delivered again."""
    parted = [pair.partition("=") for pair in given]
    if any(not (name and middle) for name, middle, _ in parted):
        raise click.BadParameter("write NAME=VALUE")
    return {name: _read(value) for name, _, value in parted}


def _read(value: str) -> Any:
    if not value:
        return None
    try:
        return json.loads(value)
    except json.JSONDecodeError:
        return value  # 09:30 needs no quotation marks


@click.command()
@click.argument("code")
@click.argument("changes", nargs=-1, callback=_pairs, metavar="[NAME=VALUE …]")
def care(code: str, changes: Mapping[str, Any]) -> None:
    """How a store keeps contact; without changes, what it set and what else holds."""

    async def work() -> Mapping[str, Any]:
        async with in_account(load()):
            if changes:
                return await set_care(code, changes, "cli", clock.now())
            return await care_of(code)

    found = asyncio.run(work())
    for name, means in SETTINGS.items():
        if name in found:
            click.echo(f"{name}={dumps(found[name])}" + ("" if changes else f"  {means}"))
        elif not changes:
            holds = usual(name)
            click.echo(f"{name}  {means}" + ("" if holds is None else f"，现为{dumps(holds)}"))
