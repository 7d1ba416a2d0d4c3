"""Scoring: spans, values and floors, and gold in both of its forms."""

import json
from pathlib import Path

import pytest

from medai_extract.errors import GateError, InputError
from medai_extract.evaluate import check_floors, parse_markup, read_gold, score_articles
from medai_extract.evaluate.score import Score, trim_span, values_equal
from medai_extract.model import Article, DateValue, Document, Extraction, Mention, MoneyValue, Span
from medai_extract.offsets import identity

FRONT = '+++\nid = "x"\nlang = "zh"\npublished_at = "2025-03-16"\n+++\n'


def extraction(text: str, found: list[tuple[str, str, MoneyValue | DateValue | None]]) -> Extraction:
    mentions = []
    for surface, label, value in found:
        start = text.index(surface)
        mentions.append(
            Mention(
                id=f"{start}", article_id="x", label=label, text=surface, start=start, end=start + len(surface),  # type: ignore[arg-type]
                source_start=start, source_end=start + len(surface), sentence=text, value=value, entity_id=None, rule_id="r.x", score=0.9,
            )
        )  # fmt: skip
    document = Document(
        id="x", source="-", text=text, offsets=identity(len(text)), kept=(Span(0, len(text)),), lang="zh"
    )
    return Extraction(document=document, mentions=tuple(mentions), relations=())


def test_scores_count_exact_overlapping_and_missing_spans() -> None:
    gold = parse_markup(
        FRONT
        + '[推想医疗](ORG id="a")与[联影](ORG id="b")完成[5亿元](MONEY currency="CNY" amount="500000000")融资，'
        '[昨日](DATE start="2025-03-15" end="2025-03-15")公布。[关于我们 某公司](BOILERPLATE kind="nav")'
    )
    text = gold.article.text
    found = extraction(
        text,
        [
            ("推想医疗", "ORG", None),
            ("联影完成", "ORG", None),
            ("5亿元", "MONEY", MoneyValue(currency="USD", amount="500000000")),
            ("昨日", "DATE", DateValue(start="2025-03-15", end="2025-03-15")),
            ("某公司", "ORG", None),
        ],
    )
    table = score_articles([(gold, found)])
    org = table.total("ORG")
    assert (org.tp, org.fp, org.fn, org.overlap_found, org.overlap_gold) == (1, 1, 1, 2, 2)
    assert (org.precision, org.recall, org.f1, org.overlap_f1) == (0.5, 0.5, 0.5, 1.0)
    assert table.total("MONEY").value_accuracy == 0.0
    assert table.total("DATE", "zh").value_accuracy == 1.0
    assert table.total("PRODUCT").f1 is None
    assert [(finding.kind, finding.text) for finding in table.findings] == [
        ("false", "联影完成"),
        ("missed", "联影"),
        ("value", "5亿元"),
    ]
    assert table.rules["r.x"].tp == 3


def test_scores_add_up() -> None:
    assert Score(tp=1, fp=2) + Score(tp=3, fn=4) == Score(tp=4, fp=2, fn=4)


@pytest.mark.parametrize(
    ("wanted", "given", "equal"),
    [
        (MoneyValue(currency="CNY", amount="1.50"), MoneyValue(currency="CNY", amount="1.5"), True),
        (MoneyValue(currency="CNY", amount="1"), MoneyValue(currency="USD", amount="1"), False),
        (
            MoneyValue(currency="CNY", amount_min="1", amount_max="2"),
            MoneyValue(currency="CNY", amount_min="1", amount_max="2"),
            True,
        ),
        (
            MoneyValue(currency="CNY", amount_min="1", amount_max="2"),
            MoneyValue(currency="CNY", amount="2"),
            False,
        ),
        (MoneyValue(currency="CNY"), MoneyValue(currency="CNY"), True),
        (DateValue(timex="PAST_REF"), DateValue(timex="FUTURE_REF"), True),
        (
            DateValue(start="2025-01-01", end="2025-01-31"),
            DateValue(start="2025-01-01", end="2025-01-30"),
            False,
        ),
        (DateValue(start="2025-01-01", end="2025-01-31"), None, False),
        (None, MoneyValue(), False),
    ],
)
def test_values(
    wanted: MoneyValue | DateValue | None, given: MoneyValue | DateValue | None, equal: bool
) -> None:
    assert values_equal(wanted, given) == equal


@pytest.mark.parametrize(("text", "span"), [("“阿福”。", (0, 4)), ("a, ", (0, 1)), ("。。", (0, 0))])
def test_trimming(text: str, span: tuple[int, int]) -> None:
    assert trim_span(text, 0, len(text)) == span


@pytest.mark.parametrize(
    ("markup", "message"),
    [
        ("no front matter", "front matter between"),
        ("+++\nid = \n+++\n", "no TOML"),
        (FRONT + "第一行\n[阿福](PERSON)", "line 2 of the body"),
        (FRONT + "[阿福", "never closed"),
        (FRONT + "阿福](PRODUCT)", "line 1 of the body"),
        (FRONT + '[5亿元](MONEY currency="CNY" amount="5亿")', "MONEY '5亿元': amount \"5亿\" is no number"),
    ],
)
def test_wrong_markup_is_named(markup: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        parse_markup(markup, "x.md")


def test_gold_of_both_forms_is_the_same(tmp_path: Path) -> None:
    (tmp_path / "x.md").write_text(
        FRONT + r'\[快讯\] [数亿元](MONEY currency="CNY" min="100000000" max="1000000000")融资',
        encoding="utf-8",
    )
    row = {
        "id": "x", "lang": "zh", "text": "[快讯] 数亿元融资", "published_at": "2025-03-16", "boilerplate": [],
        "entities": [{"start": 5, "end": 8, "label": "MONEY", "value": {"currency": "CNY", "amount_min": "100000000", "amount_max": "1000000000"}}],
    }  # fmt: skip
    (tmp_path / "x.jsonl").write_text(json.dumps(row, ensure_ascii=False), encoding="utf-8")
    [by_markup], [by_row] = read_gold(tmp_path), read_gold(tmp_path / "x.jsonl")
    assert by_markup.spans == by_row.spans
    assert isinstance(by_row.article, Article)
    assert (by_markup.article.text, by_markup.article.published_at) == (
        by_row.article.text,
        by_row.article.published_at,
    )


def test_wrong_row_is_named_by_its_line(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text('{"id": 1, "text": "a", "entities": []}\n{"id": 2}\n', encoding="utf-8")
    with pytest.raises(InputError, match=r"x\.jsonl:2"):
        read_gold(tmp_path / "x.jsonl")


def test_floors(tmp_path: Path) -> None:
    gold = parse_markup(FRONT + '[推想医疗](ORG id="a")与[联影](ORG id="b")')
    table = score_articles([(gold, extraction(gold.article.text, [("推想医疗", "ORG", None)]))])
    path = tmp_path / "floors.toml"
    path.write_text("[with_names.ORG.zh]\nf1 = 0.6\n", encoding="utf-8")
    check_floors(table, path, without_names=False)
    path.write_text("[with_names.ORG.zh]\nf1 = 0.7\nprecision = 1.0\n", encoding="utf-8")
    with pytest.raises(GateError, match=r"ORG zh f1 0\.667 < 0\.7"):
        check_floors(table, path, without_names=False)
    with pytest.raises(InputError, match="holds no floors"):
        check_floors(table, path, without_names=True)
