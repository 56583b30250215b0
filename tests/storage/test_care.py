"""What a store sets of keeping contact: kept, refused where it makes no sense, and in force."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bot.cli import cheyu
from bot.errors import StaffError
from bot.outbox.decide import decide_due
from bot.rules.care_settings import sensible
from storage.db import dumps, sql
from storage.queries import audit
from storage.queries.stores import shops as stores
from storage.queries.stores.care import care_of, set_care, wrong_care
from tests.databases import run_apart
from tests.people import APP_ID, NOW, SECRET, dealership
from tests.touch.rig import agrees, ledger, writes
from tests.touch.test_decide import FOUR, owe

GOOD: dict[str, Any] = {
    "not_before": "09:30",
    "customer_cap": 2,
    "festivals": [
        {"name": "店庆", "day": "06-18"},
        {"name": "重阳", "day": "09-09", "lunar": True},
    ],
    "benefits": {"birthday": {"": "免费洗车", "VIP": "保养工时八折"}},
    "benefit_days": 60,
}


async def test_settings_are_kept_and_taken_back(migrated_url: str) -> None:
    async with dealership(migrated_url):
        assert await care_of("main") == {}
        before = (await stores.shop()).rev
        assert await set_care("main", GOOD, "李娜", NOW) == GOOD
        assert (await stores.shop()).rev == before + 1
        left = await set_care("main", {"not_before": None, "customer_cap": 1}, "李娜", NOW)
        assert left == await care_of("main")
        assert (left["customer_cap"], "not_before" in left) == (1, False)
        assert await care_of("east") == {}
        assert len(await audit.entries(subject="store:main")) == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"not_befor": "09:30"},
        {"not_before": "07:00"},
        {"festivals": [{"name": "店庆"}]},
        {"festivals": [{"name": "店庆", "day": "13-01"}]},
        {"festivals": ["06-18"]},
        {"festivals": 5},
        {"benefit_days": 0},
        {"benefit_days": "30"},
        {"benefits": {"birthdays": {"": "洗车"}}},
        {"benefits": {"birthday": "洗车"}},
        {"benefits": {"birthday": {"": "长" * 81}}},
        {"benefits": []},
    ],
)
async def test_nonsense_changes_nothing(migrated_sqlite_url: str, wrong: dict[str, Any]) -> None:
    async with dealership(migrated_sqlite_url):
        with pytest.raises(StaffError):
            await set_care("main", wrong, "李娜", NOW)
        assert await care_of("main") == {}
        with pytest.raises(StaffError, match="mian"):
            await set_care("mian", {}, "李娜", NOW)


def test_it_is_typed(
    migrated_sqlite_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def move_in() -> None:
        async with dealership(migrated_sqlite_url):
            pass

    run_apart(move_in())
    monkeypatch.chdir(tmp_path)
    for name, value in {
        "DATABASE_URL": migrated_sqlite_url, "SECRET_KEY": SECRET, "WECHAT_APP_ID": APP_ID,
        "WECHAT_APP_SECRET": "made-up", "WECHAT_TOKEN": "madeup",
        "WECHAT_API_URL": "http://127.0.0.1:9",
    }.items():  # fmt: skip
        monkeypatch.setenv(f"CHEYU_{name}", value)

    def typed(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(cheyu, ("store", "care", *words))
        return done.exit_code, done.output

    shown = 'not_before="09:30"\nhigh_tiers=["金卡"]\n'
    assert typed("main", "not_before=09:30", 'high_tiers=["金卡"]') == (0, shown)
    code, listed = typed("main")
    assert code == 0
    assert 'not_before="09:30"  最早几点' in listed
    assert 'not_after  最晚几点，如19:00，现为"20:00"\n' in listed
    assert '现为[["09:00","11:00"],["18:00","20:00"]]' in listed
    assert "customer_cap  老客户12个月内最多回访几次，现为3\n" in listed
    assert typed("main", "not_before=") == (0, 'high_tiers=["金卡"]\n')
    assert typed("main", "not_before")[0] == 2
    assert typed("main", "not_before=08:00")[0] == 1


def test_what_makes_sense_of_settings_holds() -> None:
    said = {
        "not_before": "10:00",
        "not_after": "09:30",
        "customer_cap": "two",
        "festivals": [{"name": "店庆"}],
        "colour": "red",
        "benefit_days": 60,
    }
    kept, wrong = sensible(said)
    assert kept == {"not_before": "10:00", "benefit_days": 60}
    assert len(wrong) == 4
    assert sensible(["x"]) == ({}, ["门店设置写得不对。"])
    assert sensible(None) == sensible({}) == ({}, [])


async def test_one_stores_bad_setting_stops_nobody(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        bad = dumps({"not_before": "25:00", "customer_cap": 1, "festivals": "x"})
        await sql().run("UPDATE store SET care = ? WHERE code = 'main'", bad)
        for who in (cast.wang, cast.li):
            await agrees(who, now=NOW)
            await writes(who, FOUR)
            await owe(who, "birthday", "care")
        await decide_due(FOUR)
        assert [row.channel for row in await ledger()] == ["service", "service"]
        told = await wrong_care()
        assert [code for code, _ in told] == ["main", "main"]
        assert "not_before" in "".join(why for _, why in told)
