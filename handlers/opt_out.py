"""退订, 恢复订阅, 我的授权: what somebody is contacted for, stopped and begun again by purpose."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.flow import Option, Talk, conversation
from bot.flow.answers import Got, Kept, Result
from bot.flow.heard import Heard
from bot.rules.consent import BY_CODE, CODES, PURPOSES, called, covering, purposes_in, wording
from bot.rules.service_due import spoken
from storage.queries import consents, stopping
from storage.queries.consents import Entry, Who


def who_is(talk: Talk) -> Who:
    return Who(talk.customer.customer_id, talk.customer.id)


@dataclass(frozen=True, slots=True)
class PurposesOf:
    """One purpose or several, kept as their codes with commas between."""

    every: str

    async def prepare(self) -> None:
        """Nothing to fetch."""

    def options(self) -> Sequence[Option]:
        lines = [Option(one.code, f"{one.name}（{one.covers}）", (one.name,)) for one in PURPOSES]
        return [*lines, Option(",".join(CODES), self.every, ("全部", "都", "所有"))]

    def read(self, said: Heard) -> Result:
        return self.find(said)

    def find(self, said: Heard) -> Result:
        found = purposes_in(said.text)
        return Got(",".join(found)) if found else None

    def value(self, kept: Kept) -> tuple[str, ...]:
        return tuple(str(kept).split(","))


@conversation("退订")
async def opt_out(talk: Talk) -> tuple[str, ...]:
    return await talk.ask("退订项目", "不想再收哪一种？", PurposesOf("全部退订"))


@opt_out.settle
async def stop(codes: tuple[str, ...], talk: Talk) -> None:
    said = f"已退订{called(codes)}，{covering(codes)}不会再发给您。"
    await consents.withdraw(who_is(talk), codes, wording(said), talk.now)
    await stopping.stop(who_is(talk), codes, f"客户已退订{called(codes)}", talk.now)
    talk.say(f"{said}\n您约好的服务照常通知；想恢复，随时说“恢复订阅”。")


@conversation("恢复订阅")
async def opt_in(talk: Talk) -> tuple[str, ...]:
    return await talk.ask("订阅项目", "想收哪一种？", PurposesOf("全部都要"))


@opt_in.settle
async def begin(codes: tuple[str, ...], talk: Talk) -> None:
    said = f"好的，{covering(codes)}会发给您，随时发“退订”就停。"
    await consents.give(who_is(talk), codes, wording(said), talk.now)
    talk.say(said)


@conversation("同意接收")
async def agree(talk: Talk) -> tuple[str, ...]:
    """The answer to the one question, to all that it named; where it was not put, which?"""
    held = await consents.state(who_is(talk))
    asked = tuple(code for code, entry in held.items() if entry.channel == consents.ASKED)
    return asked or await talk.ask("订阅项目", "想收哪一种？", PurposesOf("全部都要"))


@agree.settle
async def agreed(codes: tuple[str, ...], talk: Talk) -> None:
    await begin(codes, talk)


@conversation("我的授权", aside=True)
async def my_consents(talk: Talk) -> None:
    held = await consents.state(who_is(talk))
    talk.say("\n".join(["您的授权：", *(_line(talk, code, held.get(code)) for code in BY_CODE)]))
    talk.offer("退订", "恢复订阅")


def _line(talk: Talk, code: str, entry: Entry | None) -> str:
    purpose, state = BY_CODE[code], "没有同意过"
    if entry is not None and entry.channel != consents.ASKED:
        day = spoken(entry.at.astimezone(talk.now.tzinfo).date(), talk.today)
        state = f"{day}{'同意' if entry.given else '退订'}"
    return f"{purpose.name}（{purpose.covers}）：{state}"


CONVERSATIONS = [opt_out, opt_in, my_consents, agree]
