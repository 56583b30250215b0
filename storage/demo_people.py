"""The demo's people: made-up names, numbers nobody has, and habits an advisor would note."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

CUSTOMERS = 200
SEED = 20261122

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
FEMALE = (
    *("芳", "娜", "静", "敏", "丽", "雪梅", "秀兰", "佳怡", "欣然", "雅婷"),
    *("晓燕", "丹", "梦洁", "思琪", "慧", "颖", "文静", "倩", "琳", "春燕"),
)
MALE = (
    *("强", "伟", "磊", "军", "勇", "杰", "浩然", "志明", "建国", "俊"),
    *("鹏", "子轩", "宇航", "海涛", "斌", "立新", "学文", "博", "凯", "振华"),
)
FOLLOWERS = 30
SOURCES = ("到店", "老客户介绍", "车展", "网上咨询", "电话咨询")
ROADS = ("槐荫路", "青石巷", "望湖街", "桂花园", "北环东路", "柳溪里")
HABITS: tuple[Mapping[str, str], ...] = (
    {"饮料": "龙井", "联系时间": "周末下午"},
    {"饮料": "美式咖啡", "付款": "微信"},
    {"技师": "指定常师傅"},
    {"话题": "自驾游", "联系方式": "微信，不打电话"},
)
NOTES = (
    "接送孩子放学后才方便接电话",
    "上次说后备箱有异响，留意一下",
    "家里还有一台旧车，明年想置换",
    "老人常用车，说明时请讲慢一点",
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True, slots=True)
class Customer:
    """Number `n` counts from 1; the first are the followers."""

    n: int
    name: str
    gender: str

    @property
    def ref(self) -> str:
        return f"D{self.n:04d}"

    @property
    def phone(self) -> str:
        return f"1380000{self.n:04d}"


@dataclass(frozen=True, slots=True)
class Profile:
    """What the file holds besides the name and the phone."""

    birthday: date | None = None
    birthday_lunar: str = ""
    id_number: str = ""
    address: str = ""
    notes: str = ""
    preferences: Mapping[str, str] = field(default_factory=dict)


def profile(n: int) -> Profile:
    """The same for a number every time; drawn apart from the history, which stays as it is."""
    dice = Random(SEED * 1000 + n)  # noqa: S311  # a history, not a secret
    born = date(1962, 1, 1) + timedelta(days=dice.randint(0, 14_000))
    lunar = f"{dice.randint(1, 12):02d}-{dice.randint(1, 29):02d}" if n % 9 == 0 else ""
    road = f"{dice.choice(ROADS)}{dice.randint(1, 199)}号{dice.randint(1, 30)}室"
    return Profile(
        None if lunar else born,
        lunar,
        _id_number(born, n) if n % 3 == 0 else "",
        road if n % 2 == 0 else "",
        dice.choice(NOTES) if n % 4 == 0 else "",
        dice.choice(HABITS) if n % 3 == 1 else {},
    )


def _id_number(born: date, n: int) -> str:
    """With the right check digit, of a district that does not exist."""
    number = f"990000{born:%Y%m%d}{n:03d}"
    rest = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=True)) % 11
    return number + "10X98765432"[rest]


def make_people(dice: Random) -> list[Customer]:
    """Everybody, 王芳 and 李强 first."""
    people = [Customer(1, "王芳", "female"), Customer(2, "李强", "male")]
    known = {person.name for person in people}
    while len(people) < CUSTOMERS:
        gender = dice.choice(("female", "male"))
        name = dice.choice(SURNAMES) + dice.choice(FEMALE if gender == "female" else MALE)
        if name not in known:
            known.add(name)
            people.append(Customer(len(people) + 1, name, gender))
    return people
