"""Whoever was in the middle of a talk when a new version came goes on to the end.

The files in `replays/<conversation>/` are rows as earlier versions saved them; none is ever edited
or removed while such a talk may be open. How to add one: the first lines of `saved.py`.
"""

import pytest

from bot.flow import Conversation
from handlers import all_conversations, book_service, complain, test_drive
from storage.queries.bookings.booking import upcoming
from storage.queries.leads import opening as leads
from tests.conversations.chat import Chat
from tests.conversations.complaining import the_case
from tests.conversations.conftest import ON_ONE_DATABASE
from tests.conversations.saved import Saved, all_saved, put_back

BOOKINGS = all_saved("book_service")
COMPLAINTS = all_saved("complain")
DRIVES = all_saved("test_drive")


@pytest.mark.parametrize("saved", BOOKINGS, ids=lambda saved: saved.name)
async def test_a_booking_begun_in_an_earlier_version_is_booked(chat: Chat, saved: Saved) -> None:
    who = getattr(chat.cast, saved.who)
    phone = chat.of(who.openid)
    async with phone.database():
        await put_back(saved, who)
    await phone.says(*saved.then)
    phone.heard("约好了", "预约号 A")
    async with phone.database():
        assert len(await upcoming(who.user_id, who.customer_id, phone.now)) == 1


@ON_ONE_DATABASE
@pytest.mark.parametrize("saved", COMPLAINTS, ids=lambda saved: saved.name)
async def test_a_complaint_begun_in_an_earlier_version_is_recorded(
    chat: Chat, saved: Saved
) -> None:
    who = getattr(chat.cast, saved.who)
    phone = chat.of(who.openid)
    async with phone.database():
        await put_back(saved, who)
    await phone.says(*saved.then)
    case = await the_case(phone)
    phone.heard("登记好了", case.number)
    for kept in saved.row["answers"].values():
        if isinstance(kept["v"], list):
            assert kept["v"][1] in case.what  # no word of it is lost


@ON_ONE_DATABASE
@pytest.mark.parametrize("saved", DRIVES, ids=lambda saved: saved.name)
async def test_a_test_drive_begun_in_an_earlier_version_is_a_lead(chat: Chat, saved: Saved) -> None:
    who = getattr(chat.cast, saved.who)
    phone = chat.of(who.openid)
    async with phone.database():
        await put_back(saved, who)
    await phone.says(*saved.then)
    async with phone.database():
        [lead] = await leads.of_person(who.user_id, who.customer_id)
    phone.heard("登记好了", f"试驾编号 {lead.number}")


@pytest.mark.parametrize(
    ("saved", "conversation"),
    [
        (BOOKINGS, book_service.book_service),
        (COMPLAINTS, complain.complain),
        (DRIVES, test_drive.test_drive),
    ],
    ids=["bookings", "complaints", "drives"],
)
def test_every_version_is_there(saved: list[Saved], conversation: Conversation) -> None:
    versions = {one.row["version"] for one in saved}
    assert versions == set(range(1, conversation.version + 1))


def test_the_saved_talks_are_of_conversations_that_still_are() -> None:
    names = {conversation.name for conversation in all_conversations()}
    assert {saved.row["flow"] for saved in (*BOOKINGS, *COMPLAINTS)} <= names
