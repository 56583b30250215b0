"""Nobody is asked twice for one visit: random histories on PostgreSQL, two actors at once."""

from collections import Counter

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.databases import run_apart
from tests.touch.rating_history import AFTERNOON, DEEDS, Deed, play

HISTORIES, ROUNDS = 25, 40
DEED: st.SearchStrategy[Deed] = st.tuples(
    st.sampled_from(DEEDS), st.sampled_from(["owner", "spouse"]), st.integers(0, 11)
)
HOURS = st.sampled_from([0, 0, 1, 3, 24, 50, 200, 340, AFTERNOON, AFTERNOON, AFTERNOON])
HISTORY = st.lists(st.tuples(DEED, DEED, HOURS), min_size=ROUNDS, max_size=ROUNDS)


def test_nobody_is_asked_twice_for_one_visit(migrated_postgres_url: str) -> None:
    tally = Counter[str]()

    @settings(
        max_examples=HISTORIES,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(history=HISTORY)
    def histories(history: list[tuple[Deed, Deed, int]]) -> None:
        tally.update(run_apart(play(migrated_postgres_url, history)))

    histories()
    assert tally["deeds"] == 2 * HISTORIES * ROUNDS
    # Else nothing was put to the test.
    for happened in ("asked", "by_job", "named", "complaints", "done", "closed", "declined"):
        assert tally[happened], tally
