from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from refunds.cases.lifecycle import CaseState
from refunds.desk.cases.wanted import STATES, Due, Group, SeenToBy, Wanted

wanted = st.builds(
    Wanted,
    group=st.sampled_from(Group),
    due=st.sampled_from(Due),
    seen_to_by=st.sampled_from(SeenToBy) | st.just("a" * 32),
    search=st.text(max_size=40).map(str.strip),
    page=st.integers(1, 500),
)


@given(wanted)
def test_a_filter_is_read_from_the_address_it_was_written_into(given_filter: Wanted) -> None:
    assert Wanted.read(given_filter.query) == given_filter


@given(st.dictionaries(st.sampled_from(["group", "due", "seen_to_by", "search", "page", "x"]), st.text(max_size=300)))
def test_any_address_is_read_as_some_filter(query: dict[str, str]) -> None:
    assert 1 <= Wanted.read(query).page <= 10_000


def test_every_state_is_in_a_group_that_is_looked_through() -> None:
    named = [STATES[group] for group in (Group.CHECK, Group.CUSTOMER, Group.MONEY, Group.PAID, Group.ENDED)]
    assert sorted(state for states in named for state in states) == sorted(CaseState)
