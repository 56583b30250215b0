"""The measuring of the monthly report still runs, and its figures are those of what was made."""

import os
import subprocess
import sys

from tests.bench.machine import ROOT
from tests.databases import Databases


def test_a_small_run_prints_every_number(postgres: Databases) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.answers", "--answers", "8000", "--days", "31"],
        cwd=ROOT,
        env={**os.environ, "CHEYU_TEST_POSTGRES": postgres.url},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    # seven of eight questions have figures; the last rating is answered as the month is over
    for said in ("8,000 answers, 6,993 of them and 49 complaints", "under 2 s", "Group Key"):
        assert said in done.stdout, done.stdout
