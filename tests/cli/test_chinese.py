"""What the command line says is Chinese: every help, and every wrong way to type a command."""

import asyncio
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from bot.cli import COMMANDS, cheyu, main
from bot.cli.doctor import findings
from bot.cli.spoken import CATALOGUE, cannot_open, cannot_use, in_chinese, sentence
from bot.cli.spoken.page import Page, width
from bot.errors import ConfigError
from bot.settings import Settings, load
from tests import typing_commands
from tests.databases import run_apart
from tests.people import dealership

Typed = Callable[..., str]
_NAMES = re.compile(r"`[^`]*`|cheyu(?: [a-z][a-z-]*)+|[!-_a-~]*[-_/|=<>{}][!-_a-~]*")
"""Commands, options, files, choices: they are the same in every language."""
_ENGLISH = re.compile(r"\b[A-Za-z][a-z]+[,;:.]? [a-z]{2,}\b")


def english(text: str) -> list[str]:
    """Two plain English words side by side, wherever a line has them."""
    return [found for line in _NAMES.sub("", text).splitlines() for found in _ENGLISH.findall(line)]


def every(command: click.Command, *path: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        for name in command.list_commands(click.Context(command)):
            inner = command.get_command(click.Context(command), name)
            assert inner is not None
            yield from every(inner, *path, name)


ALL = dict(every(cheyu))
EACH = pytest.mark.parametrize("path", ALL, ids=" ".join)


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typed:
    """What the screen shows after these words; they must end with this code."""

    def run(*words: str, code: int) -> str:
        monkeypatch.setattr("sys.argv", ["cheyu", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        shown = capsys.readouterr()
        assert (ended.value.code or 0, bool(shown.err)) == (code, code != 0), words
        return shown.out + shown.err

    return run


def test_the_rule_finds_english_and_lets_names_be() -> None:
    assert english("Missing '--role'") == []  # one word and a name
    assert english("没有选项--nope, did you mean") == ["did you"]
    assert english("Code.") == []
    assert english("Show this message and exit.") != []
    assert english("请看 `cheyu staff add --help`，或 cheyu keys rotate。") == []


@EACH
def test_every_help_is_chinese(typed: Typed, path: tuple[str, ...]) -> None:
    said = typed(*path, "--help", code=0)
    assert english(said) == []
    assert said.startswith(f"用法：{' '.join(('cheyu', *path))} ")
    assert all(width(line) <= 80 for line in said.splitlines() if "|" not in line)
    for old in (
        "Usage",
        "Options",
        "Commands",
        "Show this",
        "default",
        "required",
        "TEXT",
        "INTEGER",
    ):
        assert old not in said


def test_every_help_stands_in_the_catalogue() -> None:
    """A help that is English in code gets its Chinese in bot/cli/spoken."""
    texts = {
        text
        for command in ALL.values()
        for text in (command.help, *(getattr(one, "help", None) for one in command.params))
        if text
    }
    shown = {paragraph for text in texts for paragraph in text.split("\n\n")}
    assert {one for one in shown if one.isascii()} == set()
    assert shown.isdisjoint(CATALOGUE)
    assert in_chinese(cheyu) is cheyu  # once more changes nothing
    assert cheyu.help in CATALOGUE.values()


@EACH
def test_what_is_not_there_is_said_in_chinese(typed: Typed, path: tuple[str, ...]) -> None:
    said = typed(*path, "--nope", code=2)
    assert "没有选项--nope" in said
    assert english(said) == []
    if isinstance(ALL[path], click.Group):
        said = typed(*path, "nope", code=2)
        assert "没有命令nope" in said
    elif any(param.required for param in ALL[path].params):
        said = typed(*path, code=2)
        assert "缺少" in said
    assert english(said) == []


@EACH
def test_values_that_cannot_be_are_refused_in_chinese(typed: Typed, path: tuple[str, ...]) -> None:
    for param in ALL[path].params:
        if not isinstance(param, click.Option) or param.is_flag:
            continue
        assert "后面要写值" in typed(*path, param.opts[0], code=2)
        for wrong in _wrong(param.type):
            said = typed(*path, param.opts[0], wrong, code=2)
            assert f"{param.opts[0]}：" in said
            assert english(said) == []
            assert "请看 `cheyu " in said


def _wrong(kind: click.ParamType[Any]) -> list[str]:
    if isinstance(kind, click.IntRange):
        return ["x", "-5" if kind.min is not None else "9" * 30]
    if isinstance(kind, (click.Choice, click.DateTime)):
        return ["不可能", "it's"]
    return ["x"] if kind is click.INT else []


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("staff", "add", "王芳"), "缺少选项--role，可写：sales_consultant、"),
        (("staff", "add", "王芳", "--rolle", "x"), "没有选项--rolle，是不是--left、--role？请看"),
        (("stafff",), "没有命令stafff，是不是staff？"),
        (("store", "add"), "缺少参数CODE"),
        (("store", "add", "a b"), "CODE：门店代码只能用字母"),
        (("store", "add", "main", "--bays", "0"), "--bays：0不在范围1<=x<=50内"),
        (("bookings", "--date", "2026-13-01"), "“2026-13-01”不是日期或时间，格式：2026-12-01"),
        (("bookings", "more", "2"), "多出了：more 2"),
        (("import", "nothing.csv"), "没有文件nothing.csv"),
        (("import", "."), ".是文件夹，不是文件"),
        (("survey", "import", "nothing.yaml"), "没有文件nothing.yaml"),
        (("case", "do", "T1", "fly", "--by", "w"), "“fly”不在可选值中：seen、receive"),
        (("case", "show", "12x"), "12x不是投诉编号"),
        (("jobs", "--json=1"), "选项--json后面不写值"),
        (("call", "list", "--at", "someday"), "someday不是日期或时刻"),
        (("report", "monthly", "--month", "2026-13"), "2026-13不是月份"),
        (("qrcode", "add"), "请写--store、--consultant、--event中的一个"),
    ],
)  # fmt: skip
def test_wrong_usage_says_what_and_what_else(
    typed: Typed, words: tuple[str, ...], says: str
) -> None:
    said = typed(*words, code=2)
    assert says in said
    assert english(said) == []
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    ("why", "says"),
    [
        ("No such file or directory", "不能写入a/b.csv：没有这个文件夹，请先建好。"),
        ("Permission denied", "没有权限使用a/b.csv。"),
        ("Is a directory", "a/b.csv是文件夹，不是文件。"),
        ("Not a directory", "a/b.csv不能使用：路径里有一段是文件，不是文件夹。"),
        ("File name too long", "a/b.csv的名字太长了。"),
    ],
)
def test_what_cannot_be_written_is_said_in_chinese(why: str, says: str) -> None:
    assert cannot_open(click.FileError("a/b.csv", why)) == says


@pytest.fixture
def installed(migrated_sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A dealership whose platform is nowhere."""

    async def move_in() -> None:
        async with dealership(migrated_sqlite_url):
            pass

    run_apart(move_in())
    typing_commands.settings(monkeypatch, migrated_sqlite_url)


@pytest.mark.usefixtures("installed")
def test_what_the_machine_refuses_in_the_middle_is_one_line(typed: Typed, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    out = tmp_path / "file" / "x"
    said = typed("export-person", "13800000001", "--out", str(out), code=1)
    assert said == (
        f"cheyu: {out}不能使用：路径里有一段是文件，不是文件夹。请换一个地方，或先处理好再试。\n"
    )


def test_a_full_disk_is_named_without_its_file() -> None:
    said = cannot_use(OSError(28, "No space left on device"))
    assert said == "磁盘满了，写不进文件。请换一个地方，或先处理好再试。"


@pytest.mark.usefixtures("installed")
def test_a_platform_that_is_nowhere_is_said_in_chinese(typed: Typed, tmp_path: Path) -> None:
    said = typed("qrcode", "add", "--store", "main", "--out", str(tmp_path), code=1)
    assert "没有应答" in said
    assert english(said) == []


def test_a_report_that_cannot_be_written_is_refused_before_the_year(
    typed: Typed, tmp_path: Path
) -> None:
    where = str(tmp_path / "nowhere" / "r.json")
    said = typed("simulate", "--customers", "1", "--days", "1", "--report", where, code=1)
    assert said == f"cheyu: 不能写入{where}：没有这个文件夹，请先建好。\n"


def test_a_sentence_of_our_own_comes_as_it_is() -> None:
    assert sentence("不是手机号。") == "不是手机号"
    assert sentence("something new of the library.") == "something new of the library"


def test_a_page_breaks_between_chinese_signs_and_never_before_a_stop() -> None:
    page = Page(width=20)
    page.write_text("一二三四五六七八九十。next words\n\n\b\nkept  as it is")
    assert page.getvalue() == "一二三四五六七八九十。\nnext words\n\nkept  as it is\n"
    page = Page(width=30)
    page.write_dl([("--a-very-long-option-name", "一二三四五六七八九"), ("-b", "")], col_max=10)
    assert page.getvalue().splitlines() == [
        "--a-very-long-option-name",
        "            一二三四五六七八九",
        "-b",
    ]


def test_the_settings_are_explained_in_chinese(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    typing_commands.settings(monkeypatch, "sqlite://x.db")
    for name, field in Settings.model_fields.items():
        assert field.description
        assert english(field.description) == [], name
    for name, value in (
        ("PORT", "abc"), ("PORT", "0"), ("PORT", "70000"), ("LOG_LEVEL", "LOUD"),
        ("WECHAT_APP_ID", "somebody"), ("TIMEZONE", "Mars/Base"), ("SEND_RATE", "fast"),
        ("PUBLIC_URL", "ftp://host"), ("DATABASE_URL", "mysql://host/name"),
    ):  # fmt: skip
        with monkeypatch.context() as one:
            one.setenv(f"CHEYU_{name}", value)
            with pytest.raises(ConfigError) as refused:
                load()
        assert refused.value.setting == f"CHEYU_{name}"
        assert english(str(refused.value)) == []


async def test_the_doctor_speaks_chinese(
    migrated_sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    typing_commands.settings(monkeypatch, migrated_sqlite_url)
    monkeypatch.setenv("CHEYU_SECRET_KEY", "short")
    bare = [one async for one in findings()]
    await asyncio.to_thread(CliRunner().invoke, cheyu, ["store", "add", "main"])
    shop = [one async for one in findings()]
    assert len(bare) >= 8
    assert {one.level for one in shop} == {"ok", "warning", "broken"}
    monkeypatch.delenv("CHEYU_WECHAT_TOKEN")
    [missing] = [one async for one in findings()]
    for one in (*bare, *shop, missing):
        assert english(f"{one.what}\n{one.mend}") == []


def test_no_command_is_without_its_page() -> None:
    assert {path[0] for path in ALL if path} == set(COMMANDS)
