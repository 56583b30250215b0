"""What the platform tells the product of its own, and what people allow or forbid on their phones."""

from bot.clock import clock
from bot.sandbox.chat import Seen
from bot.sandbox.courier import Delivered
from bot.sandbox.wire import Fields
from bot.sandbox.world import World

ROBOT = "oPlatformItself0000000000001"  # speaks for the platform where no customer is meant


async def tell(world: World, openid: str, event: str, extra: Fields) -> Delivered:
    """Deliver an event that is nobody's deed; what is answered to it is not shown."""
    return await world.courier.deliver(
        {
            "ToUserName": world.account.original_id,
            "FromUserName": openid,
            "CreateTime": clock.timestamp(),
            "MsgType": "event",
            "Event": event,
            **extra,
        }
    )


async def answers_popup(
    world: World, openid: str, template_id: str, *, accepts: bool = True
) -> Seen:
    """The subscribe pop-up of a page: accepting it is leave for one message (bizsend)."""
    world.templates.get(template_id, once=True)
    world.people.know(openid)
    if accepts:
        world.grants.give(openid, template_id)
    row = {
        "TemplateId": template_id,
        "SubscribeStatusString": "accept" if accepts else "reject",
        "PopupScene": 2,
    }
    return await world.event(
        openid, "subscribe_msg_popup_event", {"SubscribeMsgPopupEvent": {"List": [row]}}
    )


async def refuses_template(world: World, openid: str, template_id: str) -> None:
    """Switch one template off in the settings: 43101 from now on. Only rejections are told."""
    person = world.people.get(openid)
    if template_id not in person.refused:
        person.refused.append(template_id)
    row = {"TemplateId": template_id, "SubscribeStatusString": "reject"}
    extra: Fields = {"SubscribeMsgChangeEvent": {"List": [row]}}
    await tell(world, openid, "subscribe_msg_change_event", extra)


async def closes_account(world: World, openid: str) -> Delivered:
    """The person gives up WeChat: nothing reaches them, and their data is to be deleted."""
    person = world.people.get(openid)
    person.subscribed, person.closed = False, True
    world.windows.close(openid)
    world.sessions.pop(openid, None)
    extra = {"OpenID": openid, "AppID": world.account.app_id, "RevokeInfo": "1"}
    return await tell(world, ROBOT, "user_authorization_cancellation", extra)
