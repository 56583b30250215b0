"""Letters and template fields: what a message is made of, and what a template may be given."""

from datetime import date, datetime, timedelta

import pytest

from bot.errors import StaffError
from bot.outbox import fields, texts
from bot.outbox.fields import fill, notices, wrong
from bot.outbox.letters import details, for_everybody, letter
from bot.outbox.texts import BARE, SAMPLE
from bot.rules.etiquette import Care
from bot.rules.roles import Role
from bot.rules.touch.kinds import KINDS
from bot.wechat.results import Template
from storage.db import sql
from storage.queries import platform_templates as registry
from storage.queries import texts as reworded
from storage.queries.staff.alerts import STAFF_ALERT
from storage.queries.staff.colleagues import add_staff
from storage.queries.touch.letterheads import heads
from tests.people import NOW, SHANGHAI, TODAY, Cast, dealership

KEYS = {"thing3": "预约门店", "time4": "预约时间", "car_number5": "车牌"}
MAPPING = {"thing3": "store", "time4": "booked_at", "car_number5": "plate"}
LISTED = Template("TPL1", "预约提醒", "\n".join(f"{KEYS[k]}:{{{{{k}.DATA}}}}" for k in KEYS), "")


def test_a_templates_fields_are_filled_and_fitted() -> None:
    filled = fill(MAPPING | {"thing9": "=请带行驶证", "thing10": "reason"}, SAMPLE)
    assert filled.data == {
        "thing3": "城南店",
        "time4": "2026-12-01 09:30",
        "car_number5": "京A12345",
        "thing9": "请带行驶证",
        "thing10": "首保在交车后3个月或5,000公里，先…",
    }
    assert (filled.cut, filled.refused) == (("thing10",), ())
    bare = fill(MAPPING, BARE)
    assert bare.refused == ("time4：没有内容", "car_number5：没有内容")


def test_a_mapping_is_tried_before_it_holds() -> None:
    assert wrong(KEYS, "booking_reminder", MAPPING) == []
    assert wrong(KEYS, "festival", MAPPING) == ["festival不是可以用模板发的服务通知"]
    assert wrong(KEYS, "booking_reminder.once", MAPPING) == []
    lacking = {"thing3": "store", "time4": "booked_at"}
    assert wrong(KEYS, "booking_reminder", lacking) == ["字段car_number5（车牌）还没有内容"]
    assert "模板里没有字段thing8" in wrong(KEYS, "booking_reminder", MAPPING | {"thing8": "store"})
    assert "thing3：没有叫colour的字段" in wrong(
        KEYS, "booking_reminder", MAPPING | {"thing3": "colour"}
    )
    odd = wrong(KEYS, "booking_reminder", MAPPING | {"time4": "store"})
    assert odd == ["time4：store放不进去，要写成2026-12-01 09:30这样的时间"]
    long = wrong(KEYS, "booking_reminder", MAPPING | {"thing3": "=" + "字" * 21})
    assert long == ["thing3：固定的文字太长"]
    old = wrong(
        {"first": "", "thing1": ""}, "booking_reminder", {"first": "hello", "thing1": "car"}
    )
    assert old == ["first：微信已不再显示开头和备注"]


def test_only_service_notices_go_by_template() -> None:
    ours = {one.removesuffix(registry.ONCE) for one in notices()}
    assert ours == {code for code, kind in KINDS.items() if kind.template} | {STAFF_ALERT}
    for code in ours - {STAFF_ALERT}:
        assert KINDS[code].purpose in ("service", "care")
    assert {"festival", "birthday", "brochure", "event_invitation", "win_back"}.isdisjoint(ours)


async def test_a_template_carries_a_notice_once_it_is_mapped(migrated_url: str) -> None:
    async with dealership(migrated_url):
        await registry.sync([LISTED], NOW)
        with pytest.raises(StaffError, match="还没有内容"):
            await fields.map_notice("TPL1", "booking_reminder", {"thing3": "store"}, "cli", NOW)
        with pytest.raises(StaffError, match="没有模板TPL2"):
            await fields.map_notice("TPL2", "booking_reminder", MAPPING, "cli", NOW)
        assert await registry.for_notice("booking_reminder") is None
        await fields.map_notice("TPL1", "booking_reminder", MAPPING, "cli", NOW)
        carried = await registry.for_notice("booking_reminder")
        assert carried is not None
        assert fill(carried.mapping, SAMPLE).data["thing3"] == "城南店"


async def test_what_staff_should_mend_is_listed(migrated_url: str) -> None:
    async with dealership(migrated_url):
        (missing,) = await fields.problems()
        assert missing.startswith("还没有模板的服务通知：首保提醒、定期保养")
        await registry.sync([LISTED], NOW)
        await fields.map_notice("TPL1", "booking_reminder", MAPPING, "cli", NOW)
        (missing,) = await fields.problems()
        assert "到店提醒" not in missing
        await registry.set_broken("TPL1", "模板被封禁")
        assert "booking_reminder用的模板“预约提醒”不能用：模板被封禁" in await fields.problems()
        await registry.map_notice("TPL1", "booking_reminder", {"thing3": "colour"}, "x", NOW)
        assert any("没有叫colour的字段" in one for one in await fields.problems())
        await registry.sync([], NOW)
        assert any("已从公众号删除" in one for one in await fields.problems())
        await reworded.put("main", "birthday", "生日快乐", "x", NOW)
        assert any(
            "话术birthday（main）：开头要有客户的称呼" in one for one in await fields.problems()
        )


def test_what_the_plan_found_becomes_fields() -> None:
    found = details(
        {
            "交车日": "2026-08-30", "首保日期": "2026-11-30", "保养日期": "2026-11-30",
            "保养里程": "5,000公里", "依据": "按时间", "预约项目": "首保",
            "结算日": "2026-11-16", "工单": "R1", "到期日": "2026-12-18", "事故": "accident",
            "节日": "中秋、店庆", "通知": "电池质保", "推荐": "赵敏", "预约号": "B1",
            "到店时间": "2026-11-19 09:30", "生日": "08-15",
        },
        TODAY,
        SHANGHAI,
    )  # fmt: skip
    assert found == {
        "delivered_on": date(2026, 8, 30), "first_service_on": date(2026, 11, 30),
        "service": "首保", "due_on": date(2026, 11, 30), "due_km": 5000,
        "visited_on": date(2026, 11, 16), "expires_on": date(2026, 12, 18), "days_left": 30,
        "incident": "事故", "festival": "中秋、店庆", "title": "电池质保", "friend": "赵敏",
        "booking": "B1", "booked_at": datetime(2026, 11, 19, 9, 30, tzinfo=SHANGHAI),
    }  # fmt: skip
    assert details({}, TODAY, SHANGHAI) == {}
    odd = {"交车日": "?", "到店时间": "明天", "事故": "爆胎", "到期日": "2026-11-01"}
    assert details(odd, TODAY, SHANGHAI) == {
        "incident": "爆胎", "expires_on": date(2026, 11, 1),
    }  # fmt: skip
    with_zone = details({"到店时间": f"{NOW.isoformat()}"}, TODAY, SHANGHAI)
    assert with_zone["booked_at"] == NOW


async def staffed(cast: Cast) -> None:
    """王芳 was sold her car by 李娜 and is served by 赵敏."""
    sold = await add_staff("李娜", Role.SALES_CONSULTANT, now=NOW, store_code="main")
    serves = await add_staff("赵敏", Role.SERVICE_ADVISOR, now=NOW, store_code="main")
    await sql().run(
        "UPDATE customer SET consultant_id = ? WHERE id = ?", sold.id, cast.wang.customer_id
    )
    await sql().run("UPDATE vehicle SET advisor_id = ? WHERE id = ?", serves.id, cast.wang.car)


async def test_a_letter_names_the_customer_the_car_and_who_writes(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await staffed(cast)
        who, car = cast.wang.customer_id, cast.wang.car
        assert who is not None
        assert car is not None
        found = await heads([who], [car])
        facts = {"保养日期": "2026-11-30", "保养里程": "5,000公里"}
        context = letter("first_service", facts, found, who, car, store=cast.main, now=NOW)
        text = await texts.render("first_service", context, "main")
        assert text.startswith(
            "王女士，您好！我是城南店服务顾问赵敏。\n京A12345（奥迪Q5L）该做首保了"
        )
        assert "请在11月30日前到店（或行驶到5,000公里前）" in text
        thanks = letter("delivery_thanks", {}, found, who, car, store=cast.main, now=NOW)
        assert thanks.words["sender"] == "销售顾问李娜"
        assert thanks.words["high_value"] == ""
        # Whoever left is not named; nobody at all is the store itself.
        await sql().run("UPDATE staff SET active = ?", False)
        found = await heads([who], [car])
        context = letter("first_service", facts, found, who, car, store=cast.main, now=NOW)
        assert context.words["writer"] == "这里是城南店客户服务中心。"


async def test_a_letter_to_who_is_not_there_any_more_names_nobody(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        who = cast.li.customer_id
        assert who is not None
        await sql().run("UPDATE customer SET erased_at = ?, tier = 'VIP' WHERE id = ?", NOW, who)
        found = await heads([who, 9999], [9999])
        assert (found.customers, found.cars) == ({}, {})
        context = letter("festival", {}, found, who, None, store=cast.main, now=NOW)
        assert context.words["hello"] == "您好！"
        assert await heads([], []) == found
        await sql().run("UPDATE customer SET erased_at = NULL WHERE id = ?", who)
        again = letter("month_3", {}, await heads([who], []), who, None, store=cast.main, now=NOW)
        assert again.words["high_value"] == "是"
        rare = letter(
            "month_3", {}, await heads([who], []), who, None,
            store=cast.main, now=NOW, care=Care(high_tiers=()), benefit="免费洗车",
        )  # fmt: skip
        assert (rare.words["high_value"], rare.words["benefit"]) == ("", "免费洗车")


async def test_one_text_for_a_stores_customers(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        until = TODAY + timedelta(days=30)
        context = for_everybody(
            cast.main, NOW, festival="中秋", benefit="保养工时八折", benefit_until=until
        )
        text = await texts.render("festival", context, "main", mass=True)
        assert text.startswith("您好！这里是城南店客户服务中心。\n中秋到了")
        assert "保养工时八折（12月18日前有效）" in text
