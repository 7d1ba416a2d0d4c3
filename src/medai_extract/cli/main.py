"""The commands of ``medai-extract``."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from medai_extract.cli.history import blame, diff, log, query
from medai_extract.cli.patterns import patterns_app
from medai_extract.cli.review import evaluate_decisions, export, review
from medai_extract.cli.run import run, status
from medai_extract.errors import MedaiExtractError
from medai_extract.memory import collect_rarely, leave_to_the_end

app = typer.Typer(
    name="medai-extract",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    help="Find organisations, products, money and dates in Chinese and English news about medical AI. 从中英文医疗 AI 新闻中抽取机构、产品、金额与日期。",
)
app.add_typer(patterns_app, name="patterns")
app.command(
    epilog="**Examples**\n\n`medai-extract run corpora --out outputs`\n\n`medai-extract run news.jsonl.gz 'pages/*.html' --workers 2 --format csv`\n\n`cat article.txt | medai-extract run - --published-at 2025-03-16`\n\n`medai-extract run https://example.com/feed.xml`\n\n`medai-extract run links.txt --links`\n\n`medai-extract run news --workers 8 --log json --max-rejected 20`"
)(run)

PatternsOption = Annotated[
    Path | None,
    typer.Option("--patterns", metavar="DIR", help="Pattern folder to use instead of the packaged one."),
]
SettingsOption = Annotated[
    Path | None, typer.Option("--settings", metavar="FILE", help="TOML file of settings.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


def main() -> None:
    """Run the command line; a known failure is one line on standard error and the exit code of its class."""
    collect_rarely()
    # Arrow's own allocator keeps 30 MB of what a run needs for a moment.
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    # Looking for plugins, pydantic would read the metadata of every installed package.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    try:
        app()
    except MedaiExtractError as error:
        print(f"medai-extract: {error}", file=sys.stderr)  # noqa: T201
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        print("medai-extract: stopped; the next run goes on from here", file=sys.stderr)  # noqa: T201
        sys.exit(130)
    except BrokenPipeError:
        # The reader of our output (head, less) has gone; that is not an error of ours.
        sys.stderr.close()
        sys.exit(0)
    finally:
        leave_to_the_end()


@app.command(
    epilog="**Examples**\n\n`medai-extract explain '由IDG领投，金额近5亿元。' --published-at 2025-03-16`\n\n`medai-extract explain --article page.html`"
)
def explain(
    text: Annotated[str | None, typer.Argument(help="The text to explain; - for standard input.")] = None,
    article: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Explain an article, and what cleaning dropped from it."),
    ] = None,
    published_at: Annotated[
        str | None, typer.Option(metavar="DATE", help="Date against which relative dates are resolved.")
    ] = None,
    patterns: PatternsOption = None,
    settings: SettingsOption = None,
    without_names: Annotated[
        bool, typer.Option("--without-names", help="Switch the name lists off.")
    ] = False,
    everything: Annotated[
        bool, typer.Option("--all", help="Show all of a long text, not only the beginning of each table.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Show every candidate, the rule behind it, and why the others fell. 解释每个候选的规则与取舍。"""
    from medai_extract.batch.compiled import load_pipeline
    from medai_extract.cli.show import print_explanation
    from medai_extract.ingest import read_file
    from medai_extract.model import Article, Rejected
    from medai_extract.settings import load_settings

    if (text is None) == (article is None):
        raise typer.BadParameter("give either TEXT or --article FILE")
    pipeline = load_pipeline(
        load_settings(
            settings, patterns=patterns, published_at=published_at, names=False if without_names else None
        )
    )
    sources: list[Article | Rejected]
    if article is not None:
        sources = list(read_file(article))
    else:
        sources = [Article(source="-", text=sys.stdin.read() if text == "-" else text or "")]
    for source in sources:
        print_explanation(
            pipeline, source, show_cleaning=article is not None, everything=everything, as_json=as_json
        )


@app.command(
    epilog="**Examples**\n\n`medai-extract evaluate corpora/gold`\n\n`medai-extract evaluate gold.jsonl --without-names --errors 20`"
)
def evaluate(
    gold: Annotated[
        Path | None,
        typer.Argument(metavar="GOLD", help="Folder of articles with inline markup, or a JSON Lines file."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder for scores.json and findings.jsonl.")
    ] = None,
    without_names: Annotated[
        bool, typer.Option("--without-names", help="Switch the name lists off: what the rules find alone.")
    ] = False,
    errors: Annotated[
        int, typer.Option(min=0, help="List so many misses and false alarms with their context.")
    ] = 0,
    reviewed: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Score against the decisions of reviewers; fail (exit 7) where one is broken."
        ),
    ] = None,
    rules: Annotated[bool, typer.Option("--rules", help="Show hits and precision of every rule.")] = False,
    floors: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Fail (exit 7) where a score is below the floor in this TOML file."
        ),
    ] = None,
    patterns: PatternsOption = None,
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Score the extraction against annotated articles. 用标注语料评估抽取质量。"""
    from medai_extract.cli.show import print_scores
    from medai_extract.evaluate import check_floors, evaluate_gold, write_scores
    from medai_extract.settings import load_settings

    if (gold is None) == (reviewed is None):
        raise typer.BadParameter("give either GOLD or --reviewed DIR")
    if reviewed is not None and floors is not None:
        raise typer.BadParameter("is for GOLD; --reviewed has no floors", param_hint="--floors")
    chosen = load_settings(settings, patterns=patterns, names=False if without_names else None)
    if reviewed is not None:
        evaluate_decisions(reviewed, chosen, out=out, rules=rules, as_json=as_json)
        return
    table = evaluate_gold(gold or Path(), chosen)
    print_scores(table, errors=errors, rules=rules, as_json=as_json)
    if out is not None:
        write_scores(table, out)
    if floors is not None:
        check_floors(table, floors, without_names=without_names)


app.command(
    epilog="**Examples**\n\n`medai-extract review outputs`\n\n`medai-extract review outputs --add-user lina`\n\n`medai-extract review outputs --import prodigy.jsonl --as lina`"
)(review)
app.command(
    epilog="**Examples**\n\n`medai-extract status outputs`\n\n`medai-extract status outputs --articles`\n\n`medai-extract status outputs --verify`"
)(status)
app.command(epilog="**Example**\n\n`medai-extract log outputs`")(log)
app.command(epilog="**Examples**\n\n`medai-extract diff outputs`\n\n`medai-extract diff outputs 3 7 --json`")(
    diff
)
app.command(
    epilog="**Examples**\n\n`medai-extract query outputs 'SELECT label, count(*) FROM mentions GROUP BY 1'`\n\n`medai-extract query outputs 'SELECT * FROM entities' --as-of 3 --json`"
)(query)
app.command(epilog="**Example**\n\n`medai-extract blame outputs 0123456`")(blame)
app.command(epilog="**Example**\n\n`medai-extract export outputs --to labelstudio`")(export)


def _version(value: bool) -> None:
    if value:
        from medai_extract import __version__

        typer.echo(f"medai-extract {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Options before the command."""
