"""What the outbox asks of the platform's API; `bot.wechat.client.Client` fulfils it."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from bot.wechat.results import MassJob, Quota

APIS: Mapping[str, str] = {
    "service": "/cgi-bin/message/custom/send",
    "template": "/cgi-bin/message/template/send",
    "once": "/cgi-bin/message/subscribe/bizsend",
    "mass": "/cgi-bin/message/mass/send",
}
"""Channel → the API whose quota it spends."""

A_MINUTE: Mapping[str, int] = {APIS["mass"]: 60}
"""Calls a minute that the documentation states, where the platform does not."""


class Sender(Protocol):
    """Each call raises WeChatError if refused, WeChatUnclear if nobody knows."""

    async def send_text(self, openid: str, content: str) -> None: ...

    async def template_send(
        self,
        openid: str,
        template_id: str,
        values: Mapping[str, str],
        *,
        client_msg_id: str,
        url: str = "",
        miniprogram: Mapping[str, str] | None = None,
    ) -> str: ...

    async def bizsend(
        self,
        openid: str,
        template_id: str,
        values: Mapping[str, str],
        *,
        page: str = "",
        miniprogram: Mapping[str, str] | None = None,
    ) -> str: ...

    async def once_send(
        self, openid: str, template_id: str, content: str, *, scene: str, title: str, url: str = ""
    ) -> None: ...

    async def mass_send(
        self, openids: Sequence[str], content: str, *, client_msg_id: str
    ) -> MassJob: ...

    async def mass_get(self, msg_id: str) -> str: ...

    async def quota(self, cgi_path: str) -> Quota: ...
