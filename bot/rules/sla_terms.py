"""What a store promises to who complains, in numbers."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from fractions import Fraction
from functools import cached_property
from typing import Any, Final

from bot.errors import StaffError


@dataclass(frozen=True)
class Terms:
    """What a store promises. Days are working days, except `check_again_days`.

    `warn_minutes` of opening hours before a clock breaks its owner is warned, but not in its first
    half. `second_days` after it broke the general manager hears of it.
    """

    report_days: Fraction = Fraction(1, 2)
    receipt_hours: Fraction = Fraction(24)
    reply_days: Fraction = Fraction(1)
    progress_days: Fraction = Fraction(1)
    told_hours: Fraction = Fraction(24)
    check_again_days: Fraction = Fraction(10)
    warn_minutes: Fraction = Fraction(120)
    second_days: Fraction = Fraction(1, 2)

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> "Terms":
        """What a store set, as numbers or as "1/2"; the rest as it stands. StaffError: no sense."""
        names = [one.name for one in fields(cls)]
        if strange := [name for name in said if name not in names]:
            raise StaffError(
                f"时限里没有{'、'.join(map(str, strange))}。", f"可用：{'、'.join(names)}。"
            )
        return cls(**{name: _amount(name, value) for name, value in said.items()})

    # Worked out once: fractions are slow, and a month's complaints ask for them thousands of times.
    @cached_property
    def receipt_within(self) -> timedelta:
        return _hours(self.receipt_hours)

    @cached_property
    def told_within(self) -> timedelta:
        return _hours(self.told_hours)

    @cached_property
    def check_again_within(self) -> timedelta:
        return _hours(self.check_again_days * 24)

    @property
    def said(self) -> dict[str, str]:
        """As a store would set it."""
        return {one.name: str(getattr(self, one.name)) for one in fields(self)}


def _hours(amount: Fraction) -> timedelta:
    return timedelta(microseconds=int(amount * 3_600_000_000))


def _amount(name: str, value: Any) -> Fraction:
    try:
        amount = Fraction(str(value).strip())
    except (ValueError, ZeroDivisionError):
        amount = Fraction(0)
    if isinstance(value, bool) or not 0 < amount <= 10_000:
        raise StaffError(f"时限{name}写得不对。", '写大于0的数，例：{"report_days":"1/2"}。')
    return amount


USUAL: Final = Terms()
