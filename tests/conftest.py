"""What every test starts from: the machine's own time, no settings, and real databases."""

import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
import structlog

from bot.clock import clock
from storage.evidence_files import use_folder
from storage.migrate import migrate
from storage.secrets import use_keys
from tests.databases import (
    Databases,
    database_name,
    forget_compiled_queries,
    forget_served_apps,
    postgres_server,
    run_apart,
)
from tests.histories import ASKED_FOR
from tests.people import SECRET

# How long an example takes says more about the machine than about the code. The suite draws the
# same examples each time, so what it says of a change is about the change; a search draws others.
hypothesis.settings.register_profile(
    "cheyu", deadline=None, derandomize=not ASKED_FOR, database=None, print_blob=True
)
hypothesis.settings.load_profile("cheyu")


@pytest.fixture(autouse=True)
def untouched(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """No test inherits a moved clock, a log's set-up, a setting or another test's queries or app."""
    for name in list(os.environ):
        if name.startswith("CHEYU_") and not name.startswith("CHEYU_TEST_"):
            monkeypatch.delenv(name)
    forget_compiled_queries()
    use_keys(SECRET)
    media = tmp_path_factory.getbasetemp() / f"media-{secrets.token_hex(8)}"
    use_folder(media)  # which comes about with the first file in it
    monkeypatch.setenv("CHEYU_MEDIA_DIR", str(media))
    yield
    clock.reset()
    structlog.reset_defaults()
    forget_compiled_queries()
    forget_served_apps()


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


@pytest.fixture(scope="session")
def postgres_template(postgres: Databases) -> Iterator[str]:
    """The name of a database with the newest schema, to be copied."""
    with postgres.fresh() as url:
        run_apart(migrate(url))
        forget_compiled_queries()
        yield database_name(url)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the newest schema, to be copied."""
    path = tmp_path_factory.mktemp("template") / "cheyu.db"
    run_apart(migrate(f"sqlite://{path}"))
    forget_compiled_queries()
    return path


@pytest.fixture
def migrated_postgres_url(postgres: Databases, postgres_template: str) -> Iterator[str]:
    """A PostgreSQL database with the newest schema and no rows."""
    with postgres.fresh(postgres_template) as url:
        yield url


@pytest.fixture
def migrated_sqlite_url(sqlite_template: Path, sqlite_url: str) -> str:
    """An SQLite database with the newest schema and no rows."""
    shutil.copy(sqlite_template, sqlite_url.removeprefix("sqlite://"))
    return sqlite_url


@pytest.fixture(params=["sqlite", "postgres"])
def migrated_url(request: pytest.FixtureRequest) -> str:
    """A database with the newest schema and no rows: the test runs once on each engine."""
    url: str = request.getfixturevalue(f"migrated_{request.param}_url")
    return url
