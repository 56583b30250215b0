"""All that the platform knows about one official account."""

from datetime import datetime

from bot.clock import clock
from bot.sandbox.account import Account
from bot.sandbox.afterwards import Afterwards, Receipts
from bot.sandbox.catalogue import SentBefore, Templates
from bot.sandbox.chat import Bubble, Part, Who
from bot.sandbox.faults import Faults
from bot.sandbox.grants import Grants
from bot.sandbox.ledger import Ledger
from bot.sandbox.mass import Mass
from bot.sandbox.menus import Button
from bot.sandbox.people import People
from bot.sandbox.quotas import Quotas
from bot.sandbox.shelf import Media, OAuth, QrCodes
from bot.sandbox.tokens import Tokens
from bot.sandbox.traffic import Traffic
from bot.sandbox.windows import Windows


class Memory:
    """Followers, chats, windows, tokens, quotas, media, codes, menu, faults and the traffic."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.whitelist: set[str] = set()  # callers that may fetch a token; empty: everybody
        self.oauth_domain = ""  # host that web log-in may return to; empty: any
        self.people, self.windows, self.faults = People(), Windows(), Faults()
        self.tokens, self.quotas, self.oauth = Tokens(), Quotas(), OAuth()
        self.media, self.codes = Media(), QrCodes()
        self.menu: list[Button] = []
        self.chats: dict[str, list[Bubble]] = {}
        self.sessions: dict[str, datetime] = {}
        self.traffic = Traffic()
        self.templates, self.ledger = Templates(account.app_id), Ledger()
        self.sent_before = SentBefore()
        self.mass, self.grants = Mass(), Grants()
        self.afterwards, self.receipts = Afterwards(), Receipts()
        self.keep = 400  # bubbles of a chat
        self.last_bubble = 0
        self.last_msg_id = 0
        self.last_job = 0

    def chat(self, openid: str) -> list[Bubble]:
        """Everything the phone shows, in order."""
        return list(self.chats.get(openid, []))

    def show(
        self,
        openid: str,
        who: Who,
        kind: str,
        text: str = "",
        *,
        media_id: str = "",
        note: str = "",
    ) -> Bubble:
        parts = [Part(text)] if text else []
        return self.put(openid, Bubble(0, who, kind, "", text, parts, media_id, note=note))

    def put(self, openid: str, bubble: Bubble) -> Bubble:
        """Append a bubble; its id and time are set here."""
        self.last_bubble += 1
        bubble.id, bubble.at = self.last_bubble, clock.now().isoformat()
        chat = self.chats.setdefault(openid, [])
        chat.append(bubble)
        if len(chat) > self.keep + self.keep // 4:
            del chat[: -self.keep]
        self.changed("chat")
        return bubble

    def next_job(self) -> int:
        """An id that no message or job had before, not even before a restart."""
        self.last_job = max(self.last_job + 1, clock.timestamp() * 1000)
        return self.last_job

    def changed(self, what: str) -> None:
        """Tell the open pages that `what` changed."""
        self.traffic.ring(what)
