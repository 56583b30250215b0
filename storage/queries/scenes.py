"""二维码: which code stands for which store, consultant or event, and how somebody came."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from bot.errors import StaffError
from storage.db import sql
from storage.queries.stores.shops import shop
from storage.scope import account_id


@dataclass(frozen=True, slots=True)
class Subject:
    """What a code stands for. `kind`: store, consultant or event; `scene`: its name at WeChat."""

    kind: str
    name: str
    scene: str
    store_id: int | None = None
    staff_id: int | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """A code as it is kept. `url` is what the picture says; `store_id` the store to greet for."""

    scene: str
    kind: str
    name: str
    store_id: int | None
    url: str


async def store_subject(code: str) -> Subject:
    """The store of this code. StaffError: there is none."""
    found = (await shop()).by_code(code)
    if found is None:
        raise StaffError(f"没有代码为 {code} 的门店。", "先用 cheyu store add 添加，或看看代码。")
    return Subject("store", found.name, f"store_{found.code}", found.id)


async def consultant_subject(name: str, store_code: str | None = None) -> Subject:
    """The member of staff of this name. StaffError: nobody, or several."""
    within = await store_subject(store_code) if store_code else None
    rows = await sql().rows(
        "SELECT id, store_id FROM staff WHERE account_id = ? AND name = ? AND active = ?"
        " ORDER BY id",
        *(account_id(), name, True),
    )
    fitting = [row for row in rows if within is None or row["store_id"] == within.store_id]
    if not fitting:
        raise StaffError(f"没有叫 {name} 的在职员工。", "先添加员工，或看看姓名和门店。")
    if len({row["store_id"] for row in fitting}) > 1:
        raise StaffError(f"有多位员工叫 {name}。", "用 --store 说明是哪家店的。")
    one = fitting[0]
    return Subject("consultant", name, f"staff_{one['id']}", one["store_id"], one["id"])


async def event_subject(name: str, store_code: str | None = None) -> Subject:
    """An event by its name; the same name is the same code."""
    within = await store_subject(store_code) if store_code else None
    mark = sha256(name.strip().encode()).hexdigest()[:10]
    return Subject("event", name.strip(), f"event_{mark}", within.store_id if within else None)


async def keep(subject: Subject, url: str, ticket: str, now: datetime) -> Scene:
    """Remember the code that the platform made; the first one stays."""
    await sql().run(
        "INSERT INTO scene_code (account_id, scene, kind, name, store_id, staff_id, url, ticket,"
        " created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (account_id, scene) DO NOTHING",
        *(account_id(), subject.scene, subject.kind, subject.name[:64]),
        *(subject.store_id, subject.staff_id, url, ticket, now),
    )
    kept = await find(subject.scene)
    assert kept is not None  # noqa: S101  # written above
    return kept


async def find(scene: str) -> Scene | None:
    """What a scene stands for. A store's needs no row: `store_` and its code say it all."""
    if not scene:
        return None
    row = await sql().row(
        "SELECT c.scene, c.kind, c.name, c.store_id, c.url, s.name AS staff_name,"
        " s.store_id AS staff_store, s.active FROM scene_code c"
        " LEFT JOIN staff s ON s.id = c.staff_id WHERE c.account_id = ? AND c.scene = ?",
        *(account_id(), scene),
    )
    if row and row["kind"] == "consultant":
        name = row["staff_name"] if row["active"] else ""
        return Scene(
            scene, "consultant", name or "", row["staff_store"] or row["store_id"], row["url"]
        )
    if row and row["kind"] == "event":
        return Scene(scene, "event", row["name"], row["store_id"], row["url"])
    store = (await shop()).by_code(scene.removeprefix("store_"))
    return Scene(scene, "store", store.name, store.id, row["url"] if row else "") if store else None


async def every() -> list[tuple[Scene, int]]:
    """The codes that were made, and how many people first came by each."""
    rows = await sql().rows(
        "SELECT c.scene, (SELECT count(*) FROM wechat_user u WHERE u.account_id = c.account_id"
        " AND u.first_scene = c.scene) AS people FROM scene_code c WHERE c.account_id = ?"
        " ORDER BY c.id",
        account_id(),
    )
    known = [(await find(row["scene"]), row["people"]) for row in rows]
    return [(scene, int(people)) for scene, people in known if scene is not None]
