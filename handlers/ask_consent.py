"""The one line that asks for consent, once, when the first thing was done together."""

from dataclasses import replace

from bot.flow import Conversation, Talk
from bot.rules.consent import ASK, CODES, wording
from storage.queries import consents
from storage.queries.consents import Who


def asking_afterwards(one: Conversation) -> Conversation:
    """The conversation, with the question behind its last words if it was never put before."""
    done = one.settling
    if done is None:
        raise ValueError(f"{one.name} settles nothing: there is no end to ask at")

    async def settle(wish: object, talk: Talk) -> None:
        await done(wish, talk)
        await talk.recognised()
        who = Who(talk.customer.customer_id, talk.customer.id)
        if who.customer_id and await consents.ask(who, CODES, wording(ASK), talk.now):
            talk.say(f"\n{ASK}")
            talk.offer("同意接收")

    return replace(one, settling=settle)
