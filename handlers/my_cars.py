"""我的爱车: the cars on file, the next service of each, and why."""

from bot.flow import Talk, conversation
from bot.rules.service_due import next_service
from storage.queries.cars import cars_of


@conversation("我的爱车", menu="MY_CARS", aside=True)
async def my_cars(talk: Talk) -> None:
    customer = talk.customer.customer_id
    cars = await cars_of(customer) if customer else []
    if not cars:
        talk.say("还没有您的爱车资料。绑定以后，保养时间我来帮您记着。")
        talk.offer("绑定", "预约保养")
        return
    for car in cars:
        due = next_service(car.facts, talk.today).reason
        talk.say(f"{car.label}\n{due or '还没有保养记录，来过一次我就能帮您记着了。'}")
    talk.offer("预约保养", "我的预约")


CONVERSATIONS = [my_cars]
