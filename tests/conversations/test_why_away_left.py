"""说说原因 put off, left alone, or asked in a store's own way."""

from storage.db import dumps, sql
from storage.queries.calls.worklist import todays
from storage.queries.evidence import collecting as evidence
from storage.queries.ratings import rating as ratings
from storage.queries.touch import touchpoints
from storage.queries.touch.touchpoints import Settled
from storage.scope import account_id
from tests.conversations.chat import Chat
from tests.conversations.colleagues import at_work
from tests.conversations.rating import cases_of, the_rating
from tests.conversations.test_reminders import told
from tests.conversations.test_why_away import asked_why, given, tasks
from tests.outbox.notices import agree


async def handed_over(chat: Chat) -> None:
    """WeChat could not carry it, so a colleague is to call."""
    wang = chat.cast.wang
    touchpoint = await told(chat, wang, "win_back", wang.car, sent=False)
    async with chat.database():
        await touchpoints.settle([Settled(touchpoint, "handed_over", "call")], chat.now)


async def test_a_time_they_named_is_kept_where_the_plan_does_not(chat: Chat) -> None:
    await handed_over(chat)
    await chat.says("说说原因")
    await chat.taps("现在不方便")
    await chat.says("明天下午四点")
    chat.heard("记下了", "11月19日")
    await chat.waits(days=1, hours=8, minutes=1)
    pushed = [bubble for bubble in chat.world.chat(chat.openid) if "好久没来" in bubble.text]
    assert len(pushed) == 1
    assert "点“说说原因”" in pushed[0].text
    await chat.taps("说说原因")
    chat.heard("主要是因为什么")
    await chat.taps("离得远")
    assert (await the_rating(chat)).state == "done"


async def test_a_colleague_calls_where_wechat_cannot_reach_them_by_then(chat: Chat) -> None:
    office = await at_work(chat)
    await handed_over(chat)
    async with chat.database():
        await agree(chat.cast.wang.user_id, "care")
    await chat.says("说说原因")
    await chat.taps("现在不方便")
    await chat.says("下周三上午10点")
    await chat.waits(days=7, minutes=2)
    async with chat.database():
        [task] = await todays(office.staff["tao"], chat.now)
    assert (task.about, task.title) == ("win_back", "请致电：客户约好现在说没来的原因 王芳")


async def test_a_photo_goes_with_the_reason(chat: Chat) -> None:
    await asked_why(chat)
    await chat.says("说说原因")
    await chat.sends_photo()
    chat.heard("照片收到了，会一起转给门店", "主要是因为什么")
    await chat.taps("服务或手艺不好")
    await chat.sends_photo()
    chat.heard("会一起转给门店", "能多说两句吗")
    await chat.says("跳过")
    chat.heard("都记下了", "投诉")
    rating = await the_rating(chat)
    async with chat.database():
        assert len(await evidence.of_rating(rating.id)) == 2
    assert (await given(chat))["why"] == ("quality", "")


async def test_silence_is_nudged_once(chat: Chat) -> None:
    await asked_why(chat)
    await chat.says("说说原因")
    await chat.waits(hours=2, minutes=1)
    nudges = [one for one in chat.world.chat(chat.openid) if "不想说也没关系" in one.text]
    assert len(nudges) == 1
    await chat.says("取消")
    await chat.says("说说原因")
    await chat.waits(hours=3)
    nudges = [one for one in chat.world.chat(chat.openid) if "不想说也没关系" in one.text]
    assert len(nudges) == 1
    assert (await the_rating(chat)).nudged


async def test_a_store_may_ask_in_its_own_way(chat: Chat) -> None:
    await asked_why(chat)
    questions = [
        {"code": "kept", "kind": "yes_no", "text": "车还在您手上吗？", "low": []},
        {"code": "reach", "kind": "score", "text": "到店方便吗？打个分。", "topic": "service"},
        {"code": "more", "kind": "text", "text": "还想说什么？", "optional": True},
    ]
    async with chat.database():
        await sql().run(
            "INSERT INTO survey (account_id, scope, code, version, name, kind, occasions, audience,"
            " questions, position, created_by, created_at)"
            " VALUES (?, '', 'win_back', 2, '好久不见', 'extension', ?, ?, ?, 0, 'cli', ?)",
            *(account_id(), dumps(["win_back"]), dumps({}), dumps(questions), chat.now),
        )
    await chat.says("说说原因")
    chat.heard("车还在您手上吗", "现在不方便")
    await chat.says("是")
    chat.heard("谢谢您", "到店方便吗", "就到这里")
    await chat.says("每次去都没人理我，态度很差")
    chat.heard("很抱歉", "到店方便吗", "投诉")
    await chat.says("1分")
    chat.heard("还想说什么")
    await chat.says("跳过")
    chat.heard("都记下了", "投诉")
    rating = await the_rating(chat)
    assert (rating.satisfaction, rating.low, rating.state) == (None, False, "done")
    assert await cases_of(chat) == []
    [detail] = await tasks(chat)
    assert "没人理我" in detail
    assert "1分" in detail


async def test_enough_is_enough(chat: Chat) -> None:
    await asked_why(chat)
    await chat.says("说说原因")
    await chat.taps("价格高")
    await chat.says("没有了")
    assert (await the_rating(chat)).state == "done"


async def test_a_retired_survey_asks_nothing(chat: Chat) -> None:
    await asked_why(chat)
    async with chat.database():
        await sql().run(
            "INSERT INTO survey (account_id, scope, code, version, name, kind, occasions, audience,"
            " questions, position, created_by, created_at, retired_at)"
            " VALUES (?, '', 'win_back', 2, '好久不见', 'extension', ?, ?, ?, 0, 'cli', ?, ?)",
            *(account_id(), dumps(["win_back"]), dumps({}), dumps([]), chat.now, chat.now),
        )
    await chat.says("说说原因")
    chat.heard("目前没有要问您的", "预约保养")
    await chat.says("太贵了，没意思")
    chat.heard("没听懂")


async def test_what_a_colleague_has_heard_meanwhile_is_not_asked_again(chat: Chat) -> None:
    await asked_why(chat)
    await chat.says("说说原因")
    rating = await the_rating(chat)
    async with chat.database():
        await ratings.put_answer(
            *(rating.id, "win_back", 1, "why", "choice", chat.now), choices=("far",), by="陶倩"
        )
        await ratings.finish(rating.id, chat.now)
    await chat.taps("价格高")
    chat.heard("已经记下了", "预约保养")
    assert await given(chat) == {"why": ("far", "")}


async def test_the_last_word_counts_and_a_bad_one_is_heard(chat: Chat) -> None:
    await asked_why(chat)
    await chat.says("说说原因")
    await chat.taps("离得远")
    assert await tasks(chat) == []
    await chat.says("点错了", "服务或手艺不好")
    chat.heard("改好了", "很抱歉", "投诉", "人工")
    assert (await given(chat))["why"] == ("quality", "")
    assert len(await tasks(chat)) == 1
    assert await cases_of(chat) == []
