"""Which store: by its name, 都行, or the nearest as far as we can say which that is."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.flow import Option, Talk
from bot.flow.answers import Got, Result, Unclear
from bot.flow.choices import Choice
from bot.flow.heard import Heard
from bot.rules.wording import plain
from storage.queries.cars import Car, cars_for
from storage.queries.scenes import find
from storage.queries.stores.shops import Shop, Store

_ANY: Final = re.compile(
    "(?:我|你们?|您|哪|那|一?家|个|店|去|到|就|都|也|帮我|给我)*"
    "(?:都行|都可以|都好|都一样|随便|随意|无所谓|任意|看着?办|安排|老地方|老店|平时那|常去的?|any|anywhere|either)"
    "(?:[一1]?[家个]?店?|吧|啊|呀|了|你们?|您|定|选|挑)*"
)
_NEAR: Final = re.compile(
    "最近|近一?点|比较近|附近|离(?:我|家|公司|这)|哪家近|近吗|多远|在哪|地址|位置|哪里|怎么走|nearest|address"
)
_KIND: Final = re.compile("(?:4s|旗舰|体验|服务|销售|维修)*(?:店|门店|中心|分店)$")


@dataclass(frozen=True, slots=True)
class _Stores(Choice[Store]):
    """`usual`: the one that will do for who does not mind."""

    usual: Store | None = None

    def read(self, said: Heard) -> Result:
        named = Choice.read(self, said)
        if isinstance(named, Got):
            return named
        text = plain(said.text)
        short = [store for _, store in self.items if _stem(store.name) in text]
        if len(short) == 1 and not said.silent:
            return Got(short[0].code)
        if said.kind == "location" or _NEAR.search(text):
            return Unclear(tuple(self.options()), self._addresses())
        if _ANY.fullmatch(text):
            return Got((self.usual or self.items[0][1]).code)
        return named

    def _addresses(self) -> str:
        lines = [f"{store.name}：{store.address}" for _, store in self.items if store.address]
        if not lines:
            return "我算不出哪家离您最近，您选一家顺路的："
        return "\n".join(["我算不出哪家离您最近，各店地址在这儿，选顺路的就行：", *lines])


def _stem(name: str) -> str:
    """城东店 is 城东 to who says 城东那家."""
    return _KIND.sub("", plain(name)) or plain(name)


async def which_store(
    talk: Talk, known: Shop, car: Car | None, *, stays: int | None = None
) -> Store:
    """The car's own store, or the one whose code they came by; else it is asked.

    `stays`: where they are expected already, and what is moved stays unless they say another.
    """
    if len(known.stores) == 1:
        return known.stores[0]
    home = known.by_id.get(stays or (car.store_id if car else None) or 0)
    came = None if home else await find(talk.customer.scene)
    home = known.by_id.get(came.store_id) if came and came.store_id else home
    lines = [(Option(store.code, store.name, (store.code,)), store) for store in known.stores]
    usual = None if home else await _usual(talk, known.stores)
    asked = _Stores(tuple(lines), usual=usual)
    return await talk.ask("门店", "您想到哪家店？", asked, preset=home.code if home else None)


async def _usual(talk: Talk, stores: Sequence[Store]) -> Store | None:
    """Where their cars are looked after."""
    cars = await cars_for(talk.customer.id, talk.customer.customer_id)
    theirs = {car.store_id for car in cars}
    return next((store for store in stores if store.id in theirs), None)
