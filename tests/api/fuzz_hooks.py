"""What the fuzzer, a process of its own, has to be told: how a feed goes over the wire."""

from typing import Any

import schemathesis


@schemathesis.serializer("application/x-ndjson")
def ndjson(_context: Any, value: Any) -> bytes:
    """Whatever it comes up with, as the lines of a feed."""
    return str(value).encode("utf-8", "surrogatepass")
