"""`cheyu text` and `cheyu template` as staff type them."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import cheyu
from bot.errors import StaffError, WeChatError
from bot.outbox.texts import usual
from storage.db import opened
from storage.queries import platform_templates as registry
from storage.queries.stores.shops import ensure_account
from storage.scope import account_scope
from tests.conversations.chat import open_chat
from tests.conversations.test_scenes import command
from tests.databases import run_apart
from tests.people import APP_ID, NOW, dealership
from tests.typing_commands import settings

GOOD = "{{ hello }}{{ writer }}该做首保了，请在{{ due_on }}前到店。{{ call }}"
CONTENT = "车牌:{{car_number1.DATA}}\n到期:{{time2.DATA}}"


@pytest.fixture
def installed(migrated_sqlite_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """The cast has moved in; the clock of the commands is the machine's."""

    async def move_in() -> None:
        async with dealership(migrated_sqlite_url):
            pass

    run_apart(move_in())
    settings(monkeypatch, migrated_sqlite_url)
    monkeypatch.chdir(tmp_path)
    return migrated_sqlite_url


def typed(*words: str, says: str | None = None) -> Result:
    return CliRunner().invoke(cheyu, words, input=says)


@pytest.mark.usefixtures("installed")
def test_a_text_is_read_reworded_and_reset() -> None:
    assert typed("text", "show", "first_service").output == usual("first_service")
    done = typed("text", "set", "first_service", "--store", "main", says=GOOD)
    assert done.output == "first_service从现在起这样说（第1版）。\n"
    assert typed("text", "show", "first_service", "--store", "main").output == GOOD + "\n"
    assert typed("text", "show", "first_service").output == usual("first_service")
    row = next(line for line in typed("text", "list").output.splitlines() if "首保提醒" in line)
    assert "first_service" in row
    assert "main" in row
    assert "节日问候（群发）" in typed("text", "list").output
    assert "{{ plate }}  车牌" in typed("text", "show", "first_service", "--fields").output
    said = typed("text", "reset", "first_service", "--store", "main").output
    assert said == "first_service已恢复默认。\n"
    said = typed("text", "reset", "first_service", "--store", "main").output
    assert said == "first_service在这里没有改过。\n"


@pytest.mark.usefixtures("installed")
def test_what_customers_should_not_get_is_not_saved(tmp_path: Path) -> None:
    Path(tmp_path / "bad.txt").write_text(GOOD + "您有没有时间？", "utf-8")
    done = typed("text", "set", "first_service", "--file", "bad.txt")
    assert isinstance(done.exception, StaffError)
    assert "不要说“您有没有时间”：给出两个时间请客户选" in done.exception.what
    for words in (
        ("text", "set", "nonsense"),
        ("text", "set", "first_service", "--store", "mian"),
        ("text", "reset", "nonsense"),
        ("text", "preview", "nonsense", "--customer", "13800000001"),
        ("text", "preview", "first_service", "--customer", "nobody"),
        ("text", "preview", "first_service", "--customer", "oStranger"),
        ("text", "preview", "first_service", "--customer", "13800000001", "--file", "bad.txt"),
    ):
        assert isinstance(typed(*words, says=GOOD).exception, StaffError), words
    assert typed("text", "show", "first_service").output == usual("first_service")


@pytest.mark.usefixtures("installed")
def test_a_preview_shows_what_a_real_customer_would_read() -> None:
    read = typed("text", "preview", "first_service", "--customer", "13800000001").output
    assert read.startswith(
        "王女士，您好！这里是城南店客户服务中心。\n京A12345（奥迪Q5L）该做首保了"
    )
    assert "前到店（或行驶到5,000公里前）" in read
    assert read.endswith("[预约保养]\n[改天再说]\n[这次不用]\n")
    mine = ("text", "preview", "first_service", "--customer", "oWang", "--file", "-")
    assert typed(*mine, says=GOOD).output.startswith(
        "王女士，您好！这里是城南店客户服务中心。该做首保了，请在"
    )
    east = typed("text", "preview", "festival", "--customer", "oLi", "--store", "east").output
    assert east.startswith("李先生，您好！这里是城东店客户服务中心。")
    # What is owed to nobody is shown all the same.
    assert "生日快乐" in typed("text", "preview", "birthday", "--customer", "oLi").output
    assert typed("store", "care", "main", 'benefits={"birthday":{"":"精洗一次"}}').exit_code == 0
    read = typed("text", "preview", "birthday", "--customer", "oLi", "--store", "main").output
    assert "为您准备了精洗一次（" in read


def test_a_template_is_mapped_and_listed(installed: str) -> None:
    once = ("template", "map", "S1", "inspection", "car_number1=plate", "time2=expires_on")
    done = typed(*once, "--once", CONTENT)
    assert done.output == "inspection从现在起用模板S1发送。\n", done.exception
    shown = typed("template", "list").output
    for part in ("S1", "inspection.once", "car_number1 车牌 ← plate", "使用中"):
        assert part in shown
    odd = typed(*once[:4], "car_number1=store", "time2=expires_on", "--once", CONTENT)
    assert isinstance(odd.exception, StaffError)
    assert isinstance(typed(*once[:2], "T9", "inspection", "thing1=car").exception, StaffError)
    assert typed("template", "map", "S1", "inspection", "car_number1").exit_code == 2

    async def break_it() -> None:
        async with opened(installed):
            with account_scope(await ensure_account(APP_ID)):
                await registry.set_broken("S1", "模板被封禁")
                await registry.sync([], NOW)

    run_apart(break_it())
    assert "模板被封禁" in typed("template", "list").output


@pytest.mark.usefixtures("installed")
def test_a_platform_that_is_away_is_said_so() -> None:
    done = typed("template", "sync")
    assert isinstance(done.exception, StaffError)
    assert not isinstance(done.exception, WeChatError)


async def test_the_list_is_read_from_wechat(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        pass
    async with open_chat(migrated_url, cast, cast.wang.openid) as chat:
        chosen = chat.world.templates.choose("60101")
        code, out, errors = await command(chat, "template", "sync")
        assert (code, errors) == (0, "")
        assert out == f"新增1个，修改0个，删除0个，未变0个。\n+ {chosen.title}\n"
        with account_scope(cast.account):
            kept = await registry.find(chosen.template_id)
        assert kept is not None
        assert dict(kept.keys) == dict(chosen.keys)
