"""The four seconds: an answer is the reply, or follows, and never both nor neither."""

from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.app.desk import CLOSED, DeskTurn, incoming_of
from bot.flow.conversation import Conversations
from bot.flow.engine import Engine
from bot.wechat.messages import Inbound
from bot.wechat.replies import Silence, Text
from handlers import all_conversations
from storage.queries.talks import Talks

MESSAGE = Inbound(
    "gh_1",
    "oWang",
    "text",
    "",
    "",
    "帮助",
    "7.2",
    "24812345678901234",
    1795000000,
    {"Content": "帮助"},
)


class Mouth:
    """Stands for the client: remembers what was said."""

    def __init__(self) -> None:
        self.said: list[tuple[str, str]] = []

    async def speak(self, openid: str, text: str) -> None:
        self.said.append((openid, text))


def turn() -> DeskTurn:
    engine: Engine = object.__new__(Engine)  # not run here: only who decides what, and when
    return DeskTurn(engine, 1, MESSAGE, Mouth().speak)


def test_too_late_before_it_is_written_means_a_message_of_its_own() -> None:
    one = turn()
    assert one.hand_over()
    assert one._seal()
    assert one.hand_over()


def test_being_written_it_is_waited_for_once_and_then_follows() -> None:
    one = turn()
    assert not one._seal()
    assert not one.hand_over()
    assert one.hand_over()


def test_a_message_becomes_what_the_engine_needs() -> None:
    incoming = incoming_of(MESSAGE)
    assert (incoming.openid, incoming.text, incoming.tag) == ("oWang", "帮助", "7.2")
    assert incoming.key == "m:24812345678901234"
    assert (incoming.menu, incoming.scene) == ("", "")


def test_a_click_is_a_menu_key_and_a_scan_is_a_scene() -> None:
    click = Inbound("gh_1", "oWang", "event", "click", "BOOK_SERVICE", "", "", "", 1, {})
    scan = Inbound("gh_1", "oWang", "event", "scan", "store_main", "", "", "", 1, {})
    assert incoming_of(click).menu == "BOOK_SERVICE"
    assert incoming_of(click).scene == ""
    assert incoming_of(scan).scene == "store_main"


async def test_without_a_database_nobody_meets_silence() -> None:
    """Nothing is open here: neither the answer nor the excuse of the engine can be kept."""
    engine = Engine(Talks(), Conversations(all_conversations()), ZoneInfo("Asia/Shanghai"))
    mouth = Mouth()
    assert await DeskTurn(engine, 1, MESSAGE, mouth.speak).run() == Text(CLOSED)
    late = DeskTurn(engine, 1, MESSAGE, mouth.speak)
    assert late.hand_over()
    await late.run()
    assert mouth.said == [("oWang", CLOSED)]
    left = replace(MESSAGE, kind="event", event="unsubscribe")
    assert await DeskTurn(engine, 1, left, mouth.speak).run() == Silence()
