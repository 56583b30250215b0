"""What became of the messages of one dispatch."""

from dataclasses import asdict, dataclass


@dataclass(slots=True)
class Summary:
    """Messages by the state they came to; `receipts`: kept ones that were taken up."""

    accepted: int = 0
    failed: int = 0
    waiting: int = 0
    uncertain: int = 0
    receipts: int = 0

    @property
    def counts(self) -> dict[str, int]:
        return asdict(self)

    def count(self, state: str, times: int = 1) -> None:
        setattr(self, state, getattr(self, state) + times)
