"""`cheyu lead` as typed: registered, spoken to, moved, given away, ended; by who may."""

import pytest
from click.testing import CliRunner, Result

from bot.cli import cheyu
from bot.clock import clock
from bot.errors import StaffError
from bot.rules.roles import Role
from storage.queries.staff.colleagues import add_staff
from tests.databases import run_apart
from tests.people import NOW, dealership
from tests.typing_commands import settings

LOGINS = {
    "lei": ("李雷", Role.SALES_CONSULTANT),
    "mei": ("韩梅梅", Role.SALES_CONSULTANT),
    "boss": ("顾总", Role.GENERAL_MANAGER),
    "ads": ("小李", Role.MARKETING),
}


@pytest.fixture(autouse=True)
def installed(migrated_sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wednesday 18 November 2026, 8:00; two consultants, a manager and marketing."""
    clock.stop(at=NOW)
    run_apart(_move_in(migrated_sqlite_url))
    settings(monkeypatch, migrated_sqlite_url)


async def _move_in(url: str) -> None:
    async with dealership(url):
        for login, (name, role) in LOGINS.items():
            await add_staff(name, role, now=NOW, login=login, store_code="main")


def types(*words: str) -> Result:
    return CliRunner().invoke(cheyu, ["lead", *words])


def says(*words: str) -> str:
    result = types(*words)
    assert result.exit_code == 0, result.output + repr(result.exception)
    return result.output


def registered() -> str:
    told = says(
        *("add", "visit", "--name", "赵六", "--phone", "13700000009", "--model", "汉EV"),
        *("--level", "h", "--heard-of-us", "路过", "--note", "要贷款", "--as", "lei"),
    )
    assert "请在2026-11-18 17:30前联系" in told
    return told.split()[0]


def test_from_the_register_to_the_sale() -> None:
    number = registered()
    assert "下次联系2026-11-19 08:30" in says("contact", number, "--note", "周末来", "--as", "lei")
    assert "A级" in says("level", number, "a", "--note", "下月买", "--as", "lei")
    assert "下次联系2026-12-01 16:00" in says("later", "l1", "2026-12-01 16:00", "--as", "lei")
    card = says("show", number, "--as", "lei")
    for words in (
        *("L000001 跟进中", "级别：A 1个月内购车", "客户：赵六 13700000009", "来源：来店 路过"),
        *(
            "登记 H 李雷 要贷款",
            "首次确认  李雷 周末来",
            "调整级别 H→A",
            "改约时间 2026-12-01 16:00 李雷",
        ),
    ):
        assert words in card
    assert "已成交" in says("win", number, "--note", "全款", "--as", "lei")
    assert "赵六" in says("list", "--state", "won", "--as", "lei")
    assert "赵六" not in says("list", "--as", "lei")


def test_given_away_it_is_anothers() -> None:
    number = registered()
    assert "赵六" not in says("list", "--as", "mei")
    gone = types("show", number, "--as", "mei")
    assert isinstance(gone.exception, StaffError)
    assert "顾问韩梅梅" in says("assign", number, "mei", "--as", "boss")
    assert "顾问李雷" in says("assign", number, "李雷", "--as", "boss")
    assert "顾问韩梅梅" in says("assign", number, "韩梅梅", "--as", "boss")
    assert "韩梅梅" in says("list", "--level", "H", "--as", "mei")
    assert "分派 韩梅梅 顾总" in says("show", number, "--as", "boss")


def test_lost_with_its_reason() -> None:
    number = registered()
    says("lose", number, "买了别的品牌", "--as", "boss")
    assert "战败原因：买了别的品牌" in says("show", number, "--as", "boss")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("add", "visit", "--as", "ads"), "不能登记潜客"),
        (("add", "visit", "--store", "nowhere", "--as", "lei"), "没有代码为 nowhere"),
        (("add", "visit", "--level", "x", "--as", "lei"), "没有级别"),
        (("show", "L99", "--as", "boss"), "没有找到"),
        (("win", "T1", "--as", "boss"), "没有找到"),
        (("assign", "L1", "无名", "--as", "boss"), "没有这位"),
        (("win", "L1", "--as", "ads"), "不能做这一步"),
    ],
)
def test_what_is_refused(words: tuple[str, ...], said: str) -> None:
    registered()
    result = types(*words)
    assert isinstance(result.exception, StaffError)
    assert said in str(result.exception)
