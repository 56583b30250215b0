"""Colleagues hear of a new lead in their own WeChat: its consultant, or who gives it to somebody."""

import json
from collections import defaultdict

from storage.db import sql
from storage.queries.leads import deeds as lead_deeds
from storage.queries.leads.opening import Lead, NewLead, open_lead
from storage.queries.staff.colleagues import Staff
from storage.scope import account_id
from storage.secrets import unseal
from tests.leads.rig import colleague
from tests.people import Cast, at, dealership, follower

MORNING = at("10:00")


async def talks(staff: Staff) -> Staff:
    """They have written to the account from their own WeChat a moment ago."""
    user = await follower(f"o{staff.id}", None)
    await sql().run(
        "UPDATE wechat_user SET subscribed = ?, window_kind = 'message', window_opened_at = ?,"
        " window_sent = 0 WHERE id = ?",
        *(True, MORNING, user),
    )
    await sql().run(
        "INSERT INTO staff_wechat (account_id, staff_id, wechat_user_id, bound_at)"
        " VALUES (?, ?, ?, ?)",
        *(account_id(), staff.id, user, MORNING),
    )
    return staff


async def team(cast: Cast) -> tuple[Staff, Staff]:
    return (
        await talks(await colleague(cast, "李雷")),
        await talks(await colleague(cast, "顾海波", "service_manager")),
    )


async def heard() -> dict[str, list[str]]:
    """What each was told, by name."""
    rows = await sql().rows(
        "SELECT s.name, m.body FROM message m JOIN staff_wechat w ON w.wechat_user_id ="
        " m.wechat_user_id JOIN staff s ON s.id = w.staff_id ORDER BY m.id"
    )
    found = defaultdict[str, list[str]](list)
    for row in rows:
        blocks = json.loads(unseal("message.body", row["body"]))["blocks"]
        found[row["name"]].append(str(blocks[0]))
    return dict(found)


async def wants(staff: Staff | None = None) -> Lead:
    consultant = staff.id if staff else None
    new = NewLead("visit", name="赵六", phone="13700000009", consultant_id=consultant)
    return await open_lead(new, MORNING)


async def test_its_consultant_hears_of_a_new_one(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        li, _ = await team(cast)
        lead = await wants(li)
        [told] = (await heard())["李雷"]
        assert f"确认新潜客 {lead.number}" in told
        assert list(await heard()) == ["李雷"]


async def test_one_that_is_nobodys_goes_to_who_gives_it_away(migrated_url: str) -> None:
    """Else it would lie on a list that no consultant sees until it is late."""
    async with dealership(migrated_url) as cast:
        li, gu = await team(cast)
        await sql().run("UPDATE staff SET store_id = NULL WHERE id = ?", gu.id)
        lead = await wants()
        [told] = (await heard())["顾海波"]
        assert "还没有顾问，请分派" in told
        await lead_deeds.assign(lead.id, li.id, "顾海波", MORNING)
        [told] = (await heard())["李雷"]
        assert f"转给您：确认新潜客 {lead.number}" in told


async def test_whoever_takes_one_or_has_spoken_to_them_is_told_nothing(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        li, gu = await team(cast)
        lead = await wants(gu)
        await lead_deeds.assign(lead.id, li.id, "李雷", MORNING)
        assert "李雷" not in await heard()
        await lead_deeds.confirm(lead.id, "李雷", MORNING)
        await lead_deeds.assign(lead.id, gu.id, "赵敏", MORNING)
        assert len((await heard())["顾海波"]) == 1
