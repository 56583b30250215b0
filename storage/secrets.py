"""Personal values at rest: sealed under the installation's keys, found by a keyed hash.

A kept value is `v1.<key id>.<base64>`: AES-SIV with "table.column" authenticated beside it, so a
value moved to another column does not open. The same value under the same key and column is the
same text. The first key of the ring writes, all of them read; empty stays empty.

    use_keys("new secret,old secret")
    seal("customer.phone", "13800000001")       # for plain SQL; models do it by EncText, EncJson
    look_ups("phone", "13800000001")            # for WHERE phone_hash IN (…): one for each key
"""

import hmac
import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from functools import lru_cache
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from tortoise.fields import TextField
from tortoise.models import Model

from bot.errors import ConfigError, StaffError

SEALED = re.compile(r"v1\.[0-9a-f]{8}\.[A-Za-z0-9_-]+={0,2}")


class Key:
    """What one secret is stretched to: a sealing key, a hashing key and a name for both."""

    __slots__ = ("_hash", "id", "prefix", "siv")

    def __init__(self, secret: str) -> None:
        self.siv = AESSIV(_stretched(secret, b"seal", 64))
        self._hash = hmac.new(_stretched(secret, b"look up", 32), digestmod=sha256)
        self.id = _stretched(secret, b"name", 4).hex()
        self.prefix = f"v1.{self.id}."

    def look_up(self, kind: str, text: str) -> str:
        digest = self._hash.copy()
        digest.update(f"{kind}\0{text.strip().upper()}".encode())
        return digest.hexdigest()[:32]


def _stretched(secret: str, purpose: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt=b"cheyu", info=purpose).derive(secret.encode())


class _Ring:
    """The keys in force, of the process: keys belong to an installation, not to an account."""

    __slots__ = ("by_id", "keys")

    def __init__(self) -> None:
        self.keys: tuple[Key, ...] = ()
        self.by_id: dict[str, Key] = {}


_ring = _Ring()


def use_keys(secret: str) -> None:
    """From now on these keys, comma-separated: the first writes, all read. ConfigError: none."""
    secrets = [part.strip() for part in secret.split(",") if part.strip()]
    if not secrets:
        raise ConfigError("CHEYU_SECRET_KEY", "is empty", "Use 32 or more random characters.")
    _ring.keys = tuple(_key(part) for part in secrets)
    _ring.by_id = {key.id: key for key in _ring.keys}


@lru_cache(maxsize=16)
def _key(secret: str) -> Key:
    return Key(secret)


def first_key() -> Key:
    """The key that writes. ConfigError where nobody called `use_keys`."""
    if not _ring.keys:
        raise ConfigError("CHEYU_SECRET_KEY", "is not in force", "Call use_keys first.")
    return _ring.keys[0]


def key_ids() -> tuple[str, ...]:
    """The names of the keys in force, the writing one first."""
    return tuple(key.id for key in _ring.keys)


def seal(column: str, text: str) -> str:
    """`text` as it is kept in `column` ("table.column")."""
    if not text:
        return ""
    key = _ring.keys[0] if _ring.keys else first_key()
    return (
        key.prefix + urlsafe_b64encode(key.siv.encrypt(text.encode(), [column.encode()])).decode()
    )


def unseal(column: str, kept: str | None) -> str:
    """What `seal` was given; NULL is empty. StaffError: no key opens it, or it was tampered with."""
    if not kept:
        return ""
    version, _, rest = kept.partition(".")
    name, _, body = rest.partition(".")
    key = _ring.by_id.get(name)
    if version != "v1" or key is None:
        raise _unreadable(column, name if version == "v1" else "none")
    try:
        return key.siv.decrypt(urlsafe_b64decode(body), [column.encode()]).decode()
    except (InvalidTag, ValueError):
        raise _unreadable(column, name) from None


def seal_bytes(beside: str, content: bytes) -> bytes:
    """A whole file: the key's name before the first line's end, the sealed content after it."""
    key = first_key()
    return key.prefix.encode() + b"\n" + key.siv.encrypt(content, [beside.encode()])


def unseal_bytes(beside: str, kept: bytes) -> bytes:
    """What `seal_bytes` was given. StaffError as in `unseal`."""
    head, _, body = kept.partition(b"\n")
    name = head.decode("ascii", "replace").removeprefix("v1.").rstrip(".")
    key = _ring.by_id.get(name)
    if key is None:
        raise _unreadable(beside, name[:8])
    try:
        return key.siv.decrypt(body, [beside.encode()])
    except (InvalidTag, ValueError):
        raise _unreadable(beside, name) from None


def _unreadable(column: str, name: str) -> StaffError:
    return StaffError(
        f"{column}的一个值（密钥{name}）打不开。",
        "CHEYU_SECRET_KEY要包含这个数据库用过的每个密钥。",
    )


def seal_json(column: str, value: Any) -> str:
    return seal(column, json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def unseal_json(column: str, kept: str | None) -> Any:
    """None where nothing is kept."""
    return json.loads(unseal(column, kept)) if kept else None


def look_up(kind: str, text: str) -> str:
    """The hash to keep beside a value ("phone", "plate", "vin", "vin_tail", "id"); for its column."""
    return first_key().look_up(kind, text)


def look_up_or_none(kind: str, text: str | None) -> str | None:
    """NULL for what is not known: nobody is found by it, and unique does not mind it."""
    return look_up(kind, text) if text else None


def look_ups(kind: str, text: str) -> tuple[str, ...]:
    """The hash under every key in force: what to look for while keys rotate."""
    first_key()
    return tuple(key.look_up(kind, text) for key in _ring.keys)


def marks(values: Iterable[object]) -> str:
    """Question marks for an IN list."""
    return ", ".join("?" for _ in values)


class EncText(TextField):
    """Text that is sealed in the database and clear in Python."""

    def _column(self) -> str:
        table = self.model._meta.db_table  # noqa: SLF001  # Tortoise has no other way to ask
        return f"{table}.{self.model_field_name}"

    def to_db_value(self, value: Any, instance: type[Model] | Model) -> Any:
        return seal(self._column(), value) if isinstance(value, str) else value

    def to_python_value(self, value: Any) -> Any:
        """What the database gave; or what a program assigned, as it is."""
        if isinstance(value, str) and SEALED.fullmatch(value):
            return unseal(self._column(), value)
        return value


class EncJson(EncText):
    """JSON that is sealed in the database and clear in Python; NULL is None."""

    def to_db_value(self, value: Any, instance: type[Model] | Model) -> Any:
        return None if value is None else seal_json(self._column(), value)

    def to_python_value(self, value: Any) -> Any:
        if isinstance(value, str) and SEALED.fullmatch(value):
            return unseal_json(self._column(), value)
        return value
