"""The demo's colleague: one message away from 我的任务."""

from bot.cli.demo_colleague import OPENID, colleague_on_the_phone
from bot.clock import clock
from bot.rules.staff_words import read_command
from bot.sandbox.account import Account
from bot.sandbox.world import World
from storage.db import opened
from storage.demo import fill
from storage.queries.staff import cases as staff_cases
from storage.queries.staff import wechat as staff_wechat
from storage.queries.stores.shops import ensure_account
from storage.scope import account_scope
from tests.people import APP_ID, NOW, follower


async def test_the_line_that_is_printed_makes_the_phone_a_colleagues(
    migrated_sqlite_url: str,
) -> None:
    clock.stop(NOW)
    world = World(Account(APP_ID, "1" * 32, "token", ""), "http://127.0.0.1:1/wechat")
    async with opened(migrated_sqlite_url):
        with account_scope(await ensure_account(APP_ID)):
            assert await colleague_on_the_phone(world, NOW) == ""  # nobody works here yet
            await fill(NOW)
            printed = await colleague_on_the_phone(world, NOW)
            said = read_command(printed.partition("：")[2] or printed.partition(": ")[2])
            assert said is not None
            who = await staff_wechat.bind(await follower(OPENID, None), said.words, NOW)
            assert who is not None
            assert await staff_cases.own(who, NOW) != []  # something to try it on
            assert (await colleague_on_the_phone(world, NOW)).endswith(": 我的任务")
    assert world.people.all[OPENID].note == "门店同事，先发：我的任务"
