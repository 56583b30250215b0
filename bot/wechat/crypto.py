"""Is it from the platform, and what does it say: signatures and AES of the callback.

WeChat docs: message push, encryption. wechatpy's codec does the same at three times the cost; the
tests hold the two equal.
"""

import binascii
import hashlib
import hmac
import os
import re
from collections.abc import Mapping

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bot.errors import BadCallback, BadSignature, ConfigError
from bot.wechat import xml as wire

_BLOCK = 32  # the padding's block, not AES's: pads of 17 to 32 occur
_PADS = [bytes([n]) * n for n in range(_BLOCK + 1)]
_ENVELOPE = re.compile(
    rb"<Encrypt>\s*(?:<!\[CDATA\[)?\s*([A-Za-z0-9+/=]+)\s*(?:\]\]>)?\s*</Encrypt>"
)
_NO_KEY = (
    "the body is encrypted and no EncodingAESKey is set: set CHEYU_WECHAT_AES_KEY,"
    " or switch the platform's message encryption to plain"
)


class Codec:
    """Opens what the platform posts and seals what it gets back, with one Token and one key."""

    def __init__(self, token: str, aes_key: str = "", app_id: str = "") -> None:
        self._token = token
        self._cipher = _Cipher(aes_key, app_id) if aes_key else None

    def check(self, signature: str, timestamp: str, nonce: str) -> None:
        """Raises BadSignature unless the query is signed with our Token."""
        self._compare(signature, self._token, timestamp, nonce)

    def is_sealed(self, query: Mapping[str, str]) -> bool:
        """Whether this request came encrypted, and so its reply has to be."""
        return self._cipher is not None and _says_encrypted(query)

    def open(self, query: Mapping[str, str], body: bytes) -> bytes:
        """The clear XML of a posted body, in whichever mode it came.

        Raises BadSignature or BadCallback; nothing is parsed before a signature held.
        """
        sealed = _says_encrypted(query)
        if "signature" in query or not sealed:
            self.check(*(query.get(name, "") for name in ("signature", "timestamp", "nonce")))
        if len(body) > wire.MAX_BYTES:
            raise BadCallback("the body is over 64 KiB", status=413)
        if self._cipher is None:
            # Compatible mode sends the clear fields too: they are as good as plain mode's.
            if sealed and b"<MsgType>" not in body:
                raise BadCallback(_NO_KEY)
            return body
        if not sealed:
            # A key is set so that bodies are authenticated; an unencrypted one is not.
            raise BadSignature("a plain body, where only encrypted ones are taken")
        encrypt = _encrypt_of(body)
        self._compare(
            query.get("msg_signature", ""),
            self._token,
            query.get("timestamp", ""),
            query.get("nonce", ""),
            encrypt,
        )
        return self._cipher.decrypt(encrypt)

    def seal(self, xml: bytes, *, timestamp: str, nonce: str, encrypted: bool) -> bytes:
        """The reply body: `xml` as it is, or inside the signed envelope."""
        if not encrypted:
            return xml
        if self._cipher is None:
            raise BadCallback(_NO_KEY)
        encrypt = self._cipher.encrypt(xml)
        signature = _sign(self._token, timestamp, nonce, encrypt)
        return (
            f"<xml><Encrypt><![CDATA[{encrypt}]]></Encrypt>"
            f"<MsgSignature><![CDATA[{signature}]]></MsgSignature>"
            f"<TimeStamp>{timestamp}</TimeStamp><Nonce>{wire.cdata(nonce)}</Nonce></xml>"
        ).encode()

    def _compare(self, given: str, *signed: str) -> None:
        expected = _sign(*signed).encode()
        if not hmac.compare_digest(expected, given.encode("utf-8", "surrogatepass")):
            raise BadSignature


class _Cipher:
    """AES-CBC, iv = key[:16], with the account's id behind every text.

    One context each way serves every message: to make one costs as much as a message itself. Both
    only ever take whole blocks, so that nothing of one message is left for the next.
    """

    def __init__(self, aes_key: str, app_id: str) -> None:
        key = _key(aes_key)
        if not app_id:
            raise ConfigError("CHEYU_WECHAT_APP_ID", "is missing", "有EncodingAESKey时必须设置。")
        self._app_id = app_id.encode()
        self._iv = key[:16]
        cipher = Cipher(algorithms.AES(key), modes.CBC(self._iv))
        self._encryptor = cipher.encryptor()
        self._decryptor = cipher.decryptor()

    def encrypt(self, text: bytes) -> str:
        # CBC goes on from the last message's last block instead of from the iv. That changes only
        # the first block as the reader sees it: random bytes, which stay as random.
        plain = os.urandom(16) + len(text).to_bytes(4, "big") + text + self._app_id
        plain += _PADS[_BLOCK - len(plain) % _BLOCK]
        return binascii.b2a_base64(self._encryptor.update(plain), newline=False).decode()

    def decrypt(self, encrypt: str) -> bytes:
        try:
            sealed = binascii.a2b_base64(encrypt)
        except (binascii.Error, ValueError):
            raise BadCallback("Encrypt is not base64") from None
        if len(sealed) < _BLOCK or len(sealed) % 16:
            raise BadCallback("Encrypt is not AES-CBC")
        # To the block behind it, the iv in front is what the iv is to a first block.
        plain = self._decryptor.update(self._iv + sealed)[16:]
        pad = plain[-1]
        if not 1 <= pad <= _BLOCK or not plain.endswith(_PADS[pad]):
            raise BadCallback("the padding is wrong: is it the right EncodingAESKey?")
        end = 20 + int.from_bytes(plain[16:20], "big")
        if end > len(plain) - pad:
            raise BadCallback("the length is wrong: is it the right EncodingAESKey?")
        if not hmac.compare_digest(plain[end:-pad], self._app_id):
            raise BadSignature("the message is for another account")
        return plain[20:end]


def _key(aes_key: str) -> bytes:
    try:
        # Lenient on purpose: the 43rd character may carry bits beyond the 32nd byte.
        key = binascii.a2b_base64(aes_key + "=")
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != 32:
        raise ConfigError("CHEYU_WECHAT_AES_KEY", "不是EncodingAESKey", "它是43位字母和数字。")
    return key


def _sign(*parts: str) -> str:
    joined = "".join(sorted(parts)).encode("utf-8", "surrogatepass")
    return hashlib.sha1(joined, usedforsecurity=False).hexdigest()


def _says_encrypted(query: Mapping[str, str]) -> bool:
    return query.get("encrypt_type", "").lower() == "aes" or "msg_signature" in query


def _encrypt_of(body: bytes) -> str:
    """The text of Encrypt. One plain match needs no parser; a customer may have typed another."""
    found = _ENVELOPE.findall(body)
    if len(found) == 1:
        return str(found[0], "ascii")
    encrypt = wire.read(body).get("Encrypt")
    if not isinstance(encrypt, str):
        raise BadCallback("the body says it is encrypted and has no Encrypt")
    return encrypt
