"""`cheyu keys rotate`, `export-person`, `erase-person` and what the doctor says of keys."""

import json
import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner, Result

from bot.cli import cheyu
from bot.cli.person_words import label, told
from bot.errors import StaffError
from storage import evidence_files, models
from storage.db import opened, sql
from storage.queries.evidence import collecting as evidence
from storage.queries.privacy.persons import WHERE
from storage.scope import account_scope
from storage.secrets import use_keys
from tests.databases import run_apart
from tests.people import NOW, SECRET, dealership
from tests.typing_commands import settings

NEW = "another secret for after the rotation"


@pytest.fixture(autouse=True)
def installed(
    migrated_sqlite_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> pytest.MonkeyPatch:
    async def move_in() -> None:
        async with dealership(migrated_sqlite_url):
            pass

    run_apart(move_in())
    settings(monkeypatch, migrated_sqlite_url)
    monkeypatch.chdir(tmp_path)
    return monkeypatch


def typed(*words: str) -> Result:
    return CliRunner().invoke(cheyu, words)


def test_a_person_is_exported_readably(tmp_path: Path) -> None:
    done = typed("export-person", "13800000001", "--out", "out")
    assert done.exit_code == 0, done.output
    held = json.loads((tmp_path / "out" / "person.json").read_text("utf-8"))
    assert held["customer"][0]["phone"] == "13800000001"
    assert held["vehicle"][0]["vin"] == "LSVAA4182E2000001"
    page = (tmp_path / "out" / "person.html").read_text("utf-8")
    for words in ("个人信息副本", "车架号", "LSVAA4182E2000001", "车辆档案"):
        assert words in page
    assert not re.search(r"<dt>[a-z_]+</dt>|T\d\d:\d\d:|<dd>(female|filed|care|ice|bev)</dd>", page)
    assert "<dt>性别</dt><dd>女</dd>" in page
    assert (tmp_path / "out" / "person.json").stat().st_mode & 0o077 == 0
    assert "export" in typed("audit", "list", "--subject", "customer:1").output
    assert isinstance(typed("export-person", "C404").exception, StaffError)


def test_every_column_that_may_be_told_has_a_name() -> None:
    tables = {
        model._meta.db_table: model for model in map(models.__dict__.get, models.__all__) if model
    }
    columns = {
        column for table in WHERE for column in tables[table]._meta.fields_db_projection.values()
    }
    ours = {column for column in columns if column == "account_id" or column.endswith("hash")}
    assert {column for column in columns - ours if label(column) == column} == set()


def test_times_are_told_on_the_clock_of_the_store() -> None:
    row = {"at": "2026-11-22T16:30:00.5+00:00", "gender": "male", "note": "T10", "rev": 3}
    zone = ZoneInfo("Asia/Shanghai")
    assert [value for _, value in told(row, zone)] == ["2026-11-23 00:30", "男", "T10", "3"]


def test_erasing_asks_first_and_may_be_asked_twice() -> None:
    assert typed("erase-person", "13800000001").exit_code == 2
    assert typed("export-person", "13800000001").exit_code == 0
    done = typed("erase-person", "13800000001", "--yes")
    assert done.exit_code == 0, done.output
    assert "客户 1" in done.output
    again = typed("erase-person", "13800000001", "--yes")
    assert (again.exit_code, "删除过" in again.output) == (0, True)
    assert isinstance(typed("export-person", "13800000001").exception, StaffError)
    assert isinstance(typed("erase-person", "C404", "--yes").exception, StaffError)
    assert typed("audit", "verify").exit_code == 0


def test_the_book_names_who_exported_and_erased() -> None:
    for name, role, login in (("沈文", "general_manager", "shen"), ("李娜", "marketing", "lina")):
        assert typed("staff", "add", name, "--role", role, "--login", login).exit_code == 0
    for words in (("export-person", "13800000001"), ("erase-person", "13800000001", "--yes")):
        for login in ("lina", "nobody"):
            assert isinstance(typed(*words, "--as", login).exception, StaffError)
        done = typed(*words, "--as", "shen")
        assert done.exit_code == 0, done.output
    theirs = typed("audit", "list", "--actor", "沈文").output
    assert "export" in theirs
    assert "erase" in theirs


def test_keys_rotate_and_the_doctor_says_how_far(installed: pytest.MonkeyPatch) -> None:
    assert "8项个人资料都用第一个密钥加密" in typed("doctor").output
    installed.setenv("CHEYU_SECRET_KEY", f"{NEW},{SECRET}")
    assert "还有8项个人资料用旧密钥加密" in typed("doctor").output
    done = typed("keys", "rotate")
    assert done.exit_code == 0, done.output
    assert "全部 8 项都已用第一个密钥加密" in done.output
    assert typed("keys", "rotate").exit_code == 0
    installed.setenv("CHEYU_SECRET_KEY", NEW)
    assert "8项个人资料都用第一个密钥加密" in typed("doctor").output
    installed.setenv("CHEYU_SECRET_KEY", SECRET)
    assert "有8项个人资料的密钥不在" in typed("doctor").output
    assert isinstance(typed("keys", "rotate").exception, StaffError)


def test_photos_go_with_the_person_who_sent_them(migrated_sqlite_url: str) -> None:
    async def sent() -> None:
        async with opened(migrated_sqlite_url):
            with account_scope(1):
                for who in await sql().rows("SELECT id, openid FROM wechat_user ORDER BY id"):
                    await evidence.want(who["openid"], "image", who["id"], NOW)
                for item in await evidence.claim(NOW):
                    await evidence.keep(item, b"\xff\xd8\xff" + item.media_id.encode(), NOW)

    async def files() -> int:
        with account_scope(1):
            return len(await evidence_files.names())

    run_apart(sent())
    before = run_apart(files())
    assert before > 1
    assert typed("erase-person", "13800000001", "--yes").exit_code == 0
    assert run_apart(files()) == before - 1


def test_sealed_files_rotate_too_and_what_no_key_opens_is_named(
    installed: pytest.MonkeyPatch,
) -> None:
    async def sent(content: bytes) -> str:
        with account_scope(1):
            return await evidence_files.put(content)

    async def opened(name: str) -> bytes:
        with account_scope(1):
            return await evidence_files.opened(name)

    photo = run_apart(sent(b"\xff\xd8\xff a photo"))
    installed.setenv("CHEYU_SECRET_KEY", f"{NEW},{SECRET}")
    assert typed("keys", "rotate").exit_code == 0
    installed.setenv("CHEYU_SECRET_KEY", NEW)
    assert typed("keys", "rotate").exit_code == 0
    assert run_apart(opened(photo)) == b"\xff\xd8\xff a photo"
    use_keys("a key that nobody has any more")
    lost = run_apart(sent(b"#!AMR\n"))
    refused = typed("keys", "rotate")
    assert "1 个文件打不开" in str(refused.exception)
    assert lost[:12] in refused.output
