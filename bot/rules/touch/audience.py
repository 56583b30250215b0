"""Whom an announcement concerns."""

from collections.abc import Mapping
from typing import Any, Final

from bot.rules.touch.facts import Car, Facts, Person

KEYS: Final = ("energy", "brand", "model", "tier", "tag", "store")


def concerned(audience: Mapping[str, Any], facts: Facts) -> bool:
    """Every key that `audience` names fits: {"energy": ["纯电", "插混"], "tier": "A"}.

    A key holds one value or a list of which one must fit; {} is everybody. Nobody is meant by a
    key that is not known, so that a slip of the pen sends nothing.
    """
    person, car = facts.person or Person(0), facts.car or Car(0)
    have: dict[str, tuple[str, ...]] = {
        "energy": (car.energy,),
        "brand": (car.brand,),
        "model": (car.model,),
        "tier": (person.tier,),
        "tag": person.tags,
        "store": (facts.store,),
    }
    return all(_meets(wanted, have.get(key, ())) for key, wanted in audience.items())


def _meets(wanted: object, have: tuple[str, ...]) -> bool:
    values = (
        {wanted} if isinstance(wanted, str) else set(wanted) if isinstance(wanted, list) else set()
    )
    return not values.isdisjoint(one for one in have if one)
