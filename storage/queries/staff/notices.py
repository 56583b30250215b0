"""How an alert reads: as lines in an open window, or in a template's fields."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.rules.etiquette import BEIJING
from bot.rules.letter import context_of
from bot.rules.staff_hours import headline
from bot.rules.template_fields import fit
from bot.rules.touch.lines import OFFER
from storage.db import loads
from storage.queries.platform_templates import Registered

NEW, GIVEN, WARNED, BROKEN, ADDED = (
    *("case_new", "case_given", "case_warned", "case_broken", "case_added"),
)
"""Kinds of tasks about a complaint: it came, it became one's own, a clock, the customer's words."""
_ANSWERED_BY: Final = {NEW: "收到", GIVEN: "收到", "case_report": "已阅"}
LONGEST: Final = 300


@dataclass(frozen=True, slots=True)
class Alert:
    """What is told. `title` and `detail` as a colleague reads them."""

    kind: str
    title: str
    detail: str
    same: str
    store_id: int | None
    customer_id: int | None
    case_id: int | None
    due_at: datetime | None
    brief: str = ""


def as_lines(what: Alert) -> str:
    """For an open window. It keeps what a template is filled with, should the window close before."""
    kept = {name: getattr(what, name) for name in ("title", "detail", "brief", "case_id")}
    due = what.due_at.isoformat() if what.due_at else None
    blocks = [*_words(what), *_taps(what)]
    return _json({"blocks": blocks, "hand_over": False, "alert": {**kept, "due_at": due}})


def kept_in(body: str) -> Alert | None:
    """The alert that `as_lines` made these lines of."""
    kept = loads(body).get("alert")
    if kept is None:
        return None
    due = datetime.fromisoformat(kept["due_at"]) if kept["due_at"] else None
    return Alert(
        *("", kept["title"], kept["detail"], "", None, None, kept["case_id"], due, kept["brief"])
    )


def _words(what: Alert) -> list[str]:
    detail = what.detail if len(what.detail) <= LONGEST else what.detail[: LONGEST - 1] + "…"
    return [f"【{what.title}】", detail] if detail else [f"【{what.title}】"]


def _taps(what: Alert) -> list[list[str]]:
    """Lines that can be tapped: to say that it has arrived, and to see all that is one's own."""
    verb = _ANSWERED_BY.get(what.kind)
    answers = [f"{verb} T{what.case_id:06d}"] if verb and what.case_id else []
    return [[words, words, OFFER] for words in (*answers, "我的任务")]


def as_notice(template: Registered, data: dict[str, str]) -> str:
    return _json({"template": template.template_id, "data": data, "url": ""})


def filled(template: Registered, row: Any, what: Alert, now: datetime) -> dict[str, str] | None:
    """The template's fields, or None where one of them takes none of our words."""
    zone = ZoneInfo(row["timezone"]) if row["timezone"] else BEIJING
    context = context_of(
        now.astimezone(zone).date(),
        zone,
        name=row["name"],
        store=row["store"] or "",
        title=_headline(what, now.astimezone(zone)),
        body=what.detail or what.title,
        case=f"T{what.case_id:06d}" if what.case_id else None,
        booked_at=what.due_at or now,
        deadline=what.due_at or now,
    )
    found = {
        key: fit(key, source[1:] if source.startswith("=") else context.values.get(source, ""))
        for key, source in template.mapping.items()
    }
    if any(one.refused for one in found.values()):
        return None
    return {key: one.text for key, one in found.items()}


def _headline(what: Alert, local: datetime) -> str:
    number = f"T{what.case_id:06d}" if what.case_id else ""
    due = what.due_at.astimezone(local.tzinfo) if what.due_at else None
    if what.brief:
        return headline(f"{number}{what.brief}", due, local)
    return headline(f" {what.title}", due, local).strip()


def _json(body: dict[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))
