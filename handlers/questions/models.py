"""Which car somebody would like to drive, in their own words."""

import re
from collections.abc import Sequence
from typing import Final

from bot.flow import Option
from bot.flow.answers import Got, Kept, Refused, Result
from bot.flow.heard import Heard

ANY: Final = "车型到店再定"
"""What is said for a model that nobody named."""
LONGEST: Final = 40
_AFTER: Final = re.compile(r"试[驾乘](.*)", re.DOTALL)
_INSTEAD: Final = re.compile(r"(?:想|要|改|换)(?:成|为|去)?看(.*)", re.DOTALL)
_PLACE: Final = re.compile(r"[在去到].*", re.DOTALL)
_FILLER: Final = re.compile(
    r"一下|一次|[一这那][台辆款部]|新款|新车|车型|可以吗|行吗|好吗|方便吗|谢谢|看看|你们|有没有|[的吗吧呢么下个车啊呀，,。.!！?？]"
)


class CarModel:
    """A model as the customer calls it; kept as typed."""

    async def prepare(self) -> None:
        """Nothing to fetch."""

    def options(self) -> Sequence[Option]:
        return ()

    def read(self, said: Heard) -> Result:
        text = " ".join(said.text.split())
        if len(text) > LONGEST:
            return Refused("请只说车型，例如“汉EV”。")
        return self.find(said) or (Got(text) if text else None)

    def find(self, said: Heard) -> Result:
        """What stands behind 试驾 or 想看, but for the day, the hour and courtesies."""
        found = _AFTER.search(said.text) or _INSTEAD.search(said.text)
        if found is None:
            return None
        rest = found[1]
        for one in (said.day, said.time):
            rest = rest.replace(one.text, " ") if one else rest
        rest = rest.replace(said.phone, " ") if said.phone else rest
        rest = " ".join(_FILLER.sub(" ", _PLACE.sub(" ", rest)).split())
        return Got(rest) if 0 < len(rest) <= LONGEST // 2 else None

    def value(self, kept: Kept) -> str:
        return str(kept)
