"""What the platform makes of the body a callback is answered with."""

from bot.sandbox.account import Account
from bot.sandbox.chat import Article, Seen, lines_of, parts_of, plain
from bot.sandbox.wire import BadEnvelope, Node, parse_xml, sign

TEXT_BYTES = 2048
_MEDIA = {"image": "Image", "voice": "Voice", "video": "Video"}


def judge(body: bytes, account: Account, openid: str, *, to_message: bool) -> Seen:
    """Read an answer with HTTP 200 as the platform does (WeChat docs: passive reply).

    `to_message`: the trigger was a message, not an event: one article only, and a hand-over to
    a person is possible.
    """
    if body.strip() in (b"", b"success"):
        return Seen("nothing", raw=body.decode())
    raw = body
    try:
        raw = _opened(body, account)
        return _read(parse_xml(raw), raw, account, openid, to_message)
    except (BadEnvelope, ValueError) as wrong:
        return Seen("unavailable", reason=str(wrong), raw=raw.decode(errors="replace"))


def _opened(body: bytes, account: Account) -> bytes:
    """The clear reply. Raises BadEnvelope where the mode asks for encryption and there is none."""
    if body.lstrip().startswith((b"{", b"[")):
        raise BadEnvelope("返回了 JSON，应为 XML")
    root = parse_xml(body)
    sealed = root.get("Encrypt")
    if not sealed:
        if account.mode == "safe":
            raise BadEnvelope("安全模式下回复没有加密")
        return body
    if account.mode == "plain":
        raise BadEnvelope("明文模式下回复却加了密")
    wanted = sign(account.token, root.get("TimeStamp"), root.get("Nonce"), sealed)
    if root.get("MsgSignature") != wanted:
        raise BadEnvelope("回复的 MsgSignature 不正确")
    return account.cipher.open(sealed)


def _read(root: Node, raw: bytes, account: Account, openid: str, to_message: bool) -> Seen:
    if root.get("ToUserName") != openid or root.get("FromUserName") != account.original_id:
        raise BadEnvelope("ToUserName 或 FromUserName 不正确")
    if not root.get("CreateTime").isdigit():
        raise BadEnvelope("缺少 CreateTime")
    kind = root.get("MsgType")
    seen = Seen("reply", msg_type=kind, raw=raw.decode(errors="replace"))
    if kind == "text":
        _read_text(root, seen)
    elif kind in _MEDIA:
        seen.media_id = root.get(_MEDIA[kind], "MediaId")
        if not seen.media_id:
            raise BadEnvelope("缺少 MediaId")
    elif kind == "news":
        _read_news(root, seen, 1 if to_message else 8)
    elif kind == "music":
        seen.text = root.get("Music", "Title") or "音乐"
    elif kind == "transfer_customer_service":
        seen.kind = "nothing"
        seen.transfer = to_message
        seen.agent = root.get("TransInfo", "KfAccount")
    else:
        raise BadEnvelope(f"未知的 MsgType：{kind}")
    return seen


def _read_text(root: Node, seen: Seen) -> None:
    node = root.child("Content")
    content = node.text if node else ""
    if not content.strip():
        raise BadEnvelope("文本为空")
    if len(content.encode()) > TEXT_BYTES:
        raise BadEnvelope(f"文本超过 {TEXT_BYTES} 字节")
    seen.parts = parts_of(content)
    seen.text = plain(seen.parts)
    seen.lines = lines_of(seen.parts)


def _read_news(root: Node, seen: Seen, most: int) -> None:
    articles = root.child("Articles")
    items = [one for one in articles.children if one.name == "item"] if articles else []
    stated = int(root.get("ArticleCount") or 0)
    if not items or not stated:
        raise BadEnvelope("图文消息没有文章")
    for item in items[: min(most, stated)]:
        seen.articles.append(
            Article(item.get("Title"), item.get("Description"), item.get("PicUrl"), item.get("Url"))
        )
    seen.text = seen.articles[0].title
