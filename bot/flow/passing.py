"""The row of a conversation that answers at once: it is never kept."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.flow.heard import Heard


@dataclass(slots=True)
class PassingRow:
    """A TalkRow of its own for one turn."""

    flow: str
    version: int
    heard: list[dict[str, Any]]
    id: int = 0
    status: str = "open"
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    asking: dict[str, Any] | None = None
    misses: int = 0
    reminded: bool = False
    wake_at: datetime | None = None
    rev: int = 0


def passing(flow: str, version: int, heard: Heard | None) -> PassingRow:
    """A row that holds what was said in this turn and nothing else."""
    return PassingRow(flow, version, [heard.keep()] if heard else [])
