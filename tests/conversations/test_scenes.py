"""QR codes: made once for a store, a consultant or an event, and whoever scans one is known by it."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from bot.cli.qrcode import code_of, picture
from bot.errors import StaffError
from storage.db import sql
from storage.queries import scenes
from storage.queries.scenes import Scene, Subject
from storage.scope import account_id
from tests.conversations.chat import Chat
from tests.people import insert


async def consultant(chat: Chat, name: str, store: int, *, role: str = "sales_consultant") -> int:
    async with chat.database():
        return await insert(
            "INSERT INTO staff (account_id, store_id, name, role, phone, active)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            *(account_id(), store, name, role, "", True),
        )


async def made(chat: Chat, subject: Subject) -> Scene:
    assert chat.product.parts is not None
    return await code_of(chat.product.parts, subject)


async def scenes_of(chat: Chat) -> tuple[str, str]:
    async with chat.database():
        row = await sql().one(
            "SELECT scene, first_scene FROM wechat_user WHERE openid = ?", chat.openid
        )
    return row["first_scene"], row["scene"]


async def test_the_code_of_a_store(chat: Chat) -> None:
    async with chat.database():
        code = await made(chat, await scenes.store_subject("east"))
    newcomer = chat.of("oNewcomer")
    await newcomer.follows(code.scene)
    newcomer.heard("您好，欢迎关注", "城东店的售后服务号")
    assert await scenes_of(newcomer) == ("store_east", "store_east")
    await newcomer.says("预约保养")
    newcomer.heard("要做什么项目")  # the store is known


async def test_the_code_of_a_consultant(chat: Chat) -> None:
    await consultant(chat, "龙凯", chat.cast.east.id)
    async with chat.database():
        code = await made(chat, await scenes.consultant_subject("龙凯"))
    newcomer = chat.of("oNewcomer")
    await newcomer.follows(code.scene)
    newcomer.heard("欢迎关注", "您的顾问龙凯向您问好", "城东店的售后服务号")
    await newcomer.says("预约保养")
    newcomer.heard("要做什么项目")  # at the consultant's store


async def test_a_consultant_who_left_greets_nobody(chat: Chat) -> None:
    staff = await consultant(chat, "龙凯", chat.cast.main.id)
    async with chat.database():
        code = await made(chat, await scenes.consultant_subject("龙凯"))
        await sql().run("UPDATE staff SET active = ? WHERE id = ?", False, staff)
    await chat.follows(code.scene)
    chat.heard("王女士，欢迎回来", "城南店")
    chat.heard_not("龙凯")


async def test_the_code_of_an_event(chat: Chat) -> None:
    async with chat.database():
        code = await made(chat, await scenes.event_subject("秋季试驾会"))
        again = await scenes.event_subject("秋季试驾会 ")
    assert again.scene == code.scene
    await chat.follows(code.scene)
    chat.heard("王女士，欢迎回来", "欢迎参加“秋季试驾会”")


async def test_the_first_code_stays_beside_the_latest(chat: Chat) -> None:
    newcomer = chat.of("oNewcomer")
    await newcomer.follows("store_main")
    await newcomer.follows("store_east")
    assert await scenes_of(newcomer) == ("store_main", "store_east")
    await newcomer.world.unfollow(newcomer.openid)
    await newcomer.follows()
    assert await scenes_of(newcomer) == ("store_main", "store_east")
    async with chat.database():
        await made(chat, await scenes.store_subject("main"))
        assert [(code.name, people) for code, people in await scenes.every()] == [("城南店", 1)]


async def test_the_platform_is_asked_once(chat: Chat, tmp_path: Path) -> None:
    async with chat.database():
        subject = await scenes.store_subject("main")
        first, second = await made(chat, subject), await made(chat, subject)
    assert first == second
    assert first.url.startswith("http")
    assert len([one for one in chat.world.codes.all.values() if one.scene == "store_main"]) == 1
    for kind, begins in (("svg", b"<?xml"), ("png", b"\x89PNG")):
        assert picture(first, tmp_path, kind).read_bytes().startswith(begins)


async def test_nobody_and_several_of_a_name_are_told_apart(chat: Chat) -> None:
    await consultant(chat, "姜琳", chat.cast.main.id)
    await consultant(chat, "姜琳", chat.cast.east.id, role="service_advisor")
    async with chat.database():
        with pytest.raises(StaffError, match="多位"):
            await scenes.consultant_subject("姜琳")
        assert (await scenes.consultant_subject("姜琳", "east")).store_id == chat.cast.east.id
        with pytest.raises(StaffError, match="没有叫"):
            await scenes.consultant_subject("无名")
        with pytest.raises(StaffError, match="没有代码"):
            await scenes.store_subject("north")


async def command(chat: Chat, *words: str) -> tuple[int, str, str]:
    """`cheyu …` as a process of its own beside the running product."""
    settings = chat.product.settings
    names = ("secret_key", "wechat_app_secret", "wechat_token", "wechat_aes_key")
    secret = {f"CHEYU_{name.upper()}": getattr(settings, name).get_secret_value() for name in names}
    plain = {
        "CHEYU_DATABASE_URL": settings.database_url,
        "CHEYU_WECHAT_APP_ID": settings.wechat_app_id,
        "CHEYU_WECHAT_API_URL": settings.wechat_api_url,
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.cli", *words),
        env={**os.environ, **secret, **plain},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, errors = await process.communicate()
    return process.returncode or 0, out.decode(), errors.decode()


async def test_the_command_makes_a_picture_and_makes_it_again(chat: Chat, tmp_path: Path) -> None:
    if chat.restart_every_message:
        return  # nothing is said
    for _ in range(2):
        code, out, errors = await command(
            chat, "qrcode", "add", "--store", "main", "--out", str(tmp_path)
        )
        assert (code, errors) == (0, "")
        assert out == f"{tmp_path / 'store_main.svg'}\n"
    code, out, _ = await command(chat, "qrcode", "list")
    assert code == 0
    assert "store_main" in out


async def test_the_command_says_what_is_wrong(chat: Chat) -> None:
    if chat.restart_every_message:
        return  # nothing is said
    code, _, errors = await command(chat, "qrcode", "add", "--consultant", "无名")
    assert (code, errors.count("\n")) == (1, 1)
    assert "没有叫 无名 的在职员工" in errors
    code, _, _ = await command(chat, "qrcode", "add")
    assert code == 2
