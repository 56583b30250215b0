"""Which days a customer may ask for at all."""

from datetime import date, timedelta

from bot.rules.calendar import StoreCalendar
from bot.rules.wording import say_day

HORIZON_DAYS = 60


def why_not(calendar: StoreCalendar, day: date, today: date) -> str:
    """Why the store takes no bookings on `day`; '' if it does (whether it is full is another matter)."""
    if day < today:
        return f"{say_day(day, today)}已经过去了。"
    if day > today + timedelta(days=HORIZON_DAYS):
        return f"目前可以预约{HORIZON_DAYS}天以内的日子。"
    if not calendar.hours(day):
        return f"{say_day(day, today)}门店休息。"
    return ""
