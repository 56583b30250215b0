"""The benchmark still runs, and what it measures still answers as it should."""

import os
import subprocess
import sys

from tests.bench.load import percentile
from tests.bench.machine import ROOT
from tests.databases import Databases


def test_a_small_run_prints_every_number(postgres: Databases) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench", "--small"],
        cwd=ROOT,
        env={**os.environ, "CHEYU_TEST_POSTGRES": postgres.url},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for name in (
        "the limit",
        "帮助, SQLite",
        "booking step, PostgreSQL",
        "wechatpy echo",
        "WeRoBot",
    ):
        assert name in done.stdout, done.stdout
    for step in ("open", "time (hold)", "confirm", "cold start to ready", "MiB"):
        assert step in done.stdout, done.stdout


def test_a_percentile_is_a_wait_that_happened() -> None:
    waits = [number / 1000 for number in range(1, 101)]
    assert percentile(waits, 0.5) == 51
    assert percentile(waits, 0.99) == 100
    assert percentile(waits[:1], 0.99) == 1
