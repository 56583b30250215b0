"""Who may change the touch plan, and who may let an announcement out."""

from typing import Final

from bot.rules.roles import Role

CHANGES: Final = frozenset(
    {Role.CARE_SPECIALIST, Role.MARKETING, Role.GENERAL_MANAGER, Role.ADMINISTRATOR}
)
"""Whose rules and announcements are for every store; a service manager has those of their own."""
APPROVES: Final = frozenset({Role.MARKETING, Role.GENERAL_MANAGER})


def may_change(role: Role, own_store: str, store: str) -> bool:
    """Whether the rule of `store` ("" every store) is theirs; `own_store` "" belongs to all."""
    if role is Role.SERVICE_MANAGER:
        return own_store in ("", store)
    return role in CHANGES


def may_announce(role: Role) -> bool:
    return role in CHANGES


def may_approve(role: Role) -> bool:
    return role in APPROVES
