"""What is sent for a complaint is fetched while the platform has it, and what cannot be had is told."""

from datetime import timedelta

from bot.jobs.evidence import fetch_evidence
from storage import evidence_files
from storage.db import sql
from storage.queries.evidence import collecting as evidence
from storage.queries.evidence.content import content
from storage.secrets import unseal
from tests.conversations.chat import Chat
from tests.conversations.complaining import AMR, JPEG, on_file, sent_with, the_case
from tests.conversations.rating import settled

MP4 = b"\0\0\0\x18ftypmp42 a video"


async def told(chat: Chat) -> list[tuple[str, str]]:
    """Titles and details of what staff have to ask for again."""
    async with chat.database():
        rows = await sql().rows("SELECT title, detail FROM staff_task WHERE kind = 'evidence'")
        return [
            (unseal("staff_task.title", row["title"]), unseal("staff_task.detail", row["detail"]))
            for row in rows
        ]


async def whose(chat: Chat) -> list[int | None]:
    """The complaints that these tasks belong to."""
    async with chat.database():
        rows = await sql().rows("SELECT case_id FROM staff_task WHERE kind = 'evidence'")
        return [row["case_id"] for row in rows]


async def fetched(chat: Chat) -> dict[str, int]:
    assert chat.product.parts is not None
    return await chat.product.parts.chores.evidence(chat.now)


async def test_photos_voices_and_videos_are_kept_before_the_complaint_is_finished(
    chat: Chat,
) -> None:
    await chat.says("投诉", "空调不冷")
    await chat.sends_photo(JPEG)
    await chat.sends_voice(AMR)
    await chat.sends_video(MP4)
    chat.heard("视频收到了")
    assert (await fetched(chat))["evidence_kept"] == 3
    await chat.says("说完了", "产品品质", "今天", "修好", "没错")
    case = await the_case(chat)
    assert await sent_with(chat, case) == [
        ("image", "kept"),
        ("voice", "kept"),
        ("video", "kept"),
    ]
    async with chat.database():
        found = await evidence.of_case(case.id)
        assert [await content(one) for one in found] == [JPEG, AMR, MP4]
        assert [one.mime for one in found] == ["image/jpeg", "audio/amr", "video/mp4"]


async def test_a_platform_that_is_busy_is_asked_again(chat: Chat) -> None:
    await chat.says("投诉")
    await chat.sends_photo(JPEG)
    path = "/cgi-bin/media/get"
    chat.world.faults.next(path, errcode=-1, times=2)
    assert (await fetched(chat))["evidence_later"] == 1
    assert (await fetched(chat))["evidence_later"] == 0  # not before its time
    await chat.waits(minutes=2)
    await chat.waits(minutes=5)
    async with chat.database():
        [item] = [
            await evidence.one(row["id"]) for row in await sql().rows("SELECT id FROM evidence")
        ]
    assert item is not None
    assert (item.state, item.attempts) == ("kept", 3)


async def test_what_the_platform_has_forgotten_is_told_to_staff(chat: Chat) -> None:
    await chat.says("投诉", "空调不冷")
    await chat.sends_photo(JPEG)
    await chat.says("说完了", "产品品质", "今天", "修好", "没错")
    case = await the_case(chat)
    chat.world.media.all.clear()
    await fetched(chat)
    for _ in range(4):
        await chat.waits(minutes=10)
    assert await sent_with(chat, case) == [("image", "gone")]
    assert await told(chat) == [
        (
            f"投诉{case.number}的照片没有取到，请客户再发一次",
            "素材不存在或已过期\n已在微信里请客户再发一次。",
        )
    ]
    assert await whose(chat) == [case.id]
    await chat.waits(hours=1)
    assert f"您之前发的照片没有传过来（投诉 {case.number} 用）" in chat.screen
    await chat.sends_photo(JPEG)
    chat.heard(case.number)
    await fetched(chat)
    assert await sent_with(chat, case) == [("image", "gone"), ("image", "kept")]


async def test_several_that_are_lost_are_asked_for_once(chat: Chat) -> None:
    await chat.says("投诉", "空调不冷")
    await chat.sends_photo(JPEG)
    await chat.sends_photo(JPEG + b"2")
    await chat.says("说完了", "产品品质", "今天", "修好", "没错")
    case = await the_case(chat)
    chat.world.media.all.clear()
    for _ in range(5):
        await chat.waits(minutes=10)
    assert await whose(chat) == [case.id, case.id]
    await chat.waits(hours=1)
    assert chat.screen.count("没有传过来") == 1


async def test_nobody_is_asked_at_night_for_what_was_lost(chat: Chat) -> None:
    await chat.waits(hours=13)
    await chat.says("投诉", "空调不冷")
    await chat.sends_photo(JPEG)
    await chat.says("说完了", "产品品质", "今天", "修好", "没错")
    chat.world.media.all.clear()
    for _ in range(5):
        await chat.waits(minutes=10)
    assert len(await told(chat)) == 1
    assert "没有传过来" not in chat.screen
    await chat.waits(hours=12)
    assert chat.screen.count("没有传过来") == 1


async def test_who_cannot_be_written_to_is_called(chat: Chat) -> None:
    await chat.says("投诉", "空调不冷")
    await chat.sends_photo(JPEG)
    await chat.says("说完了", "产品品质", "今天", "修好", "没错")
    async with chat.database():
        await sql().run("UPDATE wechat_user SET window_sent = 5")
    chat.world.media.all.clear()
    for _ in range(5):
        await chat.waits(minutes=10)
    [(_, why)] = await told(chat)
    assert "微信现在发不到客户，请打电话。" in why
    async with chat.database():
        await sql().run("UPDATE wechat_user SET subscribed = ?", False)
        await sql().run("UPDATE evidence SET state = 'wanted', look_at = ?", chat.now)
    await fetched(chat)
    assert "没有传过来" not in chat.screen


async def test_one_of_a_rating_or_of_an_ended_complaint_is_for_staff_to_ask_for(chat: Chat) -> None:
    await settled(chat, chat.cast.wang)
    await chat.says("评价")
    await chat.sends_photo(b"<html>not a picture</html>")
    await fetched(chat)
    [(title, why)] = await told(chat)
    assert title.startswith("评价的照片")
    assert "请直接联系客户。" in why
    assert "没有传过来" not in chat.screen


async def test_a_server_that_was_off_for_three_days_says_what_it_missed(chat: Chat) -> None:
    await chat.says("投诉", "空调不冷")
    await chat.sends_voice(AMR)
    await chat.waits(days=3, hours=1)
    await chat.waits(hours=3)
    [case] = await on_file(chat)
    assert await sent_with(chat, case) == [("voice", "gone")]
    [(_, why)] = await told(chat)
    assert "过期" in why


async def test_what_is_not_what_it_says_is_not_kept(chat: Chat) -> None:
    await chat.says("投诉", "空调不冷")
    await chat.sends_photo(b"<html>not a picture</html>")
    assert (await fetched(chat))["evidence_gone"] == 1
    [(title, why)] = await told(chat)
    assert "照片" in title
    assert why.startswith("文件内容和类型不符")
    await chat.waits(seconds=1)
    await chat.says("说完了", "产品品质", "今天", "修好", "没错")
    assert await whose(chat) == [(await the_case(chat)).id]  # it had no number then


async def test_nothing_of_it_lies_in_clear_and_what_is_erased_is_swept(chat: Chat) -> None:
    await chat.says("投诉", "空调不冷")
    await chat.sends_photo(JPEG)
    await fetched(chat)
    async with chat.database():
        [name] = await evidence_files.names()
        row = await sql().one("SELECT id FROM evidence")
        await sql().run("UPDATE evidence SET sha256 = '', state = 'gone' WHERE id = ?", row["id"])
        assert await evidence.sweep() == 1
        assert await evidence_files.names() == []
    assert len(name) == 64


async def test_what_another_process_kept_already_stays(chat: Chat) -> None:
    await chat.says("投诉", "空调不冷")
    await chat.sends_photo(JPEG)
    async with chat.database():
        [item] = await evidence.claim(chat.now)
        assert await evidence.keep(item, JPEG, chat.now)
        assert not await evidence.keep(item, JPEG, chat.now)  # another process was faster
        assert await evidence.sweep() == 0
        assert len(await evidence_files.names()) == 1


async def test_one_that_was_let_go_while_it_was_fetched_leaves_no_file(chat: Chat) -> None:
    await chat.says("投诉", "空调不冷")
    await chat.sends_photo(JPEG)
    assert chat.product.parts is not None
    client = chat.product.parts.client

    class Slow:
        """The platform, and a customer who says 不登记了 meanwhile."""

        async def media_get(self, media_id: str) -> object:
            media = await client.media_get(media_id)
            await evidence.drop([media_id])
            return media

        async def video(self, address: str) -> object:
            raise AssertionError(address)

    async with chat.database():
        await fetch_evidence(Slow(), chat.now)  # type: ignore[arg-type]  # what it gives is a Media
        assert await evidence_files.names() == []


async def test_two_processes_fetch_each_thing_once(chat: Chat) -> None:
    await chat.says("投诉", "空调不冷")
    for number in range(3):
        await chat.sends_photo(JPEG + bytes([number]))
    async with chat.database():
        first = await evidence.claim(chat.now, limit=2)
        second = await evidence.claim(chat.now, limit=2)
        assert not {one.id for one in first} & {one.id for one in second}
        assert len(first) + len(second) == 3
        assert await evidence.claim(chat.now + timedelta(minutes=1)) == []
