"""The measuring of planning still runs, and all that is due is planned."""

import os
import subprocess
import sys

from tests.bench.machine import ROOT
from tests.databases import Databases


def test_a_small_run_prints_every_number(postgres: Databases) -> None:
    words = ("--vehicles", "300", "--due", "50", "--few", "20", "--rounds", "1")
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.planning", *words],
        cwd=ROOT,
        env={**os.environ, "CHEYU_TEST_POSTGRES": postgres.url},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for said in ("20 due: 20 planned", "50 due: 50 planned", "twice the cars, the same due"):
        assert said in done.stdout, done.stdout
