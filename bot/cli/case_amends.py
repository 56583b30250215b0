"""`cheyu case compensate|compensation|improve|measure`: making good, and making better."""

from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import click

from bot.cli.acting import acting, colleague
from bot.cli.case_options import NUMBER, by
from bot.cli.case_words import gift_list, measure_list, say
from bot.cli.kinds import LISTED
from bot.rules.cases.amends import GIFT_STEPS, GIFTS, MEASURE_STATES, MEASURE_STEPS
from bot.rules.cases.words import number_of
from bot.rules.etiquette import BEIJING
from storage.queries import audit
from storage.queries.cases import compensations, measures
from storage.queries.cases.compensations import Compensation
from storage.queries.cases.measures import Measure, New
from storage.queries.staff.colleagues import Staff

_DAY = click.DateTime(["%Y-%m-%d"])


def _amount(_context: click.Context, _param: click.Parameter, value: str | None) -> Decimal | None:
    try:
        return Decimal(value) if value else None
    except InvalidOperation:
        raise click.BadParameter(f"{value}不是金额，例如200或199.50") from None


@click.command("compensate")
@click.argument("number", type=NUMBER)
@click.argument("kind", type=click.Choice([*GIFTS]))
@click.argument("what")
@click.option("--amount", callback=_amount, metavar="YUAN", help="What it is worth.")
@by
def compensate(number: int, kind: str, what: str, amount: Decimal | None, login: str) -> None:
    """Ask for something in amends; a manager decides."""

    async def work(who: Staff, now: datetime) -> str | None:
        made = await compensations.ask(who, number, kind, what, now, amount=amount)
        return f"补偿{made.id}（{number_of(number)} {made.said}）等待批准。" if made else None

    click.echo(acting(login, work))


@click.command("compensation")
@click.argument("number", type=LISTED, required=False)
@click.argument("step", type=click.Choice([*GIFT_STEPS]), required=False)
@click.option("--words", default="", help="Why it is refused, or how it was given.")
@by
def compensation(number: int | None, step: str | None, words: str, login: str) -> None:
    """Decide on one or give it; without a number: those that wait for your decision."""
    if number is None or step is None:
        moments: list[datetime] = []

        async def waiting(who: Staff, now: datetime) -> list[Compensation]:
            moments.append(now.astimezone(BEIJING))
            found = await compensations.waiting(who)
            if found:
                detail = {"ids": [one.id for one in found]}
                await audit.note(who.actor, "view", "compensation", detail, now)
            return found

        found = acting(login, waiting)
        say(gift_list(found, moments[0]))
        return

    async def work(who: Staff, now: datetime) -> str | None:
        done = await compensations.take(who, number, step, now, words=words)
        return f"补偿{done.id}（{done.said}）{done.state_name}。" if done else None

    click.echo(acting(login, work))


@click.command("improve")
@click.argument("what")
@click.option("--case", "number", type=NUMBER, help="Of this complaint; else of a pattern:")
@click.option("--category", default="", help="Against every complaint of this kind.")
@click.option("--due", type=_DAY, required=True, help="The last day.")
@click.option("--owner", metavar="LOGIN", help="Who does it; you, if left out.")
@by
def improve(
    what: str, *, number: int | None, category: str, due: Any, owner: str | None, login: str
) -> None:
    """Propose a measure, corrective or preventive; the general manager decides."""

    async def work(who: Staff, now: datetime) -> str | None:
        owner_id = (await colleague(owner)).id if owner else None
        new = New(what, due.date(), owner_id, number, category)
        made = await measures.propose(who, new, now)
        if made is None:
            return None
        named = f"{made.kind_name}{made.id}"
        return f"{named}等待总经理批准，负责人：{made.owner}，期限{made.due_on}。"

    click.echo(acting(login, work))


@click.command("measure")
@click.argument("number", type=LISTED, required=False)
@click.argument("step", type=click.Choice([*MEASURE_STEPS]), required=False)
@click.option("--words", default="", help="Why refused, what was done, or what came of it.")
@click.option("--state", type=click.Choice([*MEASURE_STATES]), help="Of the list.")
@by
def measure(
    number: int | None, step: str | None, words: str, state: str | None, login: str
) -> None:
    """A step with one; without a number: the list."""
    if number is None or step is None:
        moments: list[datetime] = []

        async def listed(who: Staff, now: datetime) -> list[Measure]:
            moments.append(now.astimezone(BEIJING))
            return await measures.page(who, state=state or "")

        found = acting(login, listed)
        say(measure_list(found, moments[0].date()))
        return

    async def work(who: Staff, now: datetime) -> str | None:
        done = await measures.take(who, number, step, now, words=words)
        return f"{done.kind_name}{done.id} {done.state_name}。" if done else None

    click.echo(acting(login, work))
