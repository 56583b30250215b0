"""The list of templates is read once a day: what a notice lost by it is counted."""

from collections.abc import Sequence

from bot.jobs.templates import sync_templates
from storage.queries import platform_templates as registry
from tests.outbox.post import NOW, post_office
from tests.storage.test_platform_templates import listed


class Platform:
    """An account with these templates."""

    def __init__(self, *numbers: str) -> None:
        self.listed = [listed(one, "thing1") for one in numbers]

    async def templates(self) -> Sequence[registry.Listed]:
        return self.listed


async def test_a_template_that_went_is_found_out(migrated_url: str) -> None:
    async with post_office(migrated_url):
        done = await sync_templates(Platform("T1", "T2"), NOW)
        assert (done["templates_new"], done["notices_lost"]) == (2, 0)
        await registry.map_notice("T1", "inspection", {"thing1": "car"}, "李娜", NOW)
        done = await sync_templates(Platform("T2"), NOW)
        assert done == {
            "templates_new": 0, "templates_changed": 0, "templates_gone": 1, "notices_lost": 1,
        }  # fmt: skip
