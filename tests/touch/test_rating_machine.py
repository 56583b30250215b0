"""Nobody is asked twice for one visit: random histories on PostgreSQL, two actors at once."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.histories import how_many, playing, stage
from tests.touch.rating_history import AFTERNOON, DEEDS, Deed, play

HISTORIES, ROUNDS = 25, 40
DEED: st.SearchStrategy[Deed] = st.tuples(
    st.sampled_from(DEEDS), st.sampled_from(["owner", "spouse"]), st.integers(0, 11)
)
HOURS = st.sampled_from([0, 0, 1, 3, 24, 50, 200, 340, AFTERNOON, AFTERNOON, AFTERNOON])
HISTORY = st.lists(st.tuples(DEED, DEED, HOURS), min_size=ROUNDS, max_size=ROUNDS)


@pytest.mark.timeout(0)  # as long as it takes to play as many as are asked for
def test_nobody_is_asked_twice_for_one_visit(migrated_postgres_url: str) -> None:
    tally = Counter[str]()
    with stage(migrated_postgres_url) as here:

        @playing(HISTORIES)
        @given(history=HISTORY)
        def histories(history: list[tuple[Deed, Deed, int]]) -> None:
            cast = here.open()
            tally.update(here.run(play(cast, history)))
            here.leave()

        histories()
    assert tally["deeds"] == 2 * how_many(HISTORIES) * ROUNDS
    # Else nothing was put to the test.
    for happened in ("asked", "by_job", "named", "complaints", "done", "closed", "declined"):
        assert tally[happened], tally
