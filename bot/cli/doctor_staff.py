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
            yield Finding("warning", f"{bound} colleague(s) are bound in WeChat, and no template carries"
                          f" {STAFF_ALERT}: outside of 48 hours after they wrote, no alert reaches them",
                          f"Map one by `cheyu template map`, with title (and deadline) in its fields"
                          f" (notice {STAFF_ALERT}).")  # fmt: skip
        else:
            yield Finding(
                "ok", f"{bound} colleague(s) are bound in WeChat, and a template reaches them"
            )


def who(left: Left) -> str:
    role = ROLE_NAMES[Role(left.role)] if left.role in ROLE_NAMES else left.role
    return f"{left.name}（{role}）"


def mend(left: Left) -> str:
    """The command that gives it all away."""
    give = f"cheyu staff leave {left.login or 'LOGIN'} --to LOGIN --as LOGIN"
    if left.login:
        return f"Run `{give}`."
    add = f"cheyu staff add {left.name} --role {left.role} --login LOGIN --left"
    return f"Give them a log-in by `{add}`, then run `{give}`."
