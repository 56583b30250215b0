"""The command line as IT meets it: exit codes, one clear line on stderr, never a traceback."""

import json
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.cli import main
from tests.people import APP_ID

COMPLETE = {
    "CHEYU_SECRET_KEY": "0" * 32,
    "CHEYU_WECHAT_APP_ID": APP_ID,
    "CHEYU_WECHAT_APP_SECRET": "1" * 32,
    "CHEYU_WECHAT_TOKEN": "testtoken",
    "CHEYU_WECHAT_API_URL": "http://127.0.0.1:9",
}
FREE = ("--port", "18390", "--phone-port", "18391")


@dataclass(frozen=True, slots=True)
class Ended:
    code: int
    out: str
    err: str


Run = Callable[..., Ended]


@pytest.fixture
def cheyu(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Run:
    """Runs a command in an empty directory with complete settings, and those given.

    What sets up the log does so for its whole process: it gets one of its own.
    """
    monkeypatch.chdir(tmp_path)

    def run(*words: str, **settings: str) -> Ended:
        for name, value in (COMPLETE | settings).items():
            monkeypatch.setenv(name, value)
        if words[0] in ("demo", "serve", "tick", "doctor", "menu"):
            command = [sys.executable, "-m", "bot.cli", *words]
            done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
            assert "Traceback" not in done.stderr
            return Ended(done.returncode, done.stdout, done.stderr)
        monkeypatch.setattr("sys.argv", ["cheyu", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        shown = capsys.readouterr()
        assert "Traceback" not in shown.err
        return Ended(int(ended.value.code or 0), shown.out, shown.err)

    return run


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("CHEYU_PORT", "abc"),
        ("CHEYU_PORT", "0"),
        ("CHEYU_DATABASE_URL", "mysql://host/name"),
        ("CHEYU_DATABASE_URL", "postgres://user:word@host:port/name"),
        ("CHEYU_TIMEZONE", "Mars/Base"),
        ("CHEYU_SECRET_KEY", ""),
        ("CHEYU_SECRET_KEY", "0123456789012345678901234567890123,"),
        ("CHEYU_WECHAT_APP_ID", "somebody"),
        ("CHEYU_WECHAT_APP_SECRET", ""),
        ("CHEYU_WECHAT_TOKEN", "a b"),
        ("CHEYU_WECHAT_AES_KEY", "short"),
        ("CHEYU_WECHAT_API_URL", "ftp://host"),
        ("CHEYU_LOG_LEVEL", "LOUD"),
        ("CHEYU_LOG_FORMAT", "xml"),
    ],
)
def test_nonsense_is_refused_by_name(cheyu: Run, setting: str, value: str) -> None:
    ended = cheyu("migrate", **{setting: value})
    assert ended.code == 2
    assert ended.err.startswith(f"cheyu: {setting}: ")
    assert ended.err.count("\n") == 1


def test_a_missing_setting_is_named_and_its_neighbours_stay_secret(
    cheyu: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    cheyu("--version")
    monkeypatch.delenv("CHEYU_WECHAT_TOKEN")
    monkeypatch.setitem(COMPLETE, "CHEYU_WECHAT_APP_SECRET", "hush-hush")
    monkeypatch.delitem(COMPLETE, "CHEYU_WECHAT_TOKEN")
    ended = cheyu("migrate")
    assert (ended.code, ended.out) == (2, "")
    assert "CHEYU_WECHAT_TOKEN: 没有设置" in ended.err
    assert "hush-hush" not in ended.err
    monkeypatch.delenv("CHEYU_SECRET_KEY")
    monkeypatch.delitem(COMPLETE, "CHEYU_SECRET_KEY")
    both = cheyu("doctor").out  # told at once, not one after the other
    assert "CHEYU_SECRET_KEY没有设置" in both
    assert "另外缺少或不对的：CHEYU_WECHAT_TOKEN。" in both


@pytest.mark.parametrize(
    "url", ["postgres://nobody:word@127.0.0.1:1/none", "sqlite://{here}", "sqlite://{here}/text"]
)
@pytest.mark.parametrize("command", ["serve", "migrate"])
def test_a_database_that_is_not_there_is_not_taken_for_an_empty_one(
    cheyu: Run, tmp_path: Path, command: str, url: str
) -> None:
    (tmp_path / "text").write_text("this is no database" * 100)
    ended = cheyu(command, CHEYU_DATABASE_URL=url.format(here=tmp_path))
    assert ended.code == 1
    assert "数据库没有应答" in ended.err
    assert "升级" not in ended.err


def test_a_directory_that_cannot_be_written_is_named(cheyu: Run) -> None:
    ended = cheyu("migrate", CHEYU_DATABASE_URL="sqlite:///proc/none/cheyu.db")
    assert ended.code == 1
    assert "/proc/none" in ended.err


def test_an_older_schema_is_refused(cheyu: Run) -> None:
    for command in ("serve", "bookings"):
        ended = cheyu(command)
        assert (ended.code, ended.out) == (1, "")
        assert "cheyu migrate" in ended.err


def test_from_nothing_to_a_store_that_can_be_booked(cheyu: Run) -> None:
    assert cheyu("migrate").code == 0
    assert "已经是最新结构" in cheyu("migrate").out
    ended = cheyu("doctor")
    assert ended.code == 1
    assert "cheyu store add" in ended.out
    assert "放假" not in ended.out  # nothing is known of the days of no store
    assert cheyu("store", "add", "main", "--name", "城南店").code == 0
    assert "1家门店可以预约" in cheyu("doctor").out
    assert "没有预约" in cheyu("bookings", "--date", "2026-12-01").out
    ended = cheyu("bookings", "--store", "mian")
    assert (ended.code, ended.out) == (1, "")
    assert "mian" in ended.err


def test_doctor_says_that_the_database_is_away(cheyu: Run) -> None:
    ended = cheyu("doctor", CHEYU_DATABASE_URL="postgres://nobody:word@127.0.0.1:1/none")
    assert ended.code == 1
    assert "✗ 数据库没有应答" in ended.out
    assert "word" not in ended.out


def test_what_the_platform_refuses_goes_to_stderr(cheyu: Run) -> None:
    cheyu("migrate")
    ended = cheyu("menu", "push")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.splitlines()[-1].startswith("cheyu: 微信接口http://127.0.0.1:9没有应答")


def test_tick_prints_what_it_did(cheyu: Run) -> None:
    cheyu("migrate")
    ended = cheyu("tick", "--at", "2027-02-06T10:00")
    assert ended.code == 0
    assert json.loads(ended.out)["at"] == "2027-02-06T02:00:00+00:00"


@pytest.mark.parametrize(
    "words",
    [
        ["nothing"],
        ["tick", "--at", "tomorrow"],
        ["tick", "--at", "0001-01-01T00:00"],
        ["bookings", "--date", "2026-13-01"],
        ["store", "add", "main", "--bays", "0"],
        ["store", "add", "城南 店"],
        ["serve", "--role", "king"],
        ["staff", "add", "王芳"],
        ["staff", "add", " ", "--role", "marketing"],
        ["import", "nothing.csv"],
    ],
)
def test_wrong_usage_is_2_and_one_line(cheyu: Run, words: list[str]) -> None:
    ended = cheyu(*words)
    assert (ended.code, ended.out) == (2, "")
    assert (ended.err[:7], ended.err.count("\n")) == ("cheyu: ", 1)
    assert ended.err.endswith(" --help`。\n")


def test_a_group_alone_shows_what_there_is(cheyu: Run) -> None:
    ended = cheyu("staff")
    assert (ended.code, "命令：" in ended.err) == (2, True)


def test_a_taken_port_and_a_strange_host_are_named(cheyu: Run) -> None:
    cheyu("migrate")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        ended = cheyu("serve", CHEYU_PORT=port)
        assert (ended.code, ended.err[:20]) == (2, "cheyu: CHEYU_PORT: 不")
        ended = cheyu("serve", CHEYU_HOST="192.0.2.1", CHEYU_PORT=port)
        assert (ended.code, ended.err[:20]) == (2, "cheyu: CHEYU_HOST: 1")


def test_a_store_takes_the_time_zone_of_the_installation(cheyu: Run) -> None:
    cheyu("migrate")
    cheyu("store", "add", "west", CHEYU_TIMEZONE="Asia/Urumqi")
    assert zones() == ["Asia/Urumqi"]
    cheyu("store", "add", "west", "--bays", "2", CHEYU_TIMEZONE="Asia/Shanghai")
    assert zones() == ["Asia/Urumqi"]


def zones() -> list[str]:
    """What stands in the file; `cheyu` has put us into its directory."""
    with closing(sqlite3.connect("var/cheyu.db")) as file:
        return [row[0] for row in file.execute("SELECT timezone FROM store")]


def test_what_libraries_log_is_json_too() -> None:
    said = "import logging; from bot.app import logs; logs.set_up('INFO', 'json');"
    said += "logging.getLogger('pool').warning('lost %s', 'it');"
    said += "import structlog; structlog.get_logger('ours').info('here', wechat_token='hush')"
    done = subprocess.run(
        [sys.executable, "-c", said], capture_output=True, text=True, timeout=60, check=True
    )
    theirs, ours = map(json.loads, done.stderr.splitlines())
    assert (theirs["event"], theirs["level"]) == ("lost it", "warning")
    assert (ours["event"], ours["wechat_token"]) == ("here", "…")


def test_a_fresh_demo_deletes_no_more_than_a_demo(cheyu: Run, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("kept")
    ended = cheyu("demo", "--fresh", "--data", ".", *FREE)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("cheyu: --data: . holds something else")
    assert (tmp_path / "thesis.txt").read_text() == "kept"


def test_a_fresh_demo_leaves_one_that_runs_alone(cheyu: Run, tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "account.json").write_text("not read")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ended = cheyu("demo", "--fresh", "--data", "demo", "--port", str(taken.getsockname()[1]))
    assert (ended.code, ended.err[:14]) == (2, "cheyu: --port:")
    assert (tmp_path / "demo" / "account.json").exists()
    ended = cheyu("demo", "--data", "demo", *FREE)
    assert (ended.code, ended.out) == (2, "")
    assert "Start over with --fresh" in ended.err
