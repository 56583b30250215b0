"""What the doctor finds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One check. `level`: ok, warning or broken; `mend` says what to do."""

    level: str
    what: str
    mend: str = ""
