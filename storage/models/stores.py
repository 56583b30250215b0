"""Stores, what they offer, who and what does the work, and their calendar."""

from typing import Any

from tortoise import fields

from storage.models.base import Owned
from storage.secrets import EncText


class Store(Owned):
    """门店. `hours`: {"mon": [["08:30", "12:00"], ["13:00", "17:30"]], …}, local times.

    `care`: what the store does otherwise in keeping contact (caps, hours, own festivals).
    """

    code = fields.CharField(max_length=32)
    name = fields.CharField(max_length=64)
    timezone = fields.CharField(max_length=48)
    address = fields.CharField(max_length=200, default="", db_default="")
    phone = fields.CharField(max_length=32, default="", db_default="")
    hours = fields.JSONField[dict[str, list[list[str]]]]()
    care = fields.JSONField[dict[str, Any]](null=True)
    position = fields.IntField(default=0, db_default=0)

    class Meta:
        table = "store"
        table_description = "门店"
        unique_together = (("account", "code"),)


class Service(Owned):
    """服务项目 of a store: how long it takes and which skill it needs."""

    store: fields.ForeignKeyRelation[Store] = fields.ForeignKeyField(
        "models.Store", related_name="services", on_delete=fields.CASCADE
    )
    store_id: int
    code = fields.CharField(max_length=32)
    name = fields.CharField(max_length=32)
    aliases = fields.JSONField[list[str]]()
    minutes = fields.IntField()
    skill = fields.CharField(max_length=32)
    bay_skill = fields.CharField(max_length=32, default="", db_default="")
    note = fields.CharField(max_length=120, default="", db_default="")
    position = fields.IntField(default=0, db_default=0)
    active = fields.BooleanField(default=True, db_default=True)

    class Meta:
        table = "service"
        table_description = "服务项目"
        unique_together = (("account", "store", "code"),)


class Resource(Owned):
    """工位 (kind bay), 技师 (technician) or 试驾车 (demo_car), with the skills or the model it has.

    `hours` of a demo car: [["10:00", "17:00"]], when it can be driven; NULL: as long as the store
    is open.
    """

    store: fields.ForeignKeyRelation[Store] = fields.ForeignKeyField(
        "models.Store", related_name="resources", on_delete=fields.CASCADE
    )
    store_id: int
    kind = fields.CharField(max_length=12)
    name = fields.CharField(max_length=32)
    skills = fields.JSONField[list[str]]()
    active = fields.BooleanField(default=True, db_default=True)
    hours = fields.JSONField[list[list[str]]](null=True)

    class Meta:
        table = "resource"
        table_description = "工位与技师"
        unique_together = (("account", "store", "kind", "name"),)


class CalendarDay(Owned):
    """One day that differs from the week: for one store, or for all (store NULL, `scope` "").

    `kind`: workday, holiday, make_up or "" (unchanged); `hours` None (unchanged), [] (closed) or
    shifts as in Store.hours.
    """

    scope = fields.CharField(max_length=32, default="", db_default="")
    day = fields.DateField()
    kind = fields.CharField(max_length=12, default="", db_default="")
    hours = fields.JSONField[list[list[str]] | None](null=True)
    name = fields.CharField(max_length=32, default="", db_default="")
    source = fields.CharField(max_length=32, default="", db_default="")

    class Meta:
        table = "calendar_day"
        table_description = "日历"
        unique_together = (("account", "scope", "day"),)


class Staff(Owned):
    """员工 of a store, or of all (store NULL). `ref` is the DMS's key; `login` opens the console."""

    ref = fields.CharField(max_length=64, null=True)
    login = fields.CharField(max_length=64, null=True)
    store: fields.ForeignKeyNullableRelation[Store] = fields.ForeignKeyField(
        "models.Store", related_name="staff", null=True, on_delete=fields.SET_NULL
    )
    store_id: int | None
    name = fields.CharField(max_length=64)
    role = fields.CharField(max_length=24)
    phone = EncText(default="", db_default="")
    active = fields.BooleanField(default=True, db_default=True)

    class Meta:
        table = "staff"
        table_description = "员工"
        unique_together = (("account", "name", "role"), ("account", "ref"), ("account", "login"))
