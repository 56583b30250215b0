"""Stores' own wordings, kept with who changed them."""

from datetime import timedelta

from storage.queries import audit, texts
from tests.people import NOW, dealership


async def test_a_wording_is_kept_with_its_revision_and_who_wrote_it(migrated_url: str) -> None:
    async with dealership(migrated_url):
        assert await texts.reworded() == {}
        assert await texts.put("main", "birthday", "一", "李娜", NOW) == 1
        later = NOW + timedelta(hours=1)
        assert await texts.put("main", "birthday", "二", "赵敏", later) == 2
        assert await texts.put("", "birthday", "三", "赵敏", later) == 1
        kept = await texts.reworded()
        assert list(kept) == [("", "birthday"), ("main", "birthday")]
        one = kept["main", "birthday"]
        assert (one.body, one.rev, one.changed_by, one.changed_at) == ("二", 2, "赵敏", later)


async def test_a_wording_is_dropped_once(migrated_url: str) -> None:
    async with dealership(migrated_url):
        await texts.put("", "birthday", "一", "李娜", NOW)
        assert not await texts.drop("main", "birthday", "李娜", NOW)
        assert await texts.drop("", "birthday", "李娜", NOW)
        assert not await texts.drop("", "birthday", "李娜", NOW)
        assert await texts.reworded() == {}
        done = [(one.actor, one.action) for one in await audit.entries(subject="text:birthday")]
        assert done == [("李娜", "remove"), ("李娜", "edit")]
