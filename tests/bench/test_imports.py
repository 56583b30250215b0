"""The measuring of imports still runs, and what it imports is all taken."""

import os
import subprocess
import sys

from tests.bench.machine import ROOT
from tests.databases import Databases


def test_a_small_run_prints_every_number(postgres: Databases) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.imports", "--rows", "40"],
        cwd=ROOT,
        env={**os.environ, "CHEYU_TEST_POSTGRES": postgres.url},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for database in ("SQLite", "PostgreSQL"):
        assert done.stdout.count(database) == 8, done.stdout
    assert done.stdout.count("40 rows: 40 created") == 8, done.stdout
    assert done.stdout.count("0 created, 0 updated, 40 unchanged, 0 refused") == 8, done.stdout
