"""What a photo, a voice note or a video is by its first bytes, whatever it says of itself.

Source: WeChat docs, temporary media: pictures up to 10 MB, voices 2 MB, videos 10 MB.
"""

from collections.abc import Mapping
from typing import Final

MEGABYTE: Final = 1024 * 1024
_MOST: Final[Mapping[str, int]] = {
    "image": 10 * MEGABYTE,
    "voice": 2 * MEGABYTE,
    "video": 10 * MEGABYTE,
    "shortvideo": 10 * MEGABYTE,
}
_STARTS: Final = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"#!AMR-WB\n", "audio/amr-wb"),
    (b"#!AMR\n", "audio/amr"),
    (b"#!SILK_V3", "audio/silk"),
    (b"\x02#!SILK_V3", "audio/silk"),
    (b"OggS", "audio/ogg"),
    (b"Speex   ", "audio/speex"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
)
_BRANDS: Final = {b"heic": "image/heic", b"heix": "image/heic", b"mif1": "image/heic"}
ENDINGS: Final[Mapping[str, str]] = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "image/bmp": "bmp",
    "image/webp": "webp",
    "image/heic": "heic",
    "audio/amr": "amr",
    "audio/amr-wb": "awb",
    "audio/silk": "silk",
    "audio/ogg": "ogg",
    "audio/speex": "spx",
    "audio/mpeg": "mp3",
    "video/mp4": "mp4",
}
"""How a file of each type is called when it leaves the house."""


def mime_of(content: bytes) -> str:
    """「image/jpeg」 by its first bytes; "" where it is nothing that customers send."""
    for start, mime in _STARTS:
        if content.startswith(start):
            return mime
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content[4:8] == b"ftyp":
        return _BRANDS.get(content[8:12], "video/mp4")
    return ""


def problem(kind: str, content: bytes) -> str:
    """Why it is not kept as a `kind` of message; "" where it may be."""
    if not content:
        return "文件是空的"
    if len(content) > _MOST[kind]:
        return f"文件超过{_MOST[kind] // MEGABYTE}MB"
    family = {"image": "image", "voice": "audio"}.get(kind, "video")
    return "" if mime_of(content).partition("/")[0] == family else "文件内容和类型不符"
