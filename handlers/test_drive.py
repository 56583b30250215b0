"""试驾: which car, when, and how to call; it becomes a lead, and the consultant calls before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.flow import AskAgain, Talk, conversation, day_of, phone, time_of
from bot.rules.drives import LONGEST, free_hours
from bot.rules.identifiers import mask_phone
from bot.rules.open_days import why_not
from bot.rules.wording import say_day
from handlers.questions import spoken, which_store
from handlers.questions.models import ANY, which_model
from storage.queries.leads import drives
from storage.queries.leads import opening as leads
from storage.queries.leads.drives import DriveTaken
from storage.queries.leads.opening import NewLead
from storage.queries.stores.shops import Store, shop

NOTICE = timedelta(hours=1)  # a car has to be washed, and a colleague to be there
AHEAD = 14


@dataclass(frozen=True, slots=True)
class Wish:
    """A drive somebody asks for; `model` and `phone` "" where they would not say."""

    model: str
    store: int
    at: datetime
    phone: str


def hours(store: Store, day: date, now: datetime) -> list[datetime]:
    """Full hours of the day at which somebody may come, in the store's zone."""
    found = []
    for opens, shuts in store.calendar.hours(day):
        at = opens.replace(minute=0) if not opens.minute else opens.replace(minute=0) + NOTICE
        while at + LONGEST <= shuts:
            if at >= now + NOTICE:
                found.append(at)
            at += timedelta(hours=1)
    return found


@conversation("试驾")
async def test_drive(talk: Talk) -> Wish | None:
    model = await which_model(talk)
    store = await which_store(talk, await shop(), None)
    day = await _day(talk, store, model)
    free = await _free(talk, store, model, [day])
    if not free:
        full = hours(store, day, talk.now)
        why = "这天的试驾已经约满了" if full else "这天来不及安排了"
        raise AskAgain("日期", f"{why}，换一天好吗？")
    at = await talk.ask("时间", f"{say_day(day, talk.today)}几点到店？", time_of(free))
    number = talk.customer.phone or await talk.ask_optional(
        "电话", "留个手机号，顾问好提前备车；不方便就说“跳过”，我们在这里联系您。", phone()
    )
    wish = Wish(model, store.id, at, number or "")
    call = f"\n电话 {mask_phone(number)}" if number else ""
    summary = f"请确认：\n试驾 {model or ANY}\n{spoken(talk, at)}\n{store.name}{call}"
    change = ("车型", "日期", "时间", *(() if talk.customer.phone else ("电话",)))
    if not await talk.confirm(wish, summary, change=change):
        return await talk.bye("好的，没有预约。想试驾的时候随时说“试驾”。")
    return wish


async def _free(talk: Talk, store: Store, model: str, days: Sequence[date]) -> list[datetime]:
    """The hours of the days at which a car of the model is there for this person."""
    every = [at for day in days for at in hours(store, day, talk.now)]
    cars = await drives.demo_cars(store.id)
    if not every or not cars:
        return every
    taken = await drives.busy(cars, every[0], every[-1] + LONGEST, but=talk.customer.id)
    return free_hours(cars, model, every, taken)


async def _day(talk: Talk, store: Store, model: str) -> date:
    async def free() -> list[date]:
        days = [talk.today + timedelta(days=n) for n in range(AHEAD)]
        return sorted({at.date() for at in await _free(talk, store, model, days)})[:6]

    return await talk.ask(
        "日期",
        "哪天方便来试？也可以直接说，比如“周六下午”。",
        day_of(
            free,
            lambda day: say_day(day, talk.today),
            lambda day: why_not(store.calendar, day, talk.today),
        ),
    )


@test_drive.settle
async def register(wish: Wish, talk: Talk) -> None:
    when = spoken(talk, wish.at)
    new = NewLead(
        "test_drive",
        model=wish.model,
        phone=wish.phone,
        customer_id=talk.customer.customer_id,
        wechat_user_id=talk.customer.id,
        store_id=wish.store,
        note=f"约试驾 {wish.model or ANY} {when}",
        drive_at=wish.at,
        same=f"talk:{talk.id}",
    )
    try:
        lead = await leads.open_lead(new, talk.now)
    except DriveTaken:
        raise AskAgain("时间", "这个时间的试驾车刚刚被约走了，请换一个。") from None
    call = "顾问会提前给您打电话" if wish.phone else "顾问会提前在这里联系您"
    talk.say(
        f"约好了！\n试驾编号 {lead.number}\n{when}\n试驾 {wish.model or ANY}\n"
        f"{call}，来时请带上驾驶证。时间有变就说“试驾”重约，或“取消试驾”。"
    )


CONVERSATIONS = [test_drive]
