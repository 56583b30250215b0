"""Calls to the platform, each one thin. WeChat docs: the API chapters of the same names.

Where wechatpy's API classes still fit they build the request; the transport, the token and the
errors are ours. Every call raises WeChatError (refused) or WeChatUnclear (nobody knows).
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import aiohttp
from wechatpy.client import api as wechatpy

from bot.wechat.calls import Calls, shaped
from bot.wechat.results import (
    CallbackCheck,
    Followers,
    MassJob,
    Media,
    QrCode,
    Quota,
    Template,
    UserInfo,
)
from bot.wechat.token import Tokens
from bot.wechat.transport import Transport

_NO_MENU = 46003
_SENT_BEFORE = 45065

MediaKind = Literal["image", "voice", "video", "thumb"]


class Client:
    """The platform's API at `base_url`, its own or an emulator's; `timeout` is seconds per call."""

    def __init__(
        self, session: aiohttp.ClientSession, tokens: Tokens, base_url: str, timeout: float = 5
    ) -> None:
        self._tokens = tokens
        self._transport = Transport(session, base_url, timeout)
        self._calls = calls = Calls(self._transport, tokens)
        self._message = wechatpy.WeChatMessage(calls)
        self._menu = wechatpy.WeChatMenu(calls)
        self._qrcode = wechatpy.WeChatQRCode(calls)
        self._user = wechatpy.WeChatUser(calls)
        self._template = wechatpy.WeChatTemplate(calls)
        self._misc = wechatpy.WeChatMisc(calls)

    async def keep_token(self) -> None:
        """Renew the token some minutes before it ends, so that no send has to wait for a new one."""
        await self._tokens.get()

    async def send_text(self, openid: str, content: str, *, kf_account: str = "") -> None:
        """A customer-service message: inside the person's window only (45015, 45047)."""
        await self._message.send_text(openid, content, account=kf_account)

    async def send_image(self, openid: str, media_id: str, *, kf_account: str = "") -> None:
        """A customer-service picture, uploaded before."""
        await self._message.send_image(openid, media_id, account=kf_account)

    async def send_menu(
        self, openid: str, head: str, choices: Sequence[tuple[str, str]], tail: str = ""
    ) -> None:
        """A customer-service question; `choices` are (id, words), the id comes back as menu_id."""
        rows = [{"id": number, "content": words} for number, words in choices]
        menu = {"head_content": head, "list": rows, "tail_content": tail}
        await self._message.send_msg_menu(openid, menu)

    async def typing(self, openid: str, *, on: bool = True) -> None:
        """Shows or hides 对方正在输入; only within 30 s of the person's last action (45080)."""
        command = "Typing" if on else "CancelTyping"
        path = "/cgi-bin/message/custom/typing"
        await self._calls.json("POST", path, data={"touser": openid, "command": command})

    async def menu_create(self, menu: Mapping[str, Any]) -> None:
        """Replaces the custom menu; people see it within 24 h."""
        await self._menu.create(menu)

    async def menu_get(self) -> Mapping[str, Any] | None:
        """The custom menu in force, as `{"button": […]}`, or None."""
        path = "/cgi-bin/menu/get"
        payload = await self._calls.json("GET", path, taken={_NO_MENU})
        if payload.get("errcode"):
            return None
        menu: Mapping[str, Any] = shaped(lambda answer: answer["menu"], payload, path)
        return menu

    async def menu_delete(self) -> None:
        """Takes the custom menu away."""
        await self._menu.delete()

    async def qrcode_create(self, scene: str, *, seconds: int | None = None) -> QrCode:
        """A scene code (1 to 64 characters): permanent, or for `seconds`, up to 30 days."""
        asked: dict[str, Any] = {
            "action_name": "QR_STR_SCENE" if seconds else "QR_LIMIT_STR_SCENE",
            "action_info": {"scene": {"scene_str": scene}},
        }
        if seconds:
            asked["expire_seconds"] = seconds
        return shaped(QrCode.of, await self._qrcode.create(asked), "/cgi-bin/qrcode/create")

    async def user_info(self, openid: str) -> UserInfo:
        """Whether and how a person follows."""
        return shaped(UserInfo.of, await self._user.get(openid), "/cgi-bin/user/info")

    async def user_get(self, after: str = "") -> Followers:
        """Up to 10,000 followers from `after` on."""
        return shaped(Followers.of, await self._user.get_followers(after), "/cgi-bin/user/get")

    async def media_upload(self, kind: MediaKind, name: str, content: bytes) -> str:
        """The media id of `content`, good for three days."""
        path = "/cgi-bin/media/upload"

        def form() -> aiohttp.FormData:
            made = aiohttp.FormData()
            made.add_field("media", content, filename=name)
            return made

        payload = await self._calls.upload(path, {"type": kind}, form)
        return shaped(
            lambda answer: str(answer.get("media_id") or answer["thumb_media_id"]), payload, path
        )

    async def media_get(self, media_id: str) -> Media:
        """What a person sent: pictures and voices as bytes, a video as an address."""
        path = "/cgi-bin/media/get"
        kind, content, payload = await self._calls.download(path, {"media_id": media_id})
        if not payload:
            return Media(kind, content)
        return Media("", b"", shaped(lambda answer: str(answer["video_url"]), payload, path))

    async def video(self, address: str) -> Media:
        """The video that `media_get` gave the address of; no token goes along."""
        kind, content = await self._transport.fetch(address)
        return Media(kind, content)

    async def template_send(
        self,
        openid: str,
        template_id: str,
        values: Mapping[str, str],
        *,
        client_msg_id: str,
        url: str = "",
        miniprogram: Mapping[str, str] | None = None,
    ) -> str:
        """The message id that TEMPLATESENDJOBFINISH will name.

        The same person and `client_msg_id` (32 bytes at most) are delivered once in 10 minutes: an
        unclear call may be repeated.
        """
        asked: dict[str, Any] = {
            "touser": openid,
            "template_id": template_id,
            "client_msg_id": client_msg_id,
            "data": {key: {"value": value} for key, value in values.items()},
        }
        if url:
            asked["url"] = url
        if miniprogram:
            asked["miniprogram"] = dict(miniprogram)
        path = "/cgi-bin/message/template/send"
        payload = await self._calls.json("POST", path, data=asked)
        return shaped(lambda answer: str(answer["msgid"]), payload, path)

    async def templates(self) -> tuple[Template, ...]:
        """The templates that the account has chosen, with their keys."""
        payload = await self._template.get_all_private_template()
        path = "/cgi-bin/template/get_all_private_template"
        return shaped(
            lambda answer: tuple(Template.of(row) for row in answer["template_list"]), payload, path
        )

    async def mass_send(
        self, openids: Sequence[str], content: str, *, client_msg_id: str
    ) -> MassJob:
        """One text for 2 to 10,000 people, four a month for each. Accepted, not yet sent.

        The same `client_msg_id` within 24 h is one job: an unclear call may be repeated.
        """
        path = "/cgi-bin/message/mass/send"
        asked = {
            "touser": list(openids),
            "msgtype": "text",
            "text": {"content": content},
            "clientmsgid": client_msg_id,
        }
        payload = await self._calls.json("POST", path, data=asked, taken={_SENT_BEFORE})
        if payload.get("errcode"):
            return MassJob(str(payload.get("msg_id") or ""), repeated=True)
        return shaped(lambda answer: MassJob(str(answer["msg_id"]), repeated=False), payload, path)

    async def mass_get(self, msg_id: str) -> str:
        """How a mass send stands: SEND_SUCCESS, SENDING, SEND_FAIL or DELETE; no counts."""
        path = "/cgi-bin/message/mass/get"
        payload = await self._calls.json("POST", path, data={"msg_id": msg_id})
        return shaped(lambda answer: str(answer["msg_status"]), payload, path)

    async def bizsend(
        self,
        openid: str,
        template_id: str,
        values: Mapping[str, str],
        *,
        page: str = "",
        miniprogram: Mapping[str, str] | None = None,
    ) -> str:
        """Spends one leave to send (订阅通知); the id that subscribe_msg_sent_event names, if any.

        Nothing tells a repeat from a second message: an unclear call is not repeated.
        """
        data = {key: {"value": value} for key, value in values.items()}
        asked: dict[str, Any] = {"touser": openid, "template_id": template_id, "data": data}
        if page:
            asked["page"] = page
        if miniprogram:
            asked["miniprogram"] = dict(miniprogram)
        path = "/cgi-bin/message/subscribe/bizsend"
        payload = await self._calls.json("POST", path, data=asked)
        return str(payload.get("msgid") or "")

    async def once_send(
        self, openid: str, template_id: str, content: str, *, scene: str, title: str, url: str = ""
    ) -> None:
        """Spends the leave given by a link for `scene` (一次性订阅消息); `title`: 15 characters."""
        asked: dict[str, Any] = {
            "touser": openid,
            "template_id": template_id,
            "scene": scene,
            "title": title,
            "data": {"content": {"value": content}},
        }
        if url:
            asked["url"] = url
        await self._calls.json("POST", "/cgi-bin/message/template/subscribe", data=asked)

    async def quota(self, cgi_path: str) -> Quota:
        """Calls of one API left today; `cgi_path` such as /cgi-bin/message/custom/send."""
        path = "/cgi-bin/openapi/quota/get"
        payload = await self._calls.json("POST", path, data={"cgi_path": cgi_path})
        return shaped(Quota.of, payload, path)

    async def callback_check(
        self, action: Literal["dns", "ping", "all"] = "all", operator: str = "DEFAULT"
    ) -> CallbackCheck:
        """How the platform resolves and reaches our callback address."""
        path = "/cgi-bin/callback/check"
        asked = {"action": action, "check_operator": operator}
        return shaped(CallbackCheck.of, await self._calls.json("POST", path, data=asked), path)

    async def callback_ips(self) -> tuple[str, ...]:
        """The addresses that callbacks come from; some are networks (CIDR)."""
        return tuple(str(address) for address in await self._misc.get_wechat_ips())
