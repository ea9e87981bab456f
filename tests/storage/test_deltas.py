"""A state is told by what it has otherwise than another, in few words, and is made again exactly."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from storage import deltas

ELEMENTS = st.one_of(st.integers(0, 4), st.fixed_dictionaries({"key": st.sampled_from("abc"), "n": st.integers(0, 1)}))
STATES = st.fixed_dictionaries(
    {"title": st.sampled_from(["甲", "乙"]), "tasks": st.lists(ELEMENTS, max_size=6), "goals": st.lists(ELEMENTS)}
)


@settings(max_examples=100, deadline=None)
@given(STATES, STATES)
def test_any_state_is_made_again_of_any_other_and_of_nothing(before: deltas.Json, after: deltas.Json) -> None:
    kept = json.loads(json.dumps(deltas.difference(before, after)))
    assert deltas.applied(before, kept) == after
    assert deltas.applied({}, deltas.difference({}, after)) == after


def test_one_element_moved_and_one_changed_among_many_are_told_briefly() -> None:
    before = {"tasks": [{"key": f"t{number}", "text": "文" * 200} for number in range(500)]}
    after = {"tasks": [before["tasks"][400], *before["tasks"][:400], {"key": "new"}, *before["tasks"][402:]]}
    assert len(json.dumps(deltas.difference(before, after))) < 300
