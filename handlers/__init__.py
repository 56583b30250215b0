"""What the account can do: one file, one conversation. `all_conversations()` is the menu."""

from typing import Any

from bot.flow import Conversation
from handlers import (
    add_car,
    add_to_case,
    bind,
    book_service,
    cancel_booking,
    cancel_drive,
    car_sold,
    case_progress,
    change_rating,
    complain,
    follow,
    help_me,
    human,
    my_bookings,
    my_cars,
    not_yet,
    opt_out,
    rate_visit,
    reminders,
    reschedule,
    staff_binding,
    staff_cases,
    staff_pass_on,
    staff_solve,
    staff_tasks,
    store_info,
    take_offer,
    test_drive,
    update_mileage,
    why_away,
)
from handlers.ask_consent import asking_afterwards

MENU: list[dict[str, Any]] = [
    {
        "name": "预约",
        "sub_button": [
            {"type": "click", "name": "预约保养", "key": "BOOK_SERVICE"},
            {"type": "click", "name": "我的预约", "key": "MY_BOOKINGS"},
        ],
    },
    {"type": "click", "name": "我的爱车", "key": "MY_CARS"},
    {
        "name": "找我们",
        "sub_button": [
            {"type": "click", "name": "评价", "key": "RATE"},
            {"type": "click", "name": "投诉", "key": "COMPLAIN"},
            {"type": "click", "name": "人工", "key": "HUMAN"},
        ],
    },
]
"""The custom menu: names as customers read them, keys as the conversations know them."""


ASK_AFTER = (*bind.CONVERSATIONS, *book_service.CONVERSATIONS)
"""The first thing somebody does with us is one of these; consent is asked at its end."""


def all_conversations() -> list[Conversation]:
    """Every conversation of every file here."""
    modules = (
        follow, book_service, my_bookings, reschedule, cancel_booking, take_offer, bind, my_cars,
        update_mileage, add_car, car_sold, test_drive, cancel_drive, complain, case_progress, add_to_case, store_info,
        rate_visit, change_rating, why_away, reminders, opt_out, not_yet, help_me,
        human, staff_tasks, staff_cases, staff_pass_on, staff_solve, staff_binding,
    )  # fmt: skip  # in the order 帮助 lists them
    every = [one for module in modules for one in module.CONVERSATIONS]
    return [asking_afterwards(one) if one in ASK_AFTER else one for one in every]
