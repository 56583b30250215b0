"""What customers may ask for and a person still does: said so, and a colleague is told at once."""

from bot.flow import Conversation, Talk, conversation

SOON = ("车友会", "我的报名")


def _soon(name: str) -> Conversation:
    menu = {"车友会": "CLUB"}.get(name, "")

    @conversation(name, menu=menu, aside=True)
    async def by_a_person(talk: Talk) -> None:
        same = f"{name}:{talk.customer.id}:{talk.today}"
        await talk.staff_task("request", f"客户想办“{name}”，请联系客户", talk.opening, same=same)
        talk.say(f"“{name}”现在由门店同事办理，我已经转告，会联系您。急的话可以点下面。")
        talk.offer("人工")

    return by_a_person


CONVERSATIONS = [_soon(name) for name in SOON]
