"""`cheyu plan` and `cheyu why`, as staff type them."""

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import cheyu
from bot.clock import clock
from bot.errors import StaffError
from bot.jobs.plan import plan_due
from bot.rules.roles import Role
from storage.db import opened
from storage.queries.staff.colleagues import add_staff
from tests.databases import run_apart
from tests.people import NOW, at, dealership
from tests.touch.rig import ledger
from tests.typing_commands import settings

COLLEAGUES = (
    ("秦勇", Role.SERVICE_MANAGER, "qinyong", "main"),
    ("陶倩", Role.MARKETING, "taoqian", None),
    ("顾海波", Role.GENERAL_MANAGER, "guhaibo", None),
    ("沈文", Role.MARKETING, "shenwen", None),
    ("李娜", Role.SERVICE_ADVISOR, "lina", "main"),
)


@pytest.fixture(autouse=True)
def installed(migrated_sqlite_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    async def move_in() -> None:
        async with dealership(migrated_sqlite_url):
            await plan_due(at("08:00", date(2026, 11, 18)))
            for name, role, login, store in COLLEAGUES:
                await add_staff(name, role, now=NOW, login=login, store_code=store)

    clock.stop(at=NOW)
    run_apart(move_in())
    settings(monkeypatch, migrated_sqlite_url, 220)
    monkeypatch.chdir(tmp_path)
    return migrated_sqlite_url


def typed(*words: str) -> Result:
    return CliRunner().invoke(cheyu, words)


def said(*words: str) -> str:
    done = typed(*words)
    assert done.exit_code == 0, done.output
    return done.output


def refused(*words: str) -> str:
    done = typed(*words)
    assert isinstance(done.exception, StaffError), done.output
    return str(done.exception)


def test_a_rule_is_changed_and_taken_back() -> None:
    assert "从现在起生效" in said(
        *("plan", "set", "first_service", "--days", "-10", "--at", "9:30", "--store", "main"),
        *("--by", "qinyong"),
    )
    shown = said("plan", "rules")
    assert "main：前10天，09:30（秦勇，2026-11-18）" in shown
    assert "首保提醒" in shown
    assert "已恢复" in said("plan", "reset", "first_service", "--store", "main")
    assert "（秦勇" not in said("plan", "rules")
    assert "没有修改过" in refused("plan", "reset", "first_service")


def test_what_makes_no_sense_is_refused() -> None:
    assert "没有要修改的内容" in refused("plan", "set", "birthday")
    assert "没有代码为west的门店" in refused("plan", "set", "birthday", "--off", "--store", "west")
    assert typed("plan", "set", "birthday", "--at", "25:00").exit_code == 2
    assert typed("plan", "set", "nothing", "--off").exit_code == 2


def test_a_kind_goes_by_its_chinese_name_too() -> None:
    assert "首保提醒：全部：停用" in said("plan", "set", "首保提醒", "--off")
    assert "首保提醒：已恢复" in said("plan", "reset", "首保提醒")
    done = typed("plan", "set", "首保", "--off")
    assert done.exit_code == 2
    assert "可用：交车感谢、一周关怀、首保提醒" in done.output
    assert "KIND" in said("plan", "set", "--help")


def test_only_who_may_changes_the_plan() -> None:
    off = ("plan", "set", "birthday", "--off")
    assert "没有登录名为 nobody" in refused(*off, "--by", "nobody")
    assert "岗位不能" in refused(*off, "--by", "lina")
    assert "岗位不能" in refused(*off, "--by", "qinyong")  # his is one store
    assert "岗位不能" in refused(*off, "--store", "east", "--by", "qinyong")
    assert "从现在起生效" in said(*off, "--store", "main", "--by", "qinyong")
    assert "岗位不能" in refused("plan", "reset", "birthday", "--store", "main", "--by", "lina")
    words = ("plan", "announce", "政策通知", "电池质保", "延长到10年。", "--on", "2026-11-20")
    assert "岗位不能" in refused(*words, "--by", "lina")
    assert "通知1已保存" in said(*words, "--by", "taoqian")
    assert "岗位不能" in refused("plan", "approve", "1", "--by", "qinyong")


def test_a_dry_run_names_who_would_have_got_it(installed: str) -> None:
    """By its mileage 李强's 汉EV was due on 9 August, his 帕萨特 is on 2 December."""
    days = ("--from", "2026-07-01", "--to", "2026-12-31")
    usual = said("plan", "dry-run", "regular_service", *days)
    assert "共2人次" in usual
    assert "2026-08-02  李强 京AD12345" in usual
    earlier = said("plan", "dry-run", "regular_service", "--days", "-30", *days)
    assert "2026-07-10  李强 京AD12345" in earlier
    assert "共0人次" in said("plan", "dry-run", "regular_service", "--off")

    async def plan_is_as_before() -> int:
        async with opened(installed):
            return len(await ledger("regular_service"))

    assert run_apart(plan_is_as_before()) == 0


def test_an_announcement_needs_a_second_person() -> None:
    words = ("plan", "announce", "policy", "电池质保", "延长到10年。", "--on", "2026-11-20")
    assert "通知1已保存" in said(*words, "--by", "taoqian", "--audience", '{"energy": ["纯电"]}')
    assert "另一位同事" in refused("plan", "approve", "1", "--by", "taoqian")
    assert "已批准" in said("plan", "approve", "1", "--by", "guhaibo")
    assert "已经批准过" in refused("plan", "approve", "1", "--by", "shenwen")
    assert "没有编号为9" in refused("plan", "approve", "9", "--by", "shenwen")
    assert "不认识" in refused(*words, "--by", "taoqian", "--audience", '{"colour": "red"}')
    assert "没有这样的能源" in refused(
        *words, "--by", "taoqian", "--audience", '{"energy": "汽油机"}'
    )
    assert "一个词或几个词" in refused(*words, "--by", "taoqian", "--audience", '{"tier": [1]}')
    assert "JSON" in refused(*words, "--by", "taoqian", "--audience", "[1]")
    assert "JSON" in refused(*words, "--by", "taoqian", "--audience", "{")


def test_an_announcement_says_what_may_be_said() -> None:
    def announced(title: str, body: str, *more: str) -> str:
        words = ("plan", "announce", "policy", title, body, "--on", "2026-11-20", "--by", "taoqian")
        return refused(*words, *more)

    assert "正文里不要说“您要不要买延保”" in announced("质保", "您要不要买延保？")
    assert "标题里不要说“您有没有时间”" in announced("您有没有时间来店", "有好消息。")
    assert "正文有301字，最多300字" in announced("质保", "长" * 301)
    assert "标题有41字，最多40字" in announced("长" * 41, "延长到10年。")
    assert "最后一天早于" in announced("质保", "延长到10年。", "--until", "2026-11-19")


def test_why_of_what_is_not_there() -> None:
    for number in ("P999", "M999", "999", "x", "P", "T"):
        assert "没有这个编号" in refused("why", number)


def test_a_complaints_number_is_no_contacts() -> None:
    for number in ("T34", "t000034"):
        said = refused("why", number)
        assert "是投诉编号" in said
        assert "如P34" in said
