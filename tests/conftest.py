"""What every test starts from: the machine's own time, no settings, and real databases."""

import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from bot.clock import clock
from tests.databases import Databases, forget_compiled_queries, postgres_server

# How long an example takes says more about the machine than about the code.
hypothesis.settings.register_profile("cheyu", deadline=None, print_blob=True)
hypothesis.settings.load_profile("cheyu")


@pytest.fixture(autouse=True)
def untouched(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No test inherits a moved clock, a setting of the machine or another database's queries."""
    for name in list(os.environ):
        if name.startswith("CHEYU_") and not name.startswith("CHEYU_TEST_"):
            monkeypatch.delenv(name)
    forget_compiled_queries()
    yield
    clock.reset()
    forget_compiled_queries()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Databases]:
    """One server per test process, started by the first test that asks."""
    with postgres_server() as url:
        yield Databases(url)


@pytest.fixture
def postgres_url(postgres: Databases) -> Iterator[str]:
    """An empty PostgreSQL database of the test's own."""
    with postgres.fresh() as url:
        yield url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """An SQLite database of the test's own; the file does not exist yet."""
    return f"sqlite://{tmp_path / 'cheyu.db'}"


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty database: the test runs once on each engine."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url
