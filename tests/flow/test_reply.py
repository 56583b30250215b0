"""What one message holds: nothing of an answer is cut off on its way."""

import pytest

from bot.flow.reply import Answer, Line
from bot.wechat.replies import parts

LAST = Line("1. 没错，登记", "没错，登记", "1.1")


def texts(answer: Answer) -> list[str]:
    return [
        "\n".join(block if isinstance(block, str) else block.shown for block in one.blocks)
        for one in answer.split()
    ]


def test_what_one_message_holds_is_one_message() -> None:
    assert texts(Answer(["您好", LAST])) == ["您好\n1. 没错，登记"]


@pytest.mark.parametrize(
    "text",
    [
        "a" * 599,
        "a" * 5000,
        "空调不冷" * 140,
        "空调不冷" * 300,
        "😀" * 590,
        "\n".join(["又坏了"] * 400),
    ],
)
def test_whatever_is_said_arrives_whole(text: str) -> None:
    said = texts(Answer([text, LAST]))
    assert "".join(said).replace("\n", "") == f"{text}{LAST.shown}".replace("\n", "")
    assert all(parts(one) == [one] for one in said)


def test_a_text_is_cut_where_a_line_ends() -> None:
    line = "空调修了三次还是不制冷"
    first, *_ = texts(Answer(["\n".join([line] * 60)]))
    assert set(first.splitlines()) == {line}
