"""Things with a lifetime: temporary media, scene QR codes, OAuth codes."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.sandbox.errors import ApiError

MEDIA_LIFE = timedelta(days=3)
MEDIA_BYTES = {
    "image": 2 * 1024 * 1024,
    "voice": 2 * 1024 * 1024,
    "video": 10 * 1024 * 1024,
    "thumb": 64 * 1024,
}
QR_DAYS = timedelta(days=30)
CODE_LIFE, WEB_TOKEN_LIFE = timedelta(minutes=5), timedelta(seconds=7200)
REFRESH_LIFE = timedelta(days=30)


@dataclass
class Medium:
    media_id: str
    kind: str
    data: bytes
    content_type: str
    until: datetime


class Media:
    """Temporary media: three days, then 40007."""

    def __init__(self) -> None:
        self.all: dict[str, Medium] = {}

    def add(self, kind: str, data: bytes, content_type: str, now: datetime) -> str:
        self.all = {one.media_id: one for one in self.all.values() if one.until > now}
        media_id = secrets.token_urlsafe(48)
        self.all[media_id] = Medium(media_id, kind, data, content_type, now + MEDIA_LIFE)
        return media_id

    def upload(self, kind: str, data: bytes, content_type: str, now: datetime) -> str:
        """Raises ApiError 40004 (type), 41005 (nothing), 40009 (too big)."""
        if kind not in MEDIA_BYTES:
            raise ApiError(40004)
        if not data:
            raise ApiError(41005)
        if len(data) > MEDIA_BYTES[kind]:
            raise ApiError(40009)
        return self.add(kind, data, content_type, now)

    def get(self, media_id: object, now: datetime, kind: str = "") -> Medium:
        found = self.all.get(media_id) if isinstance(media_id, str) else None
        if found is None or found.until <= now or (kind and found.kind != kind):
            raise ApiError(40007)
        return found


@dataclass
class QrCode:
    """A scene code. `until` None: permanent."""

    ticket: str
    scene: str
    url: str
    until: datetime | None


class QrCodes:
    """Scene codes by ticket."""

    def __init__(self) -> None:
        self.all: dict[str, QrCode] = {}

    def add(self, scene: str, until: datetime | None) -> QrCode:
        ticket = "gQ" + secrets.token_urlsafe(60)
        code = QrCode(ticket, scene, f"http://weixin.qq.com/q/{secrets.token_urlsafe(12)}", until)
        self.all[ticket] = code
        return code

    def create(self, body: dict[str, object], now: datetime) -> tuple[QrCode, int | None]:
        """qrcode/create: the code and its seconds. Raises ApiError 40052, 40053."""
        action = body.get("action_name")
        if action not in ("QR_SCENE", "QR_STR_SCENE", "QR_LIMIT_SCENE", "QR_LIMIT_STR_SCENE"):
            raise ApiError(40052)
        info = body.get("action_info")
        scene = info.get("scene") if isinstance(info, dict) else None
        if not isinstance(scene, dict):
            raise ApiError(40053)
        name = _scene(scene, str(action))
        if "LIMIT" in str(action):
            return self.add(name, None), None
        seconds = body.get("expire_seconds", 60)
        if not isinstance(seconds, int) or not 1 <= seconds <= QR_DAYS.total_seconds():
            raise ApiError(40053)
        return self.add(name, now + timedelta(seconds=seconds)), seconds

    def good(self, scene: str, now: datetime) -> QrCode | None:
        """A code of `scene` that can be scanned now; None when all of them have expired."""
        known = [one for one in self.all.values() if one.scene == scene]
        if not known:
            return self.add(scene, None)
        alive = [one for one in known if one.until is None or one.until > now]
        return alive[-1] if alive else None


def _scene(scene: dict[str, object], action: str) -> str:
    if "STR" in action:
        name = scene.get("scene_str")
        if not isinstance(name, str) or not 1 <= len(name) <= 64:
            raise ApiError(40053)
        return name
    number, most = scene.get("scene_id"), 100_000 if "LIMIT" in action else 2**32 - 1
    if not isinstance(number, int) or not 1 <= number <= most:
        raise ApiError(40053)
    return str(number)


@dataclass
class Grant:
    openid: str
    scope: str
    until: datetime
    snapshot: bool = False
    used: bool = False


@dataclass
class OAuth:
    """Web log-in: codes (single use, five minutes), web tokens, refresh tokens."""

    codes: dict[str, Grant] = field(default_factory=dict)
    tokens: dict[str, Grant] = field(default_factory=dict)
    refreshes: dict[str, Grant] = field(default_factory=dict)

    def code(self, openid: str, scope: str, now: datetime, *, snapshot: bool = False) -> str:
        code = secrets.token_hex(16)
        self.codes[code] = Grant(openid, scope, now + CODE_LIFE, snapshot)
        return code

    def exchange(self, code: str, now: datetime) -> dict[str, object]:
        grant = self.codes.get(code)
        if grant is None:
            raise ApiError(40029)
        if grant.used:
            raise ApiError(40163)
        if grant.until <= now:
            raise ApiError(42003)
        grant.used = True
        return self._tokens(grant, now, "")

    def refresh(self, token: str, now: datetime) -> dict[str, object]:
        grant = self.refreshes.get(token)
        if grant is None:
            raise ApiError(40030)
        if grant.until <= now:
            raise ApiError(42002)
        return self._tokens(grant, now, token)

    def _tokens(self, grant: Grant, now: datetime, refresh: str) -> dict[str, object]:
        token = "97_" + secrets.token_urlsafe(60)
        self.tokens[token] = Grant(grant.openid, grant.scope, now + WEB_TOKEN_LIFE, grant.snapshot)
        if not refresh:
            refresh = "97_" + secrets.token_urlsafe(60)
            self.refreshes[refresh] = Grant(
                grant.openid, grant.scope, now + REFRESH_LIFE, grant.snapshot
            )
        answer: dict[str, object] = {
            "access_token": token,
            "expires_in": int(WEB_TOKEN_LIFE.total_seconds()),
            "refresh_token": refresh,
            "openid": grant.openid,
            "scope": grant.scope,
        }
        return {**answer, "is_snapshotuser": 1} if grant.snapshot else answer

    def person(self, token: str, openid: str, now: datetime) -> Grant:
        grant = self.tokens.get(token)
        if grant is None:
            raise ApiError(40001)
        if grant.until <= now:
            raise ApiError(42001)
        if grant.openid != openid:
            raise ApiError(40003)
        return grant
