"""Scores: spans exact and overlapping, values on exact hits, by label and language.

A share of nothing is None, never 0. Mentions inside what gold marks as boilerplate count on neither side.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal

import msgspec

from medai_extract.evaluate.gold import GoldArticle, GoldSpan
from medai_extract.model import DateValue, Extraction, MoneyValue, Span, Value

LOST = ("inside ", "overlaps ", "same span ")
"""How the reason begins for which a candidate fell to another one."""


class Score(msgspec.Struct):
    """True positives, false positives and misses that add up; ``overlap_*`` count spans that share a character with the other side."""

    tp: int = 0
    fp: int = 0
    fn: int = 0
    overlap_found: int = 0
    overlap_gold: int = 0
    values: int = 0
    right_values: int = 0

    def __add__(self, other: "Score") -> "Score":
        return Score(*(getattr(self, name) + getattr(other, name) for name in self.__struct_fields__))

    @property
    def precision(self) -> float | None:
        """Share of what was found that is right."""
        return _share(self.tp, self.tp + self.fp)

    @property
    def recall(self) -> float | None:
        """Share of what is there that was found."""
        return _share(self.tp, self.tp + self.fn)

    @property
    def f1(self) -> float | None:
        """Harmonic mean of precision and recall."""
        return _share(2 * self.tp, 2 * self.tp + self.fp + self.fn)

    @property
    def overlap_f1(self) -> float | None:
        """F1 where any shared character counts."""
        found, gold = self.tp + self.fp, self.tp + self.fn
        if not found or not gold or not self.overlap_found:
            return 0.0 if found or gold else None
        precision, recall = self.overlap_found / found, self.overlap_gold / gold
        return 2 * precision * recall / (precision + recall)

    @property
    def value_accuracy(self) -> float | None:
        """Share of exact hits of MONEY and DATE whose value is right."""
        return _share(self.right_values, self.values)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is not as gold says: ``missed``, ``false`` or ``value``."""

    article: str
    kind: str
    label: str
    text: str
    context: str
    rule_id: str | None
    wanted: Value | None = None
    given: Value | None = None


class ScoreTable(msgspec.Struct):
    """Scores by (label, language), hits and false alarms by rule, and every finding.

    ``conflicts`` counts the candidates of a rule that fell to another's; ``dead`` are rules that found nothing at all.
    """

    scores: dict[tuple[str, str], Score] = msgspec.field(default_factory=dict)
    rules: dict[str, Score] = msgspec.field(default_factory=dict)
    findings: list[Finding] = msgspec.field(default_factory=list)
    conflicts: Counter[str] = msgspec.field(default_factory=Counter)
    dead: tuple[str, ...] = ()

    def total(self, label: str | None = None, lang: str | None = None) -> Score:
        """Give the sum over what matches."""
        matching = (
            score
            for (of, written), score in self.scores.items()
            if label in (None, of) and lang in (None, written)
        )
        return sum(matching, Score())

    def to_json(self) -> dict[str, object]:
        """Give the scores by label and language as plain values."""
        keys = [(label, lang) for label, lang in sorted(self.scores)]
        rows = {f"{label} {lang}": self.total(label, lang) for label, lang in keys}
        rows |= {label: self.total(label) for label in sorted({label for label, _ in keys})}
        rows["all"] = self.total()
        measures = ("precision", "recall", "f1", "overlap_f1", "value_accuracy")
        return {
            name: {measure: getattr(score, measure) for measure in measures} | {"gold": score.tp + score.fn}
            for name, score in rows.items()
        }


def score_articles(pairs: Iterable[tuple[GoldArticle, Extraction]]) -> ScoreTable:
    """Compare extractions with gold, by spans of the raw text."""
    table = ScoreTable()
    for gold, extraction in pairs:
        lang = (gold.article.lang or extraction.document.lang).split("-")[0]
        for label in ("ORG", "PRODUCT", "MONEY", "DATE"):
            score = _score_label(gold, extraction, label, table)
            table.scores[label, lang] = table.scores.get((label, lang), Score()) + score
        table.conflicts.update(
            fall.candidate.rule_id for fall in extraction.dropped if fall.reason.startswith(LOST)
        )
    return table


def _score_label(gold: GoldArticle, extraction: Extraction, label: str, table: ScoreTable) -> Score:
    text = gold.article.text
    wanted = {
        trim_span(text, span.start, span.end): span
        for span in gold.spans
        if span.label == label and not _inside(gold.boilerplate, span.start, span.end)
    }
    found = {
        trim_span(text, mention.source_start or 0, mention.source_end or 0): mention
        for mention in extraction.mentions
        if mention.label == label
        and not _inside(gold.boilerplate, mention.source_start or 0, mention.source_end or 0)
    }
    score = Score(
        tp=len(wanted.keys() & found.keys()),
        fp=len(found.keys() - wanted.keys()),
        fn=len(wanted.keys() - found.keys()),
        overlap_found=sum(_inside(wanted, *span) for span in found),
        overlap_gold=sum(_inside(found, *span) for span in wanted),
    )
    for span, mention in sorted(found.items()):
        rule = table.rules.setdefault(mention.rule_id, Score())
        hit = span in wanted
        rule.tp += hit
        rule.fp += not hit
        if not hit:
            table.findings.append(_finding(gold, "false", label, span, mention.rule_id))
        elif label in ("MONEY", "DATE"):
            right = values_equal(wanted[span].value, mention.value)
            score.values += 1
            score.right_values += right
            if not right:
                table.findings.append(
                    _finding(gold, "value", label, span, mention.rule_id, wanted[span].value, mention.value)
                )
    table.findings.extend(
        _finding(gold, "missed", label, span, None) for span in sorted(wanted.keys() - found.keys())
    )
    return score


def _finding(
    gold: GoldArticle,
    kind: str,
    label: str,
    span: tuple[int, int],
    rule_id: str | None,
    wanted: Value | None = None,
    given: Value | None = None,
) -> Finding:
    text = gold.article.text
    start, end = span
    context = f"{text[max(start - 24, 0) : start]}[{text[start:end]}]{text[end : end + 24]}".replace(
        "\n", "⏎"
    )
    return Finding(
        article=gold.id,
        kind=kind,
        label=label,
        text=text[start:end],
        context=context,
        rule_id=rule_id,
        wanted=wanted,
        given=given,
    )


def trim_span(text: str, start: int, end: int) -> tuple[int, int]:
    """Leave punctuation and space at the edges out of a comparison.

    >>> trim_span("raised $5 million.", 7, 18)
    (7, 17)
    """
    while end > start and text[end - 1] in ".,;:，。、；： \n":
        end -= 1
    while start < end and text[start] in " \n":
        start += 1
    return start, end


def _inside(
    spans: Iterable[Span | tuple[int, int] | GoldSpan] | Mapping[tuple[int, int], object],
    start: int,
    end: int,
) -> bool:
    return any(
        start < (span.end if isinstance(span, GoldSpan) else span[1])
        and (span.start if isinstance(span, GoldSpan) else span[0]) < end
        for span in spans
    )


def values_equal(wanted: Value | None, given: Value | None) -> bool:
    """Say whether a value is right: the same dates, or the same currency and amount or bounds; modifiers are not scored.

    >>> values_equal(MoneyValue(currency="USD", amount="5E8"), MoneyValue(currency="USD", amount="500000000"))
    True
    """
    if isinstance(wanted, DateValue) and isinstance(given, DateValue):
        return (wanted.start, wanted.end) == (given.start, given.end)
    if (
        not isinstance(wanted, MoneyValue)
        or not isinstance(given, MoneyValue)
        or wanted.currency != given.currency
    ):
        return False
    names = ("amount",) if wanted.amount is not None else ("amount_min", "amount_max", "amount")
    return all(_decimal(getattr(wanted, name)) == _decimal(getattr(given, name)) for name in names)


def _decimal(text: str | None) -> Decimal | None:
    return Decimal(text) if text is not None else None
