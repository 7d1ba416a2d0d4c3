"""Sentences and tokens of both languages, with offsets."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medai_extract.evaluate.gold import read_gold
from medai_extract.language import contains_han
from medai_extract.segment import SegmentedText, split_sentences, tokenize_chinese, tokenize_english
from medai_extract.segment.sentences import LONGEST
from medai_extract.segment.zh import load_segmenter

# One sentence per part between the bars.
SENTENCES = [
    "推想医疗完成融资。|由IDG领投。",
    "“很好！”|他说。",
    "他说：“我们不急。”|随后离开。",
    "（据公司公告。）|投资方未披露。",
    "真的吗？！|是的……|也许。",
    "涨幅3.5%，版本V2.5。|下一条。",
    "见ebrun.com。|完。",
    "Dr. Li of Acme Inc. raised $3.5 million.|It works!",
    "The U.S. agency cleared it.|So did the E.U. regulator.",
    "It was cleared by the U.S. Food and Drug Administration.",
    "Mr. Wang, Ph.D., joined Baidu Ltd. in Jan. 2024.|He left in Feb. 2025.",
    "Sales, e.g. of scanners, rose.|Costs, i.e. wages, fell.",
    "“It works.” |She smiled.",
    '"We are ready," he said.|"Are you?"|"Yes."',
    "It costs $1.5m vs. $2m before.|Cheap!",
    "See Fig. 3 and No. 7.|Then stop.",
    "J. P. Morgan led the round.|A. Smith joined.",
    "At 9 a.m. it opened.|By 5 p.m. it was up 3.2%.",
    "Is it safe?|Nobody knows.|Or do they?",
    "Wait... what?|Yes.",
    "OpenAI发布ChatGPT Health。|It is free.|价格未定。",
    "Headline without a stop|第二行也没有句号|Third line.",
    "一、项目概况|二、资格要求",
    "A。|B。",
]


@pytest.mark.parametrize("marked", SENTENCES)
def test_sentences(marked: str) -> None:
    parts = marked.split("|")
    wanted = [part.strip() for part in parts]
    # A headline ends with its line, an English sentence with a space.
    ends = ["" if part[-1] in "。！？”）… " else " " if part[-1] in '.!?"' else "\n" for part in parts]
    text = "".join(part + end for part, end in zip(parts, ends, strict=True))
    assert [text[start:end] for start, end in split_sentences(text)] == wanted


@given(st.text(alphabet='aB1 .。!？?“”"\n，,医', max_size=80))
def test_every_character_is_in_one_sentence(text: str) -> None:
    spans = split_sentences(text)
    assert all(left.end <= right.start for left, right in pairwise(spans))
    assert all(text[start:end] == text[start:end].strip() != "" for start, end in spans)
    inside = "".join(text[start:end] for start, end in spans)
    assert "".join(inside.split()) == "".join(text.split())


@pytest.mark.parametrize("unit", ["word ", "词，", "x", "词"])
def test_a_sentence_without_a_stop_is_cut(unit: str) -> None:
    text = unit * (5_000 // len(unit))
    spans = split_sentences(text)
    assert max(end - start for start, end in spans) <= LONGEST
    assert "".join(text[start:end] for start, end in spans).replace(" ", "") == text.replace(" ", "")
    if len(unit) > 1:
        assert all(text[start:end].endswith(unit.strip()) for start, end in spans)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("推想医疗完成融资。", "推想 医疗 完成 融资 。"),
        ("显微医学影像", "显微 医学影像"),
        ("OpenAI发布ChatGPT", "OpenAI 发布 ChatGPT"),
        ("Ant Group's app isn't U.S.-made.", "Ant Group 's app is n't U.S.-made ."),
        ("It raised $3.5 million.", "It raised $ 3.5 million ."),
        ("  two  spaces ", "two spaces"),
        ("", ""),
    ],
)
def test_tokens(text: str, words: str) -> None:
    han = any("\u4e00" <= char <= "\u9fff" for char in text)
    tokens = (tokenize_chinese if han else tokenize_english)(text, 7)
    assert " ".join(token.text for token in tokens) == words
    assert all(text[token.start - 7 : token.end - 7] == token.text for token in tokens)


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet="aB1 .推想医疗，。\n\u3000é", max_size=60))
def test_tokens_have_the_offsets_of_their_text(text: str) -> None:
    segmented = SegmentedText(text)
    for index, sentence in enumerate(segmented.sentences):
        tokens = segmented.tokens(index)
        assert all(text[token.start : token.end] == token.text for token in tokens)
        joined = "".join(token.text for token in tokens)
        assert "".join(joined.split()) == "".join(text[sentence.start : sentence.end].split())
        assert all(left.end <= right.start for left, right in pairwise(tokens))


@pytest.mark.parametrize(
    ("text", "position", "word"),
    [
        ("显微医学影像软件", 1, "显微"),
        ("微医集团宣布", 2, ""),
        ("Apple pie", 5, ""),
        ("Pineapple", 4, "ea"),
        ("推想医疗。完成融资。", 0, ""),
        ("推想医疗。完成融资。", 4, ""),
        ("", 0, ""),
    ],
)
def test_word_over_a_position(text: str, position: int, word: str) -> None:
    assert SegmentedText(text).word_over(position) == word


def test_languages_choose_the_tokenizer() -> None:
    segmented = SegmentedText("推想医疗完成融资。It isn't over.")
    assert [segmented.lang_at(position) for position in (0, 8, 9, 20)] == ["zh", "zh", "en", "en"]
    assert [token.text for token in segmented.tokens(1)] == ["It", "is", "n't", "over", "."]
    assert segmented.sentence_at(10) == segmented.sentences[1]
    assert SegmentedText("").sentence_at(0) == (0, 0)


def cut_spans(words: list[tuple[str, str]]) -> set[tuple[int, int]]:
    """Give the places of the words that hold a Han character; how Latin names are cut differs and is told in zh.py."""
    at = 0
    spans = set()
    for word, _ in words:
        if contains_han(word):
            spans.add((at, at + len(word)))
        at += len(word)
    return spans


def test_both_segmenters_cut_chinese_alike() -> None:
    pytest.importorskip("rjieba")
    fast, reference = load_segmenter("rjieba").tag, load_segmenter("jieba").tag
    lines = [
        line
        for article in read_gold(Path(__file__).parents[1] / "corpora" / "gold")
        if (article.article.lang or "").startswith("zh")
        for line in article.article.text.splitlines()
    ]
    cuts = [(cut_spans(fast(line)), cut_spans(reference(line))) for line in lines]
    shared = sum(len(left & right) for left, right in cuts)
    total = sum(len(left) + len(right) for left, right in cuts)
    assert total > 10_000
    assert 2 * shared / total >= 0.998
    assert [tag for _, tag in fast("推想医疗")] == [tag for _, tag in reference("推想医疗")]
