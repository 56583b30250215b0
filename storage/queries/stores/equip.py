"""Setting up a store: ordinary opening hours, services, bays and technicians."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.errors import StaffError
from bot.rules.calendar import WEEKDAYS, parse_week
from storage.db import Sql, dumps, transaction
from storage.queries.stores.shops import Store, changed, shop
from storage.scope import account_id

Hours = Mapping[str, Sequence[Sequence[str]]]

ORDINARY_HOURS: Hours = dict.fromkeys(WEEKDAYS, (("08:30", "12:00"), ("13:00", "17:30")))


@dataclass(frozen=True, slots=True)
class Offer:
    """A service that a new store starts with."""

    code: str
    name: str
    minutes: int
    skill: str
    bay_skill: str
    aliases: tuple[str, ...]
    note: str


ORDINARY_SERVICES = (
    Offer(
        "first_service",
        "首保",
        60,
        "maintenance",
        "lift",
        ("首次保养", "第一次保养", "新车保养", "免费保养"),
        "交车后3个月或5,000公里，先到为准",
    ),
    Offer(
        "regular_service",
        "常规保养",
        90,
        "maintenance",
        "lift",
        ("保养", "小保养", "大保养", "定期保养", "换机油", "机油保养"),
        "机油、机滤与全车检查",
    ),
    Offer(
        "air_conditioning",
        "空调清洗",
        60,
        "air_conditioning",
        "",
        ("洗空调", "空调", "空调滤芯", "换空调滤芯", "空调保养"),
        "清洗蒸发箱，更换滤芯",
    ),
    Offer(
        "tyres",
        "轮胎服务",
        60,
        "tyres",
        "tyres",
        ("轮胎", "换轮胎", "补胎", "四轮定位", "动平衡", "换胎"),
        "更换、修补、动平衡、四轮定位",
    ),
    Offer(
        "diagnosis",
        "故障检查",
        120,
        "diagnosis",
        "",
        ("检查", "故障", "异响", "故障灯", "维修", "修车", "检修"),
        "读取故障码，路试与检查",
    ),
)
# Turn by turn, so that three technicians cover everything and maintenance is the widest door.
TECHNICIANS = (
    ("maintenance", "air_conditioning", "tyres"),
    ("maintenance", "diagnosis"),
    ("maintenance", "air_conditioning"),
    ("maintenance", "tyres", "diagnosis"),
)
BAYS = (("lift",), ("lift", "tyres"), ("lift",))
EVERYTHING = ("maintenance", "air_conditioning", "tyres", "diagnosis")


async def add_store(
    code: str,
    *,
    name: str | None = None,
    bays: int | None = None,
    timezone: str | None = None,
    address: str | None = None,
    phone: str | None = None,
    hours: Hours | None = None,
) -> Store:
    """A store ready to be booked (3 bays unless `bays` says otherwise); again: changes what is named.

    Raises StaffError for hours that are none or fewer than one bay.
    """
    if bays is not None and not 1 <= bays <= 50:
        raise StaffError(f"门店不能有{bays}个工位。", "工位数请填1到50。")
    try:
        parse_week(hours or {})
    except ValueError as refused:
        raise StaffError(f"营业时间有误：{refused}", "写成 08:30-12:00 这样的时段。") from None
    named = {"name": name, "timezone": timezone, "address": address, "phone": phone}
    async with transaction() as connection:
        store_id = await _write(connection, code, named, hours)
        if store_id is None:
            store_id = await _open(connection, code, named, hours)
            bays = bays or 3
        if bays:
            await _equip(connection, store_id, bays)
        await changed(connection)
    return (await shop()).store(store_id)


async def _write(
    connection: Sql, code: str, named: Mapping[str, str | None], hours: Hours | None
) -> int | None:
    """Change what is named of a store that exists; None if it does not."""
    given: dict[str, Any] = {column: value for column, value in named.items() if value is not None}
    if hours is not None:
        given["hours"] = dumps(hours)
    # Column names are the literals above, never what somebody typed.
    assignments = ", ".join(f"{column} = ?" for column in given) or "code = code"
    row = await connection.row(
        f"UPDATE store SET {assignments} WHERE account_id = ? AND code = ? RETURNING id",  # noqa: S608 - columns are the literals above, never what somebody typed; values are marks
        *given.values(),
        account_id(),
        code,
    )
    return row["id"] if row else None


async def _open(
    connection: Sql, code: str, named: Mapping[str, str | None], hours: Hours | None
) -> int:
    row = await connection.row(
        "INSERT INTO store (account_id, code, name, timezone, address, phone, hours, position)"
        " VALUES (?, ?, ?, ?, ?, ?, ?,"
        " (SELECT count(*) FROM store AS other WHERE other.account_id = ?)) RETURNING id",
        account_id(),
        code,
        named["name"] or code,
        named["timezone"] or "Asia/Shanghai",
        named["address"] or "",
        named["phone"] or "",
        dumps(hours or ORDINARY_HOURS),
        account_id(),
    )
    assert row is not None  # noqa: S101  # RETURNING
    await connection.many(
        "INSERT INTO service (account_id, store_id, code, name, aliases, minutes, skill,"
        " bay_skill, note, position) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                *(account_id(), row["id"], offer.code, offer.name, dumps(offer.aliases)),
                *(offer.minutes, offer.skill, offer.bay_skill, offer.note, position),
            )
            for position, offer in enumerate(ORDINARY_SERVICES)
        ],
    )
    return int(row["id"])


async def _equip(connection: Sql, store_id: int, bays: int) -> None:
    """As many bays, and technicians for them; those beyond rest, for their bookings still stand."""
    rows: list[tuple[str, str, tuple[str, ...]]] = []
    for n in range(bays):
        bay = ("lift", "tyres") if bays == 1 else BAYS[n % len(BAYS)]
        skills = EVERYTHING if bays == 1 else TECHNICIANS[n % len(TECHNICIANS)]
        rows += [("bay", f"{n + 1}号工位", bay), ("technician", f"{n + 1}号技师", skills)]
    await connection.run(
        "UPDATE resource SET active = ? WHERE account_id = ? AND store_id = ?"
        " AND (name LIKE '%号工位' OR name LIKE '%号技师')",
        *(False, account_id(), store_id),
    )
    await connection.many(
        "INSERT INTO resource (account_id, store_id, kind, name, skills, active)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (account_id, store_id, kind, name)"
        " DO UPDATE SET active = EXCLUDED.active, skills = EXCLUDED.skills",
        [
            (account_id(), store_id, kind, name, dumps(skills), True)
            for kind, name, skills in sorted(rows)
        ],
    )
