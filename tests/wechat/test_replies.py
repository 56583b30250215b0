"""What people are answered: the same documents as wechatpy's, safe against what they hold."""

import json
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import xmltodict
from hypothesis import given
from hypothesis import strategies as st
from wechatpy.replies import ArticlesReply, BaseReply, TextReply, TransferCustomerServiceReply

from bot.wechat.messages import parse
from bot.wechat.replies import (
    Article,
    News,
    Reply,
    Silence,
    Text,
    Transfer,
    from_json,
    parts,
    render,
    tap,
    to_json,
)
from tests.wechat.samples import EVENTS, MESSAGES, event, message

SAID = parse(message("text", MESSAGES["text"]))
CLICKED = parse(event("CLICK", EVENTS["CLICK"][0]))
AT = 1795000002
CARD = Article("首保说明", "3 个月或 5000 公里", "https://x.example/p.jpg", "https://x.example/a")


def seen(body: bytes) -> dict[str, Any]:
    document: dict[str, Any] = xmltodict.parse(body)["xml"]
    return document


def theirs(reply: BaseReply) -> dict[str, Any]:
    reply.source, reply.target, reply.time = SAID.account, SAID.openid, AT
    return seen(reply.render().encode())


def _article(card: Article) -> dict[str, str]:
    return {
        "title": card.title,
        "description": card.description,
        "image": card.image,
        "url": card.url,
    }


@pytest.mark.parametrize(
    ("ours", "reply"),
    [
        (
            Text("已收到\n<a href='x'>看</a> & 好"),
            TextReply(content="已收到\n<a href='x'>看</a> & 好"),
        ),
        (News((CARD,)), ArticlesReply(articles=[_article(CARD)])),
        (Transfer(), TransferCustomerServiceReply()),
    ],
    ids=["text", "news", "transfer"],
)
def test_a_reply_reads_like_wechatpys(ours: Reply, reply: BaseReply) -> None:
    assert seen(render(ours, SAID, AT)) == theirs(reply)


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=99)
)
def test_any_text_reads_like_wechatpys(content: str) -> None:
    if "]]>" in content or not content.strip():
        return
    ours = seen(render(Text(content), SAID, AT))
    assert ours == theirs(TextReply(content=content))


def test_a_text_cannot_add_elements() -> None:
    content = "]]></Content><MsgType>news</MsgType><Content><![CDATA["
    assert seen(render(Text(content), SAID, AT))["Content"] == content


@given(st.text(max_size=200))
def test_any_text_can_be_rendered(content: str) -> None:
    body = render(Text(content), SAID, AT)
    assert body == b"success" or "Content" in seen(body)


def test_what_xml_cannot_carry_is_left_out() -> None:
    assert seen(render(Text("a\x00\x08\ud800b￾"), SAID, AT))["Content"] == "ab"


def test_silence_and_emptiness_are_success() -> None:
    for reply in (Silence(), Text(" \n"), News(())):
        assert render(reply, SAID, AT) == b"success"


def test_only_a_message_can_be_handed_to_a_person() -> None:
    body = seen(render(Transfer("agent1@dealer"), SAID, AT))
    assert body["TransInfo"]["KfAccount"] == "agent1@dealer"
    assert render(Transfer(), CLICKED, AT) == b"success"


def test_one_card_for_a_message_eight_for_an_event() -> None:
    cards = News((CARD,) * 10)
    assert seen(render(cards, SAID, AT))["ArticleCount"] == "1"
    answer = seen(render(cards, CLICKED, AT))
    assert answer["ArticleCount"] == "8"
    assert len(answer["Articles"]["item"]) == 8


@pytest.mark.parametrize(
    "reply", [Text("好"), News((CARD, CARD)), Transfer("a@b"), Transfer(), Silence()]
)
def test_a_reply_can_be_kept(reply: Reply) -> None:
    assert from_json(json.loads(json.dumps(to_json(reply)))) == reply


@pytest.mark.parametrize(
    "kept", [{}, {"type": "text"}, {"type": "news", "articles": [{}]}, {"type": "song"}]
)
def test_nonsense_was_not_kept_by_us(kept: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="not a kept"):
        from_json(kept)


def test_a_text_that_fits_stays_whole() -> None:
    assert parts("你好") == ["你好"]
    assert parts("x" * 600) == ["x" * 600]
    assert parts("车" * 600) == ["车" * 600]
    assert parts("") == parts(" \n ") == []


def test_a_long_text_is_cut_between_lines_then_between_sentences() -> None:
    assert parts("甲" * 500 + "\n" + "乙" * 300) == ["甲" * 500, "乙" * 300]
    assert parts("甲" * 500 + "。" + "乙" * 300) == ["甲" * 500 + "。", "乙" * 300]
    assert parts("甲" * 700) == ["甲" * 600, "甲" * 100]
    assert render(Text("甲" * 500 + "\n" + "乙" * 300), SAID, AT).count("乙".encode()) == 0


def test_a_link_is_never_cut() -> None:
    link = tap("周六上午十点", "周六上午十点。\n好", "17")
    for before in range(560, 640, 7):
        pieces = parts("甲" * before + link + "乙" * 100)
        assert sum(link in piece for piece in pieces) == 1
        assert all(piece.count("<a ") == piece.count("</a>") for piece in pieces)


def test_a_menu_of_links_is_one_message() -> None:
    menu = "\n".join(f"{n}. " + tap(f"11月2{n}日 周六", f"11月2{n}日", str(n)) for n in range(9))
    assert len(menu) > 600
    assert parts(menu) == [menu]


def test_a_link_that_fits_nowhere_keeps_its_words() -> None:
    assert parts(f'<a href="https://x.example/{"y" * 3000}">详情</a>请看') == ["详情请看"]


@given(
    st.lists(
        st.one_of(
            st.text(max_size=300),
            st.sampled_from(["。\n", "<a", "</a>", "<a>", "车" * 400, "👍" * 300]),
            st.builds(tap, st.text(max_size=20), st.text(max_size=200), st.text(max_size=5)),
        ),
        max_size=8,
    ).map("".join)
)
def test_every_part_fits_and_no_word_is_lost(content: str) -> None:
    pieces = parts(content)
    assert all(piece and len(piece.encode()) <= 2048 for piece in pieces)
    if "<a" not in content:
        assert all(len(piece) <= 600 for piece in pieces)
        kept = [c for c in "".join(pieces) if c.isalnum()]
        assert kept == [c for c in content if c.isalnum()]


def test_a_tap_says_its_words() -> None:
    line = tap("1. 张江店 <近>", "张江店&msgmenuid=9 100%", "b 1")
    address, _, shown = line.removeprefix('<a href="').removesuffix("</a>").partition('">')
    assert unescape(shown) == "1. 张江店 <近>"
    assert address.startswith("weixin://bizmsgmenu?msgmenucontent=")
    asked = parse_qs(urlsplit(address).query)
    assert asked == {"msgmenucontent": ["张江店&msgmenuid=9 100%"], "msgmenuid": ["b 1"]}
    assert '"' not in address
