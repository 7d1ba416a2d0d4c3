"""What a person sees in the terminal; programs get JSON of the same facts."""

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from medai_extract.cli.terminal import make_console, make_table
from medai_extract.errors import InputError
from medai_extract.model import LABELS, Article, Candidate, DateValue, MoneyValue, Rejected, Value
from medai_extract.normalise.values import format_value

if TYPE_CHECKING:
    from medai_extract.evaluate import Score, ScoreTable
    from medai_extract.pipeline import Pipeline

_COLUMNS = ("text", "label", "value or entity", "rule", "score", "evidence")
MOST_ROWS, MOST_TEXT = 25, 2_000
"""Rows of a table, and characters of a text, that ``explain`` shows unless all is asked for."""
EVIDENCE_WIDTH = 60
"""Columns after which evidence goes on in the next line, however wide the terminal or the file may be."""
STYLES = {"ORG": "cyan", "PRODUCT": "magenta", "MONEY": "green", "DATE": "yellow"}


def print_json(value: object) -> None:
    """Print a value as one line of JSON."""
    sys.stdout.write(msgspec.json.encode(value).decode() + "\n")


def count_of(number: int, noun: str) -> str:
    """Give a number with its noun.

    >>> count_of(1, "article"), count_of(1200, "entity")
    ('1 article', '1,200 entities')
    """
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{number:,} {noun if number == 1 else plural}"


def mentions_table(mentions: dict[tuple[str, str], int]) -> Table:
    """Give mentions by label (columns) and language (rows)."""
    table = make_table(title="Mentions")
    table.add_column("lang")
    for label in LABELS:
        table.add_column(label, justify="right", style=STYLES[label])
    table.add_column("all", justify="right")
    for lang in sorted({lang for lang, _ in mentions}):
        counts = [mentions.get((lang, label), 0) for label in LABELS]
        table.add_row(lang, *(f"{count:,}" for count in counts), f"{sum(counts):,}")
    totals = [sum(count for (_, of), count in mentions.items() if of == label) for label in LABELS]
    table.add_section()
    table.add_row("all", *(f"{total:,}" for total in totals), f"{sum(totals):,}", style="bold")
    return table


def print_explanation(
    pipeline: "Pipeline", source: Article | Rejected, *, show_cleaning: bool, everything: bool, as_json: bool
) -> None:
    """Print how a text was read: what cleaning dropped, the mentions with their evidence, and the candidates that fell.

    Of a long text the beginning is shown, unless ``everything`` is wanted.
    """
    if isinstance(source, Rejected):
        raise InputError(f"{source.source}: {source.reason}: {source.detail}")
    from medai_extract.segment import SegmentedText

    document = pipeline.cleaner.clean(source)
    kept, dropped = pipeline.choose(SegmentedText(document.text), document)
    dropped_text = [
        *((text, "page", reason) for text, reason in source.left_out),
        *(
            (source.text[drop.start : drop.end], drop.kind, drop.rule_id)
            for drop in pipeline.cleaner.find_boilerplate(source.text)
        ),
    ]
    if as_json:
        print_json(
            {
                "published_at": document.published_at, "published_from": document.published_from, "lang": document.lang,
                "dropped_text": [{"text": text, "kind": kind, "rule_id": rule_id} for text, kind, rule_id in dropped_text],
                "mentions": [_candidate_row(document.text, candidate) for candidate in kept],
                "fallen": [{**_candidate_row(document.text, fall.candidate), "reason": fall.reason} for fall in dropped],
            }
        )  # fmt: skip
        return
    console = make_console()
    console.print(
        f"{document.lang}, published {document.published_at or 'unknown'} ({document.published_from or 'not stated'})"
    )
    most = None if everything else MOST_ROWS
    if show_cleaning:
        table = make_table("dropped by cleaning", "kind", "rule")
        for text, kind, rule_id in dropped_text[:most]:
            table.add_row(Text(_shorten(text)), kind, rule_id)
        _print_part(console, table, len(dropped_text), "cleaning dropped nothing")
    shown = _highlight(document.text, kept)
    if not everything and len(shown) > MOST_TEXT:
        shown.truncate(MOST_TEXT)
        shown.append(f"… {len(document.text) - MOST_TEXT:,} characters more", style="dim")
    console.print(shown)
    table = _candidates_table(title="Mentions")
    for candidate in kept[:most]:
        table.add_row(*_cells(document.text, candidate))
    _print_part(console, table, len(kept), "no mentions")
    table = _candidates_table("fell because", title="Fallen")
    for fall in dropped[:most]:
        table.add_row(*_cells(document.text, fall.candidate), fall.reason)
    _print_part(console, table, len(dropped), "no candidate fell")


def _candidates_table(*further: str, title: str) -> Table:
    table = make_table(*_COLUMNS, *further, title=title)
    table.columns[_COLUMNS.index("evidence")].max_width = EVIDENCE_WIDTH
    return table


def _print_part(console: Console, table: Table, number: int, nothing: str) -> None:
    """Print a table, and of how many rows it is the beginning; ``nothing`` where there are none."""
    console.print(table if number else nothing)
    if number > table.row_count:
        console.print(f"the first {table.row_count} of {number:,}; --all shows all, --json gives all")


def _highlight(text: str, candidates: Iterable[Candidate]) -> Text:
    shown = Text(text)
    for candidate in candidates:
        shown.stylize(f"bold {STYLES[candidate.label]}", candidate.start, candidate.end)
    return shown


def _cells(text: str, candidate: Candidate) -> tuple[Text, ...]:
    meaning = format_value(candidate.value) if candidate.value is not None else candidate.entity_id or ""
    return (
        Text(_shorten(text[candidate.start : candidate.end])),
        Text(candidate.label, style=STYLES[candidate.label]),
        Text(meaning),
        Text(candidate.rule_id),
        Text(f"{candidate.score:.2f}"),
        Text(", ".join(candidate.evidence)),
    )


def _candidate_row(text: str, candidate: Candidate) -> dict[str, object]:
    return {"text": text[candidate.start : candidate.end], **msgspec.structs.asdict(candidate)}


def _shorten(text: str, longest: int = 60) -> str:
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def print_scores(table: "ScoreTable", *, errors: int, rules: bool, as_json: bool) -> None:
    """Print scores by label and language, and on request the worst of the rest."""
    if as_json:
        print_json(table.to_json())
        return
    console = make_console()
    shown = make_table(
        "label",
        "lang",
        "precision",
        "recall",
        "F1",
        "overlap F1",
        "value accuracy",
        "gold",
        title="Scores",
    )
    for label in LABELS:
        for lang in sorted({lang for of, lang in table.scores if of == label}):
            shown.add_row(label, lang, *_score_cells(table.total(label, lang)))
        shown.add_row(label, "all", *_score_cells(table.total(label)), style="bold")
        shown.add_section()
    shown.add_row("all", "all", *_score_cells(table.total()), style="bold")
    console.print(shown)
    if rules:
        by_rule = make_table(
            "rule",
            "right",
            "wrong",
            "precision",
            "lost to others",
            title="Rules",
        )
        for rule_id, score in sorted(table.rules.items(), key=lambda pair: (-pair[1].fp, pair[0])):
            counts = (str(score.tp), str(score.fp), _percent(score.precision), str(table.conflicts[rule_id]))
            by_rule.add_row(rule_id, *counts)
        console.print(by_rule)
        console.print(f"{len(table.dead)} rules found nothing here: {', '.join(table.dead)}", soft_wrap=True)
    if errors:
        findings = make_table(
            "article",
            "kind",
            "label",
            "context",
            "rule",
            "wanted, given",
            title="Findings",
        )
        for finding in table.findings[:errors]:
            values = f"{_format(finding.wanted)}, {_format(finding.given)}" if finding.kind == "value" else ""
            findings.add_row(
                finding.article,
                finding.kind,
                finding.label,
                Text(finding.context),
                finding.rule_id or "",
                values,
            )
        console.print(findings)


def _format(value: Value | None) -> str:
    return format_value(value) if isinstance(value, MoneyValue | DateValue) else "none"


def _score_cells(score: "Score") -> tuple[str, ...]:
    shares = (score.precision, score.recall, score.f1, score.overlap_f1, score.value_accuracy)
    return (*(_percent(share) for share in shares), str(score.tp + score.fn))


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.3f}"
