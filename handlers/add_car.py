"""添加车辆: one more car by its plate or VIN; what is in somebody else's file is for staff."""

from bot.flow import Option, Talk, choice, conversation
from bot.flow.answers import Got, Kept, Refused, Result
from bot.flow.heard import Heard
from bot.rules.identifiers import plate_problem, read_plate, read_vin, vin_problem
from storage.queries.garage import Wanted, add_car

ROLES = (
    (Option("owner", "我是车主", ("车主", "我的", "我自己的", "自己的")), "owner"),
    (Option("driver", "我开这台车", ("司机", "驾驶员", "我开", "公司的车", "开车的")), "driver"),
    (Option("follower", "家里人的车", ("家人", "家里", "老公的", "老婆的", "爸妈的")), "follower"),
)
DONE = {
    "added": "加好了，{number}现在就能预约保养，门店会核对一下资料。",
    "mine": "{number}已经在您的爱车里了。",
    "staff": "{number}要请门店核对一下，核对好就加进来，工作时间内会联系您。",
}


class PlateOrVin:
    """A plate or a whole VIN; kept as `plate:…` or `vin:…`."""

    async def prepare(self) -> None:
        """Nothing to fetch."""

    def options(self) -> tuple[Option, ...]:
        return ()

    def read(self, said: Heard) -> Result:
        if found := self.find(said):
            return found
        if not said.has_digits:
            return None
        vin = len("".join(said.text.split())) > 10
        return Refused((vin_problem if vin else plate_problem)(said.text) or "请再发一次。")

    def find(self, said: Heard) -> Result:
        plate, vin = read_plate(said.text), read_vin(said.text)
        if vin is not None and vin.certain:  # whether the check digit fits is for staff to see
            return Got(f"vin:{vin.value}")
        return Got(f"plate:{plate.value}") if plate is not None and plate.certain else None

    def value(self, kept: Kept) -> tuple[str, str]:
        kind, _, text = str(kept).partition(":")
        return kind, text


@conversation("添加车辆")
async def add(talk: Talk) -> Wanted | None:
    if talk.customer.customer_id is None:
        await talk.bye("先认识一下您，再把车加进来。")
        talk.offer("绑定")
        return None
    ask = "请发车牌号；新车没上牌，发17位车架号（在行驶证或合格证上）。"
    kind, number = await talk.ask("车牌", ask, PlateOrVin())
    role = await talk.ask("关系", "这台车是？", choice(ROLES))
    return Wanted(role, number if kind == "plate" else "", number if kind == "vin" else "")


@add.settle
async def write(wanted: Wanted, talk: Talk) -> None:
    customer = talk.customer.customer_id
    if customer is None:
        return
    became = await add_car(talk.customer.id, customer, wanted, talk.now)
    number = wanted.plate or f"车架号尾号{wanted.vin[-6:]}的车"
    talk.say(DONE[became].format(number=number))
    talk.offer("预约保养", "我的爱车")


CONVERSATIONS = [add]
