"""关注 and 扫码: the first words, which know where the person came from."""

from bot.flow import Talk, conversation
from bot.rules.wording import salutation
from storage.queries.stores import shop


@conversation("关注", events=("subscribe", "scan"), aside=True)
async def welcome(talk: Talk) -> None:
    who = salutation(talk.customer.name, talk.customer.gender)
    store = (await shop()).by_code(talk.customer.scene.removeprefix("store_"))
    where = store.name if store else "我们的店"
    hello = "欢迎回来" if talk.customer.customer_id else "欢迎"
    talk.say(f"{who}，{hello}！这里是{where}的服务号，保养预约、改期、查询都可以直接打字告诉我。")
    talk.offer("预约保养", "我的爱车" if talk.customer.customer_id else "绑定", "帮助")


CONVERSATIONS = [welcome]
