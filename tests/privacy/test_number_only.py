"""People known by a telephone number alone have the rights of those who have a file."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from tortoise.fields.relational import ForeignKeyFieldInstance

from bot.errors import StaffError
from storage import models
from storage.db import sql
from storage.queries import audit
from storage.queries.cases.opening import NewCase, clocks_of, one, open_case, take_down
from storage.queries.leads.opening import NewLead, open_lead
from storage.queries.privacy.erasing import _BLANK, SCANNED, erase_person, erased_before
from storage.queries.privacy.numbers import find_whole, number_in, strangers
from storage.queries.privacy.persons import WHERE, everything_on
from storage.queries.privacy.retention import expire_old
from storage.queries.privacy.rotation import HASHES, sealed_columns
from storage.secrets import EncText, look_up, seal
from tests.people import NOW, Cast, dealership
from tests.privacy.caller import LANDLINE, NAME, PHONE, WORDS, Caller, calls_in
from tests.privacy.held import everything

NOBODYS = {
    *("webhook.secret", "mass_send.body", "staff.phone", "audit_entry.detail"),
    "webhook_delivery.body",
}
"""Sealed for another reason than a person's, or a person's found by what is in it."""


@pytest.fixture
async def cast(migrated_url: str) -> AsyncIterator[Cast]:
    async with dealership(migrated_url) as cast:
        yield cast


async def held_of(ref: str) -> dict[str, Sequence[Any]]:
    who = await find_whole(ref)
    assert who is not None
    return {part.name: part.rows for part in await everything_on(who)}


async def raw() -> list[tuple[str, str, Any]]:
    """Every value of every table as it is kept."""
    kept = []
    for name in models.__all__:
        table = getattr(models, name)._meta.db_table
        rows = await sql().rows(f"SELECT * FROM {table}")  # noqa: S608 - tables of the models
        kept += [(table, column, row[column]) for row in rows for column in row.keys()]  # noqa: SIM118  # a database row is no mapping
    return kept


async def traces(phone: str, words: Sequence[str]) -> list[str]:
    """Where the number is kept, clear, sealed or hashed, or one of the words."""
    number = number_in(phone)
    sealed = {
        seal(f"{table}.{column}", form)
        for table, columns in sealed_columns().items()
        for column in columns
        for form in (phone, number)
    }
    kinds = {kind for found in HASHES.values() for _, kind in found}
    hashes = {look_up(kind, form) for kind in kinds for form in (phone, number)}
    found = [
        f"{table}.{column}"
        for table, column, value in await raw()
        if isinstance(value, str) and value and (value in sealed or value in hashes)
    ]
    left = await everything()
    return found + [word for word in (phone, number, *words) if word in left]


def test_a_number_is_read_however_it_is_written() -> None:
    same = ("13700000009", "137 0000 0009", "+86 137-0000-0009", "86 13700000009")
    assert {number_in(ref) for ref in same} == {"13700000009"}
    assert number_in("(010) 8888-6666") == number_in("01088886666") == "01088886666"
    assert [number_in(ref) for ref in ("C1", "#13700000009", "oWang", "", "12", "1" * 30)] == [
        ""
    ] * 6


def test_no_sealed_column_is_forgotten() -> None:
    """A new table, or a new column that is sealed, is a person's until this says otherwise."""
    for table, columns in sealed_columns().items():
        for column in columns:
            if f"{table}.{column}" in NOBODYS:
                assert table not in _BLANK
                continue
            assert f"{column} = " in _BLANK[table], f"{table}.{column}"
            assert table in WHERE, table
    assert "webhook_delivery" in SCANNED


def test_no_hash_is_forgotten() -> None:
    """What a number is found by goes with it, and is made anew with the keys."""
    for name, found in HASHES.items():
        table = name.partition(".")[0]
        for column, _ in found:
            assert f"{column} = NULL" in _BLANK[table], f"{table}.{column}"
    of_numbers = {
        f"{model._meta.db_table}.{column}"
        for model in (getattr(models, name) for name in models.__all__)
        for column in model._meta.fields_map
        if column.endswith("_hash") and isinstance(model._meta.fields_map.get(column[:-5]), EncText)
    }
    rehashed = {
        f"{name.partition('.')[0]}.{to}" for name, found in HASHES.items() for to, _ in found
    }
    assert of_numbers <= rehashed


def test_no_table_that_hangs_on_theirs_is_forgotten() -> None:
    hanging = {
        model._meta.db_table
        for model in (getattr(models, name) for name in models.__all__)
        for field in model._meta.fields_map.values()
        if isinstance(field, ForeignKeyFieldInstance)
        and str(field.model_name).rpartition(".")[2] in ("Case", "Lead", "StaffTask", "Rating")
    }
    assert len(hanging) > 8
    assert hanging <= set(WHERE)
    assert hanging <= set(_BLANK)


@pytest.mark.parametrize("ref", [PHONE, "137 0000 0009", "+86-13700000009"])
async def test_all_that_is_held_on_a_caller_is_exported(cast: Cast, ref: str) -> None:
    caller = await calls_in(cast)
    held = await held_of(ref)
    assert set(held) == {
        *("complaint", "complaint_event", "compensation", "measure", "complaint_link", "evidence"),
        *("lead", "lead_event", "staff_task", "call_record", "touchpoint"),
        "audit_entry",
    }
    assert [row["id"] for row in held["complaint"]] == [*caller.cases]
    assert [row["id"] for row in held["lead"]] == [caller.lead]
    text = str(held)
    for said in (PHONE, NAME, WORDS):
        assert said in text
    assert "王芳" not in text
    assert "hash" not in text


async def test_a_caller_who_is_erased_is_nowhere_and_figures_stay(cast: Cast) -> None:
    caller = await calls_in(cast)
    before = {name: await getattr(models, name).all().count() for name in models.__all__}
    assert await traces(PHONE, [NAME, WORDS])
    done = await erase_person("137-0000-0009", NOW, "沈文")
    assert done is not None
    assert (done.rows["complaint"], done.rows["lead"]) == (2, 1)
    assert await traces(PHONE, [NAME, WORDS, f"m{WORDS}"]) == []
    after = {name: await getattr(models, name).all().count() for name in models.__all__}
    more = {"AuditEntry": 1, "CaseEvent": 2}  # that it was done, and that two complaints ended
    assert after == {name: n + more.get(name, 0) for name, n in before.items()}
    for case in caller.cases:
        found = await one(case)
        assert found is not None
        assert all(clock.ended for clock in await clocks_of(found, NOW + timedelta(days=30)))
    assert {case.state for case in await models.Case.all()} == {"withdrawn"}
    assert {case.look_at for case in await models.Case.all()} == {None}
    assert (await models.Lead.get(id=caller.lead)).state == "lost"
    assert await models.StaffTask.filter(done_at=None).count() == 0
    assert await models.Touchpoint.filter(state__in=["planned", "due"]).count() == 0
    assert await audit.verify() is None
    # asked again it says when; what comes of the number afterwards is erased again
    again = await erase_person(PHONE, NOW + timedelta(days=1), "沈文")
    assert again is not None
    assert (again.rows, again.at) == ({}, NOW)
    assert await erased_before("+86 13700000009") == NOW
    await take_down(NewCase("call", WORDS, phone=PHONE), NOW)
    assert await erased_before(PHONE) is None
    assert (await erase_person(PHONE, NOW, "沈文") or again).rows["complaint"] == 1
    assert await traces(PHONE, [WORDS]) == []


async def test_a_landline_is_a_number_too(cast: Cast) -> None:
    await open_case(NewCase("call", WORDS, phone=LANDLINE), NOW)
    assert set(await held_of("01088886666")) >= {"complaint", "complaint_event"}
    assert await erase_person("(010) 88886666", NOW, "沈文")
    assert await traces(LANDLINE, [WORDS]) == []
    assert await find_whole(LANDLINE) is None


async def test_what_carries_the_number_of_a_file_goes_with_the_file(cast: Cast) -> None:
    """Somebody called before they had a file, or a colleague did not look for it."""
    wang = cast.wang
    case = await open_case(NewCase("call", WORDS, phone="138 0000 0001"), NOW)
    lead = await open_lead(NewLead("call", name=NAME, phone=wang.phone, note=WORDS), NOW)
    for ref in (wang.phone, wang.openid, f"#{wang.customer_id}"):
        held = await held_of(ref)
        assert [row["id"] for row in held["complaint"]] == [case.id]
        assert [row["id"] for row in held["lead"]] == [lead.id]
        assert held["customer"][0]["name"] == "王芳"
    # her husband gave her number to be called at: his complaint goes on without it
    his = await open_case(
        NewCase("call", "门有异响", phone=wang.phone, customer_id=cast.li.customer_id), NOW
    )
    done = await erase_person(f"#{wang.customer_id}", NOW, "沈文")
    assert done is not None
    assert await traces(wang.phone, [WORDS, NAME, "王芳"]) == []
    kept = await models.Case.get(id=his.id)
    assert (kept.state, kept.what, kept.phone) == ("open", "门有异响", "")


async def test_a_number_in_two_files_says_nobodys(cast: Cast) -> None:
    await models.Customer.create(account_id=cast.account, created_at=NOW)
    await sql().run(
        "UPDATE customer SET phone = (SELECT phone FROM customer WHERE id = ?), phone_hash ="
        " (SELECT phone_hash FROM customer WHERE id = ?) WHERE phone = ''",
        *(cast.wang.customer_id, cast.wang.customer_id),
    )
    case = await open_case(NewCase("call", WORDS, phone=cast.wang.phone), NOW)
    with pytest.raises(StaffError, match="#1、#"):
        await find_whole(cast.wang.phone)
    assert "complaint" not in await held_of("#1")
    await erase_person("#1", NOW, "沈文")
    assert (await models.Case.get(id=case.id)).what == WORDS
    assert [row["id"] for row in (await held_of(cast.wang.phone))["complaint"]] == [case.id]


async def test_what_was_typed_in_wechat_is_whose_openid_it_is(cast: Cast) -> None:
    """A typed number is no proof: it names the identity, and a person decides."""
    stranger = cast.stranger
    new = NewCase("chat", "门有异响", phone=PHONE, wechat_user_id=stranger.user_id)
    case = await open_case(new, NOW)
    assert await find_whole(PHONE) is None
    [found] = await strangers(PHONE)
    assert (found.openid, found.gave) == (stranger.openid, (case.number,))
    caller = await calls_in(cast)
    assert [row["id"] for row in (await held_of(PHONE))["complaint"]] == [*caller.cases]
    assert await erase_person(PHONE, NOW, "沈文")
    assert await traces(PHONE, [WORDS]) == []
    assert (await models.Case.get(id=case.id)).what == "门有异响"
    assert set(await held_of(stranger.openid)) >= {"complaint", "wechat_user"}
    assert await strangers("C1") == []


async def test_what_a_caller_said_is_let_go_in_its_time(cast: Cast) -> None:
    caller: Caller = await calls_in(cast)
    mine = await open_case(NewCase("call", "门有异响", customer_id=cast.wang.customer_id), NOW)
    for table, state in (("complaint", "confirmed"), ("lead", "won")):
        ended = "ended_at = ?" + (", look_at = NULL" if table == "complaint" else "")
        await sql().run(f"UPDATE {table} SET state = ?, {ended}, changed_at = ?", state, NOW, NOW)  # noqa: S608 - two tables
    await sql().run("UPDATE webhook_delivery SET state = 'done'")
    await sql().run("UPDATE message SET state = 'accepted'")
    assert {"lead", "complaint"}.isdisjoint(await expire_old(NOW + timedelta(days=729)))
    assert (await expire_old(NOW + timedelta(days=731)))["lead"] == 1
    assert "complaint" not in await expire_old(NOW + timedelta(days=1094))
    gone = await expire_old(NOW + timedelta(days=1096))
    assert (gone["complaint"], gone.get("lead")) == (2, None)
    assert "complaint" not in await expire_old(NOW + timedelta(days=1097))
    assert await find_whole(PHONE) is None
    assert await traces(PHONE, [NAME, WORDS]) == []
    kept = await models.Case.get(id=caller.cases[0])
    assert (kept.state, kept.what, kept.source) == ("confirmed", "", "call")
    assert (await models.Case.get(id=mine.id)).what == "门有异响"
    assert (await models.Lead.get(id=caller.lead)).state == "won"
    assert {item.state for item in await models.Evidence.all()} == {"gone"}
