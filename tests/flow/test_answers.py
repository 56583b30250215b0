"""Answers by name: kept, re-checked, tied to what they were about, skipped, upgraded."""

import pytest

from bot.flow import (
    Conversation,
    Option,
    Talk,
    choice,
    conversation,
    free_text,
    phone,
    photo,
    plate,
)
from bot.flow.conversation import Conversations
from tests.flow.rig import Rig, rigged, rows, serving


def lines(*words: str) -> list[tuple[Option, str]]:
    return [(Option(word, word), word) for word in words]


def test_no_choice_at_all_is_the_authors_mistake() -> None:
    with pytest.raises(ValueError, match="branch before asking"):
        choice([])


def test_two_conversations_cannot_have_one_name_or_key() -> None:
    @conversation("甲", menu="A")
    async def one(_talk: Talk) -> None: ...

    @conversation("乙", menu="A")
    async def other(_talk: Talk) -> None: ...

    with pytest.raises(ValueError, match="two conversations answer to A"):
        Conversations([one, other])


@conversation("报修")
async def report(talk: Talk) -> str:
    what = await talk.ask("现象", "什么现象？", choice(lines("异响", "漏油")))
    since = await talk.ask_optional("何时", "什么时候开始的？", free_text())
    picture = await talk.ask_optional("照片", "方便的话拍一张。", photo())
    return f"{what}/{since}/{'有图' if picture else picture}"


@report.settle
async def say_report(words: str, talk: Talk) -> None:
    talk.say(f"报修：{words}")


async def test_what_is_optional_may_be_skipped(rig: Rig) -> None:
    async with rig(report) as customer:
        await customer.says("报修", "跳过")
        customer.heard("不能跳过", "什么现象")
        await customer.says("2")
        customer.heard("什么时候", "跳过")
        await customer.taps("跳过")
        customer.heard("拍一张")
        await customer.says("跳过")
        customer.heard("报修：漏油/None/None")


async def test_a_picture_where_one_is_asked(rig: Rig) -> None:
    async with rig(report) as customer:
        await customer.says("报修", "异响", "上周开始的")
        await customer.says("啥意思")
        customer.heard("没太明白", "拍一张")
        await customer.sends_photo()
        customer.heard("报修：异响/上周开始的/有图")


async def test_back_past_something_skipped(rig: Rig) -> None:
    async with rig(report) as customer:
        await customer.says("报修", "异响", "跳过", "返回")
        customer.heard("什么时候")
        await customer.says("昨天")
        customer.heard("拍一张")


async def test_a_story_that_names_a_day_corrects_nothing(rig: Rig) -> None:
    """Free words belong to their question alone."""

    @conversation("预订")
    async def order(talk: Talk) -> str:
        what = await talk.ask("颜色", "什么颜色？", choice(lines("红色", "白色")))
        why = await talk.ask("备注", "有什么要说的？", free_text())
        return f"{what}：{why}"

    @order.settle
    async def say(words: str, talk: Talk) -> None:
        talk.say(words)

    async with rig(order) as customer:
        await customer.says("预订", "红色", "白色的也不错")
        customer.heard("红色：白色的也不错")


async def test_an_option_that_is_gone_is_asked_again_with_a_reason(rig: Rig) -> None:
    offered = ["异响", "漏油"]

    @conversation("报修")
    async def flow(talk: Talk) -> str:
        what = await talk.ask("现象", "什么现象？", choice(lines(*offered), gone="这一项不修了。"))
        number = await talk.ask("电话", "手机号？", phone())
        return f"{what} {number}"

    @flow.settle
    async def say(words: str, talk: Talk) -> None:
        talk.say(f"好：{words}")

    async with rig(flow) as customer:
        await customer.says("报修", "漏油")
        offered.remove("漏油")
        await customer.says("13800000001")
        customer.heard("这一项不修了", "什么现象", "1. 异响")
        await customer.says("1")
        customer.heard("好：异响 13800000001")  # the number was not lost


async def test_a_yes_is_only_for_what_it_was_said_to(rig: Rig) -> None:
    price = [100]

    @conversation("下单")
    async def order(talk: Talk) -> str:
        sure = await talk.confirm(price[0], f"{price[0]}元，确认吗？")
        number = await talk.ask("电话", "手机号？", phone())
        return f"{sure} {price[0]} {number}"

    @order.settle
    async def say(words: str, talk: Talk) -> None:
        talk.say(f"下单：{words}")

    async with rig(order) as customer:
        await customer.says("下单", "确认")
        customer.heard("手机号")
        price[0] = 200
        await customer.says("13800000001")
        customer.heard("200元，确认吗")
        await customer.says("确认")
        customer.heard("下单：True 200 13800000001")


async def test_an_effect_happens_once_for_what_it_is_about(rig: Rig) -> None:
    sent: list[str] = []

    @conversation("验证")
    async def verify(talk: Talk) -> str:
        number = await talk.ask("电话", "手机号？", phone())

        async def send() -> str:
            sent.append(number)
            return "1234"

        code = await talk.once("短信", send, of=number)
        return await talk.ask("验证码", f"发到{number[-4:]}了", choice(lines(str(code), "没收到")))

    @verify.settle
    async def say(words: str, talk: Talk) -> None:
        talk.say(f"收到{words}")

    async with rig(verify) as customer:
        await customer.says("验证", "13800000001", "哪里", "帮我看看")
        assert sent == ["13800000001"]
        await customer.says("改电话 13800000002")
        customer.heard("发到0002了")
        assert sent == ["13800000001", "13800000002"]
        await customer.says("1234")
        customer.heard("收到1234")


def versioned(version: int) -> Conversation:
    """报名 before and after: 2 asks for the plate first, and keeps the head count as a number."""

    @conversation("报名", version=version)
    async def sign_up(talk: Talk) -> str:
        car = await talk.ask("车牌", "车牌？", plate()) if version == 2 else ""
        many = {"1": "一位", "2": "两位"} if version == 2 else {"一": "一位", "二": "两位"}
        options = [(Option(key, label), key) for key, label in many.items()]
        count = await talk.ask("人数", "几位？", choice(options))
        number = await talk.ask("电话", "手机号？", phone())
        return f"{car}{count} {number}"

    @sign_up.settle
    async def say(words: str, talk: Talk) -> None:
        talk.say(f"报名：{words}")

    if version == 2:

        @sign_up.upgrade(2)
        def as_numbers(answers: dict[str, dict[str, object]]) -> dict[str, dict[str, object]]:
            count = answers.get("人数")
            if count:
                count["v"] = {"一": "1", "二": "2"}[str(count["v"])]
            return answers

    return sign_up


async def test_a_new_version_between_two_messages(migrated_url: str) -> None:
    """The answer to the question that was open is kept, though a new one comes before it."""
    async with rigged(migrated_url, versioned(1)) as customer:
        await customer.says("报名", "两位")
        customer.heard("手机号")
        customer.product.make = serving(versioned(2))
        await customer.product.restart()
        await customer.says("13800000001")
        customer.heard("车牌？")
        await customer.says("京A12345")
        customer.heard("报名：京A123452 13800000001")
        talks = await rows(customer, "SELECT version, status FROM talk")
        assert talks == [{"version": 2, "status": "done"}]


async def test_a_conversation_that_is_offered_no_more(migrated_url: str) -> None:
    async with rigged(migrated_url, versioned(1)) as customer:
        await customer.says("报名")
        customer.product.make = serving(report)
        await customer.product.restart()
        await customer.says("一位")
        customer.heard("“报名”暂时不提供了")
        await customer.says("报修")
        customer.heard("什么现象")


async def test_answers_are_kept_by_name_and_by_meaning(rig: Rig) -> None:
    async with rig(report) as customer:
        await customer.says("报修", "2")
        talk = (await rows(customer, "SELECT answers, status FROM talk"))[0]
        assert "漏油" in str(talk["answers"])
        assert talk["status"] == "open"
