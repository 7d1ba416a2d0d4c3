"""Languages by script: spans of clauses, the language of an article, simplified or traditional."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medai_extract.language import contains_han, detect_language, is_chinese, is_traditional, split_languages

ZH, EN, HANT = "推想医疗完成融资。", "Infervision raised money.\n", "平安好醫生宣布，已與醫院完成部署。"


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        (ZH, "zh"),
        (EN, "en"),
        (HANT, "zh-Hant"),
        ("", "en"),
        ("2025 3.5%", "en"),
        ("百川智能发布 Baichuan-M3 Plus，接入 DeepSeek-R1 和 Qwen3。", "zh"),
        ("The firm is covering细分 areas such as 医保 and diagnosis.", "en"),
        ("Ant Group said that 蚂蚁阿福 has 15 million users in China.", "en"),
        (ZH + "\n" + EN * 3, "mul"),
        (ZH * 20 + "\n" + EN, "zh"),
        (EN * 40 + ZH, "en"),
        (HANT * 5 + "推想医疗", "zh-Hant"),
        ("阿福", "zh"),
    ],
)
def test_language_of_an_article(text: str, lang: str) -> None:
    assert detect_language(text) == lang


@pytest.mark.parametrize(
    ("text", "langs"),
    [
        (ZH + "\n" + EN, ["zh", "en"]),
        (EN + ZH, ["en", "zh"]),
        (ZH + ZH, ["zh"]),
        (ZH + "\n2025\n" + ZH, ["zh"]),
        (EN + "12.5\n" + EN, ["en"]),
        ("。。\n" + ZH, ["zh"]),
        ("推想医疗（Infervision）完成融资。It did。", ["zh", "en"]),
        ("", ["en"]),
    ],
)
def test_spans(text: str, langs: list[str]) -> None:
    assert [span.lang for span in split_languages(text)] == langs


@given(st.text(alphabet="aB 医疗。\n!？1", max_size=60))
def test_spans_cover_the_text_without_gaps(text: str) -> None:
    spans = split_languages(text)
    assert [spans[0].start, *(span.end for span in spans)] == [*(span.start for span in spans), len(text)]
    assert all(left.lang != right.lang for left, right in pairwise(spans))


@pytest.mark.parametrize(
    ("text", "chinese", "han", "traditional"),
    [
        ("医疗AI", True, True, False),
        ("醫療AI", True, True, True),
        ("medical AI", False, False, False),
        ("covering细分 areas such as", False, True, False),
        ("，。", False, False, False),
    ],
)
def test_scripts(text: str, chinese: bool, han: bool, traditional: bool) -> None:
    assert (is_chinese(text), contains_han(text), is_traditional(text)) == (chinese, han, traditional)
