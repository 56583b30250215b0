"""What the dealership holds, opened: to look for somebody in all of it."""

from typing import Any

from storage import models
from storage.db import sql, transaction
from storage.models import Consent, FileChange, Incident, Webhook, WebhookDelivery
from storage.queries import people
from storage.queries.privacy.persons import Person, _clear
from tests.conversations.chat import Chat
from tests.people import NOW

ADDRESS, ID_NUMBER, NOTE = "槐荫路7号2室", "990000198805200028", "车里有婴儿座椅请小心"
WORDS = "我想说方向盘有点歪"


async def everything() -> str:
    """Every row of every table with its sealed values opened."""
    lines = []
    for name in models.__all__:
        meta = getattr(models, name)._meta
        rows = await sql().rows(f"SELECT * FROM {meta.db_table} ORDER BY id")  # noqa: S608 - tables of the models
        lines += [f"{name} {_clear(meta.db_table, row, meta.fields_map)}" for row in rows]
    return "\n".join(lines)


async def lives(chat: Chat) -> None:
    """王芳 books, complains, agrees; her file has all that a file can have; staff write of her."""
    await chat.says("明天上午九点给京A12345做首保", "确认")
    chat.heard("预约号 A")
    await chat.says(WORDS, "改约", "人工")
    async with chat.database():
        await files(chat)


async def files(chat: Chat) -> None:
    wang, account = chat.cast.wang, chat.cast.account
    customer = await models.Customer.get(id=wang.customer_id)
    customer.ref, customer.address, customer.id_number = "C1", ADDRESS, ID_NUMBER
    customer.notes, customer.preferences, customer.tags = NOTE, {"饮料": NOTE}, ["老客户"]
    await customer.save()
    about: dict[str, Any] = {"account_id": account}
    await Consent.create(
        **about, customer_id=wang.customer_id, purpose="care", given=True,
        wording="愿意收到关怀", channel="wechat", at=NOW,
    )  # fmt: skip
    await FileChange.create(
        **about, subject_kind="customer", subject_id=wang.customer_id, change={"name": "王小芳"},
        reason="本人来电", asked_by="苏静", asked_at=NOW,
    )  # fmt: skip
    await Incident.create(
        **about, ref="I1", vehicle_id=wang.car, kind="accident", happened_at=NOW, note=NOTE,
        created_at=NOW,
    )  # fmt: skip
    await models.Touchpoint.create(
        **about, kind="birthday", subject=f"c{wang.customer_id}", purpose="care", due_at=NOW,
        customer_id=wang.customer_id, due_on=NOW.date(), facts={"name": "王芳"},
        reasons=[NOTE], created_at=NOW, changed_at=NOW,
    )  # fmt: skip
    await models.Grant.create(
        **about, wechat_user_id=wang.user_id, template_id="t1", key="g oWang", granted_at=NOW
    )
    await _cared(about, customer_id=wang.customer_id, wechat_user_id=wang.user_id)
    hook = await Webhook.create(
        **about, url="https://dms.example.com", secret="s", events=["*"], created_at=NOW
    )
    body = f'{{"customer":"王芳","phone":"{wang.phone}"}}'
    await WebhookDelivery.create(
        **about, webhook=hook, event_id="e1", event="appointment.booked", body=body,
        due_at=NOW, created_at=NOW,
    )  # fmt: skip
    async with transaction():  # somebody else types her number: staff are told
        await people.draft_file(chat.cast.stranger.user_id, wang.phone, "京A12345", "坏人", NOW)


def person(chat: Chat) -> Person:
    wang = chat.cast.wang
    assert wang.customer_id is not None
    assert wang.car is not None
    return Person((wang.customer_id,), (wang.user_id,), (wang.car,))


async def _cared(about: dict[str, Any], **whose: Any) -> None:
    """She rated, complained, thought of another car and was called."""
    phone = "13800000001"
    rating = await models.Rating.create(
        **about, **whose, subject="r1", occasion="visit", surveys=[], asked_at=NOW, until=NOW,
        changed_at=NOW,
    )  # fmt: skip
    await models.RatingAnswer.create(
        **about, rating=rating, survey="standard", version=1, question="why", kind="text",
        words=NOTE, answered_at=NOW,
    )  # fmt: skip
    case = await models.Case.create(
        **about, **whose, source="chat", what=NOTE, since=NOTE, wish=NOTE, phone=phone,
        root_cause=NOTE, solution=NOTE, recorded_at=NOW, look_at=NOW, changed_at=NOW,
    )  # fmt: skip
    await models.CaseEvent.create(
        **about, case=case, number=1, kind="recorded", actor="customer", words=NOTE,
        data={"words": NOTE}, at=NOW,
    )  # fmt: skip
    await _put_right(about, case)
    lead = await models.Lead.create(
        **about, **whose, source="chat", level="A", name="王芳", phone=phone, note=NOTE,
        created_at=NOW, changed_at=NOW,
    )  # fmt: skip
    await models.LeadEvent.create(
        **about, lead=lead, kind="created", actor="customer", note=NOTE, at=NOW
    )
    task = await models.StaffTask.create(**about, kind="call", title="回访", created_at=NOW)
    await models.CallRecord.create(
        **about, task=task, customer_id=whose["customer_id"], outcome="reached", said=NOTE,
        called_at=NOW, created_at=NOW,
    )  # fmt: skip


async def _put_right(about: dict[str, Any], case: models.Case) -> None:
    await models.Compensation.create(
        **about, case=case, kind="gift", what=NOTE, asked_by="苏静", asked_at=NOW
    )
    await models.Measure.create(
        **about, kind="corrective", case=case, what=NOTE, report=NOTE, effect=NOTE,
        due_on=NOW.date(), proposed_by="苏静", proposed_at=NOW,
    )  # fmt: skip
    await models.Evidence.create(
        **about, case=case, kind="image", media_id="media-of-oWang", sha256="ab" * 32, sent_at=NOW
    )
