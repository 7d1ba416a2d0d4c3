"""``medai-extract patterns``: check, format, show and extend the pattern files, and exchange names with spaCy."""

import sys
from pathlib import Path
from typing import Annotated

import typer

patterns_app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="Check, format, show, extend and exchange the pattern files. 检查与维护规则文件。",
)

FolderOption = Annotated[
    Path | None,
    typer.Option(
        "--patterns",
        metavar="DIR",
        envvar="MEDAI_EXTRACT_PATTERNS",
        help="Pattern folder instead of the packaged one.",
    ),
]


@patterns_app.command(epilog="**Example**\n\n`medai-extract patterns check --patterns my-patterns`")
def check(
    patterns: FolderOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Check schema, names, examples, references and regex speed; every problem with file and line."""
    from medai_extract.cli.show import count_of, print_json
    from medai_extract.errors import PatternError
    from medai_extract.evaluate.examples import check_examples
    from medai_extract.patterns import load_patterns
    from medai_extract.patterns.check import check_patterns

    loaded = load_patterns(patterns)
    problems = [*check_patterns(loaded), *check_examples(loaded)]
    if as_json:
        print_json([problem._asdict() for problem in problems])
    else:
        for problem in problems:
            typer.echo(f"{problem.where}: {problem.message}", err=True)
    if problems:
        raise PatternError(
            loaded.root, "", f"{count_of(len(problems), 'problem')}, the first at {problems[0].where}"
        )
    if not as_json:
        rules = sum(len(of_area) for of_area in loaded.rules.values())
        entities = len({row.entity_id for row in loaded.names})
        typer.echo(
            f"{len(loaded.names):,} names of {entities:,} entities, {len(loaded.tables)} word tables, {rules} rules: no problem"
        )


@patterns_app.command(name="fmt", epilog="**Example**\n\n`medai-extract patterns fmt`")
def format_files(patterns: FolderOption = None) -> None:
    """Sort name lists and word tables and write them in canonical form."""
    from medai_extract.patterns import find_patterns
    from medai_extract.patterns.edit import format_folder

    for path in format_folder(patterns or find_patterns()):
        typer.echo(f"formatted {path}")


@patterns_app.command(
    epilog="**Examples**\n\n`medai-extract patterns show`\n\n`medai-extract patterns show 蚂蚁阿福`\n\n`medai-extract patterns show money.zh.amount`"
)
def show(
    query: Annotated[
        str | None, typer.Argument(help="A name, an entity id or a rule id; all areas if not given.")
    ] = None,
    patterns: FolderOption = None,
) -> None:
    """Show what the pattern files say of a name, an entity or a rule."""
    from medai_extract.cli.show_patterns import print_overview, print_query
    from medai_extract.patterns import load_patterns

    loaded = load_patterns(patterns)
    if query is None:
        print_overview(loaded)
    else:
        print_query(loaded, query)


@patterns_app.command(
    epilog="**Examples**\n\n`medai-extract patterns add org anning-health 安宁智医`\n\n`medai-extract patterns add org tongxin-zhiyi 瞳心 --context '眼科|融资'`"
)
def add(
    area: Annotated[str, typer.Argument(help="org or product")],
    entity_id: Annotated[str, typer.Argument(metavar="ID", help="Entity id: lower case, hyphens.")],
    name: Annotated[str, typer.Argument(help="The name as it is written.")],
    lang: Annotated[str, typer.Option(help="zh or en; told by the script if not given.")] = "",
    role: Annotated[
        str, typer.Option(help="canonical, full, short, acronym, alias, former or translation")
    ] = "",
    context: Annotated[
        str, typer.Option(help="Words of which one must stand in the sentence: 保险|集团")
    ] = "",
    maker: Annotated[str, typer.Option(help="Entity id of a product's maker.")] = "",
    force: Annotated[
        bool, typer.Option("--force", help="Add it although it is a common word, or names another entity.")
    ] = False,
    patterns: FolderOption = None,
) -> None:
    """Add a name to the lists; the next run finds it."""
    from medai_extract.patterns import find_patterns
    from medai_extract.patterns.edit import add_name

    folder = patterns or find_patterns()
    path = add_name(
        folder,
        area,
        entity_id,
        name,
        lang=lang,
        role=role,
        context=context,
        maker_id=maker,
        is_word=lambda word: _is_word(folder, word),
        force=force,
    )
    typer.echo(f"added {name} to {path}")


def _is_word(folder: Path, name: str) -> bool:
    """Say whether a name is a word as well: of the Chinese dictionary, or among the common English ones."""
    from medai_extract.language import contains_han
    from medai_extract.patterns import load_patterns
    from medai_extract.segment.zh import load_segmenter

    if contains_han(name):
        return load_segmenter().has_word(name)
    return name.casefold() in load_patterns(folder).table("words.en_common")


@patterns_app.command(name="export", epilog="**Example**\n\n`medai-extract patterns export > names.jsonl`")
def export_names(patterns: FolderOption = None) -> None:
    """Print the names as spaCy EntityRuler patterns, one JSON object a line."""
    from medai_extract.cli.show import print_json
    from medai_extract.patterns import load_patterns

    for row in load_patterns(patterns).names:
        print_json({"label": row.label, "pattern": row.name, "id": row.entity_id})


@patterns_app.command(
    name="import", epilog="**Example**\n\n`medai-extract patterns import names.jsonl --patterns my-patterns`"
)
def import_names(
    file: Annotated[
        Path, typer.Argument(help="spaCy EntityRuler patterns (JSON Lines); - for standard input.")
    ],
    patterns: FolderOption = None,
) -> None:
    """Add names from spaCy EntityRuler patterns; token patterns, which are rules, are counted and left out."""
    from medai_extract.cli.show import count_of
    from medai_extract.errors import InputError
    from medai_extract.patterns import find_patterns
    from medai_extract.patterns.edit import import_spacy

    try:
        lines = sys.stdin.readlines() if str(file) == "-" else file.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise InputError(f"{file}: cannot be read: {error.strerror}; give a JSON Lines file") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{file}: is no text in UTF-8; give a JSON Lines file") from error
    added, skipped = import_spacy(patterns or find_patterns(), lines)
    typer.echo(
        f"added {count_of(added, 'name')}; left out {skipped:,} that are there, name another entity, or are token patterns"
    )


@patterns_app.command(epilog="**Example**\n\n`medai-extract patterns fit corpora/gold`")
def fit(
    gold: Annotated[
        list[Path], typer.Argument(metavar="GOLD...", help="Folders or files of annotated articles.")
    ],
    patterns: FolderOption = None,
) -> None:
    """Fit the weights of Chinese evidence on annotated articles, and count the letters of listed English names."""
    from medai_extract.evaluate.fit import fit_chinese
    from medai_extract.evaluate.letters import write_letters
    from medai_extract.patterns import load_patterns

    articles, weights, folder = fit_chinese(gold, patterns)
    letters = write_letters(load_patterns(patterns))
    typer.echo(
        f"{articles} Chinese articles: {weights} weights; {letters} odds of letters, written to {folder}"
    )
