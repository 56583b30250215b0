"""A queued message as something that can be sent: texts, a template's fields, a one-time message."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.outbox.render import texts
from bot.outbox.sender import Sender
from storage.queries.outbox.claiming import Claimed


@dataclass(slots=True)
class Texts:
    """Customer-service messages, one for each part; `sent` of them are known to have gone out."""

    said: list[str]
    sent: int = 0
    template: str = ""

    @property
    def calls(self) -> int:
        return len(self.said)

    async def send(self, client: Sender, message: Claimed) -> str:
        for content in self.said:
            await client.send_text(message.to.openid, content)
            self.sent += 1
        return ""


@dataclass(slots=True)
class Notice:
    """A template message."""

    template: str
    data: Mapping[str, str]
    url: str = ""
    miniprogram: Mapping[str, str] | None = None
    sent: int = 0
    calls: int = 1

    async def send(self, client: Sender, message: Claimed) -> str:
        return await client.template_send(
            message.to.openid,
            self.template,
            self.data,
            client_msg_id=client_msg_id(message),
            url=self.url,
            miniprogram=self.miniprogram,
        )


@dataclass(slots=True)
class Once:
    """A message by a one-time leave: bizsend, or, with a `scene`, by the link of old."""

    template: str
    data: Mapping[str, str]
    scene: str = ""
    title: str = ""
    page: str = ""
    sent: int = 0
    calls: int = 1

    async def send(self, client: Sender, message: Claimed) -> str:
        openid = message.to.openid
        if not self.scene:
            return await client.bizsend(openid, self.template, self.data, page=self.page)
        content = self.data.get("content") or "\n".join(self.data.values())
        await client.once_send(
            openid, self.template, content, scene=self.scene, title=self.title, url=self.page
        )
        return ""


Parcel = Texts | Notice | Once


def client_msg_id(message: Claimed) -> str:
    """Under which the platform knows a repeat: the same for every try, at most 32 bytes.

    The moment tells it from a message of the same number in another database.
    """
    return f"m{message.id}-{int(message.created_at.timestamp() * 1000):x}"


def parcel(message: Claimed) -> Parcel:
    """What a message's body asks to send. Raises ValueError if it is not a queued message."""
    if message.channel == "service":
        return Texts(texts(message.body))
    try:
        body = json.loads(message.body)
        template, data = str(body["template"]), _fields(body["data"])
    except (KeyError, TypeError, AttributeError, ValueError):
        raise ValueError("not a queued message") from None
    url = str(body.get("url") or "")
    if message.channel == "template":
        return Notice(template, data, url, body.get("miniprogram") or None)
    page = str(body.get("page") or url)
    return Once(template, data, str(body.get("scene") or ""), str(body.get("title") or ""), page)


def _fields(data: Mapping[str, Any]) -> dict[str, str]:
    """{key: value}, also where each value stands in an object of its own as the platform has it."""
    return {
        str(key): str(value["value"]) if isinstance(value, dict) else str(value)
        for key, value in data.items()
    }
