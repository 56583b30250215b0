"""What the platform's API answers, as types. Times are Unix seconds, as it counts them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class QrCode:
    """A scene code: `url` is what the picture says, `ticket` fetches the picture itself."""

    ticket: str
    url: str
    seconds: int

    @classmethod
    def of(cls, payload: Mapping[str, Any]) -> Self:
        return cls(
            ticket=str(payload["ticket"]),
            url=str(payload["url"]),
            seconds=int(payload.get("expire_seconds") or 0),
        )


@dataclass(frozen=True, slots=True)
class UserInfo:
    """What the platform still tells of a person: no name, no picture, no phone."""

    openid: str
    subscribed: bool
    subscribed_at: int
    unionid: str
    channel: str
    scene: str
    remark: str
    tags: tuple[int, ...]

    @classmethod
    def of(cls, payload: Mapping[str, Any]) -> Self:
        return cls(
            openid=str(payload["openid"]),
            subscribed=bool(payload["subscribe"]),
            subscribed_at=int(payload.get("subscribe_time") or 0),
            unionid=str(payload.get("unionid") or ""),
            channel=str(payload.get("subscribe_scene") or ""),
            scene=str(payload.get("qr_scene_str") or payload.get("qr_scene") or ""),
            remark=str(payload.get("remark") or ""),
            tags=tuple(int(tag) for tag in payload.get("tagid_list") or ()),
        )


@dataclass(frozen=True, slots=True)
class Followers:
    """One page of openids; `after` starts the next one and is "" on the last."""

    total: int
    openids: tuple[str, ...]
    after: str

    @classmethod
    def of(cls, payload: Mapping[str, Any]) -> Self:
        openids = tuple(str(openid) for openid in (payload.get("data") or {}).get("openid") or ())
        # The platform names a next openid even where nothing follows.
        after = str(payload.get("next_openid") or "") if openids else ""
        return cls(total=int(payload["total"]), openids=openids, after=after)


@dataclass(frozen=True, slots=True)
class Media:
    """A picture, voice or video that a person sent, or the address of one (videos)."""

    content_type: str
    content: bytes
    url: str = ""


@dataclass(frozen=True, slots=True)
class Template:
    """A template of the account; `content` has its keys, as in {{thing3.DATA}}."""

    template_id: str
    title: str
    content: str
    example: str

    @classmethod
    def of(cls, payload: Mapping[str, Any]) -> Self:
        return cls(
            template_id=str(payload["template_id"]),
            title=str(payload.get("title") or ""),
            content=str(payload.get("content") or ""),
            example=str(payload.get("example") or ""),
        )


@dataclass(frozen=True, slots=True)
class MassJob:
    """A mass send that was accepted; `repeated`: it had been, under the same client id."""

    msg_id: str
    repeated: bool


@dataclass(frozen=True, slots=True)
class Quota:
    """Calls of one API today; `minute`: how many in one minute, None where it is not said."""

    daily_limit: int
    used: int
    remain: int
    minute: int | None = None

    @classmethod
    def of(cls, payload: Mapping[str, Any]) -> Self:
        row, rate = payload["quota"], payload.get("rate_limit") or {}
        calls, seconds = int(rate.get("call_count") or 0), int(rate.get("refresh_second") or 0)
        minute = calls * 60 // seconds if calls and seconds else None
        return cls(int(row["daily_limit"]), int(row["used"]), int(row["remain"]), minute)


@dataclass(frozen=True, slots=True)
class Ping:
    """One try of the platform to reach our address; `loss` and `time` are in its own words."""

    ip: str
    operator: str
    loss: str
    time: str


@dataclass(frozen=True, slots=True)
class CallbackCheck:
    """How the platform sees our callback address."""

    dns: tuple[str, ...]
    pings: tuple[Ping, ...]

    @classmethod
    def of(cls, payload: Mapping[str, Any]) -> Self:
        return cls(
            dns=tuple(str(row["ip"]) for row in payload.get("dns") or ()),
            pings=tuple(
                Ping(
                    ip=str(row["ip"]),
                    operator=str(row.get("from_operator") or ""),
                    loss=str(row.get("package_loss") or ""),
                    time=str(row.get("time") or ""),
                )
                for row in payload.get("ping") or ()
            ),
        )
