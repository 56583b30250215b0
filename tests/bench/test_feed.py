"""The measuring of a nightly feed still runs, and every line is kept once."""

import os
import subprocess
import sys

from tests.bench.machine import ROOT
from tests.databases import Databases


def test_a_small_run_prints_every_number(postgres: Databases) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.feed", "--rows", "50"],
        cwd=ROOT,
        env={**os.environ, "CHEYU_TEST_POSTGRES": postgres.url},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for said in ("5 created", "50 created", "50 unchanged"):
        assert f"s  {said}  (" in done.stdout, done.stdout
