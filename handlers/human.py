"""人工: a person takes over."""

from bot.flow import Talk, conversation, free_text


@conversation("人工", menu="HUMAN")
async def human(talk: Talk) -> None:
    if talk.opening == "HUMAN":
        await talk.ask("问题", "请说说您想问什么，我马上转给门店同事。", free_text())
    await talk.staff_task(
        "hand_over",
        "客户要求人工接待",
        talk.opening,
        same=f"hand_over:{talk.customer.id}:{talk.today}",
    )
    talk.hand_over()


CONVERSATIONS = [human]
