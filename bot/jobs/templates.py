"""Once a day the account's list of templates is read: one that changed or went is not used blindly."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import structlog

from storage.queries import platform_templates as registry
from storage.queries.platform_templates import Listed

log = structlog.get_logger("templates")


class Lister(Protocol):
    """What the job asks of the platform's API."""

    async def templates(self) -> Sequence[Listed]:
        """Every template that the account has chosen."""


async def sync_templates(client: Lister, now: datetime) -> dict[str, int]:
    """Take over the platform's list, and say which of the mapped ones cannot be used any more."""
    before = await registry.by_notice()
    found = await registry.sync(await client.templates(), now)
    after = await registry.by_notice()
    for notice in sorted(before.keys() - after.keys()):
        log.warning("template_lost", notice=notice, mend="cheyu template list")
    return {
        "templates_new": len(found.new),
        "templates_changed": len(found.changed),
        "templates_gone": len(found.gone),
        "notices_lost": len(before.keys() - after.keys()),
    }
