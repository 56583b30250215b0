"""Logging: structlog on top of the standard library, on stderr, for people or as JSON."""

import logging
import sys
from typing import Any

import structlog
from structlog.typing import EventDict

_SECRET = ("token", "secret", "secret_key", "aes_key", "password", "authorization")


def _redact(_logger: Any, _name: str, event: EventDict) -> EventDict:
    """Values whose name says that they are secret never reach a log."""
    for name in event:
        if name.endswith(_SECRET):
            event[name] = "…"
    return event


def set_up(level: str, style: str, *, for_good: bool = False) -> None:
    """`style`: console or json. `for_good`: a server's, which nobody changes again."""
    last: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if style == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    ours: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        _redact,
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*ours, last],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=for_good,
    )
    theirs = logging.StreamHandler(sys.stderr)  # what libraries log, in the same shape
    theirs.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
            foreign_pre_chain=ours,
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[theirs])
