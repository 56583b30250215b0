"""What a callback says, kind by kind; and wechatpy, fed the same bytes, sees the same."""

import pytest
import xmltodict
from hypothesis import given
from hypothesis import strategies as st
from wechatpy import parse_message
from wechatpy.messages import UnknownMessage

from bot.wechat.messages import Inbound, parse
from bot.wechat.xml import cdata, read
from tests.wechat.samples import EVENTS, MESSAGES, event, message


@pytest.mark.parametrize("kind", MESSAGES)
def test_a_message(kind: str) -> None:
    inbound = parse(message(kind, MESSAGES[kind]))
    assert (inbound.account, inbound.openid) == ("gh_dealer000001", "oUser000001")
    assert (inbound.kind, inbound.event, inbound.key) == (kind, "", "")
    assert (inbound.created, inbound.msg_id) == (1795000000, "24812345678901234")
    assert inbound.dedupe_key == "m:24812345678901234"
    assert inbound.scene == ""


@pytest.mark.parametrize("name", EVENTS)
def test_an_event(name: str) -> None:
    rest, key, msg_id = EVENTS[name]
    inbound = parse(event(name, rest))
    assert (inbound.kind, inbound.event) == ("event", name.lower())
    assert (inbound.key, inbound.msg_id) == (key, msg_id)
    assert inbound.dedupe_key.startswith(f"e:oUser000001:1795000000:{name}:{key}")


@pytest.mark.parametrize(
    "xml",
    [message(kind, rest) for kind, rest in MESSAGES.items()]
    + [event(name, row[0]) for name, row in EVENTS.items()],
)
def test_wechatpy_makes_the_same_object_of_it(xml: bytes) -> None:
    theirs, ours = parse_message(xml), parse(xml).source
    assert type(ours) is type(theirs)
    assert ours._data == theirs._data


def test_what_a_customer_typed() -> None:
    inbound = parse(message("text", "<Content><![CDATA[  1. 满意\n ]]></Content>"))
    assert (inbound.content, inbound.menu_id) == ("1. 满意", "")
    assert parse(message("text", MESSAGES["text"])).menu_id == "101"
    assert parse(message("text", "<Content></Content>")).content == ""


def test_how_somebody_came() -> None:
    assert parse(event("subscribe", EVENTS["subscribe"][0])).scene == "store_3"
    assert parse(event("subscribe", "<EventKey></EventKey>")).scene == ""
    assert parse(event("subscribe")).scene == ""
    assert parse(event("SCAN", EVENTS["SCAN"][0])).scene == "store_3"
    assert parse(event("CLICK", EVENTS["CLICK"][0])).scene == ""


def test_an_unknown_kind_is_wechatpys_unknown_message() -> None:
    assert isinstance(parse(message("hologram", "")).source, UnknownMessage)
    assert isinstance(parse(event("something_new")).source, UnknownMessage)


def test_places_and_parts_can_be_read_from_the_data() -> None:
    place = parse(event("location_select", EVENTS["location_select"][0]))
    assert place.data["SendLocationInfo"]["Label"] == "广州"
    assert place.source.location == ("23", "113")
    asked = parse(event("subscribe_msg_popup_event", EVENTS["subscribe_msg_popup_event"][0]))
    rows = asked.data["SubscribeMsgPopupEvent"]["List"]
    assert [row["TemplateId"] for row in rows] == ["VRR0", "VRR1"]


def _receipt(name: str, rest: str) -> Inbound:
    return parse(event(name, rest))


def test_two_receipts_in_one_second_differ() -> None:
    name = "TEMPLATESENDJOBFINISH"
    first, second = (_receipt(name, f"<MsgID>{number}</MsgID>").dedupe_key for number in (1, 2))
    assert first != second
    rest = EVENTS["subscribe_msg_sent_event"][0]
    one = _receipt("subscribe_msg_sent_event", rest).dedupe_key
    other = _receipt("subscribe_msg_sent_event", rest.replace("304", "305")).dedupe_key
    assert one != other


def test_two_events_in_one_second_differ_by_name_and_key() -> None:
    keys = {
        parse(event(name, f"<EventKey>{key}</EventKey>")).dedupe_key
        for name in ("CLICK", "VIEW")
        for key in ("A", "B")
    }
    assert len(keys) == 4


def test_a_long_key_is_digested() -> None:
    first, second = (
        parse(event("VIEW", f"<EventKey>{'x' * 900}{number}</EventKey>")).dedupe_key
        for number in (1, 2)
    )
    assert len(first) <= 200
    assert first.startswith("e:")
    assert first != second


def test_a_message_without_an_id_still_has_a_key() -> None:
    xml = message("text", "<Content>a</Content>").replace(b"24812345678901234", b"")
    assert parse(xml).dedupe_key == "e:oUser000001:1795000000:text:a"


NAMES = st.sampled_from(["ToUserName", "Content", "List", "item", "名", "a"])
LEAVES = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=20)
TREES = st.recursive(
    LEAVES.map(cdata),
    lambda inner: st.lists(st.tuples(NAMES, inner), min_size=1, max_size=4).map(
        lambda rows: "".join(f"<{name}>{value}</{name}>" for name, value in rows)
    ),
    max_leaves=12,
)


@given(st.lists(st.tuples(NAMES, TREES), min_size=1, max_size=6))
def test_our_reader_sees_what_xmltodict_sees(rows: list[tuple[str, str]]) -> None:
    inner = "".join(f"<{name}>{value}</{name}>" for name, value in rows)
    xml = f"<xml>{inner}</xml>".encode()
    assert read(xml) == xmltodict.parse(xml)["xml"]
