"""流失招揽: who stays away is asked why, in chat or on the telephone; no figure of ratings moves."""

from datetime import date, timedelta

import pytest

from bot.errors import StaffError
from bot.outbox.decide import decide_due
from bot.rules.etiquette import Past
from bot.rules.rating_terms import OCCASIONS, RatingTerms, asked_lately
from bot.rules.surveys.pack import PACK
from bot.rules.surveys.words import question_lines
from storage.db import dumps, sql
from storage.queries import surveys
from storage.queries.calls.questions import asking
from storage.queries.calls.records import Given, Told, record
from storage.queries.ratings import pages
from storage.queries.ratings import rating as ratings
from storage.queries.ratings.pages import Wanted
from storage.queries.ratings.rating import Rating
from storage.queries.reports.monthly import monthly
from storage.queries.touch import touchpoints
from storage.secrets import unseal
from tests.calls.rig import FOUR, consents_to, owed, touch_state
from tests.calls.test_calls import specialist
from tests.people import NOW, TODAY, Person, at, dealership
from tests.reports.ledger import LATER, november
from tests.touch.rig import agrees, ledger, writes
from tests.touch.test_kinds import planned, quiet, set_car
from tests.touch.test_rating_asked import As

FAR = Given("win_back", "why", choices=("far",))
BAD = Given("win_back", "why", choices=("quality",))


async def test_the_message_asks_why_in_one_tap(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await quiet(cast)
        await set_car(cast.wang.car, delivered_on=date(2026, 2, 18))
        assert await planned(TODAY) == ["win_back"]
        await agrees(cast.wang, now=NOW)
        await writes(cast.wang, at("10:00", TODAY))
        await decide_due(at("16:05", TODAY))
        [row] = await ledger("win_back")
        assert (row.state, row.channel) == ("due", "service")
        for words in ("点“说说原因”", "[预约保养]", "[说说原因]", "[改天再说]", "[这次不用]"):
            assert words in row.said
        assert await touchpoints.sent(row.id, "service", at("16:05", TODAY))
        begun = await _begun(cast.wang)
        again = await _begun(cast.wang)
        assert again.id == begun.id
        assert begun.subject == f"t{row.id}"
        await ratings.put_answer(
            begun.id, "win_back", 1, "why", "choice", at("16:06", TODAY), choices=("far",)
        )
        await ratings.finish(begun.id, at("16:06", TODAY))
        [row] = await ledger("win_back")
        assert row.state == "done"
        assert await ratings.staying_away(As(cast.wang), at("16:07", TODAY)) is None


async def _begun(who: Person) -> Rating:
    now = at("16:06", TODAY)
    occasion = await ratings.staying_away(As(who), now)
    assert occasion is not None
    assert await ratings.waiting_for(As(who), now) is None
    rating = await ratings.begin(occasion, now, wechat_user_id=who.user_id)
    assert rating is not None
    return rating


@pytest.mark.parametrize("kind", list(OCCASIONS))
def test_neither_a_rating_nor_a_reason_waits_for_the_other(kind: str) -> None:
    """Of a second car that stays away they are asked after the pause, as of a second visit."""
    terms, yesterday = RatingTerms(), NOW - timedelta(days=1)
    for before in OCCASIONS:
        history = [Past(before, "care", yesterday)]
        same = (kind == "win_back") == (before == "win_back")
        until = yesterday + terms.pause if same else None
        assert asked_lately(kind, history, terms, NOW) == until


async def test_a_call_in_its_place_asks_and_keeps_the_same(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await consents_to(cast.wang)
        jing, task = await specialist(cast), await owed(cast.wang, "win_back")
        asked = await asking(task.touchpoint_id, FOUR)
        assert [one.code for one in asked.surveys] == ["win_back"]
        none = await record(task.id, jing, Told("reached"), FOUR)
        assert none is not None
        assert (none.done, none.missing) == (False, ("好久没见您来店里了，主要是因为什么？",))
        done = await record(task.id, jing, Told("reached", answers=(FAR,)), FOUR)
        assert done is not None
        assert (done.done, done.missing, done.case) == (True, (), "")
        assert await touch_state(task) == ("done", "reached")
        [shown] = await pages.page(Wanted(), 10)
        assert {name: shown[name] for name in ("occasion", "state", "channel", "entered_by")} == {
            "occasion": "win_back",
            "state": "done",
            "channel": "call",
            "entered_by": "静静",
        }
        whole = await pages.shown(shown["id"])
        assert whole is not None
        assert [(one["question"], one["choices"]) for one in whole["answers"]] == [("why", ["far"])]


async def test_bad_service_on_the_telephone_is_for_a_colleague_and_no_score(
    migrated_url: str,
) -> None:
    async with dealership(migrated_url) as cast:
        await consents_to(cast.wang)
        jing, task = await specialist(cast), await owed(cast.wang, "win_back")
        words = Given("win_back", "why_words", words="空调修了三次都没修好")
        done = await record(task.id, jing, Told("reached", answers=(BAD, words)), FOUR)
        assert done is not None
        assert (done.done, done.case) == (True, "")
        [row] = await sql().rows("SELECT detail FROM staff_task WHERE kind = 'request'")
        told = unseal("staff_task.detail", row["detail"])
        assert "服务或手艺不好" in told
        assert "修了三次" in told
        [shown] = await pages.page(Wanted(), 10)
        figures = (shown["low"], shown["satisfaction"], shown["nps"], shown["complaint"])
        assert figures == (False, None, None, None)
        assert await pages.page(Wanted(low=True), 10) == []


async def test_no_figure_of_ratings_moves_and_the_reasons_are_counted(migrated_url: str) -> None:
    async with november(migrated_url) as cast:
        before = await monthly("2026-11", LATER)
        jing, task = await specialist(cast), await owed(cast.wang, "win_back", now=NOW)
        other = await owed(cast.li, "win_back", now=NOW)
        for each, said in ((task, BAD), (other, FAR)):
            done = await record(each.id, jing, Told("reached", answers=(said,)), LATER)
            assert done is not None
        after = await monthly("2026-11", LATER)
        assert (after.ratings, after.follow_ups) == (before.ratings, before.follow_ups)
        assert [one.ratings for one in after.stores] == [one.ratings for one in before.stores]
        [why] = set(after.questions) - set(before.questions)
        assert (why.question, why.answered, why.satisfaction) == ("why", 2, None)
        given = {label: count for label, count in why.counts if count}
        assert given == {"离得远": 1, "服务或手艺不好": 1}


async def test_a_survey_of_every_occasion_is_not_asked_of_who_stays_away(
    migrated_url: str,
) -> None:
    async with dealership(migrated_url) as cast:
        await sql().run(
            "INSERT INTO survey (account_id, scope, code, version, name, kind, occasions, audience,"
            " questions, position, created_by, created_at)"
            " VALUES (?, '', 'ours', 1, '我们的', 'standard', ?, ?, ?, 0, 'cli', ?)",
            *(cast.account, dumps([]), dumps({})),
            *(dumps([{"code": "fine", "kind": "score", "text": "几分？"}]), NOW),
        )
        assert "ours" in [one.code for one in await surveys.in_force()]
        task = await owed(cast.wang, "win_back")
        asked = await asking(task.touchpoint_id, FOUR)
        assert [one.code for one in asked.surveys] == ["win_back"]


async def test_what_cannot_be_a_reason_keeps_nothing(migrated_sqlite_url: str) -> None:
    async with dealership(migrated_sqlite_url) as cast:
        jing, task = await specialist(cast), await owed(cast.wang, "win_back")
        wrong = Given("win_back", "why", choices=("nowhere",))
        with pytest.raises(StaffError):
            await record(task.id, jing, Told("reached", answers=(wrong,)), FOUR)


def test_staff_read_what_a_bad_reason_leads_to() -> None:
    [away] = [one for one in PACK if one.code == "win_back"]
    lines = question_lines(away)
    assert "   转告门店，请同事联系：服务或手艺不好" in lines
