"""Writing a complaint down: as it was read back, or as far as it was told."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.flow import Talk
from bot.flow.telling import Part
from bot.rules.cases import lines as case_lines
from bot.rules.cases.guess import guessed, since_in, substance, wish_in
from handlers.questions.cases import pass_on
from handlers.questions.media import belongs, let_go_of, media_of
from storage.queries.cases import opening as cases
from storage.queries.cases.opening import NewCase

KEPT = "您说的我先登记了，不耽误处理；想补充随时说“补充”。"
NUDGE = "您说的我都记着，想接着说随时可以；不再说也会按这些登记处理。"
NOT_SAID = "投诉还没说内容，先没有登记；想说随时发“投诉”，或点“人工”。"
NOT_TOLD = "您想投诉的事，我请门店同事联系您；想自己说，随时发“投诉”。"


@dataclass(frozen=True, slots=True)
class Complaint:
    """What was told and asked. `same`: the complaint that it goes on with; 0: a new one."""

    told: tuple[str, ...]
    media: tuple[Part, ...]
    category: str = ""
    since: str = ""
    wish: str = ""
    car: int | None = None
    phone: str = ""
    same: int = 0


def shown(parts: Sequence[Part]) -> tuple[str, ...]:
    return tuple(part.shown for part in parts)


def so_far(talk: Talk) -> Complaint:
    """What is there when nothing more will be asked; what was not answered is read from the words."""
    parts = talk.told("经过")
    story = "\n".join(shown(parts))

    def kept(name: str, else_: str) -> str:
        return str(talk.kept(name) or else_)

    car = talk.kept("车辆")
    return Complaint(
        shown(parts),
        media_of([*parts, *talk.spoken]),
        kept("类别", guessed(story)),
        kept("时间", since_in(story)),
        kept("诉求", wish_in(story)),
        car if isinstance(car, int) and car else None,
        kept("电话", ""),
        int(talk.kept("哪件事") or 0),
    )


async def record(complaint: Complaint, talk: Talk) -> None:
    """A number, an owner and running clocks; or more words for the complaint there is."""
    if complaint.same and await pass_on(
        talk, complaint.same, complaint.told, complaint.media, reopen=True
    ):
        return
    new = NewCase(
        "chat",
        "\n".join(complaint.told),
        complaint.category,
        complaint.since,
        complaint.wish,
        customer_id=talk.customer.customer_id,
        wechat_user_id=talk.customer.id,
        vehicle_id=complaint.car,
        phone=complaint.phone,
        same=f"talk:{talk.id}",
    )
    case = await cases.open_case(new, talk.now)
    await belongs(talk, complaint.media, case.id)
    talk.say(case_lines.recorded(case.number, await cases.clocks_of(case, talk.now), talk.read_at))
    talk.offer("投诉进度", "补充")


async def keep_unfinished(talk: Talk) -> bool:
    """Silence, a person, another conversation: nothing that somebody complained of is dropped."""
    parts = talk.told("经过")
    if any(part.media_id or substance(part.shown) for part in parts):
        talk.say(KEPT)
        await record(so_far(talk), talk)
        return True
    return await _not_told(talk)


async def _not_told(talk: Talk) -> bool:
    """Whoever only tapped 投诉, and goes on to something else or says nothing, complained of nothing.

    Who wrote that they have a complaint and says no more is called, once a day; who asks for a
    person gets one as it is.
    """
    if talk.makes_way_for == "人工":
        return False
    if not talk.opening or talk.makes_way_for:
        talk.say(NOT_SAID)
        return True
    same = f"complaint:{talk.customer.id}:{talk.today}"
    await talk.staff_task("complaint", "客户想投诉，没有说下去，请致电", talk.opening, same)
    talk.say(NOT_TOLD)
    return True


async def let_go(talk: Talk) -> None:
    """It is not to be recorded."""
    await let_go_of(talk, "经过")
