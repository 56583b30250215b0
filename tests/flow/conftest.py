"""The engine's contract is held on either database."""

from collections.abc import Iterator, MutableMapping
from functools import partial
from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.flow.rig import Rig, rigged


@pytest.fixture
def rig(migrated_url: str) -> Rig:
    """A product with conversations of the test's own: `async with rig(greet) as phone`."""
    return partial(rigged, migrated_url)


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[MutableMapping[str, Any]]]:
    """What is logged, instead of long tracebacks on the terminal."""
    with capture_logs() as lines:
        yield lines
