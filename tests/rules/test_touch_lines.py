"""Under a pushed message: its answers, each one tap."""

from bot.rules.openings import match_opening
from bot.rules.touch.kinds import KINDS
from bot.rules.touch.lines import LINES, OFFER, lines
from handlers import all_conversations
from storage.queries.reminders import ABOUT_A_CAR, WORTH_SAYING_LATER


def test_every_line_is_a_conversation() -> None:
    ours = {conversation.name for conversation in all_conversations()}
    for words in LINES.values():
        assert ours.issuperset(words)
        for word in words:
            assert match_opening(word, sorted(ours)) is not None


def test_lines_are_where_they_are_understood() -> None:
    assert LINES.keys() <= KINDS.keys()
    for kind, words in LINES.items():
        assert ("改天再说" in words) == (kind in WORTH_SAYING_LATER)
        assert ("预约保养" in words) == (kind in ABOUT_A_CAR)
    assert lines("booking_reminder")[0] == ["确认到店", "确认到店", OFFER]
    assert lines("birthday") == []
