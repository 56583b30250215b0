"""A customer has a consultant of their own, and a birthday that is found by its month and day."""

from collections.abc import AsyncIterator

import pytest

from bot.rules.roles import Kind, Role
from storage import models as m
from storage.db import opened, sql
from storage.demo import fill
from storage.queries.files import dossiers
from storage.queries.files import writing as file_writing
from storage.queries.stores.shops import ensure_account
from storage.scope import account_scope
from tests.people import NOW, Cast, dealership
from tests.storage.test_records import put_customer


@pytest.fixture
async def cast(migrated_url: str) -> AsyncIterator[Cast]:
    async with dealership(migrated_url) as here:
        yield here


async def colleague(cast: Cast, name: str, ref: str) -> int:
    made = await m.Staff.create(
        account_id=cast.account, ref=ref, name=name, role=Role.SALES_CONSULTANT
    )
    return int(made.id)


async def test_whose_customer_it_is_may_be_said_by_key_or_by_name(cast: Cast) -> None:
    li, han = await colleague(cast, "李雷", "S1"), await colleague(cast, "韩梅梅", "S2")
    first = await put_customer(name="周敏", consultant="S1")
    assert (await m.Customer.get(id=first.id)).consultant_id == li
    assert ((await dossiers.customer("C1")) or {})["consultant"] == "李雷"
    assert (await put_customer(consultant="李雷")).state == "unchanged"
    assert (await put_customer(name="周敏")).state == "unchanged"
    assert (await put_customer(consultant="韩梅梅")).state == "updated"
    unknown = await put_customer(consultant="谁")
    assert (unknown.state, [one.field for one in unknown.notes]) == ("unchanged", ["consultant"])
    assert (await m.Customer.get(id=first.id)).consultant_id == han
    assert (await put_customer(consultant=None)).state == "updated"
    assert ((await dossiers.customer("C1")) or {})["consultant"] is None


async def test_the_key_of_a_birthday_keeps_step_with_it(cast: Cast) -> None:
    made = await put_customer(birthday="1988-02-29")

    async def key() -> str:
        return (await m.Customer.get(id=made.id)).birthday_key

    assert await key() == "02-29"
    await put_customer(birthday="1988-05-20")
    assert await key() == "05-20"
    await put_customer(name="周敏", birthday_lunar="L08-15")
    assert (await key(), (await m.Customer.get(id=made.id)).birthday_lunar) == ("05-20", "L08-15")
    await file_writing.write_change(sql(), Kind.CUSTOMER, made.id, {"birthday": None}, NOW)
    assert await key() == ""


async def test_the_demo_s_birthdays_are_found_too(migrated_url: str) -> None:
    async with opened(migrated_url):
        with account_scope(await ensure_account("wx0000000000000001")):
            await fill(NOW)
            born = [(who.birthday, who.birthday_key) for who in await m.Customer.all()]
    assert [key for _, key in born] == [f"{day:%m-%d}" if day else "" for day, _ in born]
    assert any(key for _, key in born)
