"""The commands that look back: which runs there were, what differs between runs, what an earlier one held, since when a mention is there."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from medai_extract.batch.runs import PastRun

OutArgument = Annotated[Path, typer.Argument(metavar="DIR", help="Output folder of a run.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
MOST_RULES, MOST_CHANGES = 20, 20
_IN_WORDS = {
    ("article", "changed"): "with another text",
    ("article", "same text"): "with the same text, but other results",
}


def log(out: OutArgument, as_json: JsonOption = False) -> None:
    """List the runs that can be looked back at, the last one first: number, time, counts, what changed. 列出可回溯的各次运行。"""
    from medai_extract.batch.history import open_history
    from medai_extract.batch.runs import describe_runs
    from medai_extract.cli.show import print_json
    from medai_extract.cli.terminal import make_console, make_table

    with open_history(out) as store:
        runs = describe_runs(store)[::-1]
    if as_json:
        print_json(runs)
        return
    table = make_table("run", "finished (UTC)", "articles", "mentions", "entities", "what changed")
    for run in runs:
        counts = (f"{count:,}" for count in (run.articles, run.mentions, run.entities))
        table.add_row(str(run.run), run.finished_at[:16].replace("T", " "), *counts, _tell_changes(run))
    make_console().print(table)


def _tell_changes(run: "PastRun") -> str:
    if run.added is None:
        return "the run before is not kept"
    counts = ((run.added, "added"), (run.changed, "changed"), (run.gone, "gone"))
    told = ", ".join(f"{number:,} {what}" for number, what in counts if number)
    parts = [f"articles: {told}"] if told else []
    return "; ".join([*parts, *(f"other {name}" for name in run.other)])


def diff(
    out: OutArgument,
    before: Annotated[
        int | None,
        typer.Argument(metavar="BEFORE", help="Number of a run (`log` lists them); the last but one."),
    ] = None,
    now: Annotated[int | None, typer.Argument(metavar="NOW", help="Number of a later run; the last.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Show what differs between two runs: articles, mentions, entities, values, and by which rule. 比较两次运行的结果。"""
    from medai_extract.batch.diff import find_difference
    from medai_extract.batch.history import check_run, list_runs, open_history
    from medai_extract.cli.show import print_json
    from medai_extract.errors import InputError

    with open_history(out) as store:
        runs = list_runs(store)
        if now is None:
            now = runs[-1]
        if before is None:
            if runs[0] >= now:
                raise InputError(f"{out}: run {now} has none before it to compare with; run again")
            before = max(run for run in runs if run < now)
        if check_run(store, before) >= check_run(store, now):
            raise typer.BadParameter("give the earlier run first")
        difference = find_difference(store, before, now)
    if as_json:
        print_json(difference)
    else:
        _print_difference(difference)


def _print_difference(difference: Any) -> None:
    from rich.text import Text

    from medai_extract.cli.show import count_of
    from medai_extract.cli.terminal import make_console, make_table

    console = make_console()
    console.print(f"run {difference.before} to run {difference.now}")
    for noun, counts in (("article", difference.articles), ("mention", difference.mentions)):
        told = ", ".join(f"{number:,} {_IN_WORDS.get((noun, what), what)}" for what, number in counts.items())
        told = told or "none differs"
        console.print(f"{noun}s: {told}", soft_wrap=True)
    console.print(f"{count_of(difference.values_changed, 'value')} changed")
    for what, names in (("added", difference.entities_added), ("gone", difference.entities_gone)):
        shown = ", ".join(names[:MOST_RULES]) + (" …" if len(names) > MOST_RULES else "")
        console.print(
            f"{count_of(len(names), 'entity')} {what}{': ' if names else ''}{shown}", soft_wrap=True
        )
    if difference.rules:
        rules = make_table("rule", "added", "gone", "changed", title="Mentions by rule")
        for rule in difference.rules[:MOST_RULES]:
            rules.add_row(rule.rule, f"{rule.added:,}", f"{rule.gone:,}", f"{rule.changed:,}")
        console.print(rules)
        headers = ("", "label", "text", "rule", "before", "now", "article")
        changes = make_table(*headers, title="The first of them")
        for change in difference.changes[:MOST_CHANGES]:
            parts = (_tell(change.before, change.label), _tell(change.now, change.label))
            changes.add_row(
                change.change, change.label, Text(change.text), change.rule, *parts, change.source
            )
        console.print(changes)


def _tell(parts: dict[str, Any], label: str) -> str:
    from medai_extract.dataset import make_value
    from medai_extract.normalise.values import format_value

    value = make_value(label, parts.get("value"))
    told = [] if value is None else [format_value(value)]
    told += [str(part) for name, part in parts.items() if name != "value" and part is not None]
    return ", ".join(told)


def query(
    out: OutArgument,
    sql: Annotated[
        str, typer.Argument(metavar="SQL", help="Over articles, mentions, entities, relations and rejected.")
    ],
    as_of: Annotated[
        int | None,
        typer.Option(
            metavar="RUN", help="Number of the run to ask (`log` lists them); the last one if not given."
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Ask a dataset in SQL, as it is or as an earlier run left it. 用 SQL 查询数据集（可回溯到以前的运行）。"""
    import sys

    from rich.text import Text

    from medai_extract.batch.history import check_run, list_runs, open_history
    from medai_extract.batch.query import query as ask
    from medai_extract.cli.terminal import make_console, make_table

    with open_history(out) as store:
        run = list_runs(store)[-1] if as_of is None else check_run(store, as_of)
        answer = ask(store, sql, run)
    if as_json:
        import json

        for row in answer.rows:
            named = dict(zip(answer.columns, row, strict=True))
            sys.stdout.write(json.dumps(named, ensure_ascii=False, default=str) + "\n")
        return
    table = make_table(*answer.columns)
    for row in answer.rows:
        table.add_row(*(Text(_show(cell)) for cell in row))
    make_console().print(table)


def _show(cell: object) -> str:
    """Give a value of a table in a line: what is missing is nothing, a value with parts is JSON of those it has.

    >>> _show({"currency": "EUR", "amount": "90000000", "timex": None}), _show(None), _show(["阿福"])
    ('{"currency":"EUR","amount":"90000000"}', '', '["阿福"]')
    """
    import json

    if cell is None:
        return ""
    if isinstance(cell, dict):
        cell = {name: part for name, part in cell.items() if part is not None}
    if isinstance(cell, dict | list):
        return json.dumps(cell, ensure_ascii=False, default=str, separators=(",", ":"))
    return str(cell)


def blame(
    out: OutArgument,
    mention: Annotated[
        str, typer.Argument(metavar="MENTION", help="Id of a mention, or the beginning of one.")
    ],
    as_json: JsonOption = False,
) -> None:
    """Show since when a mention is there, by which version of which rule, and what became of it. 追溯一条提及的来历。"""
    from rich.text import Text

    from medai_extract.batch.blame import find_blame
    from medai_extract.batch.history import open_history
    from medai_extract.cli.show import print_json
    from medai_extract.cli.terminal import make_console, make_table

    with open_history(out) as store:
        story = find_blame(store, mention)
    if as_json:
        print_json(story)
        return
    console = make_console()
    where = story.source if story.source_id is None else f"{story.source} [{story.source_id}]"
    console.print(Text(f"{story.label} {story.text} in {where}"), soft_wrap=True)
    table = make_table("run", "what", "rule", "version", "value or entity", "patterns", "code")
    for step in story.steps:
        meaning = _tell({"value": step.value, "entity": step.entity_id}, story.label)
        run = f"{step.run} or before" if step.or_before else str(step.run)
        table.add_row(
            run, step.change, step.rule or "", step.rule_version or "", Text(meaning), step.patterns or "", step.code or "",
        )  # fmt: skip
    console.print(table)
