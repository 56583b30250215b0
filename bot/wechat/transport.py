"""One request to the platform's API, in bounded time and memory."""

from collections.abc import Mapping
from typing import Any

import aiohttp

from bot.wechat.errors import unclear, unreached

_MAX_ANSWER = 16 * 1024 * 1024  # bytes; the largest thing to fetch is a video of 10 MB


class Transport:
    """A client session with the address of the platform, or of an emulator, and its patience."""

    def __init__(self, session: aiohttp.ClientSession, base_url: str, timeout: float) -> None:
        self._session = session
        self._base = base_url.rstrip("/")
        self._timeout = aiohttp.ClientTimeout(total=timeout)

    async def send(
        self, method: str, path: str, *, params: Mapping[str, str], data: Any = None
    ) -> tuple[str, bytes]:
        """The answer's content type and body.

        Raises WeChatUnclear when there is none that counts, and WeChatError(-1) when no connection
        came about. No error keeps aiohttp's own: its text has the address, and that the token.
        """
        headers = {"Content-Type": "application/json"} if isinstance(data, bytes) else None
        return await self._answer(
            method, f"{self._base}{path}", path, params=params, data=data, headers=headers
        )

    async def fetch(self, address: str) -> tuple[str, bytes]:
        """Content type and body of a video, from an address that the platform gave."""
        return await self._answer("GET", address, "video_url", params={}, data=None, headers=None)

    async def _answer(
        self,
        method: str,
        address: str,
        path: str,
        *,
        params: Mapping[str, str],
        data: Any,
        headers: Mapping[str, str] | None,
    ) -> tuple[str, bytes]:
        try:
            async with self._session.request(
                method,
                address,
                params=params,
                data=data,
                headers=headers,
                timeout=self._timeout,
                allow_redirects=False,
            ) as response:
                if response.status != 200:
                    raise unclear(f"HTTP {response.status}", path)
                return response.content_type, await _whole(response, path)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            raise unreached(path) from None
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as broken:
            raise unclear(type(broken).__name__, path) from None


async def _whole(response: aiohttp.ClientResponse, path: str) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > _MAX_ANSWER:
            raise unclear("the answer is too long", path)
    return bytes(body)
