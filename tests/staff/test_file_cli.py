"""`cheyu file` and `cheyu staff assign`, `staff leave`, as typed."""

from datetime import timedelta

import pytest
from click.testing import CliRunner, Result

from bot.cli import cheyu
from bot.clock import clock
from bot.errors import StaffError
from bot.rules.roles import Kind, Role
from storage import models as m
from storage.queries import garage
from storage.queries.files import changes as file_changes
from storage.queries.garage import Wanted
from storage.queries.staff.colleagues import add_staff
from tests.databases import run_apart
from tests.staff.estate import Hands, customer, person, vehicle
from tests.staff.world import NOW, house
from tests.typing_commands import settings

PLATE, VIN = "京A12345", "LSVAA4182E2000001"
LOGINS = {
    "jing": Role.CARE_SPECIALIST,
    "lei": Role.SALES_CONSULTANT,
    "mei": Role.SERVICE_MANAGER,
    "boss": Role.GENERAL_MANAGER,
}


@pytest.fixture(autouse=True)
def installed(migrated_sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """王芳 (#1) and her car (#1), 李强 (#2), a draft of hers from chat (#2) and one she claims."""
    clock.stop(at=NOW)
    run_apart(_move_in(migrated_sqlite_url))
    settings(monkeypatch, migrated_sqlite_url)
    return migrated_sqlite_url


async def _move_in(url: str) -> None:
    async with house(url) as world:
        for login, role in LOGINS.items():
            await add_staff(f"{role.value} main", role, now=NOW, login=login)
        me = world.who(Role.SALES_CONSULTANT)
        none, boss = Hands(None, None, None), world.who(Role.GENERAL_MANAGER)
        wang = await customer(world, "王芳", ref="C1", consultant_id=me.id, entered_by="x")
        lee = await customer(world, "李强", ref="C2", entered_by=me.actor)
        car = await vehicle(world, none, wang.id, brand="奥迪", model="Q5L")
        await file_changes.edit(boss, Kind.VEHICLE, car.id, {"vin": VIN}, NOW)
        user = await person(world, wang.id)
        await garage.add_car(user.id, wang.id, Wanted("owner", PLATE), NOW)
        theirs = await vehicle(world, none, lee.id)
        await file_changes.edit(boss, Kind.VEHICLE, theirs.id, {"plate": "京B88888"}, NOW)
        await garage.add_car(user.id, wang.id, Wanted("driver", "京B88888"), NOW)
        await m.Customer.filter(id=lee.id).update(created_at=NOW - timedelta(days=800))


def typed(*words: str) -> Result:
    return CliRunner().invoke(cheyu, words)


def said(*words: str) -> str:
    done = typed(*words)
    assert done.exit_code == 0, done.output or done.exception
    return done.output


def refused(*words: str) -> str:
    done = typed(*words)
    assert done.exit_code == 1
    assert isinstance(done.exception, StaffError)
    text = str(done.exception)
    assert "\n" not in text
    return text


def test_a_file_goes_its_way_by_three_people() -> None:
    drafts = said("file", "list", "--as", "jing")
    assert "王芳" in drafts
    assert PLATE in drafts
    assert "#1 已核实" in said("file", "verify", "customer", "C1", "--as", "jing")
    assert "岗位" in refused("file", "file", "customer", "C1", "--as", "jing")
    assert "#1 已建档" in said("file", "file", "customer", "C1", "--as", "boss")
    assert "王芳" not in said("file", "list", "--state", "draft", "--as", "jing")
    assert "李强" in said("file", "list", "--as", "lei")
    overdue = said("file", "list", "--state", "stocktake", "--as", "jing")
    assert "#2" in overdue
    assert "从未" in overdue
    assert "已盘点" in said("file", "stocktake", "customer", "#2", "--as", "jing")
    assert "#2" not in said("file", "list", "--state", "stocktake", "--as", "jing")


def test_a_filed_file_changes_and_goes_by_a_managers_word() -> None:
    company = ("file", "change", "customer", "C1", "company=某公司", "--as", "lei")
    assert said(*company) == "已变更。\n"
    assert said(*company) == "没有变化。\n"
    said("file", "verify", "customer", "C1", "--as", "jing")
    said("file", "file", "customer", "C1", "--as", "boss")
    wish = ("file", "change", "customer", "C1", "birthday=1988年5月20日", "company=")
    assert "等待主管批准" in said(*wish, "--why", "本人来电", "--as", "lei")
    waiting = said("file", "list", "--state", "changes", "--as", "boss")
    for text in ("1988-05-20", "（清空）", "本人来电", "客户 #1"):
        assert text in waiting
    assert "岗位" in refused("file", "approve", "1", "--as", "jing")
    assert "已批准" in said("file", "approve", "1", "--as", "boss")
    assert "处理过" in refused("file", "refuse", "1", "--why", "晚了", "--as", "boss")
    assert "没有找到" in refused("file", "approve", "99", "--as", "boss")
    asked = said("file", "remove", "customer", "C1", "--why", "本人要求", "--as", "lei")
    assert "等待主管批准" in asked
    assert "移除档案" in said("file", "list", "--state", "changes", "--as", "boss")
    assert "已批准" in said("file", "approve", "2", "--as", "boss")
    assert "没有找到" in refused("file", "verify", "customer", "C1", "--as", "jing")
    assert typed("file", "change", "customer", "C1", "company", "--as", "lei").exit_code == 2
    assert "moon" in refused("file", "change", "customer", "C2", "moon=1", "--as", "lei")


def test_two_files_become_one() -> None:
    merged = said("file", "merge", "vehicle", VIN, PLATE, "--why", "同一台车", "--as", "mei")
    assert "合并编号 1" in merged
    drafts = said("file", "list", "--as", "jing")
    assert drafts.count(PLATE) == 1
    assert "岗位" in refused("file", "merge", "customer", "C1", "C2", "--as", "jing")
    assert "合并编号 2" in said("file", "merge", "customer", "C1", "C2", "--as", "boss")
    assert "没有找到" in refused("file", "verify", "customer", "C2", "--as", "boss")
    assert "客户 #2 恢复" in said("file", "split", "2", "--as", "boss")
    assert "#2 已核实" in said("file", "verify", "customer", "C2", "--as", "boss")


def test_a_car_claimed_in_chat_is_decided() -> None:
    waiting = said("file", "list", "--state", "claims", "--as", "jing")
    for text in ("王芳", "司机", "京B88888", "他人档案"):
        assert text in waiting
    assert "车辆 #3 已关联" in said("file", "claim", "approve", "2", "--as", "jing")
    assert "已驳回" in said("file", "claim", "refuse", "1", "--why", "不清楚", "--as", "jing")
    assert "京B88888" not in said("file", "list", "--state", "claims", "--as", "jing")
    assert "没有找到" in refused("file", "claim", "approve", "99", "--as", "jing")


def test_customers_go_from_hand_to_hand() -> None:
    said("staff", "add", "李雷", "--role", "sales_consultant", "--login", "new")
    assert "岗位" in refused("staff", "assign", "C1", "--to", "new", "--as", "lei")
    assert said("staff", "assign", "C1", "--to", "new", "--as", "boss") == "已移交。\n"
    assert "本来" in said("staff", "assign", "C1", "--to", "new", "--as", "boss")
    assert "没有找到" in refused("file", "stocktake", "customer", "C1", "--as", "lei")
    left = said("staff", "leave", "lei", "--to", "new", "--as", "boss")
    assert left == "已移交 1 位客户、0 台车、0 项任务。\n"
    assert "没有登录名" in refused("file", "list", "--as", "lei")
    gone = ("staff", "add", "李雷", "--role", "sales_consultant", "--left")
    still = said(*gone)
    assert "名下还有2位客户。请运行 `cheyu staff leave new --to LOGIN --as LOGIN`。" in still
    assert "2 位客户" in said("staff", "leave", "new", "--to", "jing", "--as", "boss")
    assert "still" not in said(*gone)
    said(*gone[:-1], "--active")
    said("staff", "leave", "jing", "--to", "new", "--as", "boss")
    assert "已盘点" in said("file", "stocktake", "customer", "C2", "--as", "new")
