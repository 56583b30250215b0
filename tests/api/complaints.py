"""Complaints for the fuzzer to find: six, each with a file, a compensation and a measure,
and as many preventive measures; and a file for a rating."""

from storage import evidence_files
from storage.queries.cases import compensations, measures
from storage.queries.cases.measures import New
from storage.queries.cases.opening import NewCase, open_case
from storage.queries.evidence import collecting as evidence
from storage.queries.ratings import rating as ratings
from tests.api.door import Door
from tests.api.fuzz_cases import CASES
from tests.cases.office import team
from tests.people import NOW, TODAY

PHOTO = b"\xff\xd8\xff a photo"


async def complaints_to_find(door: Door) -> None:
    colleagues, wang = await team(), door.cast.wang
    digest = await evidence_files.put(PHOTO)
    for number in CASES:
        new = NewCase("chat", "等太久", "response_time", wechat_user_id=wang.user_id, same=number)
        case = await open_case(new, NOW)
        assert case.number == number
        made = await evidence.want(number, "image", wang.user_id, NOW, case_id=case.id)
        await evidence.kept(made, digest, "image/jpeg", len(PHOTO), NOW)
        await compensations.ask(colleagues["gu"], case.id, "gift", "保温杯", NOW)
        await measures.propose(colleagues["gu"], New("每天看板", TODAY, None, case.id), NOW)
    for _ in CASES:
        preventive = New("前台看板", TODAY, None, category="response_time")
        await measures.propose(colleagues["gu"], preventive, NOW)


async def send_a_file(door: Door, rating_id: int) -> None:
    await ratings.put_media(rating_id, f"F{rating_id}", "image", door.cast.li.user_id, NOW)
    [item] = await evidence.of_rating(rating_id)
    assert await evidence.keep(item, PHOTO, NOW)
