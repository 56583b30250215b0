"""Yes or no: only a whole message counts, and only these two answers are ever kept."""

import pytest

from bot.flow.agreeing import Agreement
from bot.flow.answers import Gone, Got, Option, Unclear
from bot.flow.heard import Heard
from tests.people import NOW, SHANGHAI

SURE = Agreement(Option("yes", "确认"), Option("no", "不用了"), ("日期", "时间"))
PLAIN = Agreement(Option("yes", "确认"), Option("no", "不用了"))


def read(text: str, reader: Agreement = SURE) -> object:
    return reader.read(Heard(text, NOW.astimezone(SHANGHAI)))


@pytest.mark.parametrize(
    "text",
    [
        "好",
        "好的好的",
        "嗯嗯嗯",
        "可以，谢谢",
        "没问题！",
        "就这样吧",
        "OK",
        "对对对",
        "约吧",
        "👍",
    ],
)
def test_yes(text: str) -> None:
    assert read(text) == Got("yes")


@pytest.mark.parametrize("text", ["不", "不用了谢谢", "算了吧", "no", "先不约了", "再想想"])
def test_no(text: str) -> None:
    assert read(text) == Got("no")


@pytest.mark.parametrize("text", ["不对", "不行", "不太好", "不是的"])
def test_wrong_asks_what_where_something_can_be_changed(text: str) -> None:
    found = read(text)
    assert isinstance(found, Unclear)
    assert [option.key for option in found.options] == ["改日期", "改时间", "no"]
    assert read(text, PLAIN) == Got("no") or text == "不太好"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "可以改成下午吗",
        "好像不太方便",
        "是不是太早了",
        "行不行",
        "可以吗",
        "谢谢",
        "了",
        "好贵",
        "对面",
    ],
)
def test_neither(text: str) -> None:
    assert read(text) is None


def test_what_was_said_before_the_summary_is_no_answer_to_it() -> None:
    assert SURE.find(Heard("好的，确认", NOW.astimezone(SHANGHAI))) is None


def test_nothing_else_is_ever_a_yes_or_a_no() -> None:
    assert SURE.value("yes")
    assert not SURE.value("no")
    with pytest.raises(Gone, match="想改什么"):
        SURE.value("改日期")
