"""What people type themselves: a phone number, a plate, a VIN, their own words, a picture."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.flow.answers import Got, Kept, Option, Refused, Result
from bot.flow.heard import Heard
from bot.rules.identifiers import phone_problem, plate_problem, read_phone, read_plate, vin_problem
from bot.rules.wording import plain


class Typed:
    """A question without lines: the answer is typed or sent."""

    __slots__ = ()

    async def prepare(self) -> None:
        """Nothing to fetch."""

    def options(self) -> Sequence[Option]:
        return ()

    def find(self, said: Heard) -> Result:
        return None

    def value(self, kept: Kept) -> str:
        return str(kept)


class Phone(Typed):
    """A mainland mobile number, kept as its 11 digits."""

    def read(self, said: Heard) -> Result:
        found = read_phone(said.text)
        if found is not None:
            return Got(found.value)
        return Refused(phone_problem(said.text) or "请发11位手机号。") if said.has_digits else None

    def find(self, said: Heard) -> Result:
        return Got(said.phone) if said.phone else None


class Plate(Typed):
    """A licence plate, kept normalised."""

    def read(self, said: Heard) -> Result:
        found = read_plate(said.text)
        if found is not None:
            return Got(found.value)
        problem = plate_problem(said.text)
        return Refused(problem) if problem and said.has_digits else None

    def find(self, said: Heard) -> Result:
        return Got(said.plate) if said.plate else None


class PlateOrVin:
    """A plate, or the last six of the VIN; kept as `plate:…` or `vin6:…`."""

    async def prepare(self) -> None:
        """Nothing to fetch."""

    def options(self) -> Sequence[Option]:
        return ()

    def read(self, said: Heard) -> Result:
        found = read_plate(said.text)
        if found is not None:
            return Got(f"plate:{found.value}")
        tail = "".join(c for c in plain(said.text).upper() if c.isascii() and c.isalnum())
        if len(tail) in (6, 17) and not (len(tail) == 17 and vin_problem(tail)):
            return Got(f"vin6:{tail[-6:]}")
        problem = plate_problem(said.text)
        return Refused(problem) if problem and said.has_digits else None

    def find(self, said: Heard) -> Result:
        return Got(f"plate:{said.plate}") if said.plate else None

    def value(self, kept: Kept) -> tuple[str, str]:
        kind, _, text = str(kept).partition(":")
        return kind, text


@dataclass(frozen=True)
class FreeText(Typed):
    """Their own words."""

    least: int = 1
    most: int = 500

    def read(self, said: Heard) -> Result:
        text = said.text.strip()
        if len(text) < self.least:
            return None
        if len(text) > self.most:
            return Refused(f"有点长，请控制在{self.most}字以内，可以分几条说。")
        return Got(text)


@dataclass(frozen=True)
class Words(FreeText):
    """Their own words, or one of the lines that are shown for those who would rather tap."""

    lines: tuple[str, ...] = ()

    def read(self, said: Heard) -> Result:
        """What is longer than an answer would be is none: somebody goes on telling."""
        text = said.text.strip()
        return Got(text) if self.least <= len(text) <= self.most else None

    def options(self) -> Sequence[Option]:
        return [Option(line, line) for line in self.lines]


class Photo(Typed):
    """A picture; kept as the platform's media id."""

    def read(self, said: Heard) -> Result:
        return Got(said.media_id) if said.kind == "image" and said.media_id else None


def phone() -> Phone:
    """A mobile number."""
    return Phone()


def plate() -> Plate:
    """A licence plate."""
    return Plate()


def vin_tail() -> PlateOrVin:
    """A plate, or the last six of the VIN: what binding asks for."""
    return PlateOrVin()


def free_text(least: int = 1, most: int = 500) -> FreeText:
    """Their own words, `least` to `most` characters."""
    return FreeText(least, most)


def words(*lines: str, most: int = 500) -> Words:
    """Their own words; `lines` are shown to be tapped instead."""
    return Words(most=most, lines=lines)


def photo() -> Photo:
    """A picture."""
    return Photo()
