"""What customers may ask for and a person still does: said so, and a colleague is told at once.

A complaint is never answered with "not open": it goes to a person, with the customer's own words.
"""

from bot.flow import Conversation, Talk, conversation

SOON = ("车友会", "我的报名", "投诉进度")


@conversation("投诉", menu="COMPLAIN", aside=True)
async def complaint(talk: Talk) -> None:
    same = f"complaint:{talk.customer.id}:{talk.today}"
    await talk.staff_task("complaint", "客户要投诉，请尽快致电", talk.opening, same=same)
    talk.say(
        "给您添麻烦了，非常抱歉。您的话我已经转给门店负责人，会尽快联系您；"
        "想现在说，直接打字或发照片都可以，我都会转过去。"
    )
    talk.offer("人工")


def _soon(name: str) -> Conversation:
    menu = {"车友会": "CLUB"}.get(name, "")

    @conversation(name, menu=menu, aside=True)
    async def by_a_person(talk: Talk) -> None:
        same = f"{name}:{talk.customer.id}:{talk.today}"
        await talk.staff_task("request", f"客户想办“{name}”，请联系客户", talk.opening, same=same)
        talk.say(f"“{name}”现在由门店同事办理，我已经转告，会联系您。急的话可以点下面。")
        talk.offer("人工")

    return by_a_person


CONVERSATIONS = [complaint, *(_soon(name) for name in SOON)]
