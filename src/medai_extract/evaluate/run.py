"""Gold through the pipeline: scores, files of them, and floors below which a build fails."""

import tomllib
from pathlib import Path

import msgspec

from medai_extract.errors import GateError, InputError, OutputError
from medai_extract.evaluate.gold import read_gold
from medai_extract.evaluate.score import ScoreTable, score_articles
from medai_extract.pipeline import Pipeline
from medai_extract.settings import Settings

VALUE_AREAS = ("money", "date")
"""Areas whose rules stand in the records under their own ids."""


def evaluate_gold(path: Path, settings: Settings) -> ScoreTable:
    """Extract from every gold article and score the outcome."""
    gold = read_gold(path)
    pipeline = Pipeline(settings=settings)
    table = score_articles((article, pipeline.extract(article.article)) for article in gold)
    written = {rule.id for area in VALUE_AREAS for rule in pipeline.patterns.rules.get(area, ())}
    table.dead = tuple(sorted(written - table.rules.keys() - table.conflicts.keys()))
    return table


def write_scores(table: ScoreTable, out: Path) -> None:
    """Write ``scores.json`` and ``findings.jsonl``."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        (out / "scores.json").write_bytes(
            msgspec.json.format(msgspec.json.encode(table.to_json()), indent=2) + b"\n"
        )
        (out / "findings.jsonl").write_bytes(msgspec.json.Encoder().encode_lines(table.findings))
    except OSError as error:
        raise OutputError(f"{out}: cannot be written: {error.strerror}; choose another --out") from error


def check_floors(table: ScoreTable, path: Path, *, without_names: bool) -> None:
    """Compare scores with the floors of a TOML file: F1 by label and language, apart for runs without names.

    Raises:
        InputError: the file cannot be read.
        GateError: a score is below its floor; the worst is named.
    """
    try:
        floors = tomllib.loads(path.read_text(encoding="utf-8"))[
            "without_names" if without_names else "with_names"
        ]
    except (OSError, tomllib.TOMLDecodeError, KeyError) as error:
        raise InputError(
            f"{path}: holds no floors ({error}); see corpora/floors.toml for the form"
        ) from error
    below = [
        (score - floor, f"{label} {lang} {measure} {score:.3f} < {floor}")
        for label, languages in floors.items()
        for lang, measures in languages.items()
        for measure, floor in measures.items()
        if (score := getattr(table.total(label, lang), measure) or 0.0) < floor
    ]
    if below:
        worst = "; ".join(text for _, text in sorted(below))
        raise GateError(
            f"{path}: {len(below)} scores are below their floors: {worst}; see evaluate --errors 50"
        )
