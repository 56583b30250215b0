"""What is asked after the first score, more or enough, and a question for their own words."""

from collections.abc import Sequence
from typing import Final

from bot.flow import Option
from bot.flow.answers import Got, Result
from bot.flow.heard import Heard
from bot.rules.surveys.parts import Question
from handlers.questions.survey import Asked
from handlers.questions.survey_lines import MARK, MORE, STOP, details

MORE_ASKED: Final = Question("more", "choice", "再说说细节吗？几个小问题，一点就好。")


class More(Asked):
    """Whether they wish to say more; a photo or words right away are taken as well."""

    def options(self) -> Sequence[Option]:
        return [MORE, STOP]

    def read(self, said: Heard) -> Result:
        found = super().read(said)
        return found or (Got(f"{MARK}remark:{said.quoted}") if details(said) else None)


class Words(Asked):
    """A question for their own words: whatever they say is the answer, marked where it was spoken."""

    def read(self, said: Heard) -> Result:
        found = super().read(said)
        return Got(said.quoted) if found == Got(said.text.strip()) else found

    def options(self) -> Sequence[Option]:
        return ()
