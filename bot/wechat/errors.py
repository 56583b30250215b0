"""An API answer as data or as an error of the tree; never with a token or secret in it."""

import json
import re
from typing import Any

import structlog

from bot.errors import WeChatError, WeChatUnclear

_RID = re.compile(r"\brid: ?([0-9a-fA-F-]+)")
_SECRET = re.compile(
    r"((?:access_token|secret|appsecret)[\"']?\s*[=:]\s*[\"']?)[\w-]{8,}", re.IGNORECASE
)

_log = structlog.get_logger(__name__)


def read(body: bytes, api: str) -> dict[str, Any]:
    """The JSON object of an answer. Raises WeChatUnclear if there is none."""
    try:
        # Names and remarks of people come with raw control characters now and then.
        payload = json.loads(body.decode("utf-8", "replace"), strict=False)
    except (ValueError, RecursionError):
        payload = None
    if not isinstance(payload, dict):
        raise unclear("the answer is not a JSON object", api)
    return payload


def errcode_of(payload: dict[str, Any]) -> int:
    """0 when it went well: success often has no errcode at all."""
    try:
        return int(payload.get("errcode") or 0)
    except (TypeError, ValueError):
        return -1


def refused(payload: dict[str, Any], api: str, secret: str) -> WeChatError:
    """The error that `payload` states, without `secret`, in case the far side repeats it.

    Logged with its rid: the platform explains a rid for 7 days.
    """
    errmsg = str(payload.get("errmsg", ""))
    if secret:
        errmsg = errmsg.replace(secret, "***")
    errmsg = _SECRET.sub(r"\1***", errmsg)
    found = _RID.search(errmsg)
    error = WeChatError(errcode_of(payload), errmsg, api, found[1] if found else "")
    _log.warning("wechat_refused", api=api, errcode=error.errcode, errmsg=errmsg, rid=error.rid)
    return error


def unclear(reason: str, api: str) -> WeChatUnclear:
    """The error of a call that may have had its effect."""
    _log.warning("wechat_unclear", api=api, reason=reason)
    return WeChatUnclear(reason, api)


def unreached(api: str) -> WeChatError:
    """The error of a call that certainly had none: nobody was there to take it."""
    _log.warning("wechat_unreached", api=api)
    return WeChatError(-1, "no connection to the platform", api)
