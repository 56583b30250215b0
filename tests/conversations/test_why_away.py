"""说说原因: who stays away is asked why, once, in one tap; a bad reason is heard by a person."""

from typing import Any

import pytest

from storage.db import sql
from storage.queries.ratings import rating as ratings
from storage.secrets import unseal
from tests.conversations.chat import Chat
from tests.conversations.conftest import ON_ONE_DATABASE
from tests.conversations.rating import cases_of, ratings_of, settled, the_rating
from tests.conversations.test_reminders import state, told


async def asked_why(chat: Chat) -> int:
    """The message of 流失招揽 has come a minute ago."""
    return await told(chat, chat.cast.wang, "win_back", chat.cast.wang.car)


async def given(chat: Chat) -> dict[str, Any]:
    """question → codes and words, of the only one there is."""
    rating = await the_rating(chat)
    async with chat.database():
        said = await ratings.answers(rating.id)
    return {question: (*one.choices, one.words) for (_, question), one in said.items()}


async def tasks(chat: Chat) -> list[str]:
    async with chat.database():
        rows = await sql().rows("SELECT detail FROM staff_task WHERE kind = 'request' ORDER BY id")
        return [unseal("staff_task.detail", row["detail"]) for row in rows]


async def test_one_tap_is_kept_at_once_and_thanked_for(chat: Chat) -> None:
    touchpoint = await asked_why(chat)
    await chat.says("说说原因")
    chat.heard("王女士", "好久没见您", "离得远", "价格高", "其他", "现在不方便", "不想说")
    await chat.taps("离得远")
    chat.heard("谢谢您", "城南店", "预约保养")
    chat.heard_not("能多说两句吗", "投诉")
    assert await given(chat) == {"why": ("far", "")}
    rating = await the_rating(chat)
    assert (rating.occasion, rating.subject, rating.state) == (
        "win_back",
        f"t{touchpoint}",
        "done",
    )
    assert (rating.satisfaction, rating.nps, rating.low) == (None, None, False)
    assert await state(chat, touchpoint) == ("done", "rated")
    await chat.taps("预约保养")
    chat.heard("哪天方便")


async def test_a_tap_and_then_a_few_words(chat: Chat) -> None:
    await asked_why(chat)
    await chat.says("说说原因")
    await chat.taps("价格高")
    chat.heard("谢谢", "能多说两句吗", "跳过")
    assert await given(chat) == {"why": ("price", "")}
    await chat.says("机油比外面贵一倍")
    chat.heard("都记下了", "预约保养")
    assert await given(chat) == {"why": ("price", ""), "why_words": ("机油比外面贵一倍",)}
    assert await tasks(chat) == []


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("太贵了", "price"),
        ("孩子上学，一直没时间", "other"),
        ("搬家到松江了", "far"),
        ("外面修理厂做的", "elsewhere"),
        ("每次都要等很久", "waiting"),
        ("3", "waiting"),
        ("没什么原因", "other"),
    ],
)
async def test_own_words_are_a_reason_at_once(chat: Chat, words: str, code: str) -> None:
    await asked_why(chat)
    await chat.says("说说原因", words)
    if words == "3":
        chat.heard("能多说两句吗")
    else:
        chat.heard("都记下了", "预约保养")
        chat.heard_not("能多说两句吗")
    assert (await given(chat))["why"] == (code, "" if words == "3" else words)


async def test_the_reason_may_come_with_the_words_that_open_it(chat: Chat) -> None:
    await asked_why(chat)
    await chat.says("说说原因：搬家到松江了")
    chat.heard("都记下了", "预约保养")
    assert await given(chat) == {"why": ("far", "搬家到松江了")}


async def test_bad_service_is_heard_by_a_person_and_may_be_a_complaint(chat: Chat) -> None:
    await asked_why(chat)
    await chat.says("说说原因")
    await chat.taps("服务或手艺不好")
    chat.heard("很抱歉", "城南店", "同事联系您", "投诉", "人工", "能多说两句吗")
    assert await cases_of(chat) == []
    assert len(await tasks(chat)) == 1
    await chat.says("空调修了三次都没修好")
    chat.heard("都记下了", "预约保养", "投诉")
    [detail] = await tasks(chat)
    assert "服务或手艺不好" in detail
    assert "空调修了三次" in detail
    rating = await the_rating(chat)
    assert (rating.low, rating.satisfaction, rating.state) == (False, None, "done")
    assert await cases_of(chat) == []


async def test_the_complaint_that_is_offered_is_one_tap_away(chat: Chat) -> None:
    await asked_why(chat)
    await chat.says("说说原因")
    await chat.taps("服务或手艺不好")
    await chat.taps("投诉")
    await chat.says("空调修了三次都没修好", "说完了", "跳过", "昨天", "返工", "确认")
    chat.heard("登记好了", "都记下了")
    chat.heard_not("能多说两句吗")
    assert (await the_rating(chat)).state == "done"
    assert len(await cases_of(chat)) == 1


async def test_bad_service_in_their_own_words(chat: Chat) -> None:
    await asked_why(chat)
    await chat.says("说说原因", "服务不好")
    chat.heard("很抱歉", "投诉", "预约保养")
    assert await given(chat) == {"why": ("quality", "服务不好")}
    assert len(await tasks(chat)) == 1


async def test_a_sold_car_is_put_right(chat: Chat) -> None:
    await asked_why(chat)
    await chat.says("说说原因")
    await chat.taps("车卖了")
    chat.heard("谢谢", "车卖了")
    chat.heard_not("预约保养")
    assert (await given(chat))["why"] == ("sold", "")


async def test_it_is_asked_once(chat: Chat) -> None:
    await asked_why(chat)
    await chat.says("说说原因")
    await chat.taps("开得少")
    await chat.says("说说原因")
    chat.heard("预约保养", "人工")
    chat.heard_not("主要是因为什么")
    assert len(await ratings_of(chat)) == 1


async def test_nothing_to_say(chat: Chat) -> None:
    await chat.says("说说原因")
    chat.heard("目前没有要问您的", "人工", "投诉")
    assert await ratings_of(chat) == []


async def test_they_would_rather_not(chat: Chat) -> None:
    touchpoint = await asked_why(chat)
    await chat.says("说说原因")
    await chat.taps("不想说")
    chat.heard("不再问您", "预约保养")
    assert (await the_rating(chat)).state == "declined"
    assert (await state(chat, touchpoint))[1] == "refused"


async def test_not_now_takes_a_time(chat: Chat) -> None:
    await asked_why(chat)
    await chat.says("说说原因")
    await chat.taps("现在不方便")
    await chat.says("明天下午四点")
    chat.heard("记下了", "11月19日")
    rating = await the_rating(chat)
    assert rating.later_at is not None
    await chat.says("说说原因")
    await chat.taps("离得远")
    assert (await the_rating(chat)).state == "done"


async def test_left_half_way_it_goes_on_for_two_days(chat: Chat) -> None:
    await asked_why(chat)
    await chat.says("说说原因")
    await chat.taps("价格高")
    await chat.says("取消")
    chat.heard("48小时", "说说原因")
    await chat.waits(hours=40)
    await chat.says("说说原因")
    chat.heard("能多说两句吗")
    await chat.says("跳过")
    chat.heard("都记下了")
    assert (await the_rating(chat)).state == "done"


async def test_over_after_two_days_what_was_said_counts(chat: Chat) -> None:
    await asked_why(chat)
    await chat.says("说说原因")
    await chat.taps("价格高")
    await chat.waits(hours=49)
    assert (await the_rating(chat)).state == "closed"
    assert await given(chat) == {"why": ("price", "")}
    await chat.says("说说原因")
    chat.heard_not("主要是因为什么")


async def test_a_visit_is_rated_beside_it(chat: Chat) -> None:
    """Neither waits for the other, and neither is taken for the other."""
    await asked_why(chat)
    await settled(chat, chat.cast.wang)
    await chat.says("评价")
    chat.heard("常规保养", "您打几分")
    await chat.says("5", "就到这里", "说说原因")
    chat.heard("好久没见您")
    await chat.taps("等得久")
    await chat.says("跳过", "评价")
    chat.heard_not("好久没见您")
    assert [one.occasion for one in await ratings_of(chat)] == ["visit", "win_back"]


async def test_an_answer_without_a_tap_is_taken_at_its_word(chat: Chat) -> None:
    """The message says: 回复一句."""
    touchpoint = await asked_why(chat)
    await chat.says("太贵了，比外面贵一倍")
    chat.heard("谢谢您", "都记下了", "预约保养")
    assert await given(chat) == {"why": ("price", "太贵了，比外面贵一倍")}
    assert await state(chat, touchpoint) == ("done", "rated")


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    "words", ["你好", "谢谢", "好的", "你们几点关门？", "保养多少钱？", "继续"]
)
async def test_what_is_no_reason_is_not_taken_for_one(chat: Chat, words: str) -> None:
    await asked_why(chat)
    await chat.says(words)
    assert await ratings_of(chat) == []
    await chat.says("说说原因", words)
    assert await given(chat) == {}
