"""`cheyu calendar`: a notice is entered by hand or from a file, and mends what the doctor found."""

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from structlog.testing import capture_logs

from bot.cli import cheyu
from bot.jobs.calendar import watch_calendar, year_not_known
from bot.rules.calendar import DayKind, known_until
from bot.rules.calendar_words import SpecialDay
from storage.queries.stores.calendar_days import put_days, special_days
from storage.queries.stores.shops import shop
from tests.people import APP_ID, dealership

UNKNOWN = known_until().year + 1
NOTICE = f"""日期,类型,名称,营业时间,门店
{UNKNOWN}-02-06,放假,春节,停业,
{UNKNOWN}/2/20,调休上班,春节,,
{UNKNOWN}年10月1日,放假,国庆节,09:00-12:00 13:00-16:00,main
"""
Run = Callable[..., Result]


@pytest.fixture
def run(migrated_sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `cheyu calendar …` on a dealership."""
    settings = {
        "DATABASE_URL": migrated_sqlite_url, "SECRET_KEY": "0" * 32, "WECHAT_APP_ID": APP_ID,
        "WECHAT_APP_SECRET": "1" * 32, "WECHAT_TOKEN": "token123",
    }  # fmt: skip
    for name, value in settings.items():
        monkeypatch.setenv(f"CHEYU_{name}", value)
    monkeypatch.setenv("COLUMNS", "120")

    async def founded() -> None:
        async with dealership(migrated_sqlite_url):
            pass

    asyncio.run(founded())
    return lambda *words: CliRunner().invoke(cheyu, ["calendar", *(str(word) for word in words)])


def test_a_day_is_added_and_the_last_word_holds(run: Run) -> None:
    added = run("add", f"{UNKNOWN}-10-01", "--kind", "放假", "--hours", "停业", "--name", "国庆节")
    assert (added.exit_code, added.output) == (0, f"{UNKNOWN}-10-01: 放假 停业 国庆节\n")
    again = run("add", f"{UNKNOWN}-10-01", "--kind", "holiday", "--hours", "9:00-12:00")
    assert again.exit_code == 0
    told = run("list", "--from", f"{UNKNOWN}-01-01", "--to", f"{UNKNOWN}-12-31").output
    assert "放假" in told
    assert "09:00-12:00" in told
    assert "停业" not in told
    assert "not known yet" not in told


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["2027-02-30", "--kind", "放假"], "日期应写成"),
        (["明天", "--kind", "放假"], "日期应写成"),
        (["2027-02-06", "--kind", "春节"], "类型应是"),
        (["2027-02-06", "--hours", "九点到十二点"], "营业时间应写成"),
        (["2027-02-06", "--hours", "12:00-09:00"], "颠倒或重叠"),
        (["2027-02-06", "--hours", "09:00-12:00 也许"], "营业时间应写成"),
        (["2027-02-06"], "请给出类型或营业时间"),
    ],
)
def test_what_makes_no_sense_is_wrong_usage(run: Run, words: list[str], why: str) -> None:
    refused = run("add", *words)
    assert refused.exit_code == 2
    assert why in refused.output


def test_a_years_notice_is_read_from_a_file(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "notice.csv"
    file.write_text(NOTICE, encoding="utf-8-sig")
    done = run("import", file)
    assert (done.exit_code, done.output) == (0, f"{UNKNOWN}年的3天已写入日历。\n")
    told = run("list", "--from", f"{UNKNOWN}-01-01", "--to", f"{UNKNOWN}-12-31").output
    for word in ("日历（3天）", "调休上班", "09:00-12:00 13:00-16:00", "main", "import:notice.csv"):
        assert word in told
    assert run("import", file).exit_code == 0


def test_a_file_with_one_wrong_line_changes_nothing(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "notice.csv"
    file.write_text(NOTICE + f"{UNKNOWN}-10-02,圣诞,,,\n,,,,\n", encoding="utf-8")
    refused = run("import", file)
    assert refused.exit_code == 1
    assert "第5行：类型应是" in str(refused.exception)
    file.write_text(NOTICE.replace("main", "moon"), encoding="utf-8")
    assert "没有代码为moon的门店" in str(run("import", file).exception)
    file.write_text("日期,类型\n", encoding="utf-8")
    assert "没有任何一行" in str(run("import", file).exception)
    file.write_bytes("日期,类型\n2027-01-01,放假".encode("gbk"))
    assert "不是UTF-8的CSV" in str(run("import", file).exception)
    told = run("list", "--from", f"{UNKNOWN}-01-01", "--to", f"{UNKNOWN}-12-31").output
    assert "没有录入过日子" in told
    assert f"{UNKNOWN}年的法定节假日还没有公布" in told
    assert "没有代码为moon的门店" in str(run("list", "--store", "moon").exception)


async def test_days_of_a_store_and_of_all(migrated_url: str) -> None:
    holiday = SpecialDay(date(UNKNOWN, 10, 1), DayKind.HOLIDAY, None, "国庆节")
    short = SpecialDay(date(UNKNOWN, 10, 1), None, (("09:00", "12:00"),), store="main")
    other = SpecialDay(date(UNKNOWN, 10, 2), DayKind.MAKE_UP, store="moon")
    async with dealership(migrated_url):
        await put_days([holiday, short, other], "x" * 40)
        span = date(UNKNOWN, 1, 1), date(UNKNOWN, 12, 31)
        assert [one.day for one in await special_days(*span)] == [holiday, short, other]
        listed = await special_days(*span, "main")
        assert [one.day for one in listed] == [holiday, short]
        assert listed[0].source == "x" * 32
        calendar = (await shop()).stores[0].calendar
        assert calendar.kind(date(UNKNOWN, 10, 1)) is DayKind.HOLIDAY
        assert len(calendar.hours(date(UNKNOWN, 10, 1))) == 1
        with pytest.raises(ValueError, match="shift"):
            await put_days([other, SpecialDay(span[0], None, (("12:00", "09:00"),))], "staff")
        assert len(await special_days(*span)) == 3


async def test_the_log_says_it_until_the_notice_is_entered(migrated_sqlite_url: str) -> None:
    spring = datetime(UNKNOWN, 3, 20, 1, tzinfo=UTC)
    async with dealership(migrated_sqlite_url):
        with capture_logs() as logged:
            assert await watch_calendar(spring) == {"calendar_unknown_year": UNKNOWN}
        assert [(line["event"], line["year"]) for line in logged] == [("holidays_unknown", UNKNOWN)]
        await put_days([SpecialDay(date(UNKNOWN, 10, 1), DayKind.HOLIDAY)], "staff")
        with capture_logs() as logged:
            assert await watch_calendar(spring) == {"calendar_unknown_year": 0}
        assert logged == []
        winter = datetime(UNKNOWN, 12, 1, tzinfo=UTC)
        assert await year_not_known(winter) == UNKNOWN + 1
