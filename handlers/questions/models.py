"""Which car somebody would like to drive, in their own words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.flow import Option, Talk
from bot.flow.answers import Got, Kept, Refused, Result
from bot.flow.heard import Heard
from handlers.questions import spoken
from storage.queries.leads import drives
from storage.queries.leads.drives import Drive
from storage.queries.stores.shops import shop

ANY: Final = "车型到店再定"
"""What is said for a model that nobody named."""
LONGEST: Final = 40
_AFTER: Final = re.compile(r"试[驾乘](.*)", re.DOTALL)
_MOVED: Final = re.compile(
    r"试[驾乘]的?(?:改|换|挪|推|提前|延|时间|日期)|(?:改|换|挪|推|提前|延)[^,，。]{0,4}试[驾乘]"
)
"""改试驾, 试驾改到周日: the same car at another time."""
_INSTEAD: Final = re.compile(r"(?:想|要|改|换)(?:成|为|去)?看(.*)", re.DOTALL)
_TAIL: Final = re.compile(r"\s*(?:吧|呀|啊|哦|呢|谢谢|就行|[。，,.!！])+$")
_PLACE: Final = re.compile(r"[在去到].*", re.DOTALL)
_ELSE: Final = re.compile("但|不过|可是|然后|先|我|投诉")
"""Where the sentence goes on to something else: 想试驾，但是我要先投诉."""
_FILLER: Final = re.compile(
    r"一下|一次|[一这那][台辆款部]|新款|新车|车型|可以吗|行吗|好吗|方便吗|谢谢|看看|你们|有没有|[的吗吧呢么下个车啊呀，,。.!！?？]"
)


@dataclass(frozen=True)
class CarModel:
    """A model as the customer calls it; kept as typed, but for the names of stores, `places`."""

    places: tuple[str, ...] = ()

    async def prepare(self) -> None:
        """Nothing to fetch."""

    def options(self) -> Sequence[Option]:
        return ()

    def read(self, said: Heard) -> Result:
        text = _TAIL.sub("", " ".join(said.text.split()))
        if len(text) > LONGEST:
            return Refused("请只说车型，例如“汉EV”。")
        return self.find(said) or (Got(text) if re.search(r"\w", text) else None)

    def find(self, said: Heard) -> Result:
        """What stands behind 试驾 or 想看, but for the day, the hour and courtesies."""
        after = None if _MOVED.search(said.text) else _AFTER.search(said.text)
        found = after or _INSTEAD.search(said.text)
        if found is None:
            return None
        rest = _ELSE.split(found[1], maxsplit=1)[0]
        for one in (said.day, said.time):
            rest = rest.replace(one.text, " ") if one else rest
        for name in (said.phone, *self.places):
            rest = rest.replace(name, " ") if name else rest
        rest = " ".join(_FILLER.sub(" ", _PLACE.sub(" ", rest)).split())
        return Got(rest) if 0 < len(rest) <= LONGEST // 2 else None

    def value(self, kept: Kept) -> str:
        return str(kept)


async def moved(talk: Talk) -> Drive | None:
    """The drive that they wish to move; None: it is a new one."""
    if not _MOVED.search(talk.opening):
        return None
    return await drives.expected(talk.customer.id, talk.customer.customer_id, talk.now)


async def which_model(talk: Talk, known: Drive | None) -> str:
    """ "" where they would not say; who moves the drive `known` is not asked again which car it is."""
    places = tuple(store.name for store in (await shop()).stores)
    asked = "想试驾哪款车？直接说车型；还没想好就说“跳过”。"
    preset = (known.model or None) if known else None
    return await talk.ask_optional("车型", asked, CarModel(places), preset=preset) or ""


async def drive_said(talk: Talk) -> str:
    """The drive they are expected for, as they are told of it; "" none."""
    drive = await drives.expected(talk.customer.id, talk.customer.customer_id, talk.now)
    if drive is None:
        return ""
    return f"试驾编号 {drive.number}\n{spoken(talk, drive.at)}\n试驾 {drive.model or ANY}"
