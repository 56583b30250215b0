"""No number of a person or a car, and nothing they typed, is readable where it lies or is logged."""

import json
import re
from pathlib import Path

import aiohttp

from bot.clock import clock
from bot.sandbox.chat import Seen
from storage.db import opened, sql
from storage.demo_people import CUSTOMERS, HABITS, NOTES, profile
from storage.models import Customer, Staff, Vehicle
from storage.queries import apikeys
from storage.queries.stores.shops import ensure_account
from storage.scope import account_scope
from tests.demo.installed import Installed, all_that_is_stored, installed
from tests.people import APP_ID

PHONE, PLATE, SHEET_PHONE = "13712345678", "沪C7K3M9", "13787654321"
SAID = ("方向盘高速上抖得厉害怎么回事", "上周给我换的轮胎磨损太快了", "李师傅说要赔我三百块")
ID_NUMBER = "990000199001019994"
VIN = "LSVAA4187E2777777"
NDJSON = {"Content-Type": "application/x-ndjson"}


async def known_values(url: str) -> set[str]:
    """The demo's numbers and free texts, and what this test adds."""
    async with opened(url):
        found = {row.phone for row in await Customer.all()}
        found |= {row.phone for row in await Staff.all()}
        for car in await Vehicle.all():
            found |= {car.vin, car.plate}
    for n in range(1, CUSTOMERS + 1):
        found |= {profile(n).id_number, profile(n).address}
    found |= {*NOTES, *SAID, HABITS[0]["饮料"], HABITS[2]["技师"]}
    found |= {PHONE, PLATE, SHEET_PHONE, ID_NUMBER, VIN}
    found.discard("")
    assert len(found) > 700
    return found


def readable(text: str, values: set[str]) -> set[str]:
    return {value for value in values if value in text}


async def books(there: Installed, openid: str) -> None:
    """From the first word to the number, answering whatever is asked."""
    seen = await there.world.says(openid, "预约保养")
    for _ in range(15):
        if "预约号 A" in seen.text:
            return
        if re.search("手机号", seen.text):
            seen = await there.world.says(openid, PHONE)
        elif re.search("车牌", seen.text) and "请确认" not in seen.text:
            seen = await there.world.says(openid, PLATE)
        else:
            seen = await there.world.taps(openid, seen.lines[0])
    raise AssertionError(seen.text)


async def talks(there: Installed, url: str) -> None:
    """A stranger books, somebody complains, somebody binds, and something breaks."""
    stranger, wang, li = "oStranger", "oDemo0001", "oDemo0002"
    there.world.add_follower(stranger)
    await there.world.follow(stranger)
    await books(there, stranger)
    for text in ("绑定", PHONE, "京A00000", "京A00001", "取消", SAID[0], "我的预约"):
        await there.world.says(wang, text)
    for text in ("人工", SAID[1], f"我电话{PHONE}，车牌{PLATE}"):
        await there.world.says(li, text)
    await there.world.sends_voice(li, words=SAID[2])
    async with opened(url):
        await sql().run("ALTER TABLE booking RENAME TO booking_gone")
        broken = await there.world.says(wang, f"取消预约{PLATE}{PHONE}")
        await sql().run("ALTER TABLE booking_gone RENAME TO booking")
    assert isinstance(broken, Seen)
    await there.world.says(wang, f"约了一半 {SAID[0]}")


async def pages(there: Installed, url: str) -> str:
    """What an error looks like to whoever asks for it, and /metrics."""
    async with opened(url):
        with account_scope(await ensure_account(APP_ID)):
            key = await apikeys.add("dms", apikeys.SCOPES, clock.now())
    mine = {"Authorization": f"Bearer {key}"}
    right = {"name": "赵敏", "phone": SHEET_PHONE, "address": SAID[0], "id_number": ID_NUMBER}
    wrong = {**right, "phone": f"{SHEET_PHONE}0", "id_number": f"{ID_NUMBER[:-1]}X"}
    car = {"plate": f"{PLATE}-{PHONE}", "customer_ref": SHEET_PHONE}
    feed = "\n".join((json.dumps({"ref": "X1", **wrong}), f'{{"broken": "{SHEET_PHONE}'))
    asked = [
        ("GET", f"/nothing/{PHONE}", {}, None),
        ("GET", f"/api/v1/customers/{PHONE}", {}, None),
        ("GET", f"/api/v1/nothing/{PLATE}?phone={PHONE}", mine, None),
        ("PUT", "/api/v1/customers/X1", mine, json.dumps(right)),
        ("PUT", "/api/v1/customers/X1", mine, json.dumps(wrong)),
        ("PUT", "/api/v1/customers/X1", mine, f'{{"phone": "{SHEET_PHONE}"'),
        ("PUT", "/api/v1/vehicles/LSVAA4187E2000001", mine, json.dumps(car)),
        ("PUT", f"/api/v1/vehicles/{VIN}", mine, json.dumps(car)),
        ("PUT", "/api/v1/customers", mine | NDJSON, feed),
        ("POST", "/wechat?signature=no&timestamp=1&nonce=1", {}, f"<xml>{PHONE}{SAID[0]}</xml>"),
        ("GET", "/metrics", {}, None),
        ("GET", "/readyz", {}, None),
    ]
    shown = ""
    async with aiohttp.ClientSession(there.address) as session:
        for method, path, headers, body in asked:
            kind = {"Content-Type": "application/json", **headers}
            async with session.request(method, path, headers=kind, data=body) as answer:
                shown += f"{answer.status} {await answer.text()}\n"
    assert shown.startswith("404")
    assert "\n201" in shown  # the one that is right
    return shown


async def test_nothing_lies_or_is_said_in_clear(migrated_url: str, tmp_path: Path) -> None:
    async with installed(migrated_url, tmp_path) as there:
        values = await known_values(migrated_url)
        await talks(there, migrated_url)
        answers = await pages(there, migrated_url)
        stored = await all_that_is_stored(migrated_url)
        assert PHONE in "".join(b.text for b in there.world.chat("oDemo0002"))  # it was typed
    said = there.log.read_text()
    assert said.count("\n") >= 3
    assert "turn failed" in said
    assert "cheyu_http_requests_total" in answers
    assert len(stored) > 200_000
    assert readable(stored, values) == set()
    assert readable(said, values) == set()
    assert readable(answers, values) == set()


async def test_the_search_finds_what_does_lie_in_clear(migrated_url: str, tmp_path: Path) -> None:
    """The proof of the proof: one value put in the clear is found."""
    async with installed(migrated_url, tmp_path):
        async with opened(migrated_url):
            await sql().run("UPDATE customer SET notes = ? WHERE ref = 'D0007'", SAID[2])
        stored = await all_that_is_stored(migrated_url)
    assert readable(stored, {*SAID}) == {SAID[2]}
