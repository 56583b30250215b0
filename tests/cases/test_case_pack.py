"""投诉材料: one file with all that happened, readable without us, checked by its manifest."""

import json
import re
import tracemalloc
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from bot.cli.pack_file import Contents, write
from bot.clock import clock
from bot.rules.media_types import ENDINGS
from storage import evidence_files
from storage import models as m
from storage.queries import audit
from storage.queries.cases import compensations, measures
from storage.queries.cases import timeline as case_timeline
from storage.queries.cases.acting import do
from storage.queries.cases.measures import New
from storage.queries.cases.opening import NewCase, open_case
from storage.queries.cases.whole import whole
from storage.queries.evidence import collecting as evidence
from storage.queries.evidence.collecting import Item
from storage.queries.evidence.content import content
from storage.scope import account_id
from tests.cases.command_line import inside, install, refused, said
from tests.cases.office import Office, office
from tests.people import NOW, TODAY

PHOTO, VOICE = b"\xff\xd8 a scratched door", b"#!AMR a voice"
HOUR = timedelta(hours=1)


async def story(here: Office) -> int:
    """A complaint with words, a photo, a voice note that is gone, promises and amends; solved."""
    wang, yan, gu = here.cast.wang, here.who("yan"), here.who("gu")
    new = NewCase("chat", "车门划伤<b>了</b>", "attitude", wechat_user_id=wang.user_id)
    case_id = (await open_case(new, NOW)).id
    await heard(wang.user_id, "text", NOW - HOUR, Content="车门划伤<b>了</b>")
    await heard(wang.user_id, "image", NOW - HOUR, MediaId="M1")
    await heard(wang.user_id, "voice", NOW, MediaId="M2", Recognition="请快点处理")
    await heard(wang.user_id, "event", NOW, Event="CLICK", EventKey="COMPLAIN")
    await heard(wang.user_id, "event", NOW, Event="VIEW")
    await heard(wang.user_id, "text", NOW - 30 * 24 * HOUR, Content="一个月前的话")
    await pushed(
        wang.user_id, "delivered", {"blocks": ["已收到您的投诉", ["投诉进度", "投诉进度", ""]]}
    )
    await pushed(
        wang.user_id, "blocked", {"template": "t", "data": {"thing1": {"value": "处理通知"}}}
    )
    await pushed(wang.user_id, "queued", {"blocks": ["还没发出的话"]})
    kept = await evidence.want("M1", "image", wang.user_id, NOW, case_id=case_id)
    await evidence.kept(kept, await evidence_files.put(PHOTO), "image/jpeg", len(PHOTO), NOW)
    gone = await evidence.want("M2", "voice", wang.user_id, NOW, case_id=case_id)
    await evidence.gone(gone, "微信上已经过期")
    await do(yan, case_id, "receive", NOW)
    await do(yan, case_id, "reply", NOW + HOUR, words="明天上午给您补漆")
    gift = await compensations.ask(yan, case_id, "voucher", "保养券", NOW, amount=Decimal(200))
    assert gift is not None
    await compensations.take(gu, gift.id, "approve", NOW + HOUR)
    await measures.propose(gu, New("洗车工培训", TODAY, yan.id, case_id), NOW)
    await do(yan, case_id, "solve", NOW + HOUR, root_cause="洗车刷老化", solution="补漆并更换")
    await do(yan, case_id, "tell", NOW + HOUR)
    await do(yan, case_id, "confirm", NOW + 2 * HOUR)
    return case_id


async def heard(user: int, kind: str, at: datetime, **body: str) -> None:
    await m.Inbox.create(
        account_id=account_id(),
        wechat_user_id=user,
        key=f"{at} {kind} {body}",
        kind=kind,
        body=json.dumps(body),
        reply=json.dumps({"blocks": ["好的"], "hand_over": False}) if kind == "text" else "",
        received_at=at,
    )


async def pushed(user: int, state: str, body: dict[str, Any]) -> None:
    times: dict[str, Any] = dict.fromkeys(("due_at", "created_at", "changed_at"), NOW + HOUR)
    idem = f"{state} {body}"
    await m.Message.create(
        account_id=account_id(), wechat_user_id=user, idem=idem, channel="service",
        body=json.dumps(body), state=state, **times,
    )  # fmt: skip


async def packed(here: Office, case_id: int, to: Path, at: datetime, login: str = "yan") -> ZipFile:
    found = await whole(case_id, at, here.who(login))
    assert found is not None
    messages = await case_timeline.around(found.case, at)
    await write(to, Contents(found, messages, True, at), content)
    return ZipFile(to)


def left_of(name: str, folder: Path) -> list[str]:
    """The files whose names begin so."""
    return sorted(one.name for one in folder.iterdir() if one.name.startswith(name))


async def test_everything_is_in_it(migrated_url: str, tmp_path: Path) -> None:
    async with office(migrated_url) as here:
        case_id = await story(here)
        with await packed(here, case_id, tmp_path / "t.zip", NOW + 3 * HOUR) as archive:
            assert archive.testzip() is None
            photo = "凭证/1-照片.jpg"
            assert archive.namelist() == [photo, "说明.html", "manifest.json"]
            assert archive.read(photo) == PHOTO
            manifest = json.loads(archive.read("manifest.json"))
            page = archive.read("说明.html").decode()
        assert manifest["missing"] == [{"evidence": 2, "why": "未能取得：微信上已经过期"}]
        assert {one["name"]: one["sha256"] for one in manifest["files"]} == {
            photo: sha256(PHOTO).hexdigest(),
            "说明.html": sha256(page.encode()).hexdigest(),
        }
        for text in (
            "T000001 投诉材料", "王芳 13800000001", "车门划伤&lt;b&gt;了&lt;/b&gt;", "洗车刷老化",
            "按时完成", "明天上午给您补漆", "2026-11-19", "代金券：保养券（200.00元）", "洗车工培训",
            "【语音】请快点处理", "【点菜单】COMPLAIN", "已收到您的投诉\n▸ 投诉进度", "处理通知", "被拒收",
            f'href="{photo}"', f'<img src="{photo}"', "未能取得：微信上已经过期", "2026-11-18 07:00", "申请补偿",
            "根本原因：洗车刷老化；解决方案：补漆并更换", "告知：顾海波、赵敏、傅总", "好的",
        ):  # fmt: skip
            assert text in page, text
        for text in ("一个月前的话", "还没发出的话", "<b>"):
            assert text not in page
        promised = page.partition('id="promises"')[2].partition('id="events"')[0]
        for text in ("明天上午给您补漆</td>", ">2026-11-19<", "补漆并更换", "保养券（200.00元）"):
            assert text in promised, text


async def test_each_cell_is_named_for_narrow_screens(
    migrated_sqlite_url: str, tmp_path: Path
) -> None:
    """There the heads of the columns are not shown, and each row is a card."""
    async with office(migrated_sqlite_url) as here:
        case_id = await story(here)
        with await packed(here, case_id, tmp_path / "t.zip", NOW + 3 * HOUR) as archive:
            page = archive.read("说明.html").decode()
    for table in page.split('<table class="rows">')[1:]:
        head, body = table.split("</table>")[0].split("<tbody>")
        heads = re.findall(r"<th [^>]*>(.*?)</th>", head)
        for row in body.split("<tr>")[1:]:
            assert re.findall(r'<td[^>]* data-name="(.*?)"', row) == heads
            assert row.count("<td") == len(heads)


async def test_the_same_state_gives_the_same_bytes(
    migrated_sqlite_url: str, tmp_path: Path
) -> None:
    async with office(migrated_sqlite_url) as here:
        case_id = await story(here)
        found = []
        for name in ("a", "b"):
            with await packed(here, case_id, tmp_path / name, NOW + 3 * HOUR):
                found.append((tmp_path / name).read_bytes())
        assert found[0] == found[1]
        assert (tmp_path / "a").stat().st_mode & 0o777 == 0o600
        assert left_of("a", tmp_path) == ["a"]


async def test_one_file_of_media_is_in_memory_at_a_time(
    migrated_sqlite_url: str, tmp_path: Path
) -> None:
    size, asked = 4 * 1024 * 1024, count()

    async def large(_item: Item) -> bytes | None:
        return bytes([next(asked)]) * size

    async with office(migrated_sqlite_url) as here:
        found = await whole(await story(here), NOW)
        assert found is not None
        item = found.evidence[0]
        many = [replace(item, id=n, media_id=f"M{n}") for n in range(8)]
        contents = Contents(replace(found, evidence=many), [], True, NOW)
        tracemalloc.start()
        try:
            done = await write(tmp_path / "t.zip", contents, large)
            _, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert len(done.files) == 9
    assert most < 3 * size


async def test_a_file_is_called_by_what_it_is(migrated_url: str, tmp_path: Path) -> None:
    kinds = {"image": "照片", "audio": "语音", "video": "视频"}
    async with office(migrated_url) as here:
        wang = here.cast.wang.user_id
        case_id = (await open_case(NewCase("chat", "噪音", wechat_user_id=wang), NOW)).id
        for number, mime in enumerate(ENDINGS):
            kind = mime.partition("/")[0].replace("audio", "voice")
            made = await evidence.want(f"M{number}", kind, wang, NOW, case_id=case_id)
            file = await evidence_files.put(mime.encode())
            await evidence.kept(made, file, mime, len(mime), NOW)
        with await packed(here, case_id, tmp_path / "t.zip", NOW + HOUR, "zhao") as archive:
            names = [name for name in archive.namelist() if name.startswith("凭证/")]
    said = [f"{kinds[mime.partition('/')[0]]}.{ending}" for mime, ending in ENDINGS.items()]
    assert [name.partition("-")[2] for name in names] == said
    assert {"照片.heic", "照片.bmp", "语音.silk", "语音.awb", "语音.ogg"} < set(said)


async def test_a_page_of_an_open_complaint_says_as_of_when(
    migrated_sqlite_url: str, tmp_path: Path
) -> None:
    async with office(migrated_sqlite_url) as here:
        case_id = (await open_case(NewCase("staff", "噪音"), NOW)).id
        with await packed(here, case_id, tmp_path / "t.zip", NOW + HOUR, "zhao") as archive:
            page = archive.read("说明.html").decode()
        assert "未结束的时限按 2026-11-18 09:00 计算" in page
        assert page.count("<p>没有。</p>") == 4


async def test_a_file_that_was_exchanged_is_not_given_out(migrated_sqlite_url: str) -> None:
    async with office(migrated_sqlite_url) as here:
        case_id = await story(here)
        item, gone = await evidence.of_case(case_id)
        assert await content(item) == PHOTO
        assert await content(gone) is None
        await evidence_files.remove(item.sha256)
        assert await content(item) is None


async def test_a_pack_that_fails_leaves_nothing(migrated_sqlite_url: str, tmp_path: Path) -> None:
    async def broken(_item: Item) -> bytes | None:
        raise OSError("the disk is gone")

    async with office(migrated_sqlite_url) as here:
        found = await whole(await story(here), NOW)
        assert found is not None
        with pytest.raises(OSError, match="disk"):
            await write(tmp_path / "t.zip", Contents(found, [], True, NOW), broken)
        assert left_of("t.zip", tmp_path) == []


@pytest.fixture
def installed(migrated_sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    install(migrated_sqlite_url, monkeypatch, story)
    return migrated_sqlite_url


def test_by_command_and_by_role(installed: str, tmp_path: Path) -> None:
    clock.stop(at=NOW + 3 * HOUR)
    file = tmp_path / "T1.zip"
    assert "2个文件，1件材料未能取得" in said("pack", "T1", str(file), "--by", "gu")
    assert "已经存在" in refused("pack", "T1", str(file), "--by", "gu")
    first = file.read_bytes()
    said("pack", "T1", str(file), "--force", "--by", "gu")
    assert file.read_bytes() == first
    nowhere = str(tmp_path / "no" / "T1.zip")
    assert "文件夹" in refused("pack", "T1", nowhere, "--by", "gu")
    assert "没有找到" in refused("pack", "T1", str(tmp_path / "x.zip"), "--by", "hou")
    assert "岗位" in refused("pack", "T1", str(tmp_path / "x.zip"), "--by", "shi")
    assert [one.name for one in tmp_path.glob("x*")] == []
    noted = inside(installed, lambda: audit.entries(subject="complaint:1", actor="顾海波"))
    assert [entry.action for entry in noted if entry.action == "export"] == ["export"] * 2
