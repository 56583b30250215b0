"""`export-person` and `erase-person` of somebody who only ever called, as IT types them."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import cheyu
from bot.errors import StaffError
from storage import models
from storage.db import opened, sql
from storage.queries.cases.opening import NewCase, open_case
from storage.secrets import seal
from tests.databases import forget_compiled_queries, run_apart
from tests.people import NOW, dealership
from tests.privacy.caller import NAME, PHONE, WORDS, calls_in
from tests.typing_commands import settings


@pytest.fixture(autouse=True)
def installed(migrated_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    async def move_in() -> None:
        async with dealership(migrated_url) as cast:
            await calls_in(cast)
            mine = NewCase("chat", "门有异响", phone=PHONE, wechat_user_id=cast.stranger.user_id)
            await open_case(mine, NOW)
            other = NewCase(
                "chat", "门有异响", phone="13600000008", wechat_user_id=cast.stranger.user_id
            )
            await open_case(other, NOW)

    run_apart(move_in())
    forget_compiled_queries()
    settings(monkeypatch, migrated_url)
    monkeypatch.chdir(tmp_path)
    return migrated_url


def typed(*words: str) -> Result:
    return CliRunner().invoke(cheyu, words)


def refused(*words: str) -> StaffError:
    error = typed(*words).exception
    assert isinstance(error, StaffError)
    return error


def test_a_caller_is_given_what_is_held_on_them(tmp_path: Path) -> None:
    done = typed("export-person", "137 0000 0009", "--out", "out")
    assert done.exit_code == 0, done.output
    assert "已导出：" in done.output
    assert "投诉单 2" in done.output
    assert "微信里 oStranger 也留过这个电话（T000003）" in done.output
    held = json.loads((tmp_path / "out" / "person.json").read_text("utf-8"))
    assert [row["phone"] for row in held["complaint"]] == [PHONE, PHONE]
    page = (tmp_path / "out" / "person.html").read_text("utf-8")
    for said in (PHONE, NAME, WORDS, "投诉单", "潜在客户"):
        assert said in page
    assert "<dt>phone" not in page
    for subject in ("complaint:1", "complaint:2", "lead:1"):
        assert "export" in typed("audit", "list", "--subject", subject).output


def test_what_would_go_is_shown_before_it_goes(installed: str) -> None:
    shown = typed("erase-person", PHONE)
    assert shown.exit_code == 2
    for said in ("会删除：", "投诉单 2", "潜在客户 1", "T000001、T000002、L000001", "--yes"):
        assert said in shown.output
    assert typed("export-person", PHONE).exit_code == 0
    assert "操作日志" not in typed("erase-person", PHONE).output  # the book stays as it is

    done = typed("erase-person", "+86 137-0000-0009", "--yes")
    assert done.exit_code == 0, done.output
    assert "已删除：" in done.output
    assert "投诉单 2" in done.output
    for again in (("erase-person", PHONE), ("erase-person", PHONE, "--yes")):
        repeated = typed(*again)
        assert (repeated.exit_code, "删除过" in repeated.output) == (0, True)
    assert typed("audit", "verify").exit_code == 0

    async def left() -> list[str]:
        async with opened(installed):
            return [case.what for case in await models.Case.all().order_by("id")]

    assert run_apart(left()) == ["", "", "门有异响", "门有异响"]


def test_nobody_is_said_with_who_it_may_be() -> None:
    for command in (("export-person",), ("erase-person",), ("erase-person", "--yes")):
        error = refused(*command, "13900000088")
        assert error.what == "没有找到这个人。"
        assert "openid" in error.hint
        assert "oStranger（T000004）" in refused(*command, "136-0000-0008").hint


def test_it_is_done_by_whoever_may() -> None:
    assert typed("staff", "add", "李娜", "--role", "marketing", "--login", "lina").exit_code == 0
    for words in (
        ("export-person", PHONE),
        ("erase-person", PHONE),
        ("erase-person", PHONE, "--yes"),
    ):
        assert "岗位" in refused(*words, "--as", "lina").what
    assert typed("erase-person", PHONE, "--yes", "--as", "gu").exit_code == 0
    assert "erase" in typed("audit", "list", "--actor", "顾海波").output


def test_a_number_of_two_files_is_told(installed: str) -> None:
    """What carries only that number is nobody's of them, and whoever exports is told so."""

    async def share() -> None:
        async with opened(installed):
            await sql().run("UPDATE customer SET phone_hash = (SELECT phone_hash FROM complaint"
                            " WHERE id = 1), phone = ?", seal("customer.phone", PHONE))  # fmt: skip

    run_apart(share())
    forget_compiled_queries()
    assert "#1、#2" in refused("export-person", PHONE).what
    for command in (("export-person",), ("erase-person",)):
        assert "还在别人的档案里" in typed(*command, "#1").output
    assert "投诉单" not in typed("erase-person", "#1").output
