"""`cheyu call` as typed: the list, the card with the questions, and what came of it."""

from datetime import timedelta

import pytest
from click.testing import CliRunner, Result

from bot.cli import cheyu
from bot.clock import clock
from bot.errors import StaffError
from bot.rules.roles import Role
from storage.db import sql
from storage.queries.cases.opening import NewCase, open_case
from storage.queries.evidence import collecting as evidence
from storage.queries.leads.opening import NewLead, open_lead
from storage.queries.ratings import rating as ratings
from storage.queries.staff.colleagues import add_staff
from tests.calls.rig import FOUR, consents_to, owed
from tests.cases.command_line import inside
from tests.databases import run_apart
from tests.people import NOW, dealership
from tests.typing_commands import settings

JING = ("--as", "jing")


@pytest.fixture(autouse=True)
def installed(migrated_sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Thursday 19 November 2026, 16:05: 王芳 is owed a call after her visit, and complains; a lead."""
    clock.stop(at=FOUR)
    run_apart(_move_in(migrated_sqlite_url))
    settings(monkeypatch, migrated_sqlite_url, 240)


async def _move_in(url: str) -> None:
    async with dealership(url) as cast:
        await add_staff("静静", Role.CARE_SPECIALIST, now=NOW, login="jing")
        await add_staff("小李", Role.MARKETING, now=NOW, login="ads")
        await consents_to(cast.wang)
        await open_case(NewCase("staff", "等太久", customer_id=cast.wang.customer_id), NOW)
        await owed(cast.wang)
        await open_lead(NewLead("visit", name="赵六", phone="13700000009", model="汉EV"), NOW)


def types(*words: str) -> Result:
    return CliRunner().invoke(cheyu, ["call", *words])


def says(*words: str) -> str:
    result = types(*words)
    assert result.exit_code == 0, result.output + repr(result.exception)
    return result.output


def number(name: str) -> str:
    """The task of this person, as the list shows it."""
    line = next(line for line in says("list", *JING).splitlines() if name in line)
    return line.strip("│ ").split()[0]


def test_the_list_and_the_card() -> None:
    told = says("list", *JING)
    for words in (
        "王芳",
        "13800000001",
        "现在",
        "奥迪 Q5L · 京A12345",
        "投诉未了结 T000001",
        "赵六",
    ):
        assert words in told
    card = says("show", number("王芳"), *JING)
    for words in (
        *(
            "客户：王芳（王女士） 13800000001",
            "上次到店：2026-11-18 首保",
            "提醒：投诉未了结 T000001",
        ),
        *(
            "现在可以打",
            "1. 总的来说",
            "（1到5分）",
            "暂时不变、想换一辆、想添一辆",
        ),
    ):
        assert words in card
    assert "潜客：L000001 B 1到3个月购车 汉EV" in says("show", number("赵六"), *JING)
    assert "王芳" not in says("list", "--all", "--as", "ads")


def test_the_card_names_what_they_sent_with_their_rating(migrated_sqlite_url: str) -> None:
    task = number("王芳")
    assert "随评价发来" not in says("show", task, *JING)

    async def rate() -> None:
        kept = await sql().one(
            "SELECT touchpoint_id, customer_id FROM staff_task WHERE id = ?", int(task)
        )
        user = await sql().one(
            "SELECT id FROM wechat_user WHERE customer_id = ?", kept["customer_id"]
        )
        occasion = await ratings.of_touchpoint(kept["touchpoint_id"])
        assert occasion is not None
        rating = await ratings.begin(occasion, FOUR, wechat_user_id=user["id"])
        assert rating is not None
        for name, kind in (("M1", "image"), ("M2", "voice")):
            await ratings.put_media(rating.id, name, kind, user["id"], FOUR)
        photo, voice = await evidence.of_rating(rating.id)
        await evidence.keep(photo, b"\xff\xd8\xff a photo", FOUR)
        await evidence.gone(voice.id, "微信上已经过期")

    inside(migrated_sqlite_url, rate)
    lines = says("show", task, *JING).splitlines()
    assert "随评价发来：照片 1 11-19 16:05 已保存" in lines
    assert "随评价发来：语音 2 11-19 16:05 未能取得（微信上已经过期）" in lines


def test_an_empty_list_says_so_and_where_others_are() -> None:
    assert "今日回访：没有要打的电话。没有分给您" in says("list", "--as", "ads")
    assert says("list", "--all", "--as", "ads") == "今日回访：没有要打的电话。\n"
    past = says("list", "--at", "2020-01-01", "--all", *JING)
    assert past == "2020-01-01回访：没有要打的电话。\n"


def test_a_record_says_what_is_missing_until_it_is_complete() -> None:
    task = number("王芳")
    told = says(
        "record", task, "reached", "--answer", "1=2", "--answer", "standard.advisor=5分", *JING
    )
    assert "已记录，还缺：从到店到离店" in told
    assert "请再登记一次补上：回答写在 --answer 题号=回答" in told
    assert "已生成投诉 T000002" in told
    card = says("show", task, *JING)
    for words in ("→ 2分", "还缺：从到店到离店", "上次：11-19 16:05 已接通"):
        assert words in card
    more = ("3=5", "5=是", "7=想换一辆", "8=7", "9=下次快一点")
    told = says(
        "record", task, "reached", *[one for more_ in more for one in ("--answer", more_)], *JING
    )
    assert "任务完成" in told
    assert "已生成潜客 L000002" in told
    assert "状态：已接通" in says("show", task, *JING)


def test_another_time_and_nobody_there() -> None:
    task = number("王芳")
    assert "11-21 10:00再打" in says("record", task, "later", "--at", "2026-11-21 10:00", *JING)
    lead = number("赵六")
    assert "再打" in says("record", lead, "no_answer", *JING)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("reached", "--answer", "99=5"), "没有题目99"),
        (("reached", "--answer", "5"), "没有题目5"),
        (("reached", "--answer", "1=很好"), "的回答只能是"),
        (("reached", "--answer", "7=不知道"), "要从这些里选"),
    ],
)
def test_what_is_refused(words: tuple[str, ...], said: str) -> None:
    result = types("record", number("王芳"), *words, *JING)
    assert isinstance(result.exception, StaffError)
    assert said in str(result.exception)


def test_nobody_finds_what_they_may_not_see() -> None:
    for words in (("show", "99"), ("record", "99", "no_answer")):
        result = types(*words, *JING)
        assert isinstance(result.exception, StaffError)
        assert "没有找到" in str(result.exception)


def test_the_list_as_it_was_and_will_be() -> None:
    task = number("王芳")
    says("record", task, "refused", "--said", "不想说", *JING)
    clock.forward(timedelta(minutes=10))
    assert "王芳" not in says("list", *JING)
    then = says("list", "--at", "2026-11-19 16:00", *JING)
    assert "回访（2026-11-19 16:00时）" in then
    line = next(line for line in then.splitlines() if "王芳" in line)
    assert "当时" in line
    assert "11-19 16:05 不愿接受回访" in line
    day = says("list", "--at", "2026-11-19", *JING)
    assert "2026-11-19回访" in day
    assert "王芳" in day
    assert "王芳" not in says("list", "--at", "2026-11-20", *JING)
    for wrong, why in (("tomorrow", "不是日期或时刻"), ("1900-01-01", "2000年到2099年")):
        done = types("list", "--at", wrong, *JING)
        assert done.exit_code == 2
        assert why in done.output
