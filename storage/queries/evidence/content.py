"""What a customer sent, opened."""

from hashlib import sha256

from bot.errors import StaffError
from storage import evidence_files
from storage.queries.evidence.collecting import Item


async def content(item: Item) -> bytes | None:
    """The whole of one file; None: it was never kept, is gone, or is not what was kept."""
    if item.state != "kept":
        return None
    try:
        found = await evidence_files.opened(item.sha256)
    except StaffError:
        return None
    return found if sha256(found).hexdigest() == item.sha256 else None
