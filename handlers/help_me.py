"""帮助: what can be said here."""

from bot.flow import Talk, conversation


@conversation("帮助", aside=True)
async def help_me(talk: Talk) -> None:
    talk.say(
        "您可以直接说要办的事，比如“周六上午十点给车做保养”，也可以发：\n"
        "预约保养 · 我的预约 · 改约 · 取消预约\n"
        "我的爱车 · 绑定 · 人工\n"
        "办到一半时：返回（上一步）、取消（不办了）、改日期（改哪项说哪项）。"
    )


CONVERSATIONS = [help_me]
