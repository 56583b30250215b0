"""人工: a person takes over."""

from bot.flow import Talk, conversation, free_text


@conversation("人工", menu="HUMAN")
async def human(talk: Talk) -> None:
    """A tap on the menu says nothing, and cannot be answered by a transfer: so it asks first."""
    said = talk.opening or await talk.ask(
        "问题", "请说说您想问什么，我马上转给门店同事。", free_text()
    )
    await talk.staff_task(
        "hand_over",
        "客户要求人工接待",
        said,
        same=f"hand_over:{talk.customer.id}:{talk.today}",
    )
    talk.hand_over()


CONVERSATIONS = [human]
