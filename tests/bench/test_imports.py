"""The measuring of imports still runs, and what it imports is all taken."""

import os
import subprocess
import sys

import pytest

from tests.bench.machine import ROOT
from tests.databases import Databases


@pytest.mark.timeout(900)  # two dozen commands, each of a second on a machine that has time
def test_a_small_run_prints_every_number(postgres: Databases) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.imports", "--rows", "40", "--once"],
        cwd=ROOT,
        env={**os.environ, "CHEYU_TEST_POSTGRES": postgres.url},
        capture_output=True,
        text=True,
        timeout=800,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for database in ("SQLite", "PostgreSQL"):
        assert done.stdout.count(database) == 6 + 6, done.stdout
    assert done.stdout.count("共4行，新增4行") == 12, done.stdout
    assert done.stdout.count("共40行，新增40行") == 12, done.stdout
    assert "MiB with 4 rows" in done.stdout
