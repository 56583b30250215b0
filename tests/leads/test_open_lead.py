"""A wish for a car becomes a lead: once, the right consultant's, with a task for today."""

from datetime import timedelta
from typing import Any

from storage.db import sql
from storage.queries.leads import NewLead, open_lead
from storage.secrets import unseal
from tests.people import NOW, Cast, dealership, insert


async def seller(name: str, cast: Cast) -> int:
    return await insert(
        "INSERT INTO staff (account_id, name, role, store_id) VALUES (?, ?, ?, ?)",
        *(cast.account, name, "sales_consultant", cast.main.id),
    )


async def tasks() -> list[Any]:
    rows = await sql().rows("SELECT * FROM staff_task WHERE kind = 'lead' ORDER BY id")
    return list(rows)


async def test_a_survey_answer_is_a_lead_of_the_customers_consultant(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        li_lei = await seller("李雷", cast)
        await sql().run(
            "UPDATE customer SET consultant_id = ? WHERE id = ?", li_lei, cast.wang.customer_id
        )
        new = NewLead("survey", customer_id=cast.wang.customer_id, same="rating:1", note="想换SUV")
        lead = await open_lead(new, NOW)
        assert (lead.number, lead.level, lead.state) == (f"L{lead.id:06d}", "C", "open")
        assert (lead.consultant, lead.store, lead.name) == ("李雷", "main", "王芳")
        assert lead.next_at == NOW.replace() + timedelta(
            hours=9, minutes=30
        )  # 17:30, the doors shut
        [task] = await tasks()
        assert (task["staff_id"], task["store_id"]) == (li_lei, cast.main.id)
        assert unseal("staff_task.title", task["title"]) == f"确认新线索 {lead.number} C级 王女士"
        assert "想换SUV" in unseal("staff_task.detail", task["detail"])
