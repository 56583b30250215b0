"""Cars, who uses them, and what happened to them."""

from tortoise import fields
from tortoise.indexes import Index

from storage.fields import UtcDatetimeField
from storage.models.base import Owned
from storage.models.people import Customer, Filed, WeChatUser
from storage.models.stores import Staff, Store
from storage.secrets import EncText


class Vehicle(Filed):
    """车辆档案: one car, one file. A draft made in chat may not know its VIN yet.

    `service_on`: when the next service is due by date or mileage, as last worked out.
    Found by keyed hashes: `vin_tail_hash` is of the last six signs, `plate_live_hash` is the
    plate's while the car is not sold and NULL after, so that a plate can move to a new car.
    """

    vin = EncText(null=True)
    vin_hash = fields.CharField(max_length=32, null=True)
    vin_tail_hash = fields.CharField(max_length=32, null=True)
    plate = EncText(null=True)
    plate_hash = fields.CharField(max_length=32, null=True)
    plate_live_hash = fields.CharField(max_length=32, null=True)
    brand = fields.CharField(max_length=32, default="", db_default="")
    model = fields.CharField(max_length=48, default="", db_default="")
    trim = fields.CharField(max_length=64, default="", db_default="")
    colour = fields.CharField(max_length=32, default="", db_default="")
    energy = fields.CharField(max_length=8, default="", db_default="")
    customer: fields.ForeignKeyNullableRelation[Customer] = fields.ForeignKeyField(
        "models.Customer", related_name="vehicles", null=True, on_delete=fields.SET_NULL
    )
    customer_id: int | None
    contact: fields.ForeignKeyNullableRelation[Customer] = fields.ForeignKeyField(
        "models.Customer", related_name="contact_for", null=True, on_delete=fields.SET_NULL
    )
    contact_id: int | None
    store: fields.ForeignKeyNullableRelation[Store] = fields.ForeignKeyField(
        "models.Store", related_name="vehicles", null=True, on_delete=fields.SET_NULL
    )
    store_id: int | None
    consultant: fields.ForeignKeyNullableRelation[Staff] = fields.ForeignKeyField(
        "models.Staff", related_name="sold_cars", null=True, on_delete=fields.SET_NULL
    )
    consultant_id: int | None
    advisor: fields.ForeignKeyNullableRelation[Staff] = fields.ForeignKeyField(
        "models.Staff", related_name="served_cars", null=True, on_delete=fields.SET_NULL
    )
    advisor_id: int | None
    produced_on = fields.DateField(null=True)
    delivered_on = fields.DateField(null=True)
    licensed_on = fields.DateField(null=True)
    insurer = fields.CharField(max_length=64, default="", db_default="")
    insurance_until = fields.DateField(null=True)
    inspection_due = fields.DateField(null=True)
    mileage = fields.IntField(null=True)
    mileage_on = fields.DateField(null=True)
    service_on = fields.DateField(null=True)
    sold = fields.BooleanField(default=False, db_default=False)
    sold_at = UtcDatetimeField(null=True)

    class Meta:
        table = "vehicle"
        table_description = "车辆档案"
        unique_together = (("account", "vin_hash"), ("account", "plate_live_hash"))
        indexes = (
            Index(fields=("account_id", "customer_id")),
            Index(fields=("account_id", "contact_id")),
            Index(fields=("account_id", "consultant_id")),
            Index(fields=("account_id", "service_on", "id")),
            Index(fields=("account_id", "delivered_on", "id")),
            Index(fields=("account_id", "insurance_until", "id")),
            Index(fields=("account_id", "inspection_due", "id")),
            Index(fields=("account_id", "advisor_id")),
            Index(fields=("account_id", "store_id", "id")),
            Index(fields=("account_id", "vin_tail_hash")),
            Index(fields=("account_id", "plate_hash")),
            Index(fields=("account_id", "entered_by")),
            Index(fields=("account_id", "stocktaken_at", "id")),
            Index(fields=("account_id", "changed_at", "id")),
        )


class VehiclePerson(Owned):
    """Who follows a car in WeChat: `role` owner, contact, driver or follower."""

    vehicle: fields.ForeignKeyRelation[Vehicle] = fields.ForeignKeyField(
        "models.Vehicle", related_name="people", on_delete=fields.CASCADE
    )
    vehicle_id: int
    wechat_user: fields.ForeignKeyRelation[WeChatUser] = fields.ForeignKeyField(
        "models.WeChatUser", related_name="cars", on_delete=fields.CASCADE
    )
    wechat_user_id: int
    role = fields.CharField(max_length=12)
    created_at = UtcDatetimeField()

    class Meta:
        table = "vehicle_person"
        table_description = "车辆关系人"
        unique_together = (("account", "vehicle", "wechat_user"),)
        indexes = (Index(fields=("account_id", "wechat_user_id")),)


class Visit(Owned):
    """维修工单: a stay in the workshop. It counts for the next service once it is settled."""

    ref = fields.CharField(max_length=64)
    vehicle: fields.ForeignKeyRelation[Vehicle] = fields.ForeignKeyField(
        "models.Vehicle", related_name="visits", on_delete=fields.CASCADE
    )
    vehicle_id: int
    store: fields.ForeignKeyNullableRelation[Store] = fields.ForeignKeyField(
        "models.Store", related_name="visits", null=True, on_delete=fields.SET_NULL
    )
    store_id: int | None
    customer: fields.ForeignKeyNullableRelation[Customer] = fields.ForeignKeyField(
        "models.Customer", related_name="visits", null=True, on_delete=fields.SET_NULL
    )
    customer_id: int | None
    opened_at = UtcDatetimeField(null=True)
    settled_at = UtcDatetimeField(null=True)
    mileage = fields.IntField(null=True)
    items = fields.JSONField[list[str]]()
    amount = fields.DecimalField(max_digits=10, decimal_places=2, null=True)
    note = EncText(default="", db_default="")
    rev = fields.IntField(default=0, db_default=0)
    changed_at = UtcDatetimeField(null=True)

    class Meta:
        table = "visit"
        table_description = "维修工单"
        unique_together = (("account", "ref"),)
        indexes = (
            Index(fields=("account_id", "vehicle_id", "settled_at")),
            Index(fields=("account_id", "settled_at", "id")),
            Index(fields=("account_id", "customer_id")),
            Index(fields=("account_id", "changed_at", "id")),
        )


class Delivery(Owned):
    """交车: a car handed over to its first owner, `customer` where known; once for each car."""

    vehicle: fields.ForeignKeyRelation[Vehicle] = fields.ForeignKeyField(
        "models.Vehicle", related_name="deliveries", on_delete=fields.CASCADE
    )
    vehicle_id: int
    customer: fields.ForeignKeyNullableRelation[Customer] = fields.ForeignKeyField(
        "models.Customer", related_name="deliveries", null=True, on_delete=fields.SET_NULL
    )
    customer_id: int | None
    delivered_at = UtcDatetimeField()
    consultant = fields.CharField(max_length=64, default="", db_default="")
    created_at = UtcDatetimeField()

    class Meta:
        table = "delivery"
        table_description = "交车"
        unique_together = (("account", "vehicle"),)
        indexes = (
            Index(fields=("account_id", "delivered_at", "id")),
            Index(fields=("account_id", "customer_id")),
        )


class Incident(Owned):
    """事故/故障. `ref` is the reporter's own key; `customer` owned the car when it was told."""

    ref = fields.CharField(max_length=64)
    vehicle: fields.ForeignKeyRelation[Vehicle] = fields.ForeignKeyField(
        "models.Vehicle", related_name="incidents", on_delete=fields.CASCADE
    )
    vehicle_id: int
    customer: fields.ForeignKeyNullableRelation[Customer] = fields.ForeignKeyField(
        "models.Customer", related_name="incidents", null=True, on_delete=fields.SET_NULL
    )
    customer_id: int | None
    kind = fields.CharField(max_length=24)
    happened_at = UtcDatetimeField()
    note = EncText(default="", db_default="")
    created_at = UtcDatetimeField()

    class Meta:
        table = "incident"
        table_description = "事故与故障"
        unique_together = (("account", "ref"),)
        indexes = (
            Index(fields=("account_id", "vehicle_id", "happened_at")),
            Index(fields=("account_id", "created_at", "id")),
            Index(fields=("account_id", "customer_id")),
        )
