"""人工: a person takes over, and the customer is told who answers when."""

from datetime import timedelta
from functools import partial

from bot.flow import Talk, conversation, free_text
from bot.rules.wording import say_moment
from storage.queries.stores.shops import shop


@conversation("人工", menu="HUMAN")
async def human(talk: Talk) -> None:
    """A tap on the menu says nothing, and cannot be answered by a transfer: so it asks first."""
    unhappy = await talk.once("之前", partial(_complaining, talk), of=None)
    said = talk.opening or await talk.ask(
        "问题", "请说说您想问什么，我马上转给门店同事。", free_text()
    )
    await talk.staff_task(
        "hand_over",
        "客户要求人工接待",
        f"{said}{'（刚才想投诉，还没说内容）' if unhappy else ''}",
        same=f"hand_over:{talk.customer.id}:{talk.today}",
    )
    talk.say(await _who_answers_when(talk))
    talk.hand_over()


async def _complaining(talk: Talk) -> bool:
    return talk.just_left("投诉", "还没解决")


async def _who_answers_when(talk: Talk) -> str:
    calendars = [store.calendar for store in (await shop()).stores]
    if any(calendar.is_open(talk.now) for calendar in calendars):
        return "已经帮您接通门店同事，直接说就行。"
    days = [talk.today + timedelta(days=ahead) for ahead in range(10)]
    shifts = [opens for one in calendars for day in days for opens, _ in one.hours(day)]
    later = min((opens for opens in shifts if opens > talk.now), default=None)
    when = f"{say_moment(later, talk.today)}上班后" if later else "上班后"
    return f"现在是下班时间，您先留言，同事{when}第一时间回复您。"


CONVERSATIONS = [human]
