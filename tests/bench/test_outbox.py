"""The measuring of the outbox still runs, and its proof at full size still proves."""

import os
import subprocess
import sys

from tests.bench.machine import ROOT
from tests.databases import Databases


def run(postgres: Databases, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *words],
        cwd=ROOT,
        env={**os.environ, "CHEYU_TEST_POSTGRES": postgres.url},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def test_sends_a_second(postgres: Databases) -> None:
    words = ("--messages", "60", "--rate", "100", "--runs", "1")
    done = run(postgres, "tests.bench.outbox", *words)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "60 accepted" in done.stdout
    assert "60 calls to 60 people, 0 left" in done.stdout


def test_killed(postgres: Databases) -> None:
    done = run(postgres, "tests.bench.killed", "--messages", "20", "--kills", "1")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "20 messages, 1 kills" in done.stdout
    assert "at most 1 a person" in done.stdout
