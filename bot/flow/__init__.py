"""The conversation engine: a conversation is one straight async function, run again each turn.

`await talk.ask("日期", …)` returns at once if that answer is already kept and still holds;
otherwise it sends the question and stops the turn. What is kept is one row: the answers by name,
the question now open and what was shown. There is no step number, so questions may be inserted,
removed and reordered while people are talking; and because every turn runs the function from its
start, it must only read. What a conversation changes, it changes in `settle`, once, in the
transaction that ends it.

What people do in any conversation (back, cancel, change an answer, skip, ask for a person, say
nothing) is in `repairs.py`, `corrections.py`, `manners.py` and `timers.py`, not in the
conversations. Which question a message answers, or corrects, is in `ear.py`.
"""

from datetime import timedelta

from bot.flow.answers import Option
from bot.flow.choices import Choice, choice
from bot.flow.conversation import Conversation, conversation
from bot.flow.particulars import free_text, phone, photo, plate, vin_tail, words
from bot.flow.talk import AskAgain, Pause, Talk
from bot.flow.when import day_of, time_of


def hours(count: float) -> timedelta:
    """`count` hours."""
    return timedelta(hours=count)


def days(count: float) -> timedelta:
    """`count` days."""
    return timedelta(days=count)


__all__ = [
    "AskAgain",
    "Choice",
    "Conversation",
    "Option",
    "Pause",
    "Talk",
    "choice",
    "conversation",
    "day_of",
    "days",
    "free_text",
    "hours",
    "phone",
    "photo",
    "plate",
    "time_of",
    "vin_tail",
    "words",
]
