"""What the doctor says of the staff: who has left with work in hand, and whom no alert reaches."""

from collections.abc import AsyncIterator

from bot.cli.doctor_findings import Finding
from bot.rules.roles import ROLE_NAMES, Role
from storage.queries import platform_templates
from storage.queries.staff import left as staff_left
from storage.queries.staff import wechat as staff_wechat
from storage.queries.staff.alerts import STAFF_ALERT
from storage.queries.staff.left import Left


async def of_staff() -> AsyncIterator[Finding]:
    """Nothing where all is well, but for the alerts of colleagues who are bound."""
    for left in await staff_left.hanging():
        yield Finding("warning", f"{who(left)} 已离职，名下还有{left.said}", mend(left))
    if bound := await staff_wechat.how_many():
        if await platform_templates.for_notice(STAFF_ALERT) is None:
            yield Finding("warning", f"{bound}位员工绑定了微信，但没有模板用于{STAFF_ALERT}："
                          "员工发消息48小时后就收不到提醒",
                          f"请用 `cheyu template map` 让一个模板用于{STAFF_ALERT}，字段里要有title（可加deadline）。")  # fmt: skip
        else:
            yield Finding("ok", f"{bound}位员工绑定了微信，提醒有模板可发")


def who(left: Left) -> str:
    role = ROLE_NAMES[Role(left.role)] if left.role in ROLE_NAMES else left.role
    return f"{left.name}（{role}）"


def mend(left: Left) -> str:
    """The command that gives it all away."""
    give = f"cheyu staff leave {left.login or 'LOGIN'} --to LOGIN --as LOGIN"
    if left.login:
        return f"请运行 `{give}`。"
    add = f"cheyu staff add {left.name} --role {left.role} --login LOGIN --left"
    return f"请先用 `{add}` 设置登录名，再运行 `{give}`。"
