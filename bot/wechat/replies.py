"""What the account answers, and how it looks on the wire. WeChat docs: passive reply."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from html import escape
from typing import Any
from urllib.parse import quote

from bot.wechat.messages import Inbound
from bot.wechat.xml import cdata, sendable

SILENT = b"success"  # "taken, no answer, do not deliver it again"

_LONGEST = 2048  # UTF-8 bytes of a text message; measured, not documented
_LONGEST_SHOWN = 600  # characters on screen: the markup of a link does not count
_LINK = re.compile(r"<a\b[^>]*>(.*?)</a>", re.DOTALL)
_ATOM = re.compile(_LINK.pattern + "|.", re.DOTALL)
_PLAIN_ID = re.compile(r"[0-9.]+")
_LINE_END = re.compile(r"\n+")
_SENTENCE_END = re.compile(r"[。！？；…!?;]+[”’」』）)]*|\.\s")


@dataclass(frozen=True, slots=True)
class Text:
    """Words, which may hold `<a href>` links."""

    content: str


@dataclass(frozen=True, slots=True)
class Article:
    """A card with a picture. `image` and `url` are web addresses."""

    title: str
    description: str
    image: str
    url: str


@dataclass(frozen=True, slots=True)
class News:
    """Cards: one in answer to a message, up to eight in answer to an event; more are left out."""

    articles: tuple[Article, ...]


@dataclass(frozen=True, slots=True)
class Transfer:
    """Hands the person to a human, by name or to whoever is free. Only a message can be handed."""

    kf_account: str = ""


@dataclass(frozen=True, slots=True)
class Silence:
    """No answer on purpose."""


Reply = Text | News | Transfer | Silence


def render(reply: Reply, to: Inbound, at: int) -> bytes:
    """The body that answers `to`; `at` is Unix seconds. Of a long text this is the first part."""
    body = _body(reply, to)
    if not body:
        return SILENT
    return (
        f"<xml><ToUserName>{cdata(to.openid)}</ToUserName>"
        f"<FromUserName>{cdata(to.account)}</FromUserName>"
        f"<CreateTime>{at}</CreateTime>{body}</xml>"
    ).encode()


def _body(reply: Reply, to: Inbound) -> str:
    match reply:
        case Text(content):
            first = parts(content)[:1]
            return _kind("text") + f"<Content>{cdata(first[0])}</Content>" if first else ""
        case News(articles) if articles:
            shown = articles[: 8 if to.kind == "event" else 1]
            items = "".join(_item(article) for article in shown)
            count = f"<ArticleCount>{len(shown)}</ArticleCount>"
            return f"{_kind('news')}{count}<Articles>{items}</Articles>"
        case Transfer(kf_account) if to.kind != "event":
            agent = f"<TransInfo><KfAccount>{cdata(kf_account)}</KfAccount></TransInfo>"
            return _kind("transfer_customer_service") + (agent if kf_account else "")
    return ""


def _kind(name: str) -> str:
    return f"<MsgType><![CDATA[{name}]]></MsgType>"


def _item(article: Article) -> str:
    return (
        f"<item><Title>{cdata(article.title)}</Title>"
        f"<Description>{cdata(article.description)}</Description>"
        f"<PicUrl>{cdata(article.image)}</PicUrl><Url>{cdata(article.url)}</Url></item>"
    )


def parts(content: str) -> list[str]:
    """`content` as messages that WeChat takes: each up to 600 characters on screen and 2048 bytes.

    Cut at the end of a line or a sentence where there is one, and never inside a link.
    """
    rest = sendable(content).strip()
    found: list[str] = []
    while rest and not _fits(rest):
        cut = _border(rest)
        if not cut:
            # One link that is too long by itself: its words matter more than the tap.
            rest = _LINK.sub(r"\1", rest, count=1)
            continue
        found.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*found, rest] if rest else found


def _fits(text: str) -> bool:
    if len(text) <= _LONGEST_SHOWN and 4 * len(text) <= _LONGEST:
        return True
    return len(text.encode()) <= _LONGEST and len(_LINK.sub(r"\1", text)) <= _LONGEST_SHOWN


def _border(text: str) -> int:
    """Where to cut `text`, which does not fit; 0 if a link is in the way."""
    links = [link.span() for link in _LINK.finditer(text)]
    high = _longest_fit(text)
    for ending in (_LINE_END, _SENTENCE_END):
        ends = [
            end.end()
            for end in ending.finditer(text, 0, high)
            if not any(left < end.end() < right for left, right in links)
        ]
        # A short first part is worse than a cut in the middle of a paragraph.
        if ends and ends[-1] * 3 >= high:
            return ends[-1]
    return high


def _longest_fit(text: str) -> int:
    """The length of the longest head of `text` that fits and ends in no link."""
    size = shown = end = 0
    for atom in _ATOM.finditer(text):
        size += len(atom[0].encode())
        shown += 1 if atom[1] is None else len(atom[1])
        if size > _LONGEST or shown > _LONGEST_SHOWN:
            break
        end = atom.end()
    return end


def tap(shown: str, content: str, menu_id: str) -> str:
    """A line that can be tapped in a text reply: the tap says `content` as if it had been typed.

    Undocumented and in wide use; so the same choice must work when typed. `menu_id` comes back as
    `Inbound.menu_id` on a formal account.
    """
    number = menu_id if _PLAIN_ID.fullmatch(menu_id) else _in_address(menu_id)
    address = f"weixin://bizmsgmenu?msgmenucontent={_in_address(content)}&msgmenuid={number}"
    return f'<a href="{address}">{escape(sendable(shown), quote=False)}</a>'


@lru_cache(maxsize=4096)  # the same days, times and words are offered to everybody
def _in_address(text: str) -> str:
    return quote(sendable(text), safe="")


def to_json(reply: Reply) -> dict[str, Any]:
    """`reply` as JSON can keep it."""
    return {"type": type(reply).__name__.lower(), **asdict(reply)}


def from_json(kept: Mapping[str, Any]) -> Reply:
    """The reply that `to_json` kept. Raises ValueError for anything else."""
    match kept:
        case {"type": "text", "content": str(content)}:
            return Text(content)
        case {"type": "news", "articles": [*articles]}:
            return News(tuple(_article(article) for article in articles))
        case {"type": "transfer", "kf_account": str(kf_account)}:
            return Transfer(kf_account)
        case {"type": "silence"}:
            return Silence()
    raise ValueError("not a kept reply")


def _article(kept: object) -> Article:
    match kept:
        case {
            "title": str(title),
            "description": str(description),
            "image": str(image),
            "url": str(url),
        }:
            return Article(title, description, image, url)
    raise ValueError("not a kept article")
