"""What the account can do: one file, one conversation. `all_conversations()` is the menu."""

from bot.flow import Conversation
from handlers import (
    bind,
    book_service,
    cancel_booking,
    follow,
    help_me,
    human,
    my_bookings,
    my_cars,
    not_yet,
    reschedule,
    store_info,
    take_offer,
)

MENU = [
    {
        "name": "预约",
        "sub_button": [
            {"type": "click", "name": "预约保养", "key": "BOOK_SERVICE"},
            {"type": "click", "name": "我的预约", "key": "MY_BOOKINGS"},
        ],
    },
    {"type": "click", "name": "我的爱车", "key": "MY_CARS"},
    {"type": "click", "name": "人工", "key": "HUMAN"},
]
"""The custom menu: names as customers read them, keys as the conversations know them."""


def all_conversations() -> list[Conversation]:
    """Every conversation of every file here."""
    modules = (
        follow, book_service, my_bookings, reschedule, cancel_booking, take_offer, bind, my_cars,
        store_info, not_yet, help_me, human,
    )  # fmt: skip  # in the order 帮助 lists them
    return [one for module in modules for one in module.CONVERSATIONS]
