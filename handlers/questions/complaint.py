"""Hearing a complaint to its end: for 投诉, and for 还没解决 where nothing is on file."""

from functools import partial

from bot.flow import AskAgain, Option, Talk, choice, phone
from bot.rules.cases import lines as case_lines
from bot.rules.cases.guess import since_in, substance, wish_in
from bot.rules.cases.words import UNSETTLED, category_name
from bot.rules.identifiers import mask_phone
from bot.rules.wording import car_names
from handlers.questions.cases import mine, title
from handlers.questions.kinds import which_kind
from handlers.questions.media import all_media, keep_media
from handlers.questions.read_back import agreed
from handlers.questions.recording import Complaint, shown, so_far
from handlers.questions.since import Since, Wish
from storage.queries.cars import cars_for

HEAR = "您请说，发生了什么？打字、语音、照片都行，分几条发也可以，说完了点下面："
MORE = (
    "在听，都记着。您接着说，说完了点下面：",
    "嗯，记下了。",
    "好的，这句也记着。",
    "记着呢，您说。",
)
"""Said to each part in turn: whoever sends ten messages is not told the same ten times."""
DONE = Option(
    "done", "说完了",
    (
        "就这些", "就这样", "就到这里", "就到这", "先这样", "就这样吧", "就这些了", "就这么多", "说完", "说完啦", "我说完了", "完毕", "没别的了",
        "没有了", "没了", "没有别的了", "说好了", "讲完了", "完了", "好了", "可以了", "行了", "不说了", "先说这些", "先登记", "登记", "登记吧", "没错，登记", "看全文", "提交", "确认", "done",
    ),
)  # fmt: skip
_SINCE = ("今天", "昨天", "这几天", "一周以前")
_WISHES = ("重新修好", "退款或赔偿", "道歉并说明原因", "尽快给我答复")
_NO = Option("no", "不登记了", ("不登记",))
_STAY = Option("yes", "登记", ("登记处理",))


async def hear(talk: Talk) -> Complaint | None:
    """Let them speak; then category, since when, wish; read back. None: it is not to be recorded."""
    talk.say_once(case_lines.SORRY)
    if talk.leaving:
        ask = "您说的我都记着，要登记给负责人处理吗？"
        stays = await talk.confirm("leaving", ask, yes=_STAY, no=_NO)
        return so_far(talk) if stays else await _not_recorded(talk)
    parts = await talk.tell(
        "经过", HEAR, MORE, DONE, opening=substance(talk.opening), keep=partial(keep_media, talk)
    )
    if not parts:
        raise AskAgain("经过", "您还没说发生了什么，打字、语音、照片都行。")
    if same := await _same_matter(talk):
        return Complaint(shown(parts), await all_media(talk, "经过"), same=same)
    story = "\n".join(shown(parts))
    category = await which_kind(talk, story, sum(part.worded for part in parts))
    since = await talk.ask_optional(
        "时间", "从什么时候开始的？", Since(most=15, lines=_SINCE), preset=since_in(story) or None
    )
    wish = await talk.ask(
        "诉求", "您希望我们怎么解决？", Wish(lines=_WISHES), preset=wish_in(story) or None
    )
    car, label = await _car(talk)
    call = await _call(talk)
    media = await all_media(talk, "经过")
    complaint = Complaint(shown(parts), media, category, since or "", wish, car, call)
    number = mask_phone(call or talk.customer.phone) if call or talk.customer.phone else ""
    facts = case_lines.facts_of(category_name(category), since or "", wish, label, number)
    if await agreed(talk, complaint, facts):
        return complaint
    return await _not_recorded(talk)


async def _not_recorded(talk: Talk) -> None:
    await talk.bye("好的，这次不登记。什么时候想说，随时发“投诉”。")


async def _same_matter(talk: Talk) -> int:
    """The complaint still open that they go on about; 0: another matter, or there is none."""
    known = await mine(talk, UNSETTLED)
    if not known:
        return 0
    new = (Option(0, "新的问题"), 0)  # no other names: they would be found in the story
    lines = [(Option(case.id, title(case), (case.number,)), case.id) for case in known[:4]]
    return await talk.ask("哪件事", "是之前的事，还是新的问题？", choice([*lines, new]))


async def _car(talk: Talk) -> tuple[int | None, str]:
    """The car it is about and what it is called."""
    cars = await cars_for(talk.customer.id, talk.customer.customer_id)
    if len(cars) < 2:
        return (cars[0].id, cars[0].label) if cars else (None, "")
    lines = [(Option(car.id, car.label, car_names(car.plate, car.model)), car.id) for car in cars]
    none = (Option(0, "和车没关系", ("都不是",)), 0)
    meant = await talk.ask("车辆", "是哪台车的事？", choice([*lines, none]))
    return meant or None, next((car.label for car in cars if car.id == meant), "")


async def _call(talk: Talk) -> str:
    """A number to call back, where none is on file; "" they would rather not."""
    if talk.customer.phone:
        return ""
    ask = "方便留个手机号吗？负责人给您回电；不想留就跳过，我们在微信里回复。"
    return await talk.ask_optional("电话", ask, phone()) or ""
