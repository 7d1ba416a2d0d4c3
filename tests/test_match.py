"""Names of the lists at their boundaries, and the choice among candidates."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medai_extract.match.gazetteer import Gazetteer
from medai_extract.match.select import THRESHOLD, select_candidates
from medai_extract.model import LABELS, Candidate, Label
from medai_extract.normalise.names import make_folding
from medai_extract.patterns import NameRow, Patterns
from medai_extract.segment import SegmentedText


def row(
    name: str,
    *,
    entity_id: str = "x",
    context: tuple[str, ...] = (),
    boundary: str = "",
    label: Label = "ORG",
) -> NameRow:
    return NameRow(label, entity_id, name, "zh", "canonical", boundary, context, None, None, "")


ROWS = [
    row("OpenAI", entity_id="openai"),
    row("微医", entity_id="wedoctor", boundary="word"),
    row("平安好医生", entity_id="pagd"),
    row("平安", entity_id="pingan", boundary="word", context=("保险", "集团")),
    row("Apple", entity_id="apple"),
    row("WHO", entity_id="who"),
    row("iFLYTEK", entity_id="iflytek"),
    row("Epic", entity_id="epic", context=("EHR", "health record")),
    row("Epic Systems", entity_id="epic"),
    row("知识产权", entity_id="ip"),
    row("国家知识产权局", entity_id="cnipa"),
    row("阿里云", entity_id="aliyun", boundary="word"),
]

FOUND = [
    ("据OpenAI公司称", ["OpenAI"]),
    ("据ＯｐｅｎＡＩ公司称", ["ＯｐｅｎＡＩ"]),
    ("MyOpenAIx", []),
    ("OpenAI2", []),
    ("微医集团宣布上市", ["微医"]),
    ("显微医学影像", []),
    ("平安好醫生宣布", ["平安好醫生"]),
    # the model of the segmenter makes a word of 云已, which no dictionary has
    ("蚂蚁华为阿里云已做出选择", ["阿里云"]),
    ("祝你平安", []),
    ("平安是一家保险公司", ["平安"]),
    ("He ate an apple.", []),
    ("Apple said so", ["Apple"]),
    ("APPLE SAID SO", ["APPLE"]),
    ("Who said so", []),
    ("the WHO said so", ["WHO"]),
    ("IFlytek, iflytek", ["IFlytek"]),
    ("An epic tale. Epic won.", []),
    ("Epic sells an EHR.", ["Epic"]),
    ("Epic Systems is private. Epic won.", ["Epic Systems", "Epic", "Epic"]),
    ("国家知识产权", ["知识产权"]),
    ("国家知识产权局", ["国家知识产权局", "知识产权"]),
    ("", []),
]


@pytest.mark.parametrize(("text", "names"), FOUND)
def test_gazetteer(patterns: Patterns, text: str, names: list[str]) -> None:
    gazetteer = Gazetteer(ROWS, make_folding(patterns.table("script.traditional")))
    found = gazetteer.find(SegmentedText(text))
    assert sorted(text[hit.start : hit.end] for hit in found) == sorted(names)
    assert all(hit.evidence[0].startswith("name:") for hit in found)


def test_gazetteer_without_names_finds_nothing() -> None:
    assert Gazetteer((), {}).find(SegmentedText("OpenAI")) == []


@given(st.text(alphabet="aAİßﬁ０Ａ醫医 ·’…１", max_size=40))
def test_folding_never_changes_the_length(text: str) -> None:
    assert len(text.translate(make_folding({"醫": "医"}))) == len(text)


CANDIDATES = st.lists(
    st.builds(
        lambda start, length, label, score, rule: Candidate(
            start=start, end=start + length, label=label, rule_id=rule, score=score
        ),
        st.integers(0, 40),
        st.integers(1, 12),
        st.sampled_from(LABELS),
        st.sampled_from([0.3, 0.5, 0.85, 0.95]),
        st.sampled_from(["a.b", "c.d"]),
    ),
    max_size=25,
)


@given(CANDIDATES, st.randoms(use_true_random=False))
def test_selection_laws(candidates: list[Candidate], random: st.DataObject) -> None:
    kept, dropped = select_candidates(candidates)
    assert sorted(map(repr, [*kept, *(fall.candidate for fall in dropped)])) == sorted(map(repr, candidates))
    assert all(one.end <= other.start for one, other in pairwise(kept))
    assert all(candidate.score >= THRESHOLD for candidate in kept)
    assert all(fall.reason for fall in dropped)
    shuffled = list(candidates)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert select_candidates(shuffled)[0] == kept
