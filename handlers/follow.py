"""关注 and 扫码: the first words, which know where the person came from."""

from bot.flow import Talk, conversation
from bot.rules.wording import salutation
from storage.queries.stores import shop


@conversation("关注", events=("subscribe", "scan"), aside=True)
async def welcome(talk: Talk) -> None:
    who = salutation(talk.customer.name, talk.customer.gender)
    store = (await shop()).by_code(talk.customer.scene.removeprefix("store_"))
    where = f"{store.name}的" if store else ""
    hello = f"{who}，欢迎回来！" if talk.customer.customer_id else "您好，欢迎关注！"
    talk.say(f"{hello}这里是{where}售后服务号，约保养、改时间、查预约，直接打字告诉我就行。")
    talk.offer("预约保养", "我的爱车" if talk.customer.customer_id else "绑定", "帮助")


CONVERSATIONS = [welcome]
