"""Which kind of complaint it is: the likely one first, by any word for it, and never asked for long."""

import re

from bot.flow import Choice, Option, Talk
from bot.flow.answers import Got, Result
from bot.flow.heard import Heard
from bot.rules.cases.guess import guessed, ranked
from bot.rules.cases.words import CATEGORIES, category_name
from bot.rules.wording import plain
from storage.queries.cases import routes as case_routes

_UNSURE = Option("", "说不清，请你们判断", ("跳过",))
_CANNOT_SAY = re.compile(
    "(?:我|都|也|就)*(?:说不(?:清|好)|不(?:知道|清楚|懂|好说)|随便|你们(?:看|定|判断)).{0,3}"
)
_SHORT = 10  # signs; what is longer is a sentence


async def which_kind(talk: Talk, story: str, told: int) -> str:
    """A category's code, "" for none.

    Asked once: who goes on with the story instead has it judged by their words, and reads it back.
    """

    async def so_many() -> int:
        return told

    went_on = told > int(await talk.once("听完", so_many, of=None) or 0)
    preset = guessed(story) if went_on else None
    kinds = _Kind(tuple(await _categories(story)))
    return await talk.ask("类别", "这属于哪一类？", kinds, preset=preset)


class _Kind(Choice[str]):
    """A category, by other words too; a whole sentence is more of the story."""

    def read(self, said: Heard) -> Result:
        text = plain(said.text)
        if len(text) > _SHORT:
            return None
        if _CANNOT_SAY.fullmatch(text):
            return Got(_UNSURE.key)
        code = guessed(text)
        return super().read(said) or (Got(code) if code else None)


async def _categories(story: str) -> list[tuple[Option, str]]:
    """The likely one first; a store's own among them."""
    own = dict.fromkeys(kept.line.category for kept in await case_routes.table())
    codes = (*ranked(story), *(code for code in own if code and code not in CATEGORIES))
    lines = [(Option(code, category_name(code)), code) for code in codes]
    return [*lines, (_UNSURE, "")]
