"""What was measured, as tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from rich.console import Console
from rich.table import Table

from tests.bench.contest import Contestant

HALF_LOAD_P99 = 50.0  # ms
COLD_START = 1.5  # seconds
MEMORY = 150.0  # MiB


@dataclass(frozen=True)
class Report:
    """Everything that is printed. The first contestant is the limit."""

    where: str
    contestants: Sequence[Contestant]
    starts: Sequence[float]
    left_out: Sequence[str]

    @property
    def product(self) -> list[Contestant]:
        return [one for one in self.contestants if one.ours]

    def show(self, console: Console) -> None:
        console.print(f"\n{self.where}.")
        console.print(self._speed(), self._steps(), self._promises(), sep="\n")
        for line in self.left_out:
            console.print(line)

    def _speed(self) -> Table:
        table = Table(
            title="Callbacks in safe mode (AES)",
            caption="CPU: of the server process, user and system, a callback; a database server's"
            " own is not in it. Ratio: the limit's CPU over this one's. Waits: at half of the rate"
            " beside them, coming by chance. RSS: before and after all its callbacks.",
        )
        table.add_column("server")
        for title in ("ratio", "CPU µs", "per second", "p50 ms", "p99 ms", "RSS MiB", "callbacks"):
            table.add_column(title, justify="right", no_wrap=True)
        limit = self.contestants[0]
        for one in self.contestants:
            table.add_row(
                one.name,
                f"{one.ratio(limit):.3f}",
                f"{median(one.cpu):.0f}",
                f"{one.rate:,.0f}",
                f"{one.wait(0.5):.2f}",
                f"{one.wait(0.99):.2f}",
                f"{one.memory[0]:.0f} → {one.memory[1]:.0f}",
                f"{one.server.answered:,}",
            )
        return table

    def _steps(self) -> Table:
        booking = [one for one in self.product if len(one.steps) > 1]
        table = Table(title="The steps of a booking, CPU µs each")
        table.add_column("step")
        for one in booking:
            table.add_column(one.name, justify="right")
        for step in booking[0].steps:
            table.add_row(step, *(f"{median(one.steps[step]):.0f}" for one in booking))
        return table

    def _promises(self) -> Table:
        table = Table(title="Aims")
        for title in ("aim", "measured", ""):
            table.add_column(title)
        limit = self.contestants[0]
        for one in self.product:
            if one.aim:
                ratio = one.ratio(limit)
                _judge(
                    table,
                    f"{one.name}: {one.aim:.2f} of the limit",
                    f"{ratio:.3f}",
                    ratio >= one.aim,
                )
            p99 = one.wait(0.99)
            _judge(
                table,
                f"{one.name}: p99 under {HALF_LOAD_P99:.0f} ms",
                f"{p99:.1f} ms",
                p99 < HALF_LOAD_P99,
            )
        start = median(self.starts)
        _judge(
            table, f"cold start to ready under {COLD_START} s", f"{start:.2f} s", start < COLD_START
        )
        for server in {id(one.server): one for one in self.product}.values():
            what = f"under {MEMORY:.0f} MiB after {server.server.answered:,} callbacks"
            _judge(
                table,
                f"{server.name.split(', ')[-1]}: {what}",
                f"{server.memory[1]:.0f} MiB",
                server.memory[1] < MEMORY,
            )
        return table


def _judge(table: Table, aim: str, measured: str, met: bool) -> None:
    table.add_row(aim, measured, "[green]met[/]" if met else "[red]missed[/]")
