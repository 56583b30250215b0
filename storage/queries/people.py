"""Who somebody in WeChat is: binding to a customer's file, and files that begin in chat."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from storage.db import Sql, sql, transaction
from storage.queries import wrong_tries
from storage.queries.cars import car_label
from storage.queries.phones import hold_phones
from storage.queries.sealed import CAR_NUMBERS, PHONE, car_numbers, customer_phone
from storage.scope import account_id
from storage.secrets import look_up, look_ups, marks, seal, unseal

TRIES = 3
WAIT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Known:
    """A WeChat identity; customer fields are empty while it is bound to nobody."""

    id: int
    openid: str
    customer_id: int | None
    name: str
    gender: str
    phone: str

    @property
    def salutation(self) -> str:
        """「王女士」, or the whole name where nobody noted the gender."""
        title = {"female": "女士", "male": "先生"}.get(self.gender, "")
        return f"{self.name[:1]}{title}" if self.name and title else self.name


@dataclass(frozen=True, slots=True)
class Match:
    """A file that fits what was typed: this customer has this car."""

    customer_id: int
    name: str
    gender: str
    vehicle_id: int
    car: str


@dataclass(frozen=True, slots=True)
class Draft:
    """What a file begun in chat came to.

    `customer_id`: the person's own (new or old) file, None where the phone is in somebody else's:
    staff decide. `vehicle_id`: the car in that file, None where the plate is in another one.
    """

    customer_id: int | None
    vehicle_id: int | None
    task_id: int


async def known(wechat_user_id: int) -> Known | None:
    row = await sql().row(
        "SELECT u.id, u.openid, u.customer_id, c.name, c.gender, c.phone FROM wechat_user u"
        " LEFT JOIN customer c ON c.id = u.customer_id WHERE u.account_id = ? AND u.id = ?",
        *(account_id(), wechat_user_id),
    )
    if row is None:
        return None
    return Known(
        row["id"],
        row["openid"],
        row["customer_id"],
        row["name"] or "",
        row["gender"] or "",
        unseal("customer.phone", row["phone"]),
    )


async def find_binding(
    phone: str, plate: str | None = None, vin6: str | None = None
) -> Match | None:
    """The file where this phone and this plate (or the last six of the VIN) belong together.

    The phone of a file that was merged is the phone of the one that took it over.
    """
    phones = look_ups("phone", phone)
    plates = look_ups("plate", plate) if plate else (None,)
    tails = look_ups("vin_tail", vin6) if vin6 else (None,)
    row = await sql().row(
        "SELECT c.id, c.name, c.gender, v.id AS vehicle_id, v.brand, v.model, v.plate, v.vin"  # noqa: S608 - marks only, one for each hash
        " FROM customer p CROSS JOIN customer c CROSS JOIN vehicle v"  # SQLite begins with the phone
        f" WHERE p.account_id = ? AND p.phone_hash IN ({marks(phones)})"
        " AND c.id = coalesce(p.merged_into_id, p.id) AND c.account_id = p.account_id"
        " AND v.account_id = c.account_id AND v.customer_id = c.id AND v.sold = ?"
        f" AND (v.plate_hash IN ({marks(plates)}) OR v.vin_tail_hash IN ({marks(tails)}))"
        " ORDER BY c.id, v.id LIMIT 1",
        *(account_id(), *phones, False, *plates, *tails),
    )
    if row is None:
        return None
    numbers = unseal("vehicle.plate", row["plate"]), unseal("vehicle.vin", row["vin"])
    car = car_label(row["brand"], row["model"], *numbers)
    return Match(row["id"], row["name"], row["gender"], row["vehicle_id"], car)


async def bind(wechat_user_id: int, customer_id: int) -> None:
    """From now on this person is this customer, with what they booked; wrong tries are forgotten."""
    async with transaction() as connection:
        await connection.run(
            "UPDATE wechat_user SET customer_id = ?, bind_tries = 0, bind_wait_until = NULL"
            " WHERE account_id = ? AND id = ?",
            *(customer_id, account_id(), wechat_user_id),
        )
        await _adopt(connection, wechat_user_id, customer_id)


async def _adopt(connection: Sql, wechat_user_id: int, customer_id: int) -> None:
    """What the person booked as a stranger belongs to the file, and to its car of that plate."""
    rows = await connection.rows(
        "UPDATE booking SET customer_id = ? WHERE account_id = ? AND wechat_user_id = ?"
        " AND vehicle_id IS NULL AND state IN ('held', 'booked') RETURNING id, plate",
        *(customer_id, account_id(), wechat_user_id),
    )
    for row in rows:
        car = await _car_by_plate(connection, unseal("booking.plate", row["plate"]))
        if car and car["customer_id"] == customer_id:
            await connection.run(
                "UPDATE booking SET vehicle_id = ? WHERE account_id = ? AND id = ?",
                *(car["id"], account_id(), row["id"]),
            )


async def _car_by_plate(connection: Sql, plate: str) -> Any | None:
    """The one car that has this plate now."""
    if not plate:
        return None
    plates = look_ups("plate", plate)
    return await connection.row(
        "SELECT id, customer_id FROM vehicle WHERE account_id = ?"  # noqa: S608 - marks only, one for each hash
        f" AND plate_live_hash IN ({marks(plates)})",
        *(account_id(), *plates),
    )


async def bind_failed(wechat_user_id: int, now: datetime) -> int:
    """Count a wrong try; the third waits an hour, and after it the count begins anew."""
    return await wrong_tries.count("bind", wechat_user_id, now, most=TRIES, wait=WAIT)


async def bind_waits_until(wechat_user_id: int, now: datetime) -> datetime | None:
    """Until when this person may not try again; None: they may."""
    return await wrong_tries.waits_until("bind", wechat_user_id, now)


async def staff_task(
    kind: str,
    title: str,
    now: datetime,
    *,
    wechat_user_id: int | None = None,
    customer_id: int | None = None,
    detail: str = "",
    same: str | None = None,
) -> int:
    """Something for a person to do; its id. With the same `same` there is one task, not two."""
    connection = sql()
    row = await connection.row(
        "INSERT INTO staff_task (account_id, kind, wechat_user_id, customer_id, title, detail,"
        " same, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (account_id, same) DO NOTHING RETURNING id",
        *(
            account_id(),
            kind,
            wechat_user_id,
            customer_id,
            seal("staff_task.title", title[:120]),
            seal("staff_task.detail", detail),
            same and same[:120],
            now,
        ),
    )
    if row is None:
        row = await connection.row(
            "SELECT id FROM staff_task WHERE account_id = ? AND same = ?", account_id(), same
        )
    assert row is not None  # noqa: S101  # inserted, or there
    return int(row["id"])


async def make_known(wechat_user_id: int, phone: str, plate: str, now: datetime) -> None:
    """A stranger's phone and plate either fit a file, and bind to it, or begin one.

    The tries of 绑定 count here too: a booking is no way around them.
    """
    waits = await bind_waits_until(wechat_user_id, now)
    match = None if waits else await find_binding(phone, plate or None)
    if match:
        await bind(wechat_user_id, match.customer_id)
        return
    draft = await draft_file(wechat_user_id, phone, plate or None, "", now)
    if draft.customer_id is None and not waits:
        await bind_failed(wechat_user_id, now)


async def draft_file(
    wechat_user_id: int, phone: str, plate: str | None, name: str, now: datetime
) -> Draft:
    """A file for somebody we do not know, as far as what they typed is nobody else's, and a task.

    Again with the same phone or plate: the same file. A number typed in chat proves nothing, so
    neither another customer's file nor another customer's car is ever given to the person.
    """
    async with transaction() as connection:
        customer = await _own_file(connection, wechat_user_id, phone, name, now)
        vehicle = await _own_car(connection, customer, plate, now) if plate else None
        if customer is not None:
            await _adopt(connection, wechat_user_id, customer)
        unclear = [f"手机号 {phone} 已在他人档案中"] if customer is None else []
        if plate and vehicle is None:
            unclear.append(f"车牌 {plate} 已在他人档案中")
        task = await staff_task(
            "check_file",
            f"核对微信自助建档：{name or '未留姓名'}",
            now,
            wechat_user_id=wechat_user_id,
            customer_id=customer,
            detail="\n".join([f"手机号 {phone}", f"车牌 {plate or '未留'}", *unclear]),
            same=f"file:{wechat_user_id}:{look_up('file', f'{phone}:{plate}')}",
        )
    return Draft(customer, vehicle, task)


async def _own_file(
    connection: Sql, wechat_user_id: int, phone: str, name: str, now: datetime
) -> int | None:
    """The customer this person is, or a new draft they are bound to; None: the phone is taken."""
    row = await connection.row(
        "SELECT customer_id FROM wechat_user WHERE account_id = ? AND id = ?",
        *(account_id(), wechat_user_id),
    )
    if row and row["customer_id"]:
        return int(row["customer_id"])
    await hold_phones(connection, [phone])
    phones = look_ups("phone", phone)
    if await connection.row(
        f"SELECT id FROM customer WHERE account_id = ? AND phone_hash IN ({marks(phones)})",  # noqa: S608 - marks only, one for each hash
        *(account_id(), *phones),
    ):
        return None
    made = await connection.row(
        f"INSERT INTO customer (account_id, name, {PHONE}, source, state, entered_by, entered_at,"  # noqa: S608 - our own column names; values are marks
        " created_at, changed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
        *(account_id(), name, *customer_phone(phone), "wechat", "draft", "微信", now, now, now),
    )
    assert made is not None  # noqa: S101  # RETURNING
    await bind(wechat_user_id, made["id"])
    return int(made["id"])


async def _own_car(
    connection: Sql, customer_id: int | None, plate: str, now: datetime
) -> int | None:
    """The car with this plate in the customer's file, new if nobody has it; None: not theirs."""
    row = await _car_by_plate(connection, plate)
    if row is None and customer_id is not None:
        row = await connection.row(
            f"INSERT INTO vehicle (account_id, {CAR_NUMBERS}, customer_id, state, entered_by,"  # noqa: S608 - our own column names; values are marks
            " entered_at, created_at, changed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING RETURNING id, customer_id",
            *(account_id(), *car_numbers(None, plate), customer_id, "draft", "微信"),
            *(now, now, now),
        )
    return int(row["id"]) if row and row["customer_id"] == customer_id else None
