"""The ledger: everything counted, what does not add up named, one message shown whole."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from click.testing import CliRunner, Result

from bot.cli.outbox import outbox as command
from bot.clock import clock
from bot.outbox.dispatch import Dispatcher
from storage.db import sql
from storage.queries.outbox import budgets as outbox_budgets
from storage.queries.outbox import ledger as outbox_ledger
from tests.databases import forget_compiled_queries, run_apart
from tests.outbox.notices import mass, notice
from tests.outbox.post import NOW, FarSide, letter, post_office, writes
from tests.people import SECRET

API = "/cgi-bin/message/template/send"


async def some(url: str) -> None:
    """Three messages sent, a list, and one that waits."""
    async with post_office(url):
        people = [await writes(f"o-{n}", f"k{n}") for n in range(3)]
        await letter(people[0], "late:1", "您好")
        for person in people[:2]:
            await notice(person.id, f"n{person.id}")
        await mass([one.id for one in people])
        await Dispatcher(FarSide()).dispatch_due(NOW)
        await notice(people[2].id, "later", now=NOW + timedelta(days=1))
        await outbox_budgets.pause(API, NOW + timedelta(hours=1), "模板接口被封禁", NOW)


async def test_everything_is_counted(migrated_url: str) -> None:
    await some(migrated_url)
    async with post_office(migrated_url):
        audit = await outbox_ledger.audit(NOW)
        assert audit.counts == {
            ("service", "accepted"): 1,
            ("template", "accepted"): 2,
            ("mass", "accepted"): 3,
            ("template", "queued"): 1,
        }
        assert (audit.total, audit.open, audit.problems) == (7, 1, ())
        page = await outbox_ledger.page(channel="template", limit=2)
        assert [one.state for one in page] == ["queued", "accepted"]
        (older,) = await outbox_ledger.page(channel="template", before=page[-1].id)
        assert (older.msgid[:1], older.openid) == ("T", "o-0")
        assert [one.channel for one in await outbox_ledger.page(state="accepted", limit=1)] == [
            "mass"
        ]
        shown = await outbox_ledger.show(page[0].id)
        assert shown is not None
        assert "京A12345" in shown[1]
        assert await outbox_ledger.show(99) is None


async def test_what_does_not_add_up_is_named(migrated_url: str) -> None:
    await some(migrated_url)
    async with post_office(migrated_url):
        await sql().run("UPDATE message SET msgid = 'T2' WHERE channel = 'template' AND id < 9")
        await sql().run("UPDATE message SET state = 'lost' WHERE idem = 'late:1'")
        await sql().run(
            "UPDATE message SET state = 'sending', lease_until = ? WHERE idem = 'later'", NOW
        )
        audit = await outbox_ledger.audit(NOW + timedelta(hours=1))
        assert {problem.what: problem.count for problem in audit.problems} == {
            "处于不存在的状态": 1,
            "同一个微信消息编号记在两条消息上": 3,
            "发送中断超过10分钟仍未处理": 1,
        }


def run(monkeypatch: pytest.MonkeyPatch, url: str, words: Sequence[str]) -> Result:
    for name, value in {
        "DATABASE_URL": url,
        "SECRET_KEY": SECRET,
        "WECHAT_APP_ID": "wx0123456789abcdef",
        "WECHAT_APP_SECRET": "1" * 32,
        "WECHAT_TOKEN": "testtoken",
    }.items():
        monkeypatch.setenv(f"CHEYU_{name}", value)
    forget_compiled_queries()
    clock.stop(NOW)
    return CliRunner().invoke(command, list(words), env={"COLUMNS": "200"})


def test_the_command(monkeypatch: pytest.MonkeyPatch, migrated_sqlite_url: str) -> None:
    run_apart(some(migrated_sqlite_url))
    said = run(monkeypatch, migrated_sqlite_url, ["audit"])
    assert said.exit_code == 0, said.output
    assert "共7条，每条一个状态；未结束1条。" in said.output
    assert "没有重复，没有丢失" in said.output
    assert "模板接口被封禁" in said.output
    listed = run(
        monkeypatch, migrated_sqlite_url, ["list", "--channel", "template", "--limit", "2"]
    )
    assert (listed.output.count("模板消息"), listed.exit_code) == (2, 0)
    shown = run(monkeypatch, migrated_sqlite_url, ["show", "2"])
    assert "微信编号：T" in shown.output
    assert "京A12345" in shown.output
    assert "中秋快乐" in run(monkeypatch, migrated_sqlite_url, ["show", "4"]).output
    assert run(monkeypatch, migrated_sqlite_url, ["show", "99"]).exit_code == 1


def test_the_command_fails_where_something_is_wrong(
    monkeypatch: pytest.MonkeyPatch, migrated_sqlite_url: str
) -> None:
    async def spoil() -> None:
        await some(migrated_sqlite_url)
        async with post_office(migrated_sqlite_url):
            await sql().run("UPDATE message SET state = 'lost' WHERE idem = 'late:1'")

    run_apart(spoil())
    said = run(monkeypatch, migrated_sqlite_url, ["audit"])
    assert (said.exit_code, "处于不存在的状态：1条" in said.output) == (1, True)
