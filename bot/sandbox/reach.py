"""Whether the platform lets a message through to a person, and what its fields may hold."""

from typing import Any

from bot.sandbox.catalogue import Template
from bot.sandbox.errors import ApiError
from bot.sandbox.kinds import fits
from bot.sandbox.memory import Memory
from bot.sandbox.people import Follower

ID_BYTES = 32


def refusal(person: Follower, template_id: str = "") -> int:
    """0 where a message may reach a person, else 43004, 43019, 48002 or 43101."""
    if not person.subscribed:
        return 43004
    if person.blacklisted:
        return 43019
    if not person.receives:
        return 48002
    return 43101 if template_id in person.refused else 0


def checked(world: Memory, template: Template, data: object) -> dict[str, str]:
    """The values of a template's keys. Raises ApiError 47001, 47003 naming the field, 40249."""
    if not isinstance(data, dict):
        raise ApiError(47001)
    if world.account.test:
        return {key: str(_value(one) or "") for key, one in data.items()}
    values: dict[str, str] = {}
    for key in template.keys:
        value = _value(data.get(key))
        if value is None or (isinstance(value, str) and not value.strip()):
            raise ApiError(47003, f"argument invalid! data.{key}.value is emp")
        if not isinstance(value, str) or not fits(key, value, template.allowed.get(key, ())):
            raise ApiError(47003, f"argument invalid! data.{key}.value invalid")
        values[key] = value
    if any(word in value for value in values.values() for word in world.templates.marketing):
        raise ApiError(40249)
    return values


def _value(given: Any) -> object:
    return given.get("value") if isinstance(given, dict) else None


def address(body: dict[str, Any]) -> str:
    """The page a message opens. Raises ApiError 40039, 40048."""
    url = body.get("url") or ""
    if not isinstance(url, str) or (url and not url.startswith(("http://", "https://"))):
        raise ApiError(40048)
    if len(url) > 1024:
        raise ApiError(40039)
    return url
