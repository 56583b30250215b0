"""The tables, one file per aggregate."""

from storage.models.base import Account
from storage.models.bookings import Booking, BookingCell, Waiting
from storage.models.cars import Delivery, Incident, Vehicle, VehiclePerson, Visit
from storage.models.outside import (
    ApiKey,
    AuditEntry,
    ImportMapping,
    SceneCode,
    Webhook,
    WebhookDelivery,
)
from storage.models.people import Consent, Customer, FileChange, StaffTask, WeChatUser
from storage.models.stores import CalendarDay, Resource, Service, Staff, Store
from storage.models.talks import AccessToken, Inbox, Message, Talk

__all__ = [
    "AccessToken",
    "Account",
    "ApiKey",
    "AuditEntry",
    "Booking",
    "BookingCell",
    "CalendarDay",
    "Consent",
    "Customer",
    "Delivery",
    "FileChange",
    "ImportMapping",
    "Inbox",
    "Incident",
    "Message",
    "Resource",
    "SceneCode",
    "Service",
    "Staff",
    "StaffTask",
    "Store",
    "Talk",
    "Vehicle",
    "VehiclePerson",
    "Visit",
    "Waiting",
    "WeChatUser",
    "Webhook",
    "WebhookDelivery",
]
