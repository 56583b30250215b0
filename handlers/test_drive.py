"""试驾: which car, when, and how to call; it becomes a lead, and the consultant calls before."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.flow import AskAgain, Talk, conversation, day_of, phone, time_of
from bot.rules.identifiers import mask_phone
from bot.rules.open_days import why_not
from bot.rules.wording import say_day
from handlers.questions import spoken, which_store
from handlers.questions.drive_hours import free as free_at
from handlers.questions.drive_hours import has_car, hours
from handlers.questions.models import ANY, moved, which_model
from storage.queries.leads import opening as leads
from storage.queries.leads.drives import DriveTaken
from storage.queries.leads.opening import NewLead
from storage.queries.stores.shops import Store, shop

AHEAD = 14
NO_CAR = "；门店没有登记这款试驾车，请先确认有车，再答复客户"


@dataclass(frozen=True, slots=True)
class Wish:
    """A drive somebody asks for; `model` and `phone` "" where they would not say."""

    model: str
    store: int
    at: datetime
    phone: str


@conversation("试驾")
async def test_drive(talk: Talk) -> Wish | None:
    before, known = await moved(talk), await shop()
    model = await which_model(talk, before)
    store = await which_store(talk, known, None, stays=before.store_id if before else None)
    day = await _day(talk, store, model)
    free = await free_at(talk, store, model, [day])
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
    car = f"{model or ANY}{'' if await has_car(store.id, model) else '（有没有车由顾问确认）'}"
    summary = f"请确认：\n试驾 {car}\n{spoken(talk, at)}\n{store.name}{call}"
    others = ["门店"][: len(known.stores) - 1] + ["电话"][: not talk.customer.phone]
    change = ("车型", "日期", "时间", *others)
    if not await talk.confirm(wish, summary, change=change):
        return await talk.bye("好的，没有预约。想试驾的时候随时说“试驾”。")
    return wish


async def _day(talk: Talk, store: Store, model: str) -> date:
    async def free() -> list[date]:
        days = [talk.today + timedelta(days=n) for n in range(AHEAD)]
        return sorted({at.date() for at in await free_at(talk, store, model, days)})[:6]

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
    when, store = spoken(talk, wish.at), (await shop()).by_id.get(wish.store)
    sure = await has_car(wish.store, wish.model)
    at_store = f" {store.name}" if store else ""
    new = NewLead(
        "test_drive",
        model=wish.model,
        phone=wish.phone,
        customer_id=talk.customer.customer_id,
        wechat_user_id=talk.customer.id,
        store_id=wish.store,
        note=f"约试驾 {wish.model or ANY} {when}{at_store}{'' if sure else NO_CAR}",
        drive_at=wish.at,
        same=f"talk:{talk.id}",
    )
    try:
        lead = await leads.open_lead(new, talk.now)
    except DriveTaken:
        raise AskAgain("时间", "这个时间的试驾车刚刚被约走了，请换一个。") from None
    call = "顾问会提前给您打电话" if wish.phone else "顾问会提前在这里联系您"
    heading = "约好了！" if sure else "登记好了！"
    car = "" if sure else "这款车店里有没有试驾车，顾问确认后答复您；没有就帮您换店或换时间。\n"
    talk.say(
        f"{heading}\n试驾编号 {lead.number}\n{when}{at_store}\n试驾 {wish.model or ANY}\n{car}"
        f"{call}，来时请带上驾驶证。时间有变就说“改试驾”，或“取消试驾”。"
    )


CONVERSATIONS = [test_drive]
