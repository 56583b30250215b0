"""The official account as its administrator sees it in the platform's console."""

from dataclasses import dataclass
from typing import Literal

from bot.sandbox.wire import Cipher

Mode = Literal["plain", "compatible", "safe"]


@dataclass
class Account:
    """AppID, secret, Token and EncodingAESKey, the original id, and the callback's mode.

    `test`: a test account (测试号): templates of any form, no menus in messages, no grants.
    """

    app_id: str
    app_secret: str
    token: str
    aes_key: str
    original_id: str = "gh_cheyudemo001"
    mode: Mode = "safe"
    test: bool = False

    @property
    def cipher(self) -> Cipher:
        return Cipher(self.aes_key, self.app_id)
