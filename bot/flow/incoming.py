"""What came in, as the engine sees it."""

from dataclasses import dataclass

from bot.rules.receipts import Leave, Receipt


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message or event. `key` is the platform's own, the same for every repeat.

    `kind`: text, image, voice, video, location, link, another type's name, or event. `event` is
    the lower-case event name, `menu` a menu key, `scene` a QR code's scene, `tag` what a tapped
    line carried. `body` is kept as it came. `receipts`: what it reports of messages of ours.
    """

    openid: str
    key: str
    kind: str
    text: str = ""
    event: str = ""
    menu: str = ""
    scene: str = ""
    tag: str = ""
    media_id: str = ""
    body: str = ""
    receipts: tuple[Receipt | Leave, ...] = ()

    @property
    def worded(self) -> bool:
        """Words, typed or understood from a voice note."""
        return self.kind == "text" or (self.kind == "voice" and bool(self.text))

    @property
    def from_person(self) -> bool:
        """Something a person sent or did and expects an answer to."""
        return self.kind != "event" or self.event in {"subscribe", "scan", "click"}

    @property
    def window(self) -> str:
        """Which window for customer-service messages this opens (WeChat docs, kf messages)."""
        if self.kind != "event":
            return "message"
        opens = {"click", "scancode_push", "scancode_waitmsg", "subscribe", "scan"}
        return "tap" if self.event in opens else ""
