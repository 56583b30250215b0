"""Faults to order: the platform's bad moments, one call at a time."""

from dataclasses import dataclass


@dataclass
class Fault:
    """What happens to a call: an errcode, an HTTP `status`, a `slow` answer (seconds), a `reset`
    connection, or no answer at all (`hang`). `after`: the effect takes place first."""

    errcode: int | None = None
    errmsg: str = ""
    status: int | None = None
    slow: float = 0.0
    reset: bool = False
    hang: bool = False
    after: bool = False


class Faults:
    """Faults wait in a queue per path and are used up one per call."""

    def __init__(self) -> None:
        self._waiting: dict[str, list[Fault]] = {}

    def next(
        self,
        path: str,
        *,
        errcode: int | None = None,
        errmsg: str = "",
        status: int | None = None,
        slow: float = 0.0,
        reset: bool = False,
        hang: bool = False,
        after: bool = False,
        times: int = 1,
    ) -> None:
        """The next `times` calls of `path` meet this fault."""
        fault = Fault(errcode, errmsg, status, slow, reset, hang, after)
        self._waiting.setdefault(path, []).extend([fault] * times)

    def take(self, path: str) -> Fault | None:
        waiting = self._waiting.get(path)
        return waiting.pop(0) if waiting else None

    def clear(self) -> None:
        self._waiting.clear()
