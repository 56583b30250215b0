"""Callback XML to a dict, in bounded memory, and text back to XML.

The dict has xmltodict's shape, because wechatpy's classes read that: an empty element is None, a
repeated one a list, an element with children a dict. Attributes are left out: WeChat sends none.
"""

import re
from typing import Any
from xml.parsers import expat

from bot.errors import BadCallback

MAX_BYTES = 64 * 1024
MAX_DEPTH = 8

# XML 1.0 has no place for these, and PostgreSQL none for NUL; people do paste them into messages.
# In UTF-8 they never are a part of another character, so they can go before anything is parsed.
_UNSTORABLE = bytes(c for c in range(32) if c not in b"\t\n\r")
_UNSENDABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class _Reader:
    """What expat tells, gathered; it stops at the first thing a callback never has."""

    __slots__ = ("_depth", "_here", "_open", "_text", "root")

    def __init__(self) -> None:
        self.root: dict[str, Any] = {}
        self._here: dict[str, Any] | None = None
        self._open: list[dict[str, Any] | None] = []
        self._text = ""
        self._depth = 0

    def start(self, name: str, _attributes: object) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise BadCallback("the XML is nested too deeply")
        if self._depth == 1 and name != "xml":
            raise BadCallback("the root element is not <xml>")
        self._open.append(self._here)
        self._here = None
        self._text = ""

    def text(self, more: str) -> None:
        self._text += more

    def end(self, name: str) -> None:
        self._depth -= 1
        value: Any = self._here
        if value is None:
            value = self._text.strip() or None
        self._text = ""
        parent = self._open.pop()
        if not self._depth:
            self.root = value if isinstance(value, dict) else {}
            return
        if parent is None:
            parent = {}
        if name not in parent:
            parent[name] = value
        elif isinstance(parent[name], list):
            parent[name].append(value)
        else:
            parent[name] = [parent[name], value]
        self._here = parent


def _refuse(*_what: object) -> None:
    raise BadCallback("the XML has a document type or entities of its own")


def read(body: bytes) -> dict[str, Any]:
    """The children of <xml>. Raises BadCallback for whatever is not a plain callback document."""
    if len(body) > MAX_BYTES:
        raise BadCallback("the body is over 64 KiB", status=413)
    reader = _Reader()
    # A fixed encoding wins over the one a document claims to have.
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.ordered_attributes = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    try:
        parser.Parse(body.translate(None, _UNSTORABLE), True)
    except (expat.ExpatError, ValueError) as broken:
        raise BadCallback(f"the body is not XML: {broken}") from None
    return reader.root


def cdata(text: str) -> str:
    """`text` as a CDATA section that it cannot break out of; what XML cannot carry is left out."""
    return "<![CDATA[" + sendable(text).replace("]]>", "]]]]><![CDATA[>") + "]]>"


def sendable(text: str) -> str:
    """`text` without the characters that XML 1.0 cannot carry."""
    return _UNSENDABLE.sub("", text)
