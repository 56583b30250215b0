"""The card beside the telephone: what a customer complained of before anybody knew who they are."""

from storage.queries import people
from storage.queries.calls import worklist as call_list
from storage.queries.cases import opening as cases
from storage.queries.cases.deeds import act
from storage.queries.cases.opening import NewCase
from tests.calls.rig import FOUR, consents_to, owed
from tests.leads.rig import colleague
from tests.people import dealership, follower


async def test_what_they_complained_of_before_they_were_known_stands_on_it(
    migrated_url: str,
) -> None:
    async with dealership(migrated_url) as cast:
        jing = await colleague(cast, "静静", "care_specialist", everywhere=True)
        await consents_to(cast.wang)
        await owed(cast.wang)
        win_back = await owed(cast.wang, "win_back")
        phone = await follower("oWangsSecond", None)
        strangers = await cases.open_case(NewCase("chat", "等太久", wechat_user_id=phone), FOUR)
        assert len(await call_list.todays(jing, FOUR)) == 2
        await people.bind(phone, cast.wang.customer_id or 0)
        [left] = await call_list.todays(jing, FOUR)  # no call to win back who waits for an answer
        assert left.about == "after_visit"
        assert left.card.cases == (f"{strangers.number} 待处理",)
        theirs = NewCase("chat", "空调", customer_id=cast.wang.customer_id, wechat_user_id=phone)
        second = await cases.open_case(theirs, FOUR)
        [left] = await call_list.todays(jing, FOUR)
        assert left.card.cases == (f"{strangers.number} 待处理", f"{second.number} 待处理")
        for case in (strangers, second):
            await act(case.id, "withdraw", "customer", FOUR)
        found = await call_list.todays(jing, FOUR)
        assert win_back.id in {one.id for one in found}
        assert not any(one.card.cases for one in found)
