"""What is due finds its way, or says why not: channels, hours, caps, consent, second tries."""

from datetime import date, timedelta

from bot.outbox.decide import decide_due
from bot.outbox.why import explained
from storage.db import dumps, sql
from storage.queries.touch import touchpoints
from storage.secrets import unseal
from tests.people import NOW, Cast, Person, at, dealership, follower, insert, known_person
from tests.touch.rig import agrees, ledger, writes

TODAY = date(2026, 11, 18)  # a Wednesday
FOUR = at("16:00", TODAY)
BIRTHDAY = ("birthday", "care")


async def owe(who: Person, kind: str, purpose: str, on: date = TODAY, **more: object) -> int:
    """A touchpoint about the customer that is owed by the facts too."""
    if kind == "birthday":
        await sql().run(
            "UPDATE customer SET birthday = ? WHERE id = ?",
            *(date(1990, on.month, on.day), who.customer_id),
        )
    columns = {
        "kind": kind, "subject": f"c{who.customer_id}", "purpose": purpose,
        "customer_id": who.customer_id, "due_on": on, "due_at": at("11:00", on),
        "until": at("23:59", on), "created_at": NOW, "changed_at": NOW, **more,
    }  # fmt: skip
    names, marks = ", ".join(columns), ", ".join("?" * len(columns))
    return await insert(
        f"INSERT INTO touchpoint (account_id, {names}) VALUES (1, {marks})",  # noqa: S608 - columns this test names itself; values are marks
        *columns.values(),
    )


async def service_owed(cast: Cast, **more: object) -> int:
    """王芳's first service, due on Saturday by her mileage: told from that day on."""
    due = date(2026, 11, 21)
    said = {"subject": f"v{cast.wang.car}", "vehicle_id": cast.wang.car, "until": None}
    return await owe(cast.wang, "first_service", "care", due, **{**said, **more})


SATURDAY = at("14:30", date(2026, 11, 21))


async def template(cast: Cast) -> None:
    await insert(
        "INSERT INTO platform_template (account_id, template_id, title, content, keys, notice,"
        " mapping, seen_at) VALUES (?, 'T1', '保养提醒', '', ?, 'first_service', ?, ?)",
        *(cast.account, dumps({"thing1": "门店"}), dumps({"thing1": "store"}), NOW),
    )


async def test_nothing_without_consent(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await owe(cast.wang, *BIRTHDAY)
        await decide_due(FOUR)
        [row] = await ledger()
        assert (row.state, row.why) == ("skipped", "客户没有同意接收关怀")


async def test_it_waits_for_the_welcome_hour(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await agrees(cast.wang, now=NOW)
        await writes(cast.wang, at("08:30", TODAY))
        number = await owe(cast.wang, *BIRTHDAY)
        await decide_due(at("11:00", TODAY))
        touch = await touchpoints.one(number)
        assert touch is not None
        assert (touch.state, touch.due_at) == ("due", FOUR)
        assert (await decide_due(at("15:59", TODAY))) == {}
        assert (await decide_due(FOUR))["queued"] == 1
        [row] = await ledger()
        assert row.said.startswith("王女士，您好！")


async def test_a_service_notice_goes_by_template_to_who_is_silent(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await agrees(cast.wang, now=NOW)
        await template(cast)
        await service_owed(cast)
        await decide_due(SATURDAY)
        [row] = await ledger()
        assert (row.state, row.channel, row.said) == ("due", "template", "{'thing1': '城南店'}")


async def test_who_cannot_be_reached_is_called_by_their_advisor(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await agrees(cast.wang, now=NOW)
        staff = await insert(
            "INSERT INTO staff (account_id, name, role) VALUES (1, '苏静', 'service_advisor')"
        )
        await sql().run("UPDATE vehicle SET advisor_id = ?", staff)
        await sql().run("UPDATE wechat_user SET subscribed = ?", False)
        number = await service_owed(cast)
        assert await decide_due(SATURDAY) == {"handed_over": 1}
        task = await sql().one("SELECT * FROM staff_task WHERE kind = 'call'")
        assert (task["touchpoint_id"], task["staff_id"]) == (number, staff)
        assert unseal("staff_task.title", task["title"]) == "请致电：首保提醒 王芳 京A12345"
        assert "没有关注公众号" in "".join(await explained(f"P{number}"))


async def test_a_failed_channel_gives_way_to_the_next(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await agrees(cast.wang, now=NOW)
        await writes(cast.wang, SATURDAY)
        await template(cast)
        number = await service_owed(cast)
        for channel in ("service", "template"):
            assert (await decide_due(SATURDAY))["queued"] == 1
            row = await sql().one("SELECT id, channel FROM message ORDER BY id DESC LIMIT 1")
            assert row["channel"] == channel
            await sql().run("UPDATE message SET state = 'failed' WHERE id = ?", row["id"])
            assert await touchpoints.settle_by_message(row["id"], False, "微信拒绝", SATURDAY)
        assert await decide_due(SATURDAY) == {"handed_over": 1}
        assert "已经试过，没有发成" in "".join(await explained(f"P{number}"))


async def test_a_sent_one_is_sent(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await agrees(cast.wang, now=NOW)
        await writes(cast.wang, SATURDAY)
        number = await service_owed(cast)
        await decide_due(SATURDAY)
        row = await sql().one("SELECT id FROM message")
        assert await touchpoints.settle_by_message(row["id"], True, "", SATURDAY)
        assert not await touchpoints.sent(number, "service", SATURDAY)
        [done] = await ledger()
        assert (done.state, done.channel) == ("sent", "service")
        assert await decide_due(SATURDAY + timedelta(days=3)) == {}


async def test_what_the_outbox_forgot_is_settled(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await agrees(cast.wang, now=NOW)
        await writes(cast.wang, SATURDAY)
        await service_owed(cast)
        await decide_due(SATURDAY)
        later = SATURDAY + timedelta(hours=7)
        assert await decide_due(later) == {"waiting": 1}  # still queued
        await sql().run("UPDATE message SET state = 'accepted'")
        assert await decide_due(later + timedelta(hours=7)) == {"sent": 1}


async def test_a_moment_of_their_own_is_kept(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await agrees(cast.wang, now=NOW)
        await writes(cast.wang, SATURDAY)
        number = await service_owed(cast)
        await decide_due(SATURDAY)
        await sql().run("UPDATE message SET state = 'accepted'")
        await touchpoints.sent(number, "service", SATURDAY)
        later = at("09:30", date(2026, 11, 23))  # an hour that is avoided otherwise
        assert await touchpoints.postpone(number, later, "客户说周一再联系", SATURDAY)
        await writes(cast.wang, SATURDAY + timedelta(hours=1))
        assert await decide_due(later - timedelta(minutes=1)) == {}
        assert (await decide_due(later))["queued"] == 1
        assert len(await ledger()) == 2  # two messages of one touchpoint


async def many(count: int, now: date = TODAY) -> list[Person]:
    people = []
    for n in range(count):
        phone = f"1370000{n:04d}"
        who = await known_person(f"oMany{n}", f"客户{n}", "female", phone, NOW)
        await agrees(who, now=NOW)
        await owe(who, "birthday", "care", now)
        people.append(who)
    return people


async def test_one_text_goes_to_many(migrated_url: str) -> None:
    async with dealership(migrated_url) as _:
        await many(3)
        assert await decide_due(FOUR) == {"waiting": 3, "queued": 3}
        mass = await sql().one("SELECT * FROM mass_send")
        assert (mass["state"], mass["people"]) == ("queued", 3)
        text = unseal("mass_send.body", mass["body"])
        assert text.startswith("您好！")
        rows = await sql().rows("SELECT channel, mass_id FROM message")
        assert {(row["channel"], row["mass_id"]) for row in rows} == {("mass", mass["id"])}


async def test_one_person_is_no_mass(migrated_url: str) -> None:
    async with dealership(migrated_url) as _:
        await many(1)
        await decide_due(FOUR)
        [row] = await ledger()
        assert (row.state, row.channel) == ("handed_over", "call")
        mass = await sql().one("SELECT state FROM mass_send")
        assert mass["state"] == "cancelled"


async def test_marketing_stops_at_its_cap_also_within_one_run(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await agrees(cast.wang, now=NOW)
        await writes(cast.wang, FOUR)
        audience = dumps({})
        for n in range(4):
            number = await insert(
                "INSERT INTO announcement (account_id, kind, title, body, audience, due_on,"
                " created_by, created_at, approved_by, approved_at)"
                " VALUES (1, 'brochure', '新车', '到店看看。', ?, ?, 'a', ?, 'b', ?)",
                *(audience, TODAY, NOW, NOW),
            )
            subject = f"a{number}.c{cast.wang.customer_id}"
            await owe(cast.wang, "brochure", "marketing", subject=subject)
            assert n >= 0
        counts = await decide_due(FOUR)
        assert counts["queued"] == 2
        assert counts["skipped"] == 2


async def test_a_stop_cancels_what_is_on_its_way(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await agrees(cast.wang, now=NOW)
        await writes(cast.wang, FOUR)
        await owe(cast.wang, *BIRTHDAY)
        await decide_due(FOUR)
        assert cast.wang.customer_id
        stopped = await touchpoints.cancel_for_customer(
            cast.wang.customer_id, "客户退订", FOUR, ["care"]
        )
        assert stopped == 1
        row = await sql().one("SELECT state FROM message")
        assert row["state"] == "cancelled"
        assert await decide_due(FOUR + timedelta(days=1)) == {}


async def test_of_two_identities_the_one_that_follows_is_written_to(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await agrees(cast.wang, now=NOW)
        other = await follower("oWangToo", cast.wang.customer_id)
        await sql().run(
            "UPDATE wechat_user SET subscribed = ? WHERE id = ?", False, cast.wang.user_id
        )
        await writes(Person(other, "oWangToo"), FOUR)
        await owe(cast.wang, *BIRTHDAY)
        await decide_due(FOUR)
        row = await sql().one("SELECT wechat_user_id FROM message")
        assert row["wechat_user_id"] == other
