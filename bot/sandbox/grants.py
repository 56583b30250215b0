"""One-time leaves to send: of a template (subscribe message) or by a link (template, scene)."""

from collections import Counter


class Grants:
    """Each leave is good for one message and has no end."""

    def __init__(self) -> None:
        self.left: Counter[tuple[str, str]] = Counter()

    def give(self, openid: str, template_id: str, scene: str = "") -> None:
        self.left[openid, f"{scene}:{template_id}"] += 1

    def count(self, openid: str, template_id: str, scene: str = "") -> int:
        return self.left[openid, f"{scene}:{template_id}"]

    def spend(self, openid: str, template_id: str, scene: str = "") -> bool:
        """Take one leave; False where there is none."""
        key = openid, f"{scene}:{template_id}"
        if not self.left[key]:
            return False
        self.left[key] -= 1
        return True
