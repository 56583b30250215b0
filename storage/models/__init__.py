"""The tables, one file per aggregate."""

from storage.models.base import Account
from storage.models.bookings import Booking, BookingCell, Waiting
from storage.models.cars import Delivery, Incident, Vehicle, VehiclePerson, Visit
from storage.models.cases import (
    Case,
    CaseEvent,
    CaseLink,
    CaseRoute,
    Compensation,
    Evidence,
    Measure,
)
from storage.models.leads import CallRecord, Lead, LeadEvent, StaffWeChat
from storage.models.outside import (
    ApiKey,
    AuditEntry,
    ImportMapping,
    SceneCode,
    Webhook,
    WebhookDelivery,
)
from storage.models.people import Consent, Customer, FileChange, StaffTask, WeChatUser
from storage.models.sending import ApiBudget, JobRun, MassSend, Message, Receipt
from storage.models.stores import CalendarDay, Resource, Service, Staff, Store
from storage.models.surveys import Rating, RatingAnswer, Survey
from storage.models.talks import AccessToken, Inbox, Talk
from storage.models.touch import (
    Announcement,
    Grant,
    PlatformTemplate,
    TextOverride,
    Touchpoint,
    TouchRule,
)

__all__ = [
    "AccessToken",
    "Account",
    "Announcement",
    "ApiBudget",
    "ApiKey",
    "AuditEntry",
    "Booking",
    "BookingCell",
    "CalendarDay",
    "CallRecord",
    "Case",
    "CaseEvent",
    "CaseLink",
    "CaseRoute",
    "Compensation",
    "Consent",
    "Customer",
    "Delivery",
    "Evidence",
    "FileChange",
    "Grant",
    "ImportMapping",
    "Inbox",
    "Incident",
    "JobRun",
    "Lead",
    "LeadEvent",
    "MassSend",
    "Measure",
    "Message",
    "PlatformTemplate",
    "Rating",
    "RatingAnswer",
    "Receipt",
    "Resource",
    "SceneCode",
    "Service",
    "Staff",
    "StaffTask",
    "StaffWeChat",
    "Store",
    "Survey",
    "Talk",
    "TextOverride",
    "TouchRule",
    "Touchpoint",
    "Vehicle",
    "VehiclePerson",
    "Visit",
    "Waiting",
    "WeChatUser",
    "Webhook",
    "WebhookDelivery",
]
