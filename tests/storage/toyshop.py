"""A package of models and migrations, made on the spot: shelves, and toys that go with them."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from textwrap import dedent

MODELS = """
from tortoise import fields
from tortoise.models import Model

class Shelf(Model):
    id = fields.IntField(primary_key=True)
    name = fields.CharField(max_length=40)
    class Meta:
        table = "shelf"

class Toy(Model):
    id = fields.IntField(primary_key=True)
    shelf = fields.ForeignKeyField("models.Shelf", on_delete=fields.CASCADE)
    class Meta:
        table = "toy"
"""

FIRST = """
ops.CreateModel(
    name="Shelf",
    fields=[
        ("id", fields.IntField(generated=True, primary_key=True)),
        ("name", fields.CharField(max_length=20)),
        ("note", fields.CharField(max_length=20, default="", db_default="")),
    ],
    options={"table": "shelf", "app": "models", "pk_attr": "id"},
    bases=["Model"],
),
ops.CreateModel(
    name="Toy",
    fields=[
        ("id", fields.IntField(generated=True, primary_key=True)),
        ("shelf", fields.ForeignKeyField("models.Shelf", source_field="shelf_id",
            db_constraint=True, to_field="id", on_delete=fields.CASCADE)),
    ],
    options={"table": "toy", "app": "models", "pk_attr": "id"},
    bases=["Model"],
),
"""
REBUILD = """
ops.AlterField(model_name="Shelf", name="name", field=fields.CharField(max_length=40)),
ops.RemoveField(model_name="Shelf", name="note"),
"""
BREAK = """ops.RunSQL("DELETE FROM shelf WHERE id = 1"),"""
FAIL = """ops.RunSQL("UPDATE shelf SET name = 'changed'"), ops.RunSQL("SELECT nonsense"),"""

_FILE = """
from tortoise import fields, migrations
from tortoise.migrations import operations as ops

class Migration(migrations.Migration):
    initial = {initial}
    dependencies = {dependencies}
    operations = [{operations}]
"""


class Toyshop:
    """`models` and `migrations` are the names of its modules."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.models = f"{place.name}.models"
        self.migrations = f"{place.name}.migrations"
        (place / "migrations").mkdir(parents=True)
        (place / "__init__.py").touch()
        (place / "migrations" / "__init__.py").touch()
        (place / "models.py").write_text(dedent(MODELS))
        self._written: list[str] = []

    def write(self, operations: str) -> None:
        """One more migration."""
        name = f"{len(self._written) + 1:04}_step"
        before = [("models", last) for last in self._written[-1:]]
        text = _FILE.format(initial=not before, dependencies=before, operations=operations)
        (self.place / "migrations" / f"{name}.py").write_text(text)
        self._written.append(name)


@contextmanager
def toyshop(place: Path) -> Iterator[Toyshop]:
    """Importable inside, forgotten afterwards."""
    name = f"toyshop_{abs(hash(place))}"
    sys.path.insert(0, str(place))
    try:
        yield Toyshop(place / name)
    finally:
        sys.path.remove(str(place))
        for module in [m for m in sys.modules if m.split(".")[0] == name]:
            del sys.modules[module]
