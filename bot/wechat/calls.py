"""Requests with a token in force: renewed once and repeated once when the platform wants another."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import aiohttp

from bot.rules.errcodes import Reaction, reaction
from bot.wechat import errors
from bot.wechat.token import Tokens
from bot.wechat.transport import Transport

Payload = dict[str, Any]
_T = TypeVar("_T")


class Calls:
    """What calls are made of. `get` and `post` are the client that wechatpy's API classes expect."""

    def __init__(self, transport: Transport, tokens: Tokens) -> None:
        self._transport = transport
        self._tokens = tokens

    async def get(self, url: str, **options: Any) -> Any:
        return await self._for_wechatpy("GET", url, **options)

    async def post(self, url: str, **options: Any) -> Any:
        return await self._for_wechatpy("POST", url, **options)

    async def _for_wechatpy(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        data: Mapping[str, Any] | None = None,
        result_processor: Callable[[Payload], Any] | None = None,
    ) -> Any:
        path = f"/cgi-bin/{url}"
        payload = await self.json(method, path, params=params or {}, data=data)
        return shaped(result_processor, payload, path) if result_processor else payload

    async def json(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        data: Mapping[str, Any] | None = None,
        taken: Iterable[int] = (),
    ) -> Payload:
        """The JSON answer; an errcode in `taken` is no error."""
        body = None
        if data is not None:
            # Menus and templates refuse \uXXXX (40033). Half a surrogate has no bytes: "?".
            body = json.dumps(data, ensure_ascii=False).encode("utf-8", "replace")
        _, _, payload = await self._repeated(method, path, params or {}, lambda: body, taken)
        return payload

    async def upload(
        self, path: str, params: Mapping[str, str], form: Callable[[], aiohttp.FormData]
    ) -> Payload:
        """The JSON answer to a form; `form` makes it anew for a second try."""
        _, _, payload = await self._repeated("POST", path, params, form, ())
        return payload

    async def download(self, path: str, params: Mapping[str, str]) -> tuple[str, bytes, Payload]:
        """The content type and bytes, or a JSON answer and no bytes."""
        return await self._repeated("GET", path, params, lambda: None, ())

    async def _repeated(
        self,
        method: str,
        path: str,
        params: Mapping[str, str],
        body: Callable[[], Any],
        taken: Iterable[int],
    ) -> tuple[str, bytes, Payload]:
        token = await self._tokens.get()
        kind, content, payload = await self._once(method, path, params, body(), token)
        errcode = errors.errcode_of(payload)
        if reaction(errcode).reaction is Reaction.TOKEN:
            dead, token = token, await self._tokens.renew(token)
            if token != dead:
                kind, content, payload = await self._once(method, path, params, body(), token)
                errcode = errors.errcode_of(payload)
        if errcode and errcode not in taken:
            raise errors.refused(payload, path, token)
        return kind, content, payload

    async def _once(
        self, method: str, path: str, params: Mapping[str, str], body: Any, token: str
    ) -> tuple[str, bytes, Payload]:
        kind, content = await self._transport.send(
            method, path, params={**params, "access_token": token}, data=body
        )
        # Errors come with status 200: only the type tells a picture from its refusal.
        if kind.partition("/")[0] in ("image", "audio", "voice", "video") or "octet" in kind:
            return kind, content, {}
        return kind, b"", errors.read(content, path)


def shaped(shape: Callable[[Payload], _T], payload: Payload, api: str) -> _T:
    """`payload` as a typed result. Raises WeChatUnclear if it lacks what it must have."""
    try:
        return shape(payload)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise errors.unclear("the answer lacks what it must have", api) from None
