"""What ``patterns show`` prints."""

from collections import Counter

from rich.text import Text

from medai_extract.cli.terminal import make_console, make_table
from medai_extract.errors import PatternError
from medai_extract.patterns import Patterns


def print_overview(patterns: Patterns) -> None:
    """Print what each area holds."""
    table = make_table("area", "names", "entities", "word tables", "rules", title=str(patterns.root))
    names = Counter(row.label.lower() for row in patterns.names)
    areas = {*names, *patterns.rules, *(name.partition(".")[0] for name in patterns.tables)}
    for area in sorted(areas):
        entities = {row.entity_id for row in patterns.names if row.label.lower() == area}
        tables = sum(name.startswith(f"{area}.") for name in patterns.tables)
        counts = (names[area], len(entities), tables, len(patterns.rules.get(area, ())))
        table.add_row(area, *(f"{count:,}" if count else "" for count in counts))
    make_console().print(table)


def print_query(patterns: Patterns, query: str) -> None:
    """Print the rows of a name or entity, or a rule with its examples.

    Raises:
        PatternError: nothing is called so.
    """
    console = make_console()
    ids = {row.entity_id for row in patterns.names if query in (row.name, row.entity_id)}
    if ids:
        table = make_table("entity", "name", "lang", "role", "boundary", "context", "parent", "maker")
        for row in patterns.names:
            if row.entity_id in ids:
                table.add_row(
                    row.entity_id,
                    row.name,
                    row.lang,
                    row.role,
                    row.boundary,
                    "|".join(row.context),
                    row.parent_id,
                    row.maker_id,
                )
        console.print(table)
        return
    rule = next((rule for of_area in patterns.rules.values() for rule in of_area if rule.id == query), None)
    if rule is None:
        raise PatternError(
            patterns.root,
            "",
            f"no name, entity or rule is called {query!r}; give one in full, or add it (patterns add)",
        )
    console.print(
        Text(f"{rule.id}  {rule.where}", style="bold"), Text(rule.pattern), sep="\n", soft_wrap=True
    )
    for example in rule.examples:
        console.print(Text(f"  finds  {example.text}  {example.value or ''}"))
    for text in rule.counter_examples:
        console.print(Text(f"  not    {text}"))
