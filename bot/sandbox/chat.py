"""What a phone shows: bubbles, the tappable lines in them, and what one deed brought."""

import html
import re
import urllib.parse
from dataclasses import dataclass, field
from typing import Literal

Who = Literal["me", "account", "agent", "notice"]
UNAVAILABLE = "该公众号提供的服务出现故障，请稍后再试"
_LINK = re.compile(r"<a\s+([^>]*)>(.*?)</a>", re.IGNORECASE | re.DOTALL)
_HREF = re.compile(r"href\s*=\s*([\"'])(.*?)\1", re.IGNORECASE | re.DOTALL)
_TAP = "weixin://bizmsgmenu?"


@dataclass(slots=True)
class Line:
    """A tappable line: the words shown, what a tap sends, and the id that goes with it."""

    shown: str
    content: str
    menu_id: str


@dataclass(slots=True)
class Part:
    """A piece of a bubble's text: plain words, a tap (sends `content`) or a web link (`href`)."""

    text: str
    kind: Literal["text", "tap", "link"] = "text"
    href: str = ""
    content: str = ""
    menu_id: str = ""


@dataclass(slots=True)
class Article:
    title: str
    description: str = ""
    picture: str = ""
    url: str = ""


@dataclass(slots=True)
class Bubble:
    """One thing in a chat. `at` is ISO 8601 in UTC; `kind` is the platform's message type.

    `card`: the label and value of each field of a template message, which opens `href`.
    """

    id: int
    who: Who
    kind: str
    at: str
    text: str = ""
    parts: list[Part] = field(default_factory=list)
    media_id: str = ""
    articles: list[Article] = field(default_factory=list)
    note: str = ""
    card: list[list[str]] = field(default_factory=list)
    href: str = ""

    @property
    def lines(self) -> list[Line]:
        return [Line(p.text, p.content, p.menu_id) for p in self.parts if p.kind == "tap"]


@dataclass
class Seen:
    """What one deed brought on the phone.

    `reply`: an answer is shown. `nothing`: the product answered success, or emptily, or it could
    not be shown at all. `unavailable`: the platform's notice is shown; `reason` says why.
    `raw` is the decrypted body, `status` the HTTP status of the last try, `repeats` what duplicate
    deliveries of the same message brought, `bypassed` true when a human session took the message.
    """

    kind: Literal["reply", "nothing", "unavailable"]
    text: str = ""
    lines: list[Line] = field(default_factory=list)
    transfer: bool = False
    raw: str = ""
    tries: int = 1
    milliseconds: int = 0
    reason: str = ""
    status: int | None = None
    msg_type: str = ""
    parts: list[Part] = field(default_factory=list)
    articles: list[Article] = field(default_factory=list)
    media_id: str = ""
    agent: str = ""
    bypassed: bool = False
    repeats: list["Seen"] = field(default_factory=list)


def parts_of(content: str) -> list[Part]:
    """Split a text message at its links, as the client does; other markup is shown as it is."""
    parts: list[Part] = []
    end = 0
    for link in _LINK.finditer(content):
        if link.start() > end:
            parts.append(Part(content[end : link.start()]))
        parts.append(_link_part(link.group(1), link.group(2)))
        end = link.end()
    if end < len(content):
        parts.append(Part(content[end:]))
    return parts


def _link_part(attributes: str, words: str) -> Part:
    found = _HREF.search(attributes)
    href = html.unescape(found.group(2)) if found else ""
    if not href.startswith(_TAP):
        return Part(words, "link", href=href)
    query = urllib.parse.parse_qs(href.removeprefix(_TAP), keep_blank_values=True)
    content = query.get("msgmenucontent", [""])[0]
    return Part(words, "tap", content=content, menu_id=query.get("msgmenuid", [""])[0])


def plain(parts: list[Part]) -> str:
    return "".join(part.text for part in parts)


def lines_of(parts: list[Part]) -> list[Line]:
    return [Line(p.text, p.content, p.menu_id) for p in parts if p.kind == "tap"]


def menu_parts(head: str, options: list[tuple[str, str]], tail: str) -> list[Part]:
    """A msgmenu message: its head, each option (id, words) on a line of its own, its tail."""
    parts = [Part(head + "\n")] if head else []
    for menu_id, words in options:
        parts += [Part(words, "tap", content=words, menu_id=menu_id), Part("\n")]
    return [*parts, Part(tail)] if tail else parts
