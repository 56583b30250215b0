"""Cars and their workshop history."""

from tortoise import fields
from tortoise.indexes import Index

from storage.fields import UtcDatetimeField
from storage.models.base import Owned
from storage.models.people import Customer
from storage.models.stores import Store


class Vehicle(Owned):
    """车辆档案: one car, one file. A draft made in chat may not know its VIN yet."""

    vin = fields.CharField(max_length=17, null=True)
    plate = fields.CharField(max_length=10, null=True)
    brand = fields.CharField(max_length=32, default="", db_default="")
    model = fields.CharField(max_length=48, default="", db_default="")
    energy = fields.CharField(max_length=8, default="", db_default="")
    customer: fields.ForeignKeyNullableRelation[Customer] = fields.ForeignKeyField(
        "models.Customer", related_name="vehicles", null=True, on_delete=fields.SET_NULL
    )
    customer_id: int | None
    store: fields.ForeignKeyNullableRelation[Store] = fields.ForeignKeyField(
        "models.Store", related_name="vehicles", null=True, on_delete=fields.SET_NULL
    )
    store_id: int | None
    delivered_on = fields.DateField(null=True)
    mileage = fields.IntField(null=True)
    mileage_on = fields.DateField(null=True)
    state = fields.CharField(max_length=16, default="draft", db_default="draft")
    sold = fields.BooleanField(default=False, db_default=False)
    created_at = UtcDatetimeField()

    class Meta:
        table = "vehicle"
        table_description = "车辆档案"
        unique_together = (("account", "vin"), ("account", "plate"))
        indexes = (Index(fields=("account_id", "customer_id")),)


class Visit(Owned):
    """One settled stay in the workshop."""

    ref = fields.CharField(max_length=64)
    vehicle: fields.ForeignKeyRelation[Vehicle] = fields.ForeignKeyField(
        "models.Vehicle", related_name="visits", on_delete=fields.CASCADE
    )
    vehicle_id: int
    store: fields.ForeignKeyNullableRelation[Store] = fields.ForeignKeyField(
        "models.Store", related_name="visits", null=True, on_delete=fields.SET_NULL
    )
    store_id: int | None
    settled_at = UtcDatetimeField()
    mileage = fields.IntField(null=True)
    items = fields.JSONField[list[str]]()
    amount = fields.DecimalField(max_digits=10, decimal_places=2, null=True)

    class Meta:
        table = "visit"
        table_description = "到店记录"
        unique_together = (("account", "ref"),)
        indexes = (Index(fields=("account_id", "vehicle_id", "settled_at")),)
