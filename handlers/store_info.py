"""门店信息, 投诉电话: where the stores are, when they are open today, and their number."""

from bot.flow import Talk, conversation
from bot.rules.wording import say_day
from storage.queries.stores.shops import Store, shop


@conversation("门店信息", aside=True)
async def store_info(talk: Talk) -> None:
    for store in (await shop()).stores:
        facts = [
            store.name,
            store.address,
            store.phone and f"电话 {store.phone}",
            _hours(talk, store),
        ]
        talk.say("\n".join(fact for fact in facts if fact))
    talk.offer("预约保养", "人工")


@conversation("投诉电话", aside=True)
async def complaint_line(talk: Talk) -> None:
    """The number, and nothing is opened by asking for it; who would rather write is heard here."""
    lines = [f"{store.name} {store.phone}" for store in (await shop()).stores if store.phone]
    if lines:
        talk.say("\n".join(["打电话投诉，营业时间都有人接：", *lines]))
        talk.say("在这里说也一样：当场给编号，随时能看处理到哪一步。")
    else:
        talk.say("门店还没有留投诉电话。在这里说就行：当场给编号，随时能看处理到哪一步。")
    talk.offer("投诉", "人工")


def _hours(talk: Talk, store: Store) -> str:
    shifts = store.calendar.hours(talk.today)
    if not shifts:
        return f"{say_day(talk.today, talk.today)}休息"
    return "今天营业 " + "、".join(f"{opens:%H:%M}–{closes:%H:%M}" for opens, closes in shifts)


CONVERSATIONS = [store_info, complaint_line]
