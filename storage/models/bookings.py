"""Bookings, the capacity they take, and the waiting list."""

from tortoise import fields
from tortoise.indexes import Index

from storage.fields import UtcDatetimeField
from storage.models.base import Owned
from storage.models.cars import Vehicle
from storage.models.people import Customer, WeChatUser
from storage.models.stores import Resource, Service, Store
from storage.secrets import EncText


class Booking(Owned):
    """预约. Its number on screen is A and the id.

    `state`: held (chosen in a talk, until `held_until`) → booked (confirmed by the customer)
    → arrived → done (by staff or the DMS); booked → cancelled | no_show. A hold that is not
    confirmed is deleted. `source` is unique: one talk, or one waiting-list offer, makes one booking.
    """

    store: fields.ForeignKeyRelation[Store] = fields.ForeignKeyField(
        "models.Store", related_name="bookings", on_delete=fields.RESTRICT
    )
    store_id: int
    service: fields.ForeignKeyRelation[Service] = fields.ForeignKeyField(
        "models.Service", related_name="bookings", on_delete=fields.RESTRICT
    )
    service_id: int
    wechat_user: fields.ForeignKeyNullableRelation[WeChatUser] = fields.ForeignKeyField(
        "models.WeChatUser", related_name="bookings", null=True, on_delete=fields.SET_NULL
    )
    wechat_user_id: int | None
    customer: fields.ForeignKeyNullableRelation[Customer] = fields.ForeignKeyField(
        "models.Customer", related_name="bookings", null=True, on_delete=fields.SET_NULL
    )
    customer_id: int | None
    vehicle: fields.ForeignKeyNullableRelation[Vehicle] = fields.ForeignKeyField(
        "models.Vehicle", related_name="bookings", null=True, on_delete=fields.SET_NULL
    )
    vehicle_id: int | None
    starts_at = UtcDatetimeField()
    ends_at = UtcDatetimeField()
    state = fields.CharField(max_length=12)
    held_until = UtcDatetimeField(null=True)
    source = fields.CharField(max_length=48, null=True)
    phone = EncText(default="", db_default="")
    plate = EncText(default="", db_default="")
    plate_hash = fields.CharField(max_length=32, null=True)
    note = EncText(default="", db_default="")
    rev = fields.IntField(default=0, db_default=0)
    created_at = UtcDatetimeField()
    changed_at = UtcDatetimeField()

    class Meta:
        table = "booking"
        table_description = "预约"
        unique_together = (("account", "source"),)
        indexes = (
            Index(fields=("account_id", "store_id", "starts_at")),
            Index(fields=("account_id", "wechat_user_id", "starts_at")),
            Index(fields=("account_id", "customer_id", "starts_at")),
            Index(fields=("account_id", "vehicle_id", "starts_at")),
            Index(fields=("account_id", "state", "held_until")),
        )


class BookingCell(Owned):
    """A quarter of an hour of one bay or technician. Unique: this is what forbids overbooking."""

    resource: fields.ForeignKeyRelation[Resource] = fields.ForeignKeyField(
        "models.Resource", related_name="cells", on_delete=fields.RESTRICT
    )
    resource_id: int
    starts_at = UtcDatetimeField()
    booking: fields.ForeignKeyRelation[Booking] = fields.ForeignKeyField(
        "models.Booking", related_name="cells", on_delete=fields.CASCADE
    )
    booking_id: int

    class Meta:
        table = "booking_cell"
        table_description = "预约占用"
        unique_together = (("account", "resource", "starts_at"),)
        indexes = (Index(fields=("booking_id",)),)


class Waiting(Owned):
    """候补: waiting → offered (a slot is held until `offer_until`) → booked | expired | left."""

    store: fields.ForeignKeyRelation[Store] = fields.ForeignKeyField(
        "models.Store", related_name="waiting", on_delete=fields.RESTRICT
    )
    store_id: int
    service: fields.ForeignKeyRelation[Service] = fields.ForeignKeyField(
        "models.Service", related_name="waiting", on_delete=fields.RESTRICT
    )
    service_id: int
    wechat_user: fields.ForeignKeyRelation[WeChatUser] = fields.ForeignKeyField(
        "models.WeChatUser", related_name="waiting", on_delete=fields.CASCADE
    )
    wechat_user_id: int
    vehicle: fields.ForeignKeyNullableRelation[Vehicle] = fields.ForeignKeyField(
        "models.Vehicle", related_name="waiting", null=True, on_delete=fields.SET_NULL
    )
    vehicle_id: int | None
    day = fields.DateField()
    phone = EncText(default="", db_default="")
    plate = EncText(default="", db_default="")
    state = fields.CharField(max_length=12, default="waiting", db_default="waiting")
    booking: fields.ForeignKeyNullableRelation[Booking] = fields.ForeignKeyField(
        "models.Booking", related_name=False, null=True, on_delete=fields.SET_NULL
    )
    booking_id: int | None
    offer_until = UtcDatetimeField(null=True)
    created_at = UtcDatetimeField()

    class Meta:
        table = "waiting"
        table_description = "候补"
        unique_together = (("account", "wechat_user", "store", "service", "day"),)
        indexes = (
            Index(fields=("account_id", "store_id", "day", "state", "id")),
            Index(fields=("account_id", "state", "offer_until")),
            Index(fields=("booking_id",)),
        )
