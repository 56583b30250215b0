"""The tables, one file per aggregate."""

from storage.models.base import Account
from storage.models.bookings import Booking, BookingCell, Waiting
from storage.models.cars import Vehicle, Visit
from storage.models.people import Customer, StaffTask, WeChatUser
from storage.models.stores import CalendarDay, Resource, Service, Staff, Store
from storage.models.talks import AccessToken, Inbox, Message, Talk

__all__ = [
    "AccessToken",
    "Account",
    "Booking",
    "BookingCell",
    "CalendarDay",
    "Customer",
    "Inbox",
    "Message",
    "Resource",
    "Service",
    "Staff",
    "StaffTask",
    "Store",
    "Talk",
    "Vehicle",
    "Visit",
    "Waiting",
    "WeChatUser",
]
