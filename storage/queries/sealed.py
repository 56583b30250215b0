"""How the numbers people and cars are found by are written: sealed, with their hashes beside them.

INSERT INTO vehicle (account_id, {CAR_NUMBERS}, …) VALUES (?, ?, ?, ?, ?, ?, ?, …)
    with (account_id(), *car_numbers(vin, plate), …)
"""

from storage.secrets import look_up_or_none, seal

PHONE = "phone, phone_hash"
CAR_NUMBERS = "vin, vin_hash, vin_tail_hash, plate, plate_hash, plate_live_hash"
BOOKING_NUMBERS = "phone, plate, plate_hash"
ID_NUMBER = "id_number, id_hash"


def customer_phone(phone: str) -> tuple[str, str | None]:
    """Values for PHONE in customer."""
    return seal("customer.phone", phone), look_up_or_none("phone", phone)


def customer_id_number(number: str) -> tuple[str, str | None]:
    """Values for ID_NUMBER in customer."""
    return seal("customer.id_number", number), look_up_or_none("id", number)


def car_numbers(
    vin: str | None, plate: str | None, *, sold: bool = False
) -> tuple[str | None, ...]:
    """Values for CAR_NUMBERS; what is not known is NULL, and a sold car's plate is free."""
    return (*car_vin(vin), *car_plate(plate, sold=sold))


def car_vin(vin: str | None) -> tuple[str | None, str | None, str | None]:
    """vin, vin_hash, vin_tail_hash"""
    if not vin:
        return None, None, None
    vin = vin.upper()
    tail = look_up_or_none("vin_tail", vin[-6:])
    return seal("vehicle.vin", vin), look_up_or_none("vin", vin), tail


def car_plate(
    plate: str | None, *, sold: bool = False
) -> tuple[str | None, str | None, str | None]:
    """plate, plate_hash, plate_live_hash"""
    if not plate:
        return None, None, None
    found_by = look_up_or_none("plate", plate)
    return seal("vehicle.plate", plate), found_by, None if sold else found_by


def booking_numbers(phone: str, plate: str) -> tuple[str, str, str | None]:
    """Values for BOOKING_NUMBERS."""
    sealed = seal("booking.phone", phone), seal("booking.plate", plate)
    return *sealed, look_up_or_none("plate", plate)
