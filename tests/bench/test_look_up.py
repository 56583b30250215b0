"""The look-up's measurement, on fewer customers: it uses an index and finds the right one."""

from collections.abc import Iterator

import pytest

from storage.db import opened, sql
from storage.secrets import look_up, use_keys
from tests.bench import look_up as bench
from tests.people import SECRET


@pytest.fixture(autouse=True)
def own_keys() -> Iterator[None]:
    yield
    use_keys(SECRET)


async def test_a_phone_among_many_is_found_by_an_index(postgres_url: str) -> None:
    _, found = await bench.run(postgres_url, 30_000, asked=50)
    assert len(found) == 3
    assert all(one.median < 10 * bench.AIM for one in found)  # this machine may be busy
    async with opened(postgres_url):
        plan = await sql().rows(
            "EXPLAIN SELECT id FROM customer WHERE account_id = 1 AND phone_hash IN (?, ?)",
            *(look_up("phone", bench.phone(n)) for n in (7, 8)),
        )
    assert "Index" in plan[0][0], plan
