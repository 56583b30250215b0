"""`cheyu survey`, as staff type it: out, changed by hand, and in again."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import assume, example, given
from hypothesis import strategies as st

from bot.cli import cheyu
from bot.cli.survey_files import read_survey, write_survey
from bot.clock import clock
from bot.errors import StaffError
from bot.rules.surveys.choosing import Survey, check_survey
from bot.rules.surveys.pack import PACK
from tests.databases import run_apart
from tests.people import NOW, dealership
from tests.typing_commands import settings


@pytest.fixture
def installed(migrated_sqlite_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    async def move_in() -> None:
        async with dealership(migrated_sqlite_url):
            pass

    clock.stop(at=NOW)
    run_apart(move_in())
    settings(monkeypatch, migrated_sqlite_url, 160)
    monkeypatch.chdir(tmp_path)


def typed(*words: str) -> Result:
    return CliRunner().invoke(cheyu, ["survey", *words])


def said(*words: str) -> str:
    done = typed(*words)
    assert done.exit_code == 0, done.output
    return done.output


def refused(*words: str) -> str:
    done = typed(*words)
    assert isinstance(done.exception, StaffError), done.output
    return str(done.exception)


@pytest.mark.parametrize("survey", PACK, ids=[survey.code for survey in PACK])
def test_a_file_says_what_the_survey_says(survey: Survey) -> None:
    assert read_survey(write_survey(survey)) == survey


def seen(most: int) -> st.SearchStrategy[str]:
    """Words that can be seen, of whatever signs."""
    signs = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Zs"))
    return st.text(signs, min_size=1, max_size=most)


@given(seen(64), seen(200), seen(20))
@example("# a: [*b]", "是：{no}\n- 'x\"", "yes")
@example("null", "~", "1e3")
@example("2026-11-18", "!!str\n\n\\", "a: b")
def test_whatever_is_written_comes_back_from_its_file(name: str, text: str, label: str) -> None:
    data = {
        "code": "mine",
        "version": 1,
        "name": name,
        "kind": "extension",
        "audience": {"tier": [label[:16]]},
        "questions": [
            {
                "code": "no",
                "kind": "choice",
                "text": text,
                "choices": [{"code": "yes", "label": label}, {"code": "b", "label": "别的"}],
                "low": ["yes"],
            }
        ],
    }
    checked = check_survey(data)
    assume(checked.survey is not None)
    assert checked.survey is not None
    assert read_survey(write_survey(checked.survey)) == checked.survey


@pytest.mark.usefixtures("installed")
def test_out_changed_and_in_again() -> None:
    assert "standard" in said("list")
    assert "所有客户" in said("list")
    said("export", "standard", "--file", "standard.yaml")
    assert "没有变化" in said("import", "standard.yaml")
    file = Path("standard.yaml")
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("还有什么想对我们说的？", "还想说什么？"), encoding="utf-8")
    assert "version: 2" in refused("import", "standard.yaml")
    assert "没有写入" in said("import", "standard.yaml", "--next", "--dry-run")
    assert "还想说什么" not in said("show", "standard")
    assert "standard版本2从现在起使用" in said("import", "standard.yaml", "--next")
    assert "版本2已在使用" in said("import", "standard.yaml", "--next")
    assert "还想说什么" in said("show", "standard")
    assert "还想说什么" not in said("show", "standard", "--version", "1")
    assert "version: 2" in said("export", "standard", "--store", "east")
    assert "standard 版本2 所有门店 cli 2026-11-18" in said("list", "--all")


@pytest.mark.usefixtures("installed")
def test_a_store_asks_in_its_own_way_or_not_at_all() -> None:
    said("export", "premium", "--file", "premium.yaml")
    file = Path("premium.yaml")
    file.write_text(
        file.read_text(encoding="utf-8").replace("贵宾服务", "东店贵宾"), encoding="utf-8"
    )
    said("import", "premium.yaml", "--store", "east", "--next")
    assert "东店贵宾" in said("list", "--store", "east")
    assert "东店贵宾" not in said("list")
    assert "premium已停用" in said("retire", "premium", "--store", "east")
    assert "本来就没有在用" in said("retire", "premium", "--store", "east")
    assert "premium" not in said("list", "--store", "east")
    assert "已停用" in said("list", "--all")
    assert "没有问卷premium" in refused("show", "premium", "--store", "east")
    assert "没有问卷nothing" in refused("export", "nothing", "--version", "3")
    assert "没有门店west" in refused("import", "premium.yaml", "--store", "west")


@pytest.mark.usefixtures("installed")
def test_what_staff_read_says_who_is_asked_what_and_when() -> None:
    shown = said("show", "new_energy")
    assert "新能源用车（new_energy 版本1）" in shown
    assert "到店维修保养后、3个月回访、1年回访，纯电、插混" in shown
    assert "2. 最近充电有没有明显变慢？（是否）" in shown
    assert "开投诉单：是" in shown
    assert "只在第2题答“是”时问" in shown
    assert "（文字，可跳过）" in said("show", "standard")
    assert "记为购车意向：想换一辆、想添一辆" in said("show", "standard")


BAD = """\
code: mine
version: 1
name: 我的问卷
kind: extension
audience:
  energy: [纯电, 水]
questions:
  - code: first
    kind: yes_no
    text: 您对我们的服务满意吗？
  - code: first
    kind: choice
    text: 选一个
    choices:
      - {code: a, label: 甲}
      - code: no
        label: 乙
    when: {later: [是]}
  - {code: later, kind: yes_no, text: 后来呢？}
"""


@pytest.mark.usefixtures("installed")
def test_every_problem_is_named_with_its_line() -> None:
    Path("bad.yaml").write_text(BAD, encoding="utf-8")
    done = typed("import", "bad.yaml")
    assert done.exit_code == 1
    lines = done.output.splitlines()
    assert [line.split("：")[0] for line in lines[:-1]] == [
        "bad.yaml:6: audience的energy第2项",
        "bad.yaml:10: 第1题first的text",
        "bad.yaml:11: 第2题first的code",
        "bad.yaml:16: 第2题first的第2个选项的code",
        "bad.yaml:18: 第2题first的when",
    ]
    assert "加引号" in lines[3]
    assert lines[-1] == "cheyu: 共5处问题，没有导入。"
    Path("bad.yaml").write_bytes(b"\xff\xfe\x00")
    assert "不是UTF-8编码" in typed("import", "bad.yaml").output


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("", 1, "文件是空的"),
        ("code: [", 1, "YAML写得不对"),
        ("code: a\ncode: b\nversion: 1", 2, "code写了不止一次"),
        ("a: &x 1\nb: *x", 2, "引用"),
        ("code: 2026-99-99", 1, "读不懂"),
        ("code: !!python/object:os.system x", 1, "YAML写得不对"),
        ("[a, b]: c", 1, "一个词"),
        ("[" * 3, 1, "YAML写得不对"),
        ("[" * 3000 + "]" * 3000, 1, "层次太深"),
        ("x" * 200_000, 1, "KiB"),
        ("- 1\n- 2", 1, "名称: 值"),
        ("code: a\x00", 1, "YAML写得不对"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_says_so(text: str, line: int, says: str) -> None:
    found = read_survey(text)
    assert isinstance(found, list)
    assert any(one.line == line and says in one.what for one in found), found


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: [1, 2", "方括号没有写完，或少了逗号"),
        ("a: {b: 1", "花括号没有写完，或少了逗号"),
        ("- a\nb: 1", "缩进与上面不齐"),
        ("a: b: c", "冒号多了或少了；含冒号的文字请加引号"),
        ("a: 1\nb\n", "少了冒号，或缩进与上面不齐"),
        ("\tx: 1", "缩进请用空格，不要用制表符"),
        ("a: @x", "不能用这个符号开头，文字请加引号"),
        ("a: 'x", "引号没有写完"),
        ('a: "\\q"', "双引号里的反斜杠不对，请改用单引号"),
        ("a: !x y", "不能用!开头的标记"),
        ("%YAML 3.0\n---\na: 1", "这里读不懂，请检查缩进、冒号和引号"),
        ("a: \x01", "有不能用的字符"),
    ],
)
def test_what_yaml_cannot_read_is_said_in_chinese(text: str, says: str) -> None:
    found = read_survey(text)
    assert isinstance(found, list)
    assert [one.what for one in found] == [f"YAML写得不对：{says}。"]
