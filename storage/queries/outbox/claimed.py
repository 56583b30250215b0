"""A message in one dispatcher's hands, with what the rules need to know before it goes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from bot.rules.cases.words import UNSETTLED
from storage.db import Sql, loads, moment
from storage.secrets import unseal

_OPEN: Final = f"({', '.join(repr(state) for state in UNSETTLED)})"


@dataclass(frozen=True, slots=True)
class Addressee:
    """Who a message goes to, the window they have opened, and what they had or refuse."""

    id: int
    openid: str
    customer_id: int | None
    subscribed: bool
    window_kind: str
    window_opened_at: datetime | None
    window_sent: int
    mass_month: str = ""
    mass_sent: int = 0
    refusals: Mapping[str, str] = field(default_factory=dict)

    def wrote_since(self, moment: datetime) -> bool:
        opened = self.window_opened_at
        return self.window_kind == "message" and opened is not None and opened > moment


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message in one dispatcher's hands. `attempts` counts this claim too.

    `agreed`: the person's newest word on `purpose`. `complaint`: one of theirs is open, and this is
    not for its time. `care` and `timezone` are the store's.
    """

    id: int
    idem: str
    body: str
    attempts: int
    created_at: datetime
    to: Addressee
    channel: str = "service"
    purpose: str = ""
    touchpoint_id: int | None = None
    until: datetime | None = None
    doubt_at: datetime | None = None
    agreed: bool = False
    complaint: bool = False
    care: Mapping[str, Any] | None = None
    timezone: str = ""


# Consent is asked for where the purpose needs it; a stranger's words hold for the customer they
# turned out to be. Each part goes by an index of its own: with OR every consent would be read.
_READ = """
SELECT m.id, m.idem, m.body, m.attempts, m.created_at, m.channel, m.purpose, m.touchpoint_id,
  m.until, m.doubt_at, u.id AS person, u.openid, u.customer_id, u.subscribed,
  u.window_kind, u.window_opened_at, u.window_sent, u.mass_month, u.mass_sent, u.refusals,
  s.care, s.timezone,
  CASE WHEN m.purpose IN ('', 'service') THEN NULL ELSE (
    SELECT c.given FROM consent c WHERE c.id = (SELECT max(said.id) FROM (
      SELECT max(k.id) AS id FROM consent k WHERE k.account_id = m.account_id
        AND k.customer_id = u.customer_id AND k.purpose = m.purpose
      UNION ALL SELECT max(k.id) FROM consent k WHERE k.account_id = m.account_id
        AND k.wechat_user_id = u.id AND k.purpose = m.purpose
      UNION ALL SELECT max(k.id) FROM wechat_user o CROSS JOIN consent k
        WHERE o.account_id = m.account_id AND o.customer_id = u.customer_id
        AND k.account_id = o.account_id AND k.wechat_user_id = o.id AND k.purpose = m.purpose) said)) END AS agreed,
  CASE WHEN m.purpose = 'marketing' OR t.kind IN ('festival', 'birthday') THEN EXISTS (
    SELECT 1 FROM complaint p WHERE p.account_id = m.account_id AND p.state IN {unsettled}
      AND p.customer_id = u.customer_id
    UNION ALL SELECT 1 FROM complaint p WHERE p.account_id = m.account_id
      AND p.state IN {unsettled} AND p.wechat_user_id = u.id
    UNION ALL SELECT 1 FROM wechat_user o JOIN complaint p ON p.account_id = o.account_id
      AND p.wechat_user_id = o.id WHERE o.account_id = m.account_id
      AND o.customer_id = u.customer_id AND p.state IN {unsettled}) END AS complaint
FROM message m JOIN wechat_user u ON u.id = m.wechat_user_id
LEFT JOIN touchpoint t ON t.id = m.touchpoint_id LEFT JOIN store s ON s.id = t.store_id
WHERE {which} ORDER BY m.due_at, m.id
"""


async def read(db: Sql, which: str, *values: object) -> list[Claimed]:
    """The messages that a condition on `m` names, as a sender needs them."""
    return [
        _claimed(row) for row in await db.rows(_READ.format(which=which, unsettled=_OPEN), *values)
    ]


def _claimed(row: Any) -> Claimed:
    to = Addressee(
        row["person"], row["openid"], row["customer_id"], bool(row["subscribed"]),
        row["window_kind"], moment(row["window_opened_at"]), row["window_sent"],
        row["mass_month"], row["mass_sent"], loads(row["refusals"]) or {},
    )  # fmt: skip  # in the order of the class
    created_at = moment(row["created_at"])
    assert created_at is not None  # noqa: S101 - the column is never NULL
    body = unseal("message.body", row["body"])
    return Claimed(
        row["id"], row["idem"], body, row["attempts"], created_at, to,
        row["channel"], row["purpose"], row["touchpoint_id"], moment(row["until"]),
        moment(row["doubt_at"]), bool(row["agreed"]), bool(row["complaint"]),
        loads(row["care"]), row["timezone"] or "",
    )  # fmt: skip  # in the order of the class
