"""The figures of what really happens: a visit, its rating, the complaint that came of it, its end."""

from datetime import date, timedelta
from typing import Any

import pytest

from bot.rules.surveys.choosing import next_question
from storage.queries.cases.deeds import act
from storage.queries.ratings import rating as ratings
from storage.queries.ratings.rating import Rating
from storage.queries.reports.monthly import monthly
from tests.cases.office import Office, office
from tests.conversations.rating import settle
from tests.people import NOW, Person, at

DEEDS = ("seen", "receive", "reply", "solve", "tell")
SAID: dict[str, Any] = {"root_cause": "工位排满", "solution": "改约时段"}


async def rated(here: Office, who: Person, ref: str, score: int, nps: int) -> Rating:
    """`who` answers every score with `score`, and what else is asked as a content customer would."""
    main = here.cast.main
    visit = await settle(who, ref, at("15:00", date(2026, 11, 17)), ("常规保养",), who.car, main)
    occasion = await ratings.of_visit(visit)
    assert occasion is not None
    rating = await ratings.begin(occasion, NOW, wechat_user_id=who.user_id)
    assert rating is not None
    asked = await ratings.asked_surveys(rating)
    while (found := next_question(asked, await ratings.answers(rating.id))) is not None:
        survey, question = found
        value = {"score": score, "nps": nps, "yes_no": 1}.get(question.kind)
        choices = question.known[:1] if question.choices else ()
        came = await ratings.put_answer(
            *(rating.id, survey.code, survey.version, question.code, question.kind, NOW),
            value=value,
            choices=[str(code) for code in choices],
        )
        assert came.kept
    await ratings.finish(rating.id, NOW)
    again = await ratings.one(rating.id)
    assert again is not None
    return again


@pytest.mark.parametrize("prompt", [True, False])
async def test_a_bad_rating_shows_until_it_is_made_good(migrated_url: str, prompt: bool) -> None:
    async with office(migrated_url) as here:
        await rated(here, here.cast.li, "R100", 5, 10)
        bad = await rated(here, here.cast.wang, "R101", 2, 4)
        morning = at("09:00", date(2026, 11, 18 if prompt else 23))
        report = await monthly("2026-11", morning)
        assert (report.ratings.answered, report.ratings.low, report.ratings.nps) == (2, 1, 0)
        # five: five fives; the bad one: three twos, a yes, and a four on ten
        assert report.ratings.satisfaction == round((5 + (3 * 2 + 5 + 2.6) / 5) / 2, 2)
        scores = {one.question: one.satisfaction for one in report.questions}
        assert scores["overall"] == scores["waiting"] == 3.5
        assert (scores["range"], scores["recommend"]) == (5.0, 3.8)
        assert (report.complaints.recorded, report.complaints.solved) == (1, 0)
        assert report.complaints.on_time_percent == (None if prompt else 0.0)
        case = await ratings.case_of(bad)
        assert case is not None
        for minutes, deed in enumerate(DEEDS):
            data = SAID if deed == "solve" else {}
            words = "已经安排好" if deed in {"reply", "tell"} else ""
            when = morning + timedelta(minutes=10 * minutes)
            await act(case.id, deed, "严工", when, words=words, **data)
        report = await monthly("2026-11", morning + timedelta(hours=2))
        assert report.complaints.resolution_percent == 100.0
        assert report.complaints.on_time_percent == (100.0 if prompt else 0.0)
        assert [one.cause for one in report.issues] == ["工位排满"]
        [main, east] = report.stores
        assert (main.complaints.solved, east.ratings.answered) == (1, 0)
