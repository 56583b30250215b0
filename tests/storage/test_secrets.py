"""Values at rest: sealed per column, opened by any key in force, found by a keyed hash."""

from collections.abc import Iterator
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ConfigError, StaffError
from storage.models import Customer, Vehicle
from storage.queries.sealed import car_numbers
from storage.secrets import (
    SEALED,
    look_up,
    look_ups,
    seal,
    seal_json,
    unseal,
    unseal_json,
    use_keys,
)
from tests.people import NOW, SECRET, dealership


@pytest.fixture(autouse=True)
def own_keys() -> Iterator[None]:
    yield
    use_keys(SECRET)


@given(st.text(min_size=1).filter(lambda text: text.isprintable()))
def test_what_is_sealed_is_hidden_and_comes_back(text: str) -> None:
    kept = seal("customer.notes", text)
    assert SEALED.fullmatch(kept)
    assert unseal("customer.notes", kept) == text
    assert seal("customer.notes", text) == kept  # equal values are found by equality
    assert seal("booking.note", text) != kept


def test_empty_stays_empty_and_nothing_is_none() -> None:
    assert (seal("booking.note", ""), unseal("booking.note", ""), unseal("a.b", None)) == ("",) * 3
    assert unseal_json("talk.answers", "") is None
    assert unseal_json("talk.answers", seal_json("talk.answers", {"电话": "1"})) == {"电话": "1"}


@pytest.mark.parametrize("harm", ["column", "letter", "key", "clear"])
def test_what_was_tampered_with_does_not_open(harm: str) -> None:
    kept, column = seal("customer.phone", "13800000001"), "customer.phone"
    if harm == "column":
        column = "staff.phone"
    elif harm == "letter":
        kept = kept[:-4] + ("AAAA" if kept[-4:] != "AAAA" else "BBBB")
    elif harm == "key":
        use_keys("quite another secret of thirty-two signs")
    else:
        kept = "13800000001"
    with pytest.raises(StaffError, match="打不开") as refused:
        unseal(column, kept)
    assert "13800000001" not in str(refused.value)


def test_every_key_reads_and_the_first_writes() -> None:
    old = seal("customer.phone", "13800000001")
    found_by = look_up("phone", "13800000001")
    use_keys(f"a new secret of thirty-two signs.., {SECRET}")
    new = seal("customer.phone", "13800000001")
    assert new != old
    assert unseal("customer.phone", old) == unseal("customer.phone", new) == "13800000001"
    assert look_ups("phone", "13800000001") == (look_up("phone", "13800000001"), found_by)
    use_keys("a new secret of thirty-two signs..")
    with pytest.raises(StaffError):
        unseal("customer.phone", old)


def test_a_hash_is_of_its_kind_and_of_no_use_elsewhere() -> None:
    assert look_up("plate", "京a12345 ") == look_up("plate", "京A12345")
    assert len({look_up(kind, "1") for kind in ("phone", "id", "plate", "vin")}) == 4
    assert len(look_up("phone", "13800000001")) == 32
    use_keys("quite another secret of thirty-two signs")
    assert look_up("phone", "1") != (use_keys(SECRET), look_up("phone", "1"))[1]


@pytest.mark.parametrize("secret", ["", " ", ",", " , "])
def test_no_key_is_refused(secret: str) -> None:
    with pytest.raises(ConfigError, match="CHEYU_SECRET_KEY"):
        use_keys(secret)


def test_a_sold_cars_plate_is_free() -> None:
    assert car_numbers(None, None) == (None,) * 6
    kept, sold = car_numbers("LSVAA4182E2000001", "京A12345"), car_numbers(None, "京A1", sold=True)
    assert kept[4] == kept[5] == look_up("plate", "京A12345")
    assert kept[2] == look_up("vin_tail", "000001")
    assert (bool(sold[4]), sold[5]) == (True, None)


async def test_models_hold_clear_values_and_the_database_sealed_ones(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        made = await Customer.create(
            account_id=cast.account, phone="13700000009", preferences={"饮料": "茶"}, created_at=NOW
        )
        row = (await Customer.filter(id=made.id).values_list("phone", "preferences"))[0]
        again = await Customer.get(id=made.id)
        assert (again.phone, again.preferences) == ("13700000009", {"饮料": "茶"})
        values: list[object] = list(row)
        assert values == ["13700000009", {"饮料": "茶"}]
        assert await Customer.filter(phone="13700000009").count() == 1
        car = await Vehicle.get(id=cast.wang.car)
        assert (car.vin, car.plate) == ("LSVAA4182E2000001", "京A12345")
        assert await Vehicle.filter(vin=None).count() == 0


def test_sealing_is_quick_enough_for_every_turn() -> None:
    kept, rounds = seal("inbox.body", "x" * 400), 2000
    began = process_time()
    for _ in range(rounds):
        unseal("inbox.body", kept)
        seal("inbox.body", "x" * 400)
    assert (process_time() - began) / rounds < 0.0002  # some 10 µs where nothing else runs
