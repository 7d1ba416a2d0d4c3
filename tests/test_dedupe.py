"""Copies: what the signature sees and does not see, who leads, and how many planted reprints are found."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medai_extract.dedupe import SIGNATURE_BYTES, Signer, find_copies
from medai_extract.dedupe.near import are_alike
from medai_extract.dedupe.signature import SIGNATURE
from medai_extract.patterns import load_patterns
from reprints import KINDS, Newsroom, make_stories, reprint

SIMPLIFIED = load_patterns(None).table("script.traditional")
TRADITIONAL = {new: old for old, new in SIMPLIFIED.items()}
SIGNER = Signer(SIMPLIFIED)
NEWSROOM = Newsroom(20)
ZH, EN = NEWSROOM.story("zh", 5), NEWSROOM.story("en", 5)
OTHER_ZH, OTHER_EN = NEWSROOM.story("zh", 5), NEWSROOM.story("en", 5)
DIGEST = "\n".join(story.text for story in (OTHER_ZH, ZH, NEWSROOM.story("zh", 5), NEWSROOM.story("zh", 5)))
SHORT_ZH, SHORT_EN = "推想医疗完成D轮融资。", "Owkin raises $50 million."


def say_alike(one: str, other: str) -> bool:
    signatures = np.frombuffer(SIGNER.sign(one) + SIGNER.sign(other), SIGNATURE)
    return bool(are_alike(signatures[:1], signatures[1:])[0])


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (ZH.text, "\n".join(("全新的标题", *ZH.paragraphs)), True),
        (EN.text, "\n".join(("A new headline, for once", *EN.paragraphs)), True),
        (ZH.text, reprint(NEWSROOM, ZH, "script", TRADITIONAL).text, True),
        (EN.text, EN.text.upper(), True),
        (EN.text, EN.text.replace(" ", "  ").replace("\n", "\n\n\n"), True),
        (ZH.text, "　　" + ZH.text.replace("，", ",").replace("。", "．"), True),
        (ZH.text, ZH.text.translate({ord("0") + digit: ord("０") + digit for digit in range(10)}), True),
        (ZH.text, ZH.text[: len(ZH.text) // 2], True),
        (EN.text, EN.text[: len(EN.text) // 2], True),
        (ZH.text, OTHER_ZH.text, False),
        (EN.text, OTHER_EN.text, False),
        (ZH.text, EN.text, False),
        # A digest is no copy of what it holds.
        (ZH.text, DIGEST, False),
        # The second half alone is another article's background as often as a copy.
        (ZH.text, ZH.text[len(ZH.text) * 3 // 4 :], False),
    ],
)  # fmt: skip
def test_alike(one: str, other: str, alike: bool) -> None:
    assert say_alike(one, other) is alike
    assert say_alike(other, one) is alike


def find(*articles: tuple[str, str | None, int, str]) -> dict[str, str]:
    return find_copies((name, day, place, SIGNER.sign(text)) for name, day, place, text in articles)


CUT, RETITLED = ZH.text[: len(ZH.text) * 2 // 3], "\n".join(("另一个标题", *ZH.paragraphs))


@pytest.mark.parametrize(
    ("articles", "copies"),
    [
        ([], {}),
        ([("a", None, 0, ZH.text)], {}),
        ([("a", None, 0, ZH.text), ("b", None, 1, OTHER_ZH.text)], {}),
        # The first one published leads, wherever it stands.
        ([("a", "2025-03-02", 0, ZH.text), ("b", "2025-03-01", 1, RETITLED)], {"a": "b"}),
        # Unknown days come last, equal ones in the order of sources.
        ([("a", None, 0, ZH.text), ("b", "2025-03-09", 1, CUT)], {"a": "b"}),
        ([("a", None, 5, ZH.text), ("b", None, 1, CUT)], {"a": "b"}),
        # One cluster, one leader, also for exact copies.
        (
            [("a", None, 0, ZH.text), ("b", None, 1, ZH.text), ("c", "2024-01-01", 2, RETITLED)],
            {"a": "c", "b": "c"},
        ),
        # Short and empty texts are copies of their equals alone.
        ([("a", None, 0, SHORT_ZH), ("b", None, 1, SHORT_ZH)], {"b": "a"}),
        ([("a", None, 0, SHORT_ZH), ("b", None, 1, SHORT_ZH.replace("D", "E"))], {}),
        ([("a", None, 0, SHORT_EN), ("b", None, 1, SHORT_EN.replace("50", "60"))], {}),
        ([("a", None, 0, ""), ("b", None, 1, " "), ("c", None, 2, "，。")], {}),
    ],
)
def test_leaders(articles: list[tuple[str, str | None, int, str]], copies: dict[str, str]) -> None:
    assert find(*articles) == copies


def plant(seed: int, articles: int) -> tuple[list[int], list[str], int]:
    """Give for every text the number of its story, the texts, and how many are stories; the rest are reprints."""
    newsroom = Newsroom(seed)
    stories = make_stories(newsroom, articles * 2 // 3)
    origins, texts = list(range(len(stories))), [story.text for story in stories]
    while len(texts) < articles:
        origin = newsroom.random.randrange(len(stories))
        origins.append(origin)
        texts.append(reprint(newsroom, stories[origin], newsroom.random.choice(KINDS), TRADITIONAL).text)
    return origins, texts, len(stories)


ORIGINS, TEXTS, STORIES = plant(7, 600)
ENTRIES = [
    (str(row), (None, "2025-03-01", "2025-04-01")[row % 3], row, SIGNER.sign(text)) for row, text in enumerate(TEXTS)
]  # fmt: skip
COPIES = find_copies(ENTRIES)


def test_recall_and_precision() -> None:
    """The full figures are in ``benchmarks/near.py``."""
    right = sum(ORIGINS[int(copy)] == ORIGINS[int(leader)] for copy, leader in COPIES.items())
    together = {row: COPIES.get(str(row), str(row)) for row in range(len(TEXTS))}
    found = sum(together[row] == together[ORIGINS[row]] for row in range(STORIES, len(TEXTS)))
    assert len(TEXTS) - STORIES > 150
    assert found >= 0.98 * (len(TEXTS) - STORIES)
    assert right >= 0.99 * len(COPIES)


@given(st.permutations(ENTRIES[:20] + ENTRIES[-20:]))
def test_order_does_not_matter(entries: list[tuple[str, str | None, int, bytes]]) -> None:
    assert find_copies(entries) == find_copies(ENTRIES[:20] + ENTRIES[-20:])


def test_every_leader_leads_itself() -> None:
    assert not COPIES.keys() & set(COPIES.values())


@given(st.text(max_size=400))
def test_any_text_is_signed(text: str) -> None:
    signature = SIGNER.sign(text)
    assert len(signature) == SIGNATURE_BYTES
    assert find_copies([("a", None, 0, signature), ("b", None, 1, SIGNER.sign(text))]) == {"b": "a"}


def test_surrogates_and_rare_characters_are_signed() -> None:
    assert SIGNER.sign("𠮷野家\ud800" * 50) != SIGNER.sign("𠮷野屋\ud800" * 50)


def test_many_articles_with_one_band_in_common() -> None:
    """Boilerplate that a whole site shares must not make every pair be looked at, nor hide a reprint."""
    newsroom = Newsroom(3)
    boilerplate = newsroom.story("zh", 3).paragraphs
    texts = ["\n".join((*newsroom.story("zh", 1).paragraphs, *boilerplate)) for _ in range(300)]
    entries = [
        (str(row), None, row, SIGNER.sign(text)) for row, text in enumerate((*texts, "标题\n" + texts[250]))
    ]
    assert find_copies(entries).get("300") == find_copies(entries).get("250", "250")
