"""The load: requests made beforehand, over connections that stay open, each timed.

Sockets and select, no event loop: the generator must cost less than the fastest server it drives,
and select waits in microseconds where epoll waits in milliseconds.
"""

import re
import select
import socket
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

PATIENCE = 15.0
"""Seconds without any answer before a server counts as hung."""

OVERTIME = 5.0
"""Seconds a server that cannot keep up gets for what is still waiting to be sent."""

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Shot:
    """One request as it goes over the wire, and words that its opened reply must hold.

    `who` sends it: nobody's next request leaves before the last one is answered.
    """

    wire: bytes
    words: str
    who: str = ""


class Hung(Exception):
    """The server neither answers nor hangs up."""


class _Line:
    """One connection; opened anew where the server closes it after each answer."""

    def __init__(self, port: int) -> None:
        self._address = ("127.0.0.1", port)
        self._socket: socket.socket | None = None
        self._got = b""
        self._again = False
        self.shot = Shot(b"", "")
        self.due = 0.0

    def fileno(self) -> int:
        return self._socket.fileno() if self._socket else -1

    def open(self) -> socket.socket:
        if self._socket is None:
            self._socket = socket.create_connection(self._address, PATIENCE)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self._socket

    def send(self, shot: Shot, due: float, *, again: bool = False) -> None:
        self.shot, self.due, self._got, self._again = shot, due, b"", again
        self.open().sendall(shot.wire)

    def receive(self) -> bytes | None:
        """The whole response once it is there."""
        more = self.open().recv(65536)
        self._got += more
        head, blank, body = self._got.partition(b"\r\n\r\n")
        if not more:
            self.close()
            if self._got or self._again:
                return self._got
            self.send(self.shot, self.due, again=True)  # closed just before we wrote
            return None
        length = _LENGTH.search(head)
        if not blank or length is None or len(body) < int(length[1]):
            return None
        if head.startswith(b"HTTP/1.0") or b"\r\nConnection: close" in head:
            self.close()
        return self._got

    def close(self) -> None:
        if self._socket:
            self._socket.close()
        self._socket = None


@dataclass
class Volley:
    """What came of it. `waits`: seconds from when a request was due to its whole answer."""

    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)
    replies: list[tuple[Shot, bytes]] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return len(self.waits) / self.seconds


class Gun:
    """Connections to one server."""

    def __init__(self, port: int, lines: int) -> None:
        self._lines = [_Line(port) for _ in range(lines)]

    def fire(self, shots: Sequence[Shot], *, at_once: int = 16) -> Volley:
        """Send all; each of `at_once` lines sends its next as soon as it has its answer."""
        return self._fire(shots, self._lines[:at_once], None)

    def fire_by_chance(self, shots: Sequence[Shot], rate: float, seed: int = 1) -> Volley:
        """Send `rate` a second at moments of chance, whether or not earlier ones are answered.

        One that finds every line busy waits, and that wait counts, also if it is given up.
        """
        dice, due, moments = Random(seed), 0.0, deque[float]()
        for _ in shots:
            moments.append(due := due + dice.expovariate(rate))
        return self._fire(shots, self._lines, moments)

    def _fire(
        self, shots: Sequence[Shot], lines: Sequence[_Line], moments: deque[float] | None
    ) -> Volley:
        volley, waiting, idle, busy = Volley(), deque(shots), list(lines), set[_Line]()
        began = now = time.perf_counter()
        while waiting or busy:
            while (
                waiting
                and idle
                and (moments is None or began + moments[0] <= now)
                and not _under_way(waiting[0], busy)
            ):
                line = idle.pop()
                due = began + moments.popleft() if moments else time.perf_counter()
                line.send(waiting.popleft(), due)
                busy.add(line)
            if moments and now > began + moments[-1] + OVERTIME:
                volley.waits += (now - began - due for due in moments)
                waiting.clear()
                moments.clear()
            ready = moments and idle and not _under_way(waiting[0], busy)
            next_due = began + moments[0] if moments and ready else now + PATIENCE
            readable, _, _ = select.select(busy, (), (), max(next_due - time.perf_counter(), 0.0))
            now = time.perf_counter()
            if not readable and busy and now > next_due and not moments:
                raise Hung(f"no answer for {PATIENCE:.0f} s, {len(busy)} requests are under way")
            for line in readable:
                response = line.receive()
                if response is not None:
                    volley.waits.append(now - line.due)
                    volley.replies.append((line.shot, response))
                    busy.discard(line)
                    idle.append(line)
        volley.seconds = time.perf_counter() - began
        return volley

    def close(self) -> None:
        for line in self._lines:
            line.close()


def _under_way(shot: Shot, busy: set[_Line]) -> bool:
    """Whether its sender still waits for an answer; who sends nothing by name never does."""
    return bool(shot.who) and any(line.shot.who == shot.who for line in busy)


def percentile(waits: Sequence[float], share: float) -> float:
    """The wait in milliseconds that `share` of all stay within."""
    return sorted(waits)[min(int(len(waits) * share), len(waits) - 1)] * 1000
