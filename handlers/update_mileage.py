"""更新里程: how far the car has run, typed or on a photo; what cannot be is asked back."""

from dataclasses import dataclass

from bot.flow import AskAgain, Option, Talk, choice, conversation
from bot.flow.answers import Got, Kept, Refused, Result
from bot.flow.heard import Heard
from bot.rules.mileage import kilometres_in, read_kilometres, weigh
from bot.rules.service_due import next_service
from bot.rules.wording import plain
from handlers.questions.cars import my_cars_or_bye, which_of
from storage.queries.cars import Car
from storage.queries.mileage import read_off


@dataclass(frozen=True, slots=True)
class Read:
    """What was read off; `km` None: staff read the photo, or decide."""

    car: Car
    km: int | None
    photo: str
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Kilometres:
    """A number, kept as one; or a photo, kept as its media id."""

    photo: bool = True

    async def prepare(self) -> None:
        """Nothing to fetch."""

    def options(self) -> tuple[Option, ...]:
        return ()

    def read(self, said: Heard) -> Result:
        if self.photo and said.kind == "image" and said.media_id:
            return Got(said.media_id)
        found = read_kilometres(said.text)
        if len(found) > 1:
            return Refused("您发来了两个数，请只发里程，例如“12000”。")
        return Got(found[0]) if found else None

    def find(self, said: Heard) -> Result:
        alone = plain(said.text).isdecimal() and len(plain(said.text)) > 2
        found = read_kilometres(said.text) if alone else kilometres_in(said.text)
        return Got(found[0]) if len(found) == 1 else None

    def value(self, kept: Kept) -> int | str:
        return kept if isinstance(kept, int) else str(kept)


@conversation("更新里程")
async def update_mileage(talk: Talk) -> Read | None:
    cars = await my_cars_or_bye(talk)
    if not cars:
        return None
    car = await which_of(talk, "是哪台车的里程？", cars)
    ask = f"{car.label}现在多少公里？直接发数字，或拍张仪表盘。"
    shown = await talk.ask("里程", ask, Kilometres())
    photo = shown if isinstance(shown, str) else ""
    km: int | str | None = shown
    if photo:
        ask = "照片存好了。上面是多少公里？不方便看就说“跳过”，门店同事来读。"
        km = await talk.ask_optional("读数", ask, Kilometres(photo=False))
    if not isinstance(km, int):
        return Read(car, None, photo)
    verdict = weigh(km, car.known, talk.today)
    if verdict.weight == "fine":
        return Read(car, km, photo)
    sure = Option("sure", "没打错") if verdict.weight == "jump" else Option("staff", "请门店核对")
    again = Option("again", "重新发", ("打错了", "错了", "不对"))
    lines = [(line, str(line.key)) for line in (again, sure)]
    what = await talk.ask("核对", verdict.why, choice(lines), of=km)
    if what == "again":
        raise AskAgain("读数" if photo else "里程", "好的，重新来。", "核对")
    return Read(car, km if what == "sure" else None, photo, "" if what == "sure" else verdict.why)


@update_mileage.settle
async def note(read: Read, talk: Talk) -> None:
    car = read.car
    if read.km is None:
        detail = (
            f"{car.label}\n{read.doubt or '客户只发了照片'}\n{read.photo and '照片 ' + read.photo}"
        )
        same = f"mileage:{talk.id}"
        await talk.staff_task("mileage", "请核对客户发来的里程", detail.strip(), same)
        talk.say("好的，交给门店同事核对，核对好就更新。")
        return
    if not await read_off(car.id, read.km, talk.today, talk.now):
        talk.say("刚才已经有更新的里程了，这次没有改动。")
        return
    due = next_service(car.reads(read.km, talk.today).facts, talk.today)
    talk.say(f"记下了，{car.label} {read.km:,}公里。\n{due.reason}".strip())
    talk.offer("预约保养")


CONVERSATIONS = [update_mileage]
