"""Greetings, thanks, and words like 取消 when there is nothing to cancel: answered, not puzzled over."""

import re

from bot.flow.corrections import BACK, SKIP, leaves
from bot.flow.reply import OFFER, Line
from bot.flow.turn import TurnWork
from bot.rules.wording import plain, salutation

_TAIL = r"(?:[啊呀哈呢哦啦了的吧您你们]|亲)*"
_HELLO = re.compile(
    rf"(?:(?:你|您|大家|你们)好|hi|hello|hey|哈喽|哈啰|嗨|喂|在|在吗|在么|在不在|早|早安|早上好|上午好|中午好|下午好|晚上好){_TAIL}"
)
_THANKS = re.compile(
    rf"(?:(?:好的?|嗯+|收到)?(?:(?:谢谢|多谢|感谢|谢了|辛苦|麻烦){_TAIL})+(?:处理|帮忙|回复|告知|提醒)?|thanks?|thankyou|3q){_TAIL}"
)
_NOTED = re.compile(
    rf"(?:好的?|好嘞|嗯+|恩|行|ok|okay|收到|知道|明白|了解|可以|没事|没了|没有了|说完了|就这些了?|先这样|再见|拜拜|88|bye|哦|噢){_TAIL}"
)
_WAIT = re.compile(
    r"(?:那|我|你|先|再)*(?:等(?![了过太很好这那多不半候级]|[0-9一二两三四五六七八九十几]+个?(?:小时|钟头|天|分钟))"
    r"|稍等|等等|等一?下|等我|等会|稍后|待会|一会|晚点|想想|想一下|想一想|考虑|看看|问问|问一下|商量|不急)"
    r".{0,8}"
)
_WHICH = re.compile(
    r"(?:你们|那|请问)*(?:什么时候|啥时候|什么时间|哪天|哪些|几点|几号|还).{0,4}(?:有空|有位|有号|可以|可约|能约|能来|方便|空).{0,4}"
)
GO_ON = re.compile(
    "(?:好的?|那|我们?|咱们?|请|来|嗯|ok)*"
    "(?:继续|接着|往下|下一步|下一题|下一个|回到刚才(?:的|那个)?|刚才那个|goon|continue|next)"
    "(?:说|办|来|做|弄|填|评|评价|预约|聊|走|刚才的)*(?:吧|啊|呀|哈|了)*"
)


def polite(text: str) -> bool:
    """Nothing but a greeting, thanks or a nod."""
    said = plain(text)
    return any(words.fullmatch(said) for words in (_HELLO, _THANKS, _NOTED)) or not said


async def manners(work: TurnWork) -> bool:
    """Politeness gets politeness, and then the open question again."""
    text = plain(work.incoming.text)
    if not work.incoming.worded or not text:
        return False
    if _HELLO.fullmatch(text):
        _greet(work)
    elif _THANKS.fullmatch(text):
        work.ask_again("不客气！" if work.row else "不客气，有需要随时叫我。")
    elif work.row is not None and _WAIT.fullmatch(text):
        work.answer.say("好的，不急，想好了接着回复就行。")
    elif work.row is not None and _WHICH.fullmatch(text) and text != "还可以":
        work.ask_again("下面这些都可以：")
    elif work.row is None and (_NOTED.fullmatch(text) or not re.search(r"\w", text)):
        work.answer.say("好的，有需要随时叫我。")
    elif work.row is None and (leaves(text) or text in BACK | SKIP or GO_ON.fullmatch(text)):
        work.answer.say("现在没有办到一半的事。要取消或改约已有的预约，点这里：")
        work.answer.blocks += [Line(words, words, OFFER) for words in ("我的预约", "取消预约")]
    else:
        return False
    return True


def _greet(work: TurnWork) -> None:
    if work.row is not None:
        work.ask_again("您好，我在的。")
        return
    name = salutation(work.person.name, work.person.gender)
    work.answer.say(f"{name}好，我在的！要办什么直接说，比如“周六上午十点做保养”。")
    work.answer.blocks += [Line(words, words, OFFER) for words in ("预约保养", "我的预约", "帮助")]
