"""The people of a simulated year: who they are, what they drive, and how they take messages."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from bot.rules.identifiers import make_vin
from storage.demo_cars import MODELS
from storage.demo_people import FEMALE, MALE, SURNAMES

SHARE_NEW = 0.22
"""How many of the cars are delivered during the year itself."""
OLDEST = 4 * 365
PER_VISIT_KM = 7_500


@dataclass(slots=True)
class Someone:
    """A customer with one car. `answers`: how often they answer a message; `loyal`: come at all."""

    n: int
    name: str
    gender: str
    birthday: date
    lunar: str
    consents: tuple[str, ...]
    follows: bool
    answers: float
    loyal: bool
    vin: str
    plate: str
    brand: str
    model: str
    energy: str
    store: str
    bought: date
    km_a_day: float
    visits: int = 0
    last_visit: date | None = None

    @property
    def ref(self) -> str:
        return f"Y{self.n:06d}"

    @property
    def phone(self) -> str:
        return f"139{self.n:08d}"

    @property
    def openid(self) -> str:
        return f"oYear{self.n:023d}"

    def km(self, day: date) -> int:
        """What the car shows on a day."""
        return 15 + int(max(0, (day - self.bought).days) * self.km_a_day)

    @property
    def next_visit(self) -> date:
        """When they would come by themselves, if they are loyal."""
        months = 92 if not self.visits else 182
        km = 5_000 if not self.visits else PER_VISIT_KM
        since = self.last_visit or self.bought
        return since + timedelta(days=min(months, int(km / self.km_a_day)))

    def file(self) -> Mapping[str, Any]:
        """The DMS's customer."""
        born = {"birthday_lunar": self.lunar} if self.lunar else {"birthday": f"{self.birthday}"}
        return {
            "ref": self.ref, "name": self.name, "gender": self.gender, "phone": self.phone,
            "consents": list(self.consents), **born,
        }  # fmt: skip

    def car(self, day: date) -> Mapping[str, Any]:
        """The DMS's vehicle, as it is on a day."""
        years = max(1, (day - self.bought).days // 365 + 1)
        until = self.bought + timedelta(days=365 * years)
        return {
            "vin": self.vin, "customer_ref": self.ref, "plate": self.plate, "brand": self.brand,
            "model": self.model, "energy": self.energy, "store": self.store,
            "delivered_on": f"{self.bought}", "mileage": self.km(day),
            "insurance_until": f"{until}", "inspection_due": f"{until + timedelta(days=9)}",
        }  # fmt: skip

    def order(self, day: date, number: int, zone: ZoneInfo) -> Mapping[str, Any]:
        """A repair order settled on a day."""
        settled = datetime.combine(day, time(11 + number % 6, 10 * (self.n % 6)), zone)
        first = not self.visits
        return {
            "ref": f"{self.ref}-{number}", "vin": self.vin, "store": self.store,
            "opened_at": (settled - timedelta(hours=2)).isoformat(),
            "settled_at": settled.isoformat(), "mileage": self.km(day),
            "amount": "0.00" if first else "680.00", "items": ["首保" if first else "常规保养"],
        }  # fmt: skip


def make_crowd(count: int, start: date, dice: Random) -> list[Someone]:
    """`count` customers; most have had their car for a while at `start`."""
    plates = _plates()
    return [_someone(n, start, next(plates), dice) for n in range(1, count + 1)]


def _someone(n: int, start: date, plate: tuple[str, str], dice: Random) -> Someone:
    gender = dice.choice(("female", "male"))
    brand, model, energy, prefix = dice.choice(MODELS)
    days = -dice.randint(0, 360) if dice.random() < SHARE_NEW else dice.randint(1, OLDEST)
    bought = start - timedelta(days=days)
    return Someone(
        n=n,
        name=dice.choice(SURNAMES) + dice.choice(FEMALE if gender == "female" else MALE),
        gender=gender,
        birthday=date(1960, 1, 1) + timedelta(days=dice.randint(0, 15_000)),
        lunar=f"{dice.randint(1, 12):02d}-{dice.randint(1, 30):02d}" if n % 8 == 0 else "",
        consents=tuple(
            code
            for code, share in (("care", 0.9), ("follow_up", 0.85), ("marketing", 0.5))
            if dice.random() < share
        ),
        follows=dice.random() < 0.7,
        answers=dice.choice((0.0, 0.03, 0.1, 0.3)),
        loyal=dice.random() < 0.8,
        vin=make_vin(prefix, bought.year, dice.choice("23ABCN"), n),
        plate=plate[0] if energy == "ice" else plate[1],
        brand=brand,
        model=model,
        energy=energy,
        store=dice.choice(("main", "main", "east")),
        bought=bought,
        km_a_day=dice.uniform(15, 65),
    )


def _plates() -> Iterator[tuple[str, str]]:
    """An ordinary plate and one for new energy, each once."""
    for letter in "ABCDEFGHJKLMNPQRSTUVWXYZ":
        for number in range(10_000, 100_000):
            yield f"京{letter}{number}", f"京{letter}D{number}"
