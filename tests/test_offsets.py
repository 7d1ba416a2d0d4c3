"""Edits remember where every character came from, however many of them are composed."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medai_extract.offsets import Edit, OffsetMap, apply_edits, identity

TEXTS = st.text(alphabet="aB1 医疗，\n…", max_size=40)


@st.composite
def edits(draw: st.DrawFn, text: str) -> list[Edit]:
    """Give some edits of ``text``; they may overlap, as the steps of cleaning may propose."""
    places = st.tuples(st.integers(0, len(text)), st.integers(0, 6), st.text(alphabet="xy 。", max_size=3))
    return [
        Edit(start, min(start + length, len(text)), new)
        for start, length, new in draw(st.lists(places, max_size=6))
    ]


@st.composite
def edited_twice(draw: st.DrawFn) -> tuple[str, str, OffsetMap, str, OffsetMap]:
    source = draw(TEXTS)
    middle, first = apply_edits(source, draw(edits(source)))
    final, second = apply_edits(middle, draw(edits(middle)))
    return source, middle, first, final, second


def check_segments(text: str, source: str, offsets: OffsetMap) -> None:
    at = 0
    for segment in offsets.segments:
        assert segment.start == at < segment.end
        assert 0 <= segment.source_start <= segment.source_end <= len(source)
        at = segment.end
    assert at == len(text)


@given(st.data())
def test_a_kept_character_maps_to_itself(data: st.DataObject) -> None:
    source = data.draw(TEXTS)
    chosen = data.draw(edits(source))
    text, offsets = apply_edits(source, chosen)
    check_segments(text, source, offsets)
    replaced = {position for start, end, _ in chosen for position in range(start, end)}
    new = {"x", "y", " ", "。"}
    for position, char in enumerate(text):
        start, end = offsets.to_source(position, position + 1)
        if end - start == 1 and start not in replaced:
            assert source[start] == char or char in new
    kept = [position for position in range(len(source)) if position not in replaced]
    places = {offsets.to_source(position, position + 1): char for position, char in enumerate(text)}
    for position in kept:
        assert places[position, position + 1] == source[position]


@given(edited_twice())
def test_maps_compose(case: tuple[str, str, OffsetMap, str, OffsetMap]) -> None:
    source, _, first, final, second = case
    both = first.then(second)
    check_segments(final, source, both)
    for position, segment in ((p, s) for s in both.segments for p in range(s.start, s.end)):
        start, end = both.to_source(position, position + 1)
        if segment.exact and end - start == 1:
            middle = second.to_source(position, position + 1)
            assert first.to_source(*middle) == (start, end) or middle[1] - middle[0] != 1


@given(edited_twice())
def test_maps_are_monotone(case: tuple[str, str, OffsetMap, str, OffsetMap]) -> None:
    _, _, first, final, second = case
    both = first.then(second)
    ranges = [both.to_source(position, position + 1) for position in range(len(final))]
    assert all(left[0] <= right[0] and left[1] <= right[1] for left, right in pairwise(ranges))
    for start in range(len(final)):
        for end in range(start + 1, len(final) + 1):
            assert both.to_source(start, end) == (ranges[start][0], max(ranges[end - 1][1], ranges[start][1]))


@given(st.data())
def test_kept_ranges_are_sorted_and_hold_what_was_kept(data: st.DataObject) -> None:
    source = data.draw(TEXTS)
    text, offsets = apply_edits(source, [Edit(start, end, "") for start, end, _ in data.draw(edits(source))])
    kept = offsets.kept(source)
    assert all(left[1] < right[0] for left, right in pairwise(kept))
    held = "".join(source[start:end] for start, end in kept)
    assert "".join(held.split()) == "".join(text.split())


@given(TEXTS)
def test_no_edit_is_the_identity(text: str) -> None:
    assert apply_edits(text, []) == (text, identity(len(text)))
    assert apply_edits(text, [Edit(0, len(text), text)])[1] == identity(len(text))


@pytest.mark.parametrize(
    ("source", "chosen", "text", "span", "at"),
    [
        ("ＡＩ医疗", [Edit(0, 2, "AI")], "AI医疗", (0, 2), (0, 2)),
        ("ＡＩ医疗", [Edit(0, 2, "AI")], "AI医疗", (1, 3), (1, 3)),
        ("İBM raised", [Edit(0, 1, "i̇")], "i̇BM raised", (0, 4), (0, 3)),
        ("releasedWiseDiag", [Edit(8, 8, " ")], "released WiseDiag", (9, 17), (8, 16)),
        ("广告\n医疗AI", [Edit(0, 3, "")], "医疗AI", (0, 4), (3, 7)),
        ("a  b", [Edit(1, 3, " ")], "a b", (0, 3), (0, 4)),
        ("abcdef", [Edit(1, 4, "X"), Edit(2, 5, "Y")], "aXef", (1, 2), (1, 4)),
        ("ab", [Edit(2, 2, "!")], "ab!", (2, 3), (2, 2)),
        ("", [Edit(0, 0, "x")], "x", (0, 1), (0, 0)),
    ],
)
def test_examples(
    source: str, chosen: list[Edit], text: str, span: tuple[int, int], at: tuple[int, int]
) -> None:
    new, offsets = apply_edits(source, chosen)
    assert (new, offsets.to_source(*span)) == (text, at)
