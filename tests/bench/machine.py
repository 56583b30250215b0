"""Real server processes on a core of their own, and what they cost: CPU, memory, time to start."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
START_WITHIN = 30.0
"""Seconds for a server to answer its first request."""

BUSY = 0.7
"""The load above which something else is measured too."""


class NotReady(Exception):
    """The server ended, or did not answer in time; the message holds what it said last."""


@dataclass(frozen=True)
class Cores:
    """Where the measured server runs, and where everything else does: load, databases.

    `busy`: how many others wanted a core when it began.
    """

    server: int | None
    rest: int | None
    busy: float

    @property
    def told(self) -> str:
        if self.server is None:
            return "this system pins no process to a core: ratios hold, rates less so"
        if self.server == self.rest:
            return "there is one core only: server and load share it, rates are lower than they are"
        told = f"servers on core {self.server}, load and databases on core {self.rest}"
        if self.busy > BUSY:
            told += (
                f". The machine was busy before it began (load {self.busy:.1f}): ratios hold,"
                " rates and waits are worse than they are"
            )
        return told


def share_out() -> Cores:
    """Pin this process, and all it starts from here on, away from the measured server."""
    if not hasattr(os, "sched_setaffinity"):
        return Cores(None, None, 0.0)
    usable = sorted(os.sched_getaffinity(0))
    cores = Cores(usable[-1], usable[0], os.getloadavg()[0])
    os.sched_setaffinity(0, {usable[0]})
    return cores


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """One running server. `answered` counts the callbacks it has been given."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path
    ready_after: float
    answered: int = 0

    @property
    def last_words(self) -> str:
        """The end of its log."""
        return self.log.read_text(errors="replace")[-3000:]

    @property
    def cpu(self) -> float:
        """Seconds of CPU so far, user and system, in nanosecond steps where the kernel tells."""
        pid = self.process.pid
        if Path("/proc/self/stat").exists():
            return time.clock_gettime((~pid << 3) | 2)  # the CPU clock of another process
        listed = subprocess.check_output(["ps", "-o", "time=", "-p", str(pid)], text=True)
        minutes, _, seconds = listed.strip().rpartition(":")
        return int(minutes.rpartition(":")[2] or 0) * 60 + float(seconds)

    @property
    def memory(self) -> float:
        """Resident MiB."""
        asked = ["ps", "-o", "rss=", "-p", str(self.process.pid)]
        status = Path(f"/proc/{self.process.pid}/status")
        if status.exists():
            lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
            return int(lines["VmRSS"].split()[0]) / 1024
        return int(subprocess.check_output(asked, text=True)) / 1024


@contextmanager
def running(
    cores: Cores,
    home: Path,
    command: list[str],
    environment: Mapping[str, str],
    port: int,
    ready: str,
) -> Iterator[Server]:
    """`python command` in `home`, up to its first answer of GET `ready`; ended afterwards."""
    log = home / f"server-{port}.log"
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    kept = {name: text for name, text in os.environ.items() if not name.startswith("CHEYU_")}
    began = time.perf_counter()
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=home,
            env={**kept, "PYTHONPATH": path, **environment},
            stdout=out,
            stderr=out,
        )
    try:
        if cores.server is not None:
            os.sched_setaffinity(process.pid, {cores.server})
        _await_answer(process, port, ready, log)
        yield Server(process, port, log, time.perf_counter() - began)
    finally:
        _end(process)


def _await_answer(process: subprocess.Popen[bytes], port: int, ready: str, log: Path) -> None:
    give_up = time.perf_counter() + START_WITHIN
    while not _answers(port, ready):
        try:
            process.wait(0.005)
            raise NotReady(f"the server ended: {log.read_text(errors='replace')[-2000:]}")
        except subprocess.TimeoutExpired:
            if time.perf_counter() > give_up:
                raise NotReady(log.read_text(errors="replace")[-2000:]) from None


def _answers(port: int, ready: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", ready)
        return connection.getresponse().status in {http.client.OK, http.client.FORBIDDEN}
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
