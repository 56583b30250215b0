"""Column types that keep one meaning on SQLite and on PostgreSQL."""

from datetime import UTC, datetime
from typing import Any

from tortoise.fields import DatetimeField
from tortoise.models import Model


class UtcDatetimeField(DatetimeField[datetime]):
    """A moment, written as UTC whatever offset it came with; a naive one is refused.

    SQLite keeps moments as text and compares them as text, so two spellings of one instant
    differ there: equal moments must be spelled equally, and UTC is the spelling.
    """

    def to_db_value(self, value: Any, instance: type[Model] | Model) -> Any:
        if isinstance(value, datetime):
            return self._in_utc(value)
        return super().to_db_value(value, instance)

    def to_python_value(self, value: Any) -> datetime | None:
        if isinstance(value, str):
            value = datetime.fromisoformat(value)
            if value.tzinfo is None:
                value = value.replace(tzinfo=UTC)  # SQLite's own functions speak UTC and omit it
        if isinstance(value, datetime):
            return self._in_utc(value)
        return super().to_python_value(value)

    def _in_utc(self, moment: datetime) -> datetime:
        if moment.tzinfo is None:
            raise ValueError(f"{self.model_field_name}: a moment needs a time zone, got {moment}")
        return moment.astimezone(UTC)
