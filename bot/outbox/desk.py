"""What deciding needs besides the touchpoints: rules, stores, wordings and what the account can do.

Read once for a run; the letterheads once for a page.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

import structlog

from bot.outbox.fields import fill
from bot.outbox.letters import SERVED, details, for_everybody, gift, letter
from bot.outbox.render import texts
from bot.outbox.sender import APIS
from bot.outbox.texts import Wordings, load
from bot.rules.channels import Platform
from bot.rules.deciding import Where
from bot.rules.etiquette import Care
from bot.rules.letter import Value
from bot.rules.rating_terms import RatingTerms
from bot.rules.touch.facts import Facts
from bot.rules.touch.kinds import KINDS, Rule
from bot.rules.touch.lines import book_at, lines
from bot.rules.touch.words import by_rule
from storage.queries import platform_templates
from storage.queries.bookings import no_shows
from storage.queries.bookings.no_shows import Offered
from storage.queries.outbox import budgets as outbox_budgets
from storage.queries.outbox.budgets import Budget
from storage.queries.platform_templates import ONCE, Registered
from storage.queries.stores.care import wrong_care
from storage.queries.stores.shops import Store
from storage.queries.touch import announcements, letterheads
from storage.queries.touch import facts as touch_facts
from storage.queries.touch import rules as touch_rules
from storage.queries.touch.facts import Setting
from storage.queries.touch.letterheads import Heads
from storage.queries.touch.rules import RuleBook
from storage.queries.touch.touchpoints import Touch

log = structlog.get_logger("desk")


class Desk:
    """One run of deciding."""

    def __init__(
        self,
        now: datetime,
        base: Setting,
        book: RuleBook,
        wordings: Wordings,
        templates: Mapping[str, Registered],
        budgets: Mapping[str, Budget],
    ) -> None:
        self.base, self._now, self._book, self._wordings = base, now, book, wordings
        self._templates, self._budgets = templates, budgets
        self._care = {store.id: Care.of(base.care.get(store.id)) for store in base.shop.stores}
        self._rating = {
            store.id: RatingTerms.of(base.care.get(store.id)) for store in base.shop.stores
        }
        self._heads = Heads({}, {})
        self._bodies: dict[int, str] = {}
        self._offered: Mapping[str, Offered] = {}

    @classmethod
    async def open(cls, now: datetime) -> "Desk":
        base = await touch_facts.setting()
        for code, why in await wrong_care():
            _say_wrong(code, why)
        today = now.astimezone(base.zone).date()
        base = replace(base, announcements=await announcements.current(today))
        return cls(
            *(now, base, await touch_rules.book(), await load()),
            *(await platform_templates.by_notice(), await outbox_budgets.every()),
        )

    async def read_heads(self, touches: Sequence[Touch]) -> None:
        """The letterheads and announcements of a page."""
        customers = {one.customer_id for one in touches if one.customer_id is not None}
        cars = {one.vehicle_id for one in touches if one.vehicle_id is not None}
        self._heads = await letterheads.heads(customers, cars)
        wanted = {_announced(one) for one in touches} - {0, *self._bodies}
        self._bodies |= await announcements.bodies(wanted)
        missed = {one.subject for one in touches if one.kind == no_shows.KIND}
        self._offered = await no_shows.offered(missed, self._now)

    def store(self, store_id: int | None) -> Store | None:
        """The store that looks after a touchpoint; the first one for what is nobody's."""
        return self.base.shop.by_id.get(store_id or 0) or next(iter(self.base.shop.stores), None)

    def rules(self, store: Store, facts: Sequence[Facts], kind: str) -> Mapping[str, Rule]:
        """What holds there for one kind."""
        models = (one.car.model for one in facts if one.car)
        return self._book.rules(store.code, next(models, ""), frozenset({kind}))

    def ruled_since(self, store: Store, facts: Sequence[Facts], touch: Touch) -> bool:
        """Whether staff changed the rule after it had put this touchpoint."""
        models = (one.car.model for one in facts if one.car)
        return self._book.changed_since(touch.kind, store.code, next(models, ""), touch.created_at)

    def where(self, store: Store, kind: str) -> Where:
        template, once = self._templates.get(kind), self._templates.get(kind + ONCE)
        left = {
            channel: budget.left(self._now)
            for channel, api in APIS.items()
            if (budget := self._budgets.get(api))
        }
        account = Platform(
            template.template_id if template else "", once.template_id if once else "", left
        )
        return Where(store.calendar, self._care[store.id], account, self._rating[store.id])

    def body(self, touch: Touch, channel: str) -> str | None:
        """What the outbox sends on this channel, the text itself for a mass; None: it cannot."""
        store = self.store(touch.store_id)
        if store is None:
            return None
        more, care = self._more(touch, store), self._care[store.id]
        if channel == "mass":
            today = self._now.astimezone(store.calendar.zone).date()
            common = {**details(touch.facts, today, store.calendar.zone), **more}
            shared = for_everybody(store, self._now, **common)
            return self._wordings.render(touch.kind, shared, store.code, mass=True)
        context = letter(
            touch.kind,
            touch.facts,
            self._heads,
            touch.customer_id,
            touch.vehicle_id,
            store=store,
            now=self._now,
            care=care,
            **more,
        )
        if channel == "service":
            text = self._wordings.render(touch.kind, context, store.code)
            return _with_lines(text, lines(touch.kind, self._times(touch)))
        template = self._templates[touch.kind + (ONCE if channel == "once" else "")]
        filled = fill(template.mapping, context)
        if filled.refused:
            return None
        target = {"page": ""} if channel == "once" else {"url": ""}
        return _json({"template": template.template_id, "data": dict(filled.data), **target})

    def _more(self, touch: Touch, store: Store) -> dict[str, Value | None]:
        """What neither the customer's file nor the plan's facts tell: gift, rules, announcement."""
        head = self._heads.customers.get(touch.customer_id or 0)
        tier = head.tier if head else ""
        more = gift(self.base.care.get(store.id, {}), touch.kind, tier, touch.due_on)
        car = self._heads.cars.get(touch.vehicle_id or 0)
        rules = self._book.rules(store.code, car.ruled_as if car else "")
        more |= by_rule(touch.kind, rules, touch.facts)
        if times := self._times(touch):
            more["slots"] = "、".join(shown for shown, _ in times)
        if body := self._bodies.get(_announced(touch)):
            more["body"] = body
        return more

    def _times(self, touch: Touch) -> list[tuple[str, str]]:
        """Other times for who did not come, as lines to tap."""
        found = self._offered.get(touch.subject) if touch.kind == no_shows.KIND else None
        return book_at(found.times, found.service, found.plate) if found else []

    def caller(
        self,
        touch: Touch,
        consultant: int | None,
        of_car: Mapping[int, tuple[int | None, int | None]],
    ) -> int | None:
        """Who calls: the service advisor about the workshop, else the sales consultant."""
        sold, served = of_car.get(touch.vehicle_id or 0, (None, None))
        mine = consultant or sold
        return (served or mine) if touch.kind in SERVED else (mine or served)

    def call_words(self, touch: Touch, reasons: Sequence[str]) -> tuple[str, str]:
        """Title and detail of a call task."""
        head = self._heads.customers.get(touch.customer_id or 0)
        car = self._heads.cars.get(touch.vehicle_id or 0)
        who = " ".join(
            part for part in (head.name if head else "", car.plate if car else "") if part
        )
        facts = "\n".join(f"{name}：{said}" for name, said in touch.facts.items())
        return f"请致电：{KINDS[touch.kind].name} {who}".strip(), f"{facts}\n{'；'.join(reasons)}"


@cache
def _say_wrong(store: str, why: str) -> None:
    """Once in the life of a process: each run finds it again."""
    log.warning("care_setting_wrong", store=store, why=why, mend="cheyu store care")


def _announced(touch: Touch) -> int:
    """The announcement of a4.c7; 0 for what is none."""
    number = touch.subject.partition(".")[0].removeprefix("a")
    return int(number) if touch.subject.startswith("a") and number.isdigit() else 0


def _with_lines(text: str, answers: Sequence[Sequence[str]]) -> str:
    """With the lines that answer it, unless they would make two messages of one."""
    body = _json({"blocks": [text, *answers], "hand_over": False})
    return body if len(texts(body)) == 1 else _json({"blocks": [text], "hand_over": False})


def _json(body: Mapping[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))
