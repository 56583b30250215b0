"""The templates an account has chosen, and the library it may choose from.

The numbers 46591 and 52305 are seen in the wild; the others, and the keys of all of them, are this
emulator's own: the platform gives both only to the account that chooses.
"""

import base64
import hashlib
import re
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.sandbox.errors import ApiError

MOST = 25
SAME_FOR = timedelta(minutes=10)
MARKETING = ("优惠", "促销", "抽奖", "秒杀", "红包", "领券", "特价", "折扣")
_KEY = re.compile(r"\{\{\s*([A-Za-z_]+[0-9]*)\.DATA\s*\}\}")


@dataclass(frozen=True)
class Template:
    """`keys`: {"thing3": "预约门店"}; `allowed`: the values fixed for a const.

    `once`: of a subscribe message (bizsend), which has a list of its own.
    """

    template_id: str
    title: str
    keys: Mapping[str, str]
    allowed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    number: str = ""
    once: bool = False

    @property
    def content(self) -> str:
        """As get_all_private_template tells it."""
        return "\n".join(f"{label}:{{{{{key}.DATA}}}}" for key, label in self.keys.items())


STATES = ("已接车", "检测中", "维修中", "待交车", "已完工")
LIBRARY: dict[str, tuple[str, dict[str, str], dict[str, tuple[str, ...]]]] = {
    "46591": (
        "预约成功通知",
        {
            "thing1": "预约门店",
            "time2": "预约时间",
            "thing3": "服务项目",
            "car_number4": "车牌号",
            "phone_number5": "门店电话",
        },
        {},
    ),
    "60101": (
        "预约到店提醒",
        {"thing1": "预约门店", "time2": "预约时间", "thing3": "服务项目", "car_number4": "车牌号"},
        {},
    ),
    "60102": (
        "预约取消通知",
        {"thing1": "预约门店", "time2": "原预约时间", "thing3": "取消原因"},
        {},
    ),
    "60103": (
        "车辆保养提醒",
        {
            "car_number1": "车牌号",
            "thing2": "车型",
            "thing3": "保养项目",
            "date4": "建议到店日期",
            "phone_number5": "联系电话",
        },
        {},
    ),
    "60104": (
        "车辆年检到期提醒",
        {"car_number1": "车牌号", "date2": "到期日期", "thing3": "温馨提示", "phone_number4": "联系电话"},
        {},
    ),
    "60105": (
        "车辆保险到期提醒",
        {"car_number1": "车牌号", "date2": "到期日期", "thing3": "温馨提示", "phone_number4": "联系电话"},
        {},
    ),
    "60106": (
        "新车交付通知",
        {"thing1": "车型", "date2": "交付日期", "thing3": "交付门店", "name4": "服务顾问", "phone_number5": "联系电话"},
        {},
    ),
    "60107": (
        "服务完成通知",
        {"thing1": "服务门店", "car_number2": "车牌号", "thing3": "服务项目", "time4": "完成时间", "phone_number5": "联系电话"},
        {},
    ),
    "60108": (
        "维修进度通知",
        {"car_number1": "车牌号", "const2": "维修状态", "thing3": "说明", "phone_number4": "联系电话"},
        {"const2": STATES},
    ),
    "60109": (
        "售后服务提醒",
        {"thing1": "服务内容", "car_number2": "车牌号", "date3": "提醒日期", "thing4": "服务门店", "phone_number5": "联系电话"},
        {},
    ),
    "52305": ("工单催办提醒", {"thing1": "工单名称", "const3": "工单类型"}, {"const3": ("咨询", "投诉", "预约")}),
}  # fmt: skip


class Templates:
    """The account's templates by id. `marketing`: words that make the platform refuse (40249)."""

    def __init__(self, app_id: str) -> None:
        self.all: dict[str, Template] = {}
        self.marketing: tuple[str, ...] = MARKETING
        self._app_id = app_id

    @property
    def by_link(self) -> str:
        """The account's template for the grant by a link: the platform gives one, of free words."""
        return self._id("by link")

    def get(self, template_id: object, *, once: bool = False) -> Template:
        """Raises ApiError 40037."""
        found = self.all.get(template_id) if isinstance(template_id, str) else None
        if found is None or found.once != once:
            raise ApiError(40037)
        return found

    def add(
        self,
        title: str,
        keys: Mapping[str, str],
        allowed: Mapping[str, tuple[str, ...]] | None = None,
        number: str = "",
        *,
        once: bool = False,
    ) -> Template:
        """A template with these keys; the same title and keys have the same id in every world."""
        if sum(one.once == once for one in self.all.values()) >= MOST:
            raise ApiError(45026)
        template_id = self._id(f"{once}:{number}:{title}:{','.join(keys)}")
        made = Template(template_id, title, dict(keys), dict(allowed or {}), number, once)
        self.all[template_id] = made
        return made

    def _id(self, known: str) -> str:
        digest = hashlib.sha256(f"{self._app_id}:{known}".encode()).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")

    def parse(self, title: str, content: str) -> Template:
        """A template from its content, as a test account writes it: `车牌:{{plate.DATA}}`."""
        keys: dict[str, str] = {}
        for line in content.splitlines():
            for key in _KEY.findall(line):
                keys[key] = line.partition("{{")[0].strip().rstrip(":：")
        return self.add(title, keys)

    def choose(self, number: object, names: Sequence[str] = ()) -> Template:
        """Take a template of the library with the keywords `names` (all of them for none).

        Raises ApiError 40247 (not in the library), 40246 (keywords), 45026 (25 at most).
        """
        if not isinstance(number, str) or number not in LIBRARY:
            raise ApiError(40247)
        title, keys, allowed = LIBRARY[number]
        if not set(names) <= set(keys.values()):
            raise ApiError(40246)
        chosen = {key: name for key, name in keys.items() if not names or name in names}
        return self.add(title, chosen, allowed, number)

    def choose_all(self) -> list[Template]:
        """Everything in the library, as the administrator of a dealership would choose it."""
        return [self.choose(number) for number in LIBRARY]

    def drop(self, template_id: object) -> None:
        del self.all[self.get(template_id).template_id]


class SentBefore:
    """client_msg_id: the same to the same person is delivered once within ten minutes."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, str], tuple[int, datetime]] = OrderedDict()

    def find(self, openid: str, client_id: str, now: datetime) -> int | None:
        """The message sent with this id a short time ago."""
        known = self._known.get((openid, client_id))
        return known[0] if known and abs(now - known[1]) < SAME_FOR else None

    def note(self, openid: str, client_id: str, msg_id: int, now: datetime) -> None:
        self._known[openid, client_id] = msg_id, now
        self._known.move_to_end((openid, client_id))
        while now - next(iter(self._known.values()))[1] >= SAME_FOR:
            self._known.popitem(last=False)
