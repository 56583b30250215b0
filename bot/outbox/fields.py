"""A template's fields: mapped to ours by staff, filled and fitted for each message.

data = fill(template.mapping, context)      # {"thing3": "城南店", …} or why it cannot be sent
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.errors import StaffError
from bot.outbox.texts import SAMPLE, check, load
from bot.rules.letter import FIELDS, Context
from bot.rules.template_fields import Fitted, fit, unusable
from bot.rules.touch.kinds import KINDS
from storage.queries import platform_templates as registry
from storage.queries.platform_templates import ONCE
from storage.queries.staff.alerts import STAFF_ALERT

LITERAL: Final = "="
"""A mapping of "=words" says the words as they stand."""


@dataclass(frozen=True, slots=True)
class Filled:
    """`data` fits the template; `cut`: keys whose value lost its end; `refused`: why it cannot go."""

    data: Mapping[str, str]
    cut: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


def fill(mapping: Mapping[str, str], context: Context) -> Filled:
    """The values of a template's keys, for one message."""
    fitted = {key: _value(key, source, context) for key, source in mapping.items()}
    return Filled(
        {key: one.text for key, one in fitted.items()},
        tuple(key for key, one in fitted.items() if one.cut),
        tuple(f"{key}：{one.refused}" for key, one in fitted.items() if one.refused),
    )


def _value(key: str, source: str, context: Context) -> Fitted:
    if source.startswith(LITERAL):
        return fit(key, source.removeprefix(LITERAL))
    return fit(key, context.values.get(source, ""))


def notices() -> tuple[str, ...]:
    """What templates may carry: service notices, also by one-time subscription; staff's alerts."""
    ours = tuple(code for code, kind in KINDS.items() if kind.template)
    return (*ours, *(code + ONCE for code in ours), STAFF_ALERT)


def wrong(keys: Mapping[str, str], notice: str, mapping: Mapping[str, str]) -> list[str]:
    """What is wrong with a mapping, tried on a customer of whom everything is known."""
    if notice not in notices():
        return [f"{notice}不是可以用模板发的服务通知"]
    found = [f"模板里没有字段{key}" for key in mapping if key not in keys]
    found += [f"字段{key}（{keys[key]}）还没有内容" for key in keys if key not in mapping]
    for key, source in mapping.items():
        if why := unusable(key):
            found.append(f"{key}：{why}")
        elif not source.startswith(LITERAL) and source not in FIELDS:
            found.append(f"{key}：没有叫{source}的字段")
        elif key in keys:
            found += _tried(key, source)
    return found


def _tried(key: str, source: str) -> list[str]:
    fitted = _value(key, source, SAMPLE)
    if fitted.refused:
        return [f"{key}：{source.removeprefix(LITERAL)}放不进去，{fitted.refused}"]
    return [f"{key}：固定的文字太长"] if fitted.cut and source.startswith(LITERAL) else []


async def map_notice(
    template_id: str, notice: str, mapping: Mapping[str, str], by: str, now: datetime
) -> None:
    """From now on this template carries `notice`. Raises StaffError for what `wrong` finds."""
    template = await registry.find(template_id)
    if template is None or template.gone_at is not None:
        raise StaffError(f"公众号没有模板{template_id}。", "先运行cheyu template sync。")
    if found := wrong(template.keys, notice, mapping):
        raise StaffError("这样设置不行：" + "；".join(found) + "。", "请修改后再保存。")
    await registry.map_notice(template_id, notice, mapping, by, now)


async def problems() -> list[str]:
    """What staff should mend: notices without a template, broken ones, wordings that no longer do."""
    every = await registry.every()
    found = []
    for one in every:
        if not one.notice:
            continue
        if one.gone_at is not None:
            found.append(f"{one.notice}用的模板“{one.title}”已从公众号删除")
        elif one.broken:
            found.append(f"{one.notice}用的模板“{one.title}”不能用：{one.broken}")
        elif faults := wrong(one.keys, one.notice, one.mapping):
            found.append(f"{one.notice}用的模板“{one.title}”：{'；'.join(faults)}")
    carried = {one.notice for one in every}
    missing = [KINDS[code].name for code in KINDS if KINDS[code].template and code not in carried]
    if missing:
        found.append(f"还没有模板的服务通知：{'、'.join(missing)}")
    for (scope, name), body in (await load()).own.items():
        if faults := check(name, body):
            found.append(f"话术{name}（{scope or '所有门店'}）：{'；'.join(faults)}")
    return found
