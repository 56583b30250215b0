"""The local WeChat's templates, chosen and mapped as a dealership's administrator would."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from bot.outbox import fields
from bot.sandbox.world import World
from bot.wechat.client import Client
from storage.queries import platform_templates as registry

ACTOR: Final = "demo"
CHOSEN: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "first_service": (
        "60103",
        {"车牌号": "plate", "车型": "model", "保养项目": "=首次保养", "建议到店日期": "due_on",
         "联系电话": "phone"},
    ),
    "regular_service": (
        "60109",
        {"服务内容": "=常规保养", "车牌号": "plate", "提醒日期": "due_on", "服务门店": "store",
         "联系电话": "phone"},
    ),
    "staff_alert": ("52305", {"工单名称": "title", "工单类型": "=投诉"}),
    "inspection": (
        "60104",
        {"车牌号": "plate", "到期日期": "expires_on", "温馨提示": "=年检快到期了，可以代办", "联系电话": "phone"},
    ),
    "insurance": (
        "60105",
        {"车牌号": "plate", "到期日期": "expires_on", "温馨提示": "=保险快到期了，别断保", "联系电话": "phone"},
    ),
    "booking_reminder": (
        "60101",
        {"预约门店": "store", "预约时间": "booked_at", "服务项目": "service", "车牌号": "plate"},
    ),
}  # fmt: skip
"""notice → number in the library, and our field for each of the template's lines."""


async def choose_templates(world: World, client: Client, now: datetime) -> None:
    """Choose what is not chosen yet, read the list as the product does, and map it."""
    for number, _ in CHOSEN.values():
        if not any(one.number == number for one in world.templates.all.values()):
            world.templates.choose(number)
    await registry.sync(await client.templates(), now)
    for notice, (number, wanted) in CHOSEN.items():
        template = next(one for one in world.templates.all.values() if one.number == number)
        mapping = {key: wanted[label] for key, label in template.keys.items()}
        known = await registry.find(template.template_id)
        if known is None or known.notice != notice or dict(known.mapping) != mapping:
            await fields.map_notice(template.template_id, notice, mapping, ACTOR, now)
