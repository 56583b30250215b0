"""A November whose figures were counted by hand; the tests say what they come to.

async with november(url) as cast: await monthly("2026-11", LATER)
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from typing import Any

from bot.rules.surveys.choosing import Question, Survey
from bot.rules.surveys.pack import PACK
from bot.rules.touch.ends import EXPIRED, RATED
from storage import models as m
from storage.queries import surveys
from storage.scope import account_id
from tests.people import NOW, TODAY, Cast, at, dealership

LATER = NOW + timedelta(hours=4)
"""Noon on Wednesday 18 November."""


@asynccontextmanager
async def november(url: str) -> AsyncIterator[Cast]:
    async with dealership(url) as cast:
        await follow_ups(cast)
        await ratings(cast)
        await complaints(cast)
        yield cast


async def follow_ups(cast: Cast) -> None:
    """At the main store 5 due, 3 done, 2 of them successful, 1 spared; at the other 2, 2, 1."""
    main, east = cast.main.id, cast.east.id
    day = date(2026, 11, 10)
    rows: Sequence[tuple[int | None, str, str, str, date, str]] = [
        (main, "done", "rated", "", day, "follow_up"),
        (main, "sent", "", "", day, "follow_up"),
        (main, "handed_over", "", "", day, "follow_up"),
        (main, "skipped", "", EXPIRED, date(2026, 11, 1), "follow_up"),
        (main, "skipped", "", RATED, day, "follow_up"),
        (main, "skipped", "", "客户没有同意接收回访", day, "follow_up"),
        (main, "cancelled", "", "", day, "follow_up"),
        (main, "planned", "", "", TODAY + timedelta(days=1), "follow_up"),
        (main, "sent", "", "", day, "care"),
        (main, "sent", "", "", date(2026, 10, 31), "follow_up"),
        (east, "done", "reached", "", day, "follow_up"),
        (east, "done", "refused", "", TODAY, "follow_up"),
        (None, "due", "", "", day, "follow_up"),
    ]
    for number, (store, state, outcome, why, due, purpose) in enumerate(rows):
        await m.Touchpoint.create(
            account_id=account_id(),
            kind="after_visit",
            subject=f"r{number}",
            purpose=purpose,
            store_id=store,
            due_on=due,
            due_at=NOW,
            state=state,
            outcome=outcome,
            why=why,
            created_at=NOW,
            changed_at=NOW,
        )


async def rating(
    store: int, occasion: str, first: datetime | None, satisfaction: float | None, **more: Any
) -> int:
    number = await m.Rating.all().count()
    made = await m.Rating.create(
        account_id=account_id(),
        subject=f"r{number}",
        occasion=occasion,
        store_id=store,
        surveys=[["standard", 1]],
        asked_at=NOW,
        until=NOW,
        first_answer_at=first,
        satisfaction=satisfaction,
        changed_at=NOW,
        **more,
    )
    return int(made.id)


async def said(rating_id: int, store: int, question: str, *, version: int = 1, **more: Any) -> None:
    usual = {"kind": "score", "answered_at": at("15:00", date(2026, 11, 10))}
    await m.RatingAnswer.create(
        account_id=account_id(),
        rating_id=rating_id,
        store_id=store,
        survey="standard",
        version=version,
        question=question,
        **{**usual, **more},
    )


async def ratings(cast: Cast) -> None:
    """Four were answered in the month, three of them with a score; the first moment counts."""
    main, east, day = cast.main.id, cast.east.id, at("15:00", date(2026, 11, 10))
    good = await rating(main, "visit", day, 5.0, nps=10)
    bad = await rating(main, "visit", day, 2.0, nps=3, low=True)
    new = await rating(east, "month_3", day, 4.0, nps=8)
    words = await rating(main, "visit", at("00:00", date(2026, 11, 1)), None)
    await rating(main, "visit", None, None)
    old = await rating(main, "visit", at("23:59", date(2026, 10, 31)), 1.0, nps=0, low=True)
    await said(good, main, "overall", value=5)
    await said(bad, main, "overall", value=2)
    await said(old, main, "overall", value=1, answered_at=at("23:59", date(2026, 10, 31)))
    await said(good, main, "range", kind="yes_no", value=1)
    await said(bad, main, "range", kind="yes_no", value=0)
    await said(good, main, "plan", kind="choice", choices=["same"])
    await said(bad, main, "plan", kind="choice", choices=["change"])
    await said(new, east, "plan", kind="choice", choices=["change"])
    await said(good, main, "recommend", kind="nps")  # skipped
    await said(words, main, "words", kind="text", words="还行")
    await said(good, main, "advisor", value=4)
    await said(new, east, "overall", value=4, version=2)
    await said(new, east, "advisor", value=1, version=2)
    await said(new, east, "gone", value=1, version=9)
    await surveys.put(second_version(), "李娜", NOW)


def second_version() -> Survey:
    """The overall question as it was, another about the advisor."""
    first = next(one for one in PACK if one.code == "standard")
    mine = Question("advisor", "score", "顾问讲得清楚吗？打几分？", "service", low=(1, 2))
    return Survey(
        *("standard", 2, "二", "standard", first.occasions, first.audience),
        (first.questions[0], mine),
    )


PROMPT = (
    *(("recorded", "10:00"), ("seen", "10:30"), ("received", "11:00"), ("replied", "14:00")),
    *(("solved", "16:00"), ("told", "17:00"), ("confirmed", "17:30")),
)


async def case(
    store: int | None, state: str, events: Sequence[tuple[str, datetime]], **more: Any
) -> None:
    usual = {"category": "response_time", "root_cause": "没有排班", "department": "售后"}
    made = await m.Case.create(
        account_id=account_id(),
        source="chat",
        state=state,
        store_id=store,
        recorded_at=events[0][1],
        changed_at=NOW,
        **{**usual, **more},
    )
    for number, (kind, moment) in enumerate(events, 1):
        await m.CaseEvent.create(
            account_id=account_id(), case_id=made.id, number=number, kind=kind, actor="严工", at=moment
        )  # fmt: skip


async def complaints(cast: Cast) -> None:
    """Two in time, one answered a day late and solved, one withdrawn, one running."""
    main, east = cast.main.id, cast.east.id
    monday, wednesday = date(2026, 11, 9), date(2026, 11, 11)
    prompt = [(kind, at(time, monday)) for kind, time in PROMPT]
    late = [
        *((kind, at(time, monday)) for kind, time in PROMPT[:3]),
        *((kind, at(time, wednesday)) for kind, time in PROMPT[3:6]),
    ]
    await case(main, "confirmed", prompt)
    await case(main, "solved", late, category="attitude", root_cause="没有培训")
    await case(main, "withdrawn", [("recorded", at("10:00", monday)), ("withdrawn", at("10:05", monday))])  # fmt: skip
    await case(main, "open", [("recorded", NOW + timedelta(hours=3))], root_cause="")
    await case(east, "confirmed", prompt, root_cause="没有排班。")
    await case(east, "confirmed", [("recorded", at("10:00", date(2026, 10, 30)))])
