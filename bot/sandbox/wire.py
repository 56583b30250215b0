"""The envelope: signatures, AES with 32-byte padding, XML out and in."""

import base64
import binascii
import hashlib
import secrets
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias
from xml.parsers import expat

from cryptography.hazmat.primitives.ciphers import Cipher as Aes
from cryptography.hazmat.primitives.ciphers import algorithms, modes

BLOCK = 32
Value: TypeAlias = "str | int | float | Mapping[str, Value] | Sequence[Mapping[str, Value]]"
Fields: TypeAlias = Mapping[str, Value]


class BadEnvelope(Exception):
    """What came back cannot be opened or read; the message says why, in the words of the page."""


def sign(*parts: str) -> str:
    """The platform's signature: SHA-1 over the parts in lexical order."""
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()  # noqa: S324 - the protocol's


class Cipher:
    """AES-256-CBC with the layout of the platform: 16 random bytes, length, message, appid."""

    def __init__(self, aes_key: str, app_id: str) -> None:
        key = base64.b64decode(aes_key + "=")
        if len(key) != 32:
            raise ValueError("an EncodingAESKey has 43 characters")
        self._aes = Aes(algorithms.AES(key), modes.CBC(key[:16]))
        self.app_id = app_id

    def seal(self, message: bytes, *, app_id: str = "", prefix: bytes = b"") -> str:
        """Base64 of the encrypted message; `app_id` and `prefix` only for forgeries and vectors."""
        tail = (app_id or self.app_id).encode()
        plain = (prefix or secrets.token_bytes(16)) + struct.pack(">I", len(message))
        plain += message + tail
        pad = BLOCK - len(plain) % BLOCK
        encryptor = self._aes.encryptor()
        sealed = encryptor.update(plain + bytes([pad]) * pad) + encryptor.finalize()
        return base64.b64encode(sealed).decode()

    def open(self, sealed: str) -> bytes:
        """The message inside. Raises BadEnvelope."""
        try:
            raw = base64.b64decode(sealed, validate=True)
            decryptor = self._aes.decryptor()
            plain = decryptor.update(raw) + decryptor.finalize()
        except (binascii.Error, ValueError) as wrong:
            raise BadEnvelope("无法解密") from wrong
        if len(plain) < BLOCK or not 1 <= plain[-1] <= BLOCK:
            raise BadEnvelope("填充不正确")
        plain = plain[: -plain[-1]]
        end = 20 + int(struct.unpack(">I", plain[16:20])[0])
        if plain[end:] != self.app_id.encode():
            raise BadEnvelope("密文中的 appid 不是本公众号")
        return plain[20:end]


def filler(message: bytes, app_id: str) -> bytes:
    """Blanks that make the padding of `message` exactly 32 bytes, the case strict unpadders fail."""
    return b" " * (-(20 + len(message) + len(app_id)) % BLOCK)


def to_xml(fields: Fields) -> str:
    """<xml>…</xml>: numbers bare, text in CDATA, a sequence as a repeated element."""
    return f"<xml>{_inner(fields)}</xml>"


def _inner(fields: Fields) -> str:
    return "".join(_element(name, value) for name, value in fields.items())


def _element(name: str, value: Value) -> str:
    if isinstance(value, str):
        safe = value.replace("]]>", "]]]]><![CDATA[>")
        return f"<{name}><![CDATA[{safe}]]></{name}>"
    if isinstance(value, Mapping):
        return f"<{name}>{_inner(value)}</{name}>"
    if isinstance(value, Sequence):
        return "".join(_element(name, one) for one in value)
    return f"<{name}>{value}</{name}>"


@dataclass
class Node:
    """An XML element as the platform reads a reply: a name, its text, its children."""

    name: str
    text: str = ""
    children: list["Node"] = field(default_factory=list)

    def child(self, name: str) -> "Node | None":
        return next((one for one in self.children if one.name == name), None)

    def get(self, *path: str) -> str:
        """The text at `path`, or an empty string."""
        node: Node | None = self
        for name in path:
            node = node.child(name) if node else None
        return node.text.strip() if node else ""


class _Reader:
    def __init__(self) -> None:
        self.root: Node | None = None
        self._open: list[Node] = []

    def start(self, name: str, _attributes: object) -> None:
        node = Node(name)
        if len(self._open) > 20:
            raise BadEnvelope("XML 嵌套过深")
        if self._open:
            self._open[-1].children.append(node)
        else:
            self.root = node
        self._open.append(node)

    def end(self, _name: str) -> None:
        self._open.pop()

    def text(self, data: str) -> None:
        self._open[-1].text += data

    def doctype(self, *_parts: object) -> None:
        raise BadEnvelope("XML 带有 DOCTYPE")


def parse_xml(body: bytes) -> Node:
    """The root element. Raises BadEnvelope for anything but one well-formed <xml>."""
    reader = _Reader()
    parser = expat.ParserCreate()
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = reader.doctype
    try:
        parser.Parse(body, True)
    except (expat.ExpatError, ValueError) as wrong:
        raise BadEnvelope(f"XML 格式不正确：{wrong}") from wrong
    if reader.root is None or reader.root.name != "xml":
        raise BadEnvelope("XML 格式不正确：根元素不是 <xml>")
    return reader.root
