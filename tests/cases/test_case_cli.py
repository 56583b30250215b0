"""`cheyu case`, as typed."""

from datetime import timedelta
from typing import Any

import pytest

from bot.clock import clock
from storage.queries import audit
from storage.queries.cases.opening import NewCase, open_case
from tests.cases.command_line import inside, install, refused, said, typed
from tests.cases.office import Office
from tests.people import NOW


@pytest.fixture(autouse=True)
def installed(migrated_sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """王芳 complained (T000001) and so did 李强 at the other store (T000002), whose other car comes here."""
    install(migrated_sqlite_url, monkeypatch, _move_in)
    return migrated_sqlite_url


async def _move_in(here: Office) -> None:
    wang, li = here.cast.wang, here.cast.li
    east: dict[str, Any] = {"customer_id": li.customer_id, "vehicle_id": li.cars[1][1]}
    for new in (
        NewCase("chat", "等了三个小时[没人]理", "response_time", wechat_user_id=wang.user_id),
        NewCase("chat", "车机黑屏", "product_quality", **east),
    ):
        await open_case(new, NOW)


def test_everybody_sees_their_own_list() -> None:
    every = said("list", "--by", "zhao")
    for text in ("T000001", "T000002", "待处理", "回应时间", "城东店", "首次回复客户"):
        assert text in every
    mine = said("list", "--by", "gu")
    assert "T000001" in mine
    assert "T000002" not in mine
    assert "没有找到" in refused("show", "T2", "--by", "gu")
    assert "没有找到" in refused("do", "T2", "progress", "--words", "x", "--by", "gu")
    assert "车机黑屏" in said("show", "T2", "--by", "hou")
    assert "T000001" not in said("list", "--clock", "broken", "--by", "gu")
    clock.forward(timedelta(days=2))
    broken = said("list", "--clock", "broken", "--store", "main", "--owner", "gu", "--by", "zhao")
    assert "已超时" in broken
    assert "T0" not in said("list", "--by", "shi")
    assert "nowhere" in refused("list", "--store", "nowhere", "--by", "zhao")
    assert "登录名" in refused("list", "--by", "nobody")


def test_a_complaint_is_worked_on_and_shown(installed: str) -> None:
    assert "负责人：严工" in said("do", "t1", "receive", "--by", "yan")
    assert "处理中" in said("do", "T000001", "reply", "--words", "明天上午给您答复", "--by", "yan")
    nobody = typed("do", "1", "assign", "--by", "gu")
    assert (nobody.exit_code, "转派要用 --to 写明转给谁" in nobody.output) == (2, True)
    assert "负责人：莫可" in said("do", "1", "assign", "--to", "mo", "--by", "gu")
    said("do", "1", "call", "--missed", "--by", "mo")
    assert "根本原因" in refused("do", "1", "solve", "--solution", "道歉", "--by", "mo")
    said("do", "1", "solve", "--cause", "没有排班", "--solution", "增设专员", "--by", "mo")
    assert "待处理" not in said("show", "T1", "--by", "yan")
    whole = said("show", "T1", "--by", "yan")
    for text in (
        "等了三个小时[没人]理",
        "13800000001",
        "没有排班",
        "致电未接通",
        "转给：莫可",
        "严工",
        "按时完成",
    ):
        assert text in whole
    assert "没有找到" in refused("show", "T2", "--by", "yan")
    assert "没有找到" in refused("do", "T2", "receive", "--by", "yan")
    assert typed("show", "X1", "--by", "yan").exit_code == 2
    noted = inside(installed, lambda: audit.entries(subject="complaint:1", actor="严工"))
    assert {entry.action for entry in noted} == {"view"}


def test_what_a_visitor_says_is_recorded() -> None:
    made = said(
        "new", "洗车划伤", "--customer", "13800000001", "--category", "attitude", "--by", "tao"
    )
    assert "T000003" in made
    assert "服务态度" in made
    whole = said("show", "3", "--by", "tao")
    for text in ("王芳", "京A12345", "门店登记", "城南店"):
        assert text in whole
    said("new", "路人投诉", "--store", "east", "--phone", "13500000000", "--by", "tao")
    passer_by = said("show", "T4", "--by", "zhao")
    assert "13500000000" in passer_by
    assert "城东店" in passer_by
    assert "没有客户，也没有电话" in refused("new", "x", "--by", "tao")
    assert "电话不对" in refused("new", "x", "--phone", "12", "--by", "tao")
    assert "客户" in refused("new", "x", "--customer", "nobody", "--by", "tao")
    assert "岗位" in refused("new", "x", "--by", "shi")


def test_amends_are_asked_for_and_decided() -> None:
    assert "由顾海波负责" in refused("compensate", "T1", "gift", "杯", "--by", "yan")
    assert "由顾海波负责" in refused(
        "improve", "x", "--case", "T1", "--due", "2026-12-01", "--by", "yan"
    )
    said("do", "T1", "receive", "--by", "yan")
    asked = said("compensate", "T1", "voucher", "保养券", "--amount", "200", "--by", "yan")
    assert asked == "补偿1（T000001 代金券：保养券（200.00元））等待批准。\n"
    assert "保养券" in said("compensation", "--by", "gu")
    assert "保养券" not in said("compensation", "--by", "yan")
    assert "岗位" in refused("compensation", "1", "approve", "--by", "yan")
    assert "已驳回" in said("compensation", "1", "refuse", "--words", "已在保修内", "--by", "gu")
    assert "没有找到" in refused("compensation", "9", "give", "--by", "gu")
    assert (
        typed("compensate", "T1", "refund", "退", "--amount", "much", "--by", "yan").exit_code == 2
    )
    due = ("--due", "2026-12-01")
    made = said("improve", "每两小时报进度", "--case", "T1", *due, "--owner", "mo", "--by", "gu")
    assert "整改措施1" in made
    assert "预防措施2" in said("improve", "培训", "--category", "attitude", *due, "--by", "zhao")
    assert "已批准" in said("measure", "1", "approve", "--by", "zhao")
    assert "莫可" in said("measure", "--state", "approved", "--by", "gu")
    assert "没有找到" in refused("improve", "x", "--case", "T2", *due, "--by", "yan")
    assert "没有找到" in refused("compensate", "T2", "gift", "杯", "--by", "yan")
    whole = said("show", "1", "--by", "gu")
    for text in ("补偿", "已驳回", "整改与预防措施", "每两小时报进度"):
        assert text in whole


def test_what_is_alike_is_linked() -> None:
    said(
        "new",
        "又等了一上午",
        "--customer",
        "13800000001",
        "--category",
        "response_time",
        "--by",
        "gu",
    )
    assert "可能相似的投诉" in said("show", "T1", "--by", "gu")
    assert said("link", "T1", "T3", "--why", "排班", "--by", "gu") == "已关联。\n"
    assert said("link", "T1", "T3", "--by", "gu") == "已经关联过了。\n"
    shown = said("show", "T1", "--by", "gu")
    assert "关联投诉" in shown
    assert "可能相似" not in shown
    assert said("link", "T1", "T3", "--undo", "--by", "gu") == "已取消关联。\n"
    assert said("link", "T1", "T3", "--undo", "--by", "gu") == "本来没有关联。\n"
    assert "没有找到" in refused("link", "T1", "T2", "--by", "gu")


def test_who_gets_what_and_the_weeks_issues() -> None:
    where = ("--category", "product_quality", "--energy", "bev")
    line = ("route", *where, "--department", "新能源技术部", "--owner", "mo", "--by", "zhao")
    assert said(*line) == "已保存。\n"
    assert said(*line) == "没有变化。\n"
    shown = said("route", "--by", "yan")
    for text in ("产品品质", "纯电", "新能源技术部", "莫可", "赵敏"):
        assert text in shown
    assert said("route", *where, "--remove", "--by", "zhao") == "已删除。\n"
    assert said("route", *where, "--remove", "--by", "zhao") == "没有这一行。\n"
    assert "产品品质到技术部" in said("route", "--by", "yan")
    assert "岗位" in refused("route", "--by", "shi")
    top = said("top5", "--by", "zhao")
    for text in ("共2件", "50%", "回应时间", "尚未查明", "售后服务部"):
        assert text in top
    assert "共1件" in said("top5", "--store", "east", "--by", "zhao")
    assert "共0件" in said("top5", "--week", "2026-11-10", "--by", "gu")
    assert "岗位" in refused("top5", "--by", "shi")


def test_the_steps_are_explained_where_one_looks_for_them() -> None:
    helped = said("do", "--help")
    for words in ("DEED：", "receive     确认接单", "solve要写--cause和--solution"):
        assert words in helped


def test_a_category_may_be_said_by_its_name() -> None:
    """What is typed in Chinese is counted and sent with all the others of its kind."""
    tao = ("--by", "tao")
    said("new", "前台不理人", "--phone", "13500000000", "--category", "服务态度", *tao)
    assert "售后服务部" in said("show", "T3", "--by", "zhao")
    assert "T000003" in said("list", "--category", "attitude", *tao)
    assert "T000003" in said("list", "--category", "服务态度", "--by", "zhao")
    said("do", "T3", "categorise", "--category", " 产品品质", "--by", "zhao")
    assert "技术部" in said("show", "T3", "--by", "zhao")
    said("route", "--category", "空头承诺", "--department", "销售二部", "--by", "zhao")
    said("do", "T3", "categorise", "--category", "empty_promise", "--by", "zhao")
    assert "销售二部" in said("show", "T3", "--by", "zhao")


def test_numbers_and_days_that_cannot_be_are_wrong_usage() -> None:
    vast = "9" * 20
    for words in (
        ("measure", vast, "approve"),
        ("compensation", vast, "approve"),
        ("top5", "--week", "9999-12-31"),
        ("top5", "--week", "0001-01-01"),
    ):
        done = typed(*words, "--by", "zhao")
        assert isinstance(done.exception, SystemExit), done.exception
        assert done.exit_code == 2
