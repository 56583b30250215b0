"""`cheyu staff` and `cheyu audit`, as typed."""

import sqlite3
from contextlib import closing

import pytest
from click.testing import CliRunner, Result

from bot.cli import cheyu
from bot.errors import StaffError

SETTINGS = {
    "CHEYU_SECRET_KEY": "a made-up key of thirty-two signs",
    "CHEYU_WECHAT_APP_ID": "wx0000000000000001",
    "CHEYU_WECHAT_APP_SECRET": "made-up",
    "CHEYU_WECHAT_TOKEN": "madeup",
}


@pytest.fixture(autouse=True)
def installed(migrated_sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("CHEYU_DATABASE_URL", migrated_sqlite_url)
    monkeypatch.setenv("COLUMNS", "200")
    return migrated_sqlite_url.removeprefix("sqlite://")


def typed(*words: str) -> Result:
    return CliRunner().invoke(cheyu, words)


def test_somebody_added_twice_works_here_once() -> None:
    assert typed("store", "add", "main", "--name", "城南店").exit_code == 0
    words = ("staff", "add", "陈静", "--role", "care_specialist", "--phone", "138 0000 0007")
    for _ in range(2):
        assert typed(*words, "--store", "main").exit_code == 0
    listed = typed("staff", "list").output
    assert listed.count("陈静") == 1
    assert "回访专员" in listed
    assert "138****0007" in listed
    assert "13800000007" not in listed
    assert typed("staff", "add", "陈静", "--role", "care_specialist", "--left").exit_code == 0
    assert "陈静" not in typed("staff", "list").output
    assert "main" in typed("staff", "list", "--all").output


def test_what_does_not_exist_is_said_plainly() -> None:
    assert typed("staff", "add", "陈静", "--role", "receptionist").exit_code == 2
    assert typed("staff", "add", "陈静", "--role", "marketing", "--phone", "1380").exit_code == 2
    refused = typed("staff", "add", "陈静", "--role", "marketing", "--store", "moon")
    assert isinstance(refused.exception, StaffError)
    assert "moon" in str(refused.exception)
    assert typed("staff", "add", "陈静", "--role", "marketing", "--login", "jing").exit_code == 0
    taken = typed("staff", "add", "李娜", "--role", "marketing", "--login", "jing")
    assert isinstance(taken.exception, StaffError)
    assert "李娜" not in typed("staff", "list", "--all").output


def test_the_book_is_read_and_verified(installed: str) -> None:
    for name in ("陈静", "李娜", "王强"):
        typed("staff", "add", name, "--role", "marketing")
    first = typed("audit", "verify")
    assert first.exit_code == 0
    assert "共3条" in first.output
    known = first.output.splitlines()[-1]
    assert "staff:2" in typed("audit", "list", "--subject", "staff:2").output
    assert typed("audit", "verify", "--known", known).exit_code == 0
    assert typed("audit", "verify", "--known", "3").exit_code == 2
    with closing(sqlite3.connect(installed)) as connection:
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute("DELETE FROM audit_entry WHERE number = 2")
        connection.execute("DROP TRIGGER audit_entry_no_update")
        connection.execute("UPDATE audit_entry SET actor = 'x' WHERE number = 2")
        connection.commit()
    broken = typed("audit", "verify")
    assert broken.exit_code == 1
    assert "第2条" in str(broken.exception)


def test_a_narrow_screen_hides_nothing_of_the_book(monkeypatch: pytest.MonkeyPatch) -> None:
    typed("staff", "add", "陈静", "--role", "marketing", "--phone", "13800001234")
    monkeypatch.setenv("COLUMNS", "60")
    shown = typed("audit", "list").output
    assert "staff:1" in "".join(shown.split())
    assert "…" not in shown
