"""The demo's cars: plausible models, plates, VINs with the right check digit, and histories."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from random import Random

from bot.rules.identifiers import make_vin

# brand, model, energy, the first eight signs of the VIN
MODELS = (
    ("大众", "帕萨特", "ice", "LSVCH6BM"),
    ("大众", "朗逸", "ice", "LSVNB4BR"),
    ("大众", "ID.4 X", "bev", "LSVUBAE1"),
    ("奥迪", "Q5L", "ice", "LFV3B2FY"),
    ("奥迪", "A4L", "ice", "LFV3A28W"),
    ("比亚迪", "汉EV", "bev", "LC0CE4CB"),
    ("比亚迪", "宋PLUS DM-i", "phev", "LC0C74C4"),
    ("丰田", "凯美瑞", "ice", "LVGBM53H"),
    ("丰田", "RAV4荣放", "ice", "LFMKV30F"),
    ("本田", "雅阁", "ice", "LHGCV165"),
    ("别克", "GL8", "ice", "LSGUA83B"),
    ("日产", "轩逸", "ice", "LGBH52E0"),
    ("宝马", "325Li", "ice", "LBV31FJ0"),
    ("吉利", "银河L7", "phev", "L6T7742Z"),
)
AGES = ((5, 120), (120, 1500), (120, 1500), (400, 1800))  # days since delivery
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
DAY_OF_WANG = 80  # her first service is due: three months after delivery


@dataclass(frozen=True, slots=True)
class Stay:
    """A settled visit."""

    day: date
    time: time
    km: int
    items: tuple[str, ...]
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Made:
    """A car; `owner` is a customer's number, `store` an index."""

    owner: int
    store: int
    vin: str
    plate: str
    brand: str
    model: str
    energy: str
    delivered_on: date
    mileage: int
    mileage_on: date
    stays: tuple[Stay, ...]


def make_cars(customers: int, today: date, dice: Random) -> list[Made]:
    """A car for everybody and a second one for some; 王芳's and 李强's first."""
    plates = _plates(dice)
    made = [_wang(today), *_cars_of(2, 2, today, plates, dice)]
    for owner in range(3, customers + 1):
        made += _cars_of(owner, 2 if dice.random() < 0.15 else 1, today, plates, dice)
    return made


def _wang(today: date) -> Made:
    vin = make_vin("LFV3B2FY", today.year, "3", 1)
    bought = today - timedelta(days=DAY_OF_WANG)
    read = today - timedelta(days=3)
    return Made(1, 0, vin, "京A12345", "奥迪", "Q5L", "ice", bought, 4200, read, ())


def _cars_of(
    owner: int, count: int, today: date, plates: Iterator[tuple[str, str]], dice: Random
) -> list[Made]:
    cars = []
    for n in range(count):
        brand, model, energy, prefix = dice.choice(MODELS)
        bought = today - timedelta(days=dice.randint(*dice.choice(AGES)))
        daily = dice.uniform(18, 62)
        vin = make_vin(prefix, bought.year, dice.choice("23ABCN"), owner * 100 + n)
        ordinary, green = next(plates)
        stays = tuple(_stays(bought, today, daily, energy, dice))
        read = stays[-1].day if stays else max(bought, today - timedelta(days=dice.randint(1, 20)))
        km = stays[-1].km if stays else 20 + int((read - bought).days * daily)
        plate = ordinary if energy == "ice" else green
        cars.append(
            Made(
                *(owner, dice.choice((0, 0, 1)), vin, plate, brand, model, energy),
                *(bought, km, read, stays),
            )
        )
    return cars


def _stays(bought: date, today: date, daily: float, energy: str, dice: Random) -> Iterator[Stay]:
    """First service at three months or 5,000 km, then every half year; some stay away at last."""
    day = bought + timedelta(days=min(92, int(5000 / daily)) + dice.randint(-12, 15))
    leaves = dice.random() < 0.2
    first = True
    while day < today:
        if leaves and (today - day).days < 400:
            return
        km = 20 + int((day - bought).days * daily)
        items, price = (("首保",), 0) if first else _work(energy, dice)
        at = time(dice.randint(9, 16), dice.choice((0, 10, 20, 35, 50)))
        yield Stay(day, at, km, items, Decimal(price))
        first = False
        day += timedelta(days=min(182, int(7500 / daily)) + dice.randint(-20, 45))


def _work(energy: str, dice: Random) -> tuple[tuple[str, ...], int]:
    items, price = ["常规保养"], dice.randint(38, 96) * 10
    if energy == "bev":
        price //= 2
    if dice.random() < 0.3:
        items.append("空调清洗")
        price += 268
    if dice.random() < 0.2:
        items.append("轮胎服务")
        price += dice.choice((120, 680, 1360))
    return tuple(items), price


def _plates(dice: Random) -> Iterator[tuple[str, str]]:
    """Pairs of plates nobody else has: an ordinary one and one for new energy."""
    known = {"京A12345"}
    while True:
        number = f"{dice.randint(1000, 99999):05d}"
        ordinary = f"京{dice.choice('ABCDEFGHJKLMNPQ')}{number}"
        if dice.random() < 0.4:
            ordinary = ordinary[:2] + dice.choice(LETTERS.replace("I", "")) + ordinary[3:]
        green = f"京A{dice.choice('DF')}{number}"
        if not {ordinary, green} & known:
            known |= {ordinary, green}
            yield ordinary, green
