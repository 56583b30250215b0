"""Who is measured, and how: in slices that take turns, so that what disturbs one disturbs all."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from statistics import median

from tests.bench.load import Gun, Shot, Volley, percentile
from tests.bench.machine import Server
from tests.bench.messages import wrong

Batch = tuple[str, list[Shot]]

FEWEST_ROUNDS = 2
ROUNDS_WITHIN = 60.0
"""Seconds."""


class WrongAnswers(Exception):
    """A server answered something else than it should: its numbers mean nothing."""


@dataclass
class Contestant:
    """One server doing one thing. A slice is `batches_a_slice` of its endless `batches`.

    `cpu`: µs of the server's CPU a callback, one value a slice; `steps`: the same by batch name.
    """

    name: str
    server: Server
    batches: Iterator[Batch]
    batches_a_slice: int = 1
    aim: float = 0.0
    lines: int = 64
    ours: bool = False
    cpu: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)
    steps: dict[str, list[float]] = field(default_factory=dict)
    waits: list[float] = field(default_factory=list)
    memory: tuple[float, float] = (0.0, 0.0)

    def __post_init__(self) -> None:
        self._gun = Gun(self.server.port, self.lines)
        self.memory = (self.server.memory, 0.0)

    def close(self) -> None:
        self._gun.close()

    def _checked(self, volley: Volley) -> Volley:
        self.server.answered += len(volley.replies)
        for shot, response in volley.replies:
            if what := wrong(shot, response):
                raise WrongAnswers(f"{self.name}: {what}\n{self.server.last_words}")
        return volley

    def slice(self, *, count: bool = True) -> int:
        """One turn: as fast as it goes; how many callbacks it was."""
        batches = list(islice(self.batches, self.batches_a_slice))
        used = seconds = 0.0
        volleys: list[Volley] = []
        for step, shots in batches:
            before = self.server.cpu
            volleys.append(volley := self._gun.fire(shots))
            spent = self.server.cpu - before
            used, seconds = used + spent, seconds + volley.seconds
            if count:
                self.steps.setdefault(step, []).append(spent / len(shots) * 1e6)
        answered = sum(len(self._checked(volley).waits) for volley in volleys)
        if count:
            self.cpu.append(used / answered * 1e6)
            self.rates.append(answered / seconds)
        return answered

    def half_load(self, seconds: float) -> None:
        """Half of what it can, coming by chance: how long each callback waits for its answer."""
        rate, shots = self.rate / 2, list[Shot]()
        while len(shots) < rate * seconds:
            for _, batch in islice(self.batches, self.batches_a_slice):
                shots += batch
        volley = self._checked(self._gun.fire_by_chance(shots, rate))
        self.waits = volley.waits

    @property
    def rate(self) -> float:
        """Callbacks a second at full load."""
        return median(self.rates)

    def wait(self, share: float) -> float:
        """Milliseconds at half load."""
        return percentile(self.waits, share)

    def ratio(self, limit: "Contestant") -> float:
        """The limit's CPU a callback over ours, compared slice by slice."""
        return median(a / b for a, b in zip(limit.cpu, self.cpu, strict=True))


def run(contestants: Sequence[Contestant], rounds: int, seconds: float) -> None:
    """All in turn, `rounds` times after a first that does not count; then each at half load.

    On a slow or busy machine it is fewer rounds, so that all of it ends in three minutes.
    """
    for contestant in contestants:
        contestant.slice(count=False)
    began = time.perf_counter()
    for done in range(rounds):
        if done >= FEWEST_ROUNDS and time.perf_counter() - began > ROUNDS_WITHIN:
            break
        for contestant in contestants:
            contestant.slice()
    for contestant in contestants:
        contestant.half_load(seconds if contestant.ours else seconds / 2)
