"""绑定: a phone number and a plate (or the last six of the VIN) show whose car it is."""

from dataclasses import dataclass
from datetime import datetime

from bot.flow import AskAgain, Choice, Option, Talk, choice, conversation, phone, vin_tail
from bot.rules.identifiers import mask_phone
from bot.rules.wording import salutation
from storage.queries import people

PLATE = "请发车牌号；没上牌或记不清，就发车架号后六位（行驶证上有）。"


@dataclass(frozen=True, slots=True)
class Claim:
    """What was given, and the customer it fits; None: staff will look."""

    phone: str
    plate: str
    vin6: str
    customer: int | None


@conversation("绑定")
async def bind(talk: Talk) -> Claim | None:
    if talk.customer.customer_id and talk.customer.phone:
        shown = mask_phone(talk.customer.phone)
        if (
            await talk.ask("重新绑定", f"您已经绑定了手机 {shown}，要换一个吗？", _again())
            == "keep"
        ):
            return await talk.bye("好的，绑定不变。")
    waits = await people.bind_waits_until(talk.customer.id, talk.now)
    if waits and talk.kept("电话") is None:
        return await _later(talk, waits)
    number = await talk.ask("电话", "请发您在店里登记的手机号，只用来核对您的爱车。", phone())
    kind, text = await talk.ask("车牌", PLATE, vin_tail())
    claim = (number, kind, text)
    if waits and not talk.did("核对", of=claim):
        return await _later(talk, waits)
    plate, vin6 = (text, "") if kind == "plate" else ("", text)
    match = await people.find_binding(number, plate or None, vin6 or None)
    if match:
        return Claim(number, plate, vin6, match.customer_id)
    tries = await talk.once(
        "核对", lambda: people.bind_failed(talk.customer.id, talk.now), of=claim
    )
    last = int(tries or 0) >= people.TRIES
    wrong = _no_match(number, text, last=last)
    what = await talk.ask("核对", wrong, _retry(last=last), of=claim)
    if what == "staff":
        return Claim(number, plate, vin6, None)
    if what == "later":
        return await talk.bye("好的，一小时后发“绑定”就能再试。")
    raise AskAgain(what, "好的，重新来。", "核对")


async def _later(talk: Talk, waits: datetime) -> None:
    at = waits.astimezone(talk.now.tzinfo)
    await talk.bye(f"连续三次没对上，为了安全请{at:%H:%M}以后再试，或请同事帮忙。")
    talk.offer("人工")


def _again() -> Choice[str]:
    return choice([(Option("keep", "不换"), "keep"), (Option("new", "换一个"), "new")])


def _no_match(number: str, text: str, *, last: bool) -> str:
    wrong = f"手机号 {mask_phone(number)} 和 {text} 没有对上。"
    return wrong + ("已经试了三次，为了安全要过一小时才能再试。" if last else "")


def _retry(*, last: bool) -> Choice[str]:
    again = [Option("电话", "重发手机号"), Option("车牌", "重发车牌号", ("重发车架号",))]
    staff = Option("staff", "请门店核对", ("交给门店", "核对"))
    lines = [staff, Option("later", "过会儿再试", ("再试",))] if last else [*again, staff]
    return choice([(line, str(line.key)) for line in lines])


@bind.settle
async def remember(claim: Claim, talk: Talk) -> None:
    if claim.customer is None:
        await people.draft_file(talk.customer.id, claim.phone, claim.plate or None, "", talk.now)
        talk.say("已经交给门店核对，工作时间内会联系您。现在就可以预约保养。")
        return
    await people.bind(talk.customer.id, claim.customer)
    await talk.recognised()
    who = salutation(talk.customer.name, talk.customer.gender)
    talk.say(f"绑定好了，{who}！以后直接说要办什么就行。")
    talk.offer("预约保养", "我的爱车")


CONVERSATIONS = [bind]
