"""What a file is, by its first bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.media_types import ENDINGS, MEGABYTE, mime_of, problem

KNOWN = [
    (b"\xff\xd8\xff\xe0 picture", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n picture", "image/png"),
    (b"GIF89a picture", "image/gif"),
    (b"BM picture", "image/bmp"),
    (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
    (b"\0\0\0\x18ftypheic", "image/heic"),
    (b"#!AMR\n voice", "audio/amr"),
    (b"#!AMR-WB\n voice", "audio/amr-wb"),
    (b"\x02#!SILK_V3", "audio/silk"),
    (b"ID3 song", "audio/mpeg"),
    (b"\0\0\0\x18ftypmp42", "video/mp4"),
    (b"<html>", ""),
    (b"MZ\x90", ""),
    (b"PK\x03\x04", ""),
    (b"", ""),
]


@pytest.mark.parametrize(("content", "mime"), KNOWN)
def test_the_content_says_what_it_is(content: bytes, mime: str) -> None:
    assert mime_of(content) == mime
    assert not mime or mime in ENDINGS


@pytest.mark.parametrize(
    ("kind", "content", "why"),
    [
        ("image", b"\xff\xd8\xff", ""),
        ("voice", b"#!AMR\n", ""),
        ("video", b"\0\0\0\x18ftypmp42", ""),
        ("shortvideo", b"\0\0\0\x18ftypmp42", ""),
        ("image", b"#!AMR\n", "文件内容和类型不符"),
        ("voice", b"\xff\xd8\xff", "文件内容和类型不符"),
        ("image", b'<svg onload="x">', "文件内容和类型不符"),
        ("image", b"", "文件是空的"),
        ("voice", b"#!AMR\n" + b"\0" * (2 * MEGABYTE), "文件超过2MB"),
    ],
)
def test_what_is_kept(kind: str, content: bytes, why: str) -> None:
    assert problem(kind, content) == why


@given(st.sampled_from(["image", "voice", "video", "shortvideo"]), st.binary(max_size=64))
def test_any_bytes_get_an_answer(kind: str, content: bytes) -> None:
    assert isinstance(problem(kind, content), str)
    assert problem(kind, content) or mime_of(content)
