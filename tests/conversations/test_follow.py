"""关注: the first words, by search, through a store's QR code, and of somebody who comes back."""

from tests.conversations.chat import Chat


async def test_a_stranger_is_welcomed_and_shown_the_way(stranger: Chat) -> None:
    await stranger.follows()
    stranger.heard("您好，欢迎关注", "预约保养", "绑定", "帮助")
    stranger.heard_not("我的爱车")


async def test_the_code_of_a_store_is_remembered_when_booking(chat: Chat) -> None:
    newcomer = chat.of("oNewcomer")
    await newcomer.follows("store_main")
    newcomer.heard("欢迎关注", "城南店")
    await newcomer.taps("预约保养")
    newcomer.heard("要做什么项目")  # the store is known
    await newcomer.says("空调清洗", "明天9点", "13700000001", "京D00001")
    newcomer.heard("城南店", "空调清洗")


async def test_scanning_a_code_as_a_follower_is_answered(chat: Chat) -> None:
    await chat.follows("store_east")
    chat.heard("王女士，欢迎回来", "城东店", "我的爱车")


async def test_a_known_customer_who_comes_back_is_known(chat: Chat) -> None:
    await chat.world.unfollow(chat.openid)
    await chat.follows()
    chat.heard("王女士，欢迎回来")


async def test_following_again_in_the_middle_keeps_the_question(chat: Chat) -> None:
    await chat.says("预约保养")
    await chat.follows("store_east")
    chat.heard("欢迎回来", "哪天方便", "2. 11月19日")
    chat.heard_not("我的爱车")  # no lines that lead away from the question


async def test_a_code_that_nobody_knows_welcomes_all_the_same(chat: Chat) -> None:
    newcomer = chat.of("oNewcomer")
    await newcomer.follows("poster_7")
    newcomer.heard("欢迎关注", "预约保养")
