"""Records from outside, in bulk and as often as they come: `from storage.queries import records`.

Every put takes records that bot.rules.records read, writes what differs and says of each what it
came to. The same records again change nothing; the uniqueness is the database's own.
"""

from storage.queries.records.cars import put_vehicles
from storage.queries.records.events import put_repair_orders, record_deliveries, record_incidents
from storage.queries.records.people import put_customers
from storage.queries.records.rows import SLICE, Outcome, expect_bulk

__all__ = [
    "SLICE",
    "Outcome",
    "expect_bulk",
    "put_customers",
    "put_repair_orders",
    "put_vehicles",
    "record_deliveries",
    "record_incidents",
]
