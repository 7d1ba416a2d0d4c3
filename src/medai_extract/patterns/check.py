"""What is wrong with a folder of patterns although it loads: names that clash, words nobody refers to, slow regexes."""

import csv
import re
import time
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

from medai_extract.patterns.edit import canonical_csv, format_folder_paths
from medai_extract.patterns.load import REFERENCE, Patterns, read_text
from medai_extract.patterns.schema import Rule

# What makes careless patterns backtrack: long runs of what they repeat, with something at the end that spoils the match.
_HOSTILE = (
    "1",
    "1,",
    "$",
    "$1 ",
    "一",
    "年",
    "亿",
    " ",
    "A",
    "Aa ",
    "a.",
    "(",
    "（",
    "[",
    "“",
    "-",
    "\n",
    "1 - ",
    "A, ",
)
_SHORT, _LONG = 1_000, 4_000
_LIMIT = 4.0
"""Seconds after which the timing of one rule is given up."""
_SLOW, _GROWTH = 0.02, 9.0
"""A rule is slow if four times the text takes over nine times as long, and at least 20 ms."""


class Problem(NamedTuple):
    """Something to mend, with ``file:line`` and what to do."""

    where: str
    message: str


def check_patterns(patterns: Patterns, *, speed: bool = True) -> list[Problem]:
    """Give every problem of the static kind; examples are checked where the pipeline is known."""
    problems = [*_check_names(patterns), *_check_form(patterns.root), *_check_fragments(patterns.root)]
    if speed:
        problems.extend(find_slow_rules([rule for of_area in patterns.rules.values() for rule in of_area]))
    return problems


def _name_lines(root: Path) -> Iterator[tuple[str, dict[str, str]]]:
    for path in sorted(root.glob("*/*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            if "entity_id" in (reader.fieldnames or ()):
                for row in reader:
                    if row["status"] == "active":
                        yield f"{path}:{reader.line_num}", {**row, "area": path.parent.name}


def _check_names(patterns: Patterns) -> Iterator[Problem]:
    seen: dict[tuple[str, str, str], str] = {}
    owners: dict[tuple[str, str], dict[str, tuple[str, bool]]] = defaultdict(dict)
    ids = {
        area: {row.entity_id for row in patterns.names if row.label == label}
        for area, label in (("org", "ORG"), ("product", "PRODUCT"))
    }
    canonical: dict[tuple[str, str, str], str] = {}
    for where, row in _name_lines(patterns.root):
        area, entity_id, name = row["area"], row["entity_id"], row["name"]
        key = (area, entity_id, name.casefold())
        if key in seen:
            yield Problem(where, f"{name!r} is already a name of {entity_id} at {seen[key]}; remove one row")
        seen[key] = where
        owners[area, name.casefold()].setdefault(entity_id, (where, bool(row["context"])))
        if row["role"] == "canonical":
            first = canonical.setdefault((area, entity_id, row["lang"]), where)
            if first != where:
                yield Problem(
                    where,
                    f"{entity_id} has a canonical {row['lang']} name at {first} already; give this one another role",
                )
        for column, of_area in (("parent_id", area), ("maker_id", "org")):
            if row[column] and row[column] not in ids[of_area]:
                message = (
                    f"{column} {row[column]!r} is no entity of {of_area}; add it or leave the column empty"
                )
                yield Problem(where, message)
    for (_, name), by_entity in owners.items():
        bare = [
            (where, entity_id) for entity_id, (where, has_context) in by_entity.items() if not has_context
        ]
        if len(by_entity) > 1 and bare:
            others = ", ".join(sorted(by_entity))
            yield Problem(bare[0][0], f"{name!r} names several entities ({others}); give each row a context")


def _check_form(root: Path) -> Iterator[Problem]:
    for path in format_folder_paths(root):
        text = path.read_text(encoding="utf-8")
        if canonical_csv(text) != text:
            yield Problem(str(path), "is not in canonical form; run medai-extract patterns fmt")


def _check_fragments(root: Path) -> Iterator[Problem]:
    for path in sorted(root.glob("*/*.toml")):
        text = read_text(path)
        parsed = tomllib.loads(text)
        used = {match["name"] for match in REFERENCE.finditer(text)}
        for name in parsed.get("fragments", {}):
            if name not in used:
                line = next((n for n, line in enumerate(text.splitlines(), 1) if line.startswith(name)), 1)
                yield Problem(f"{path}:{line}", f"fragment {name!r} is used by no rule; remove it")


def find_slow_rules(rules: Sequence[Rule]) -> list[Problem]:
    """Time every rule on hostile text of two lengths, in a child process that is ended when a rule hangs.

    >>> from medai_extract.patterns.load import load_patterns
    >>> rule = load_patterns().rules["clean"][0]
    >>> find_slow_rules([rule])
    []
    """
    problems: list[Problem] = []
    waiting = list(rules)
    while waiting:
        ours, theirs = get_context("spawn").Pipe()
        child = get_context("spawn").Process(
            target=_time_rules, args=(theirs, [rule.pattern for rule in waiting]), daemon=True
        )
        child.start()
        done = 0
        while done < len(waiting) and ours.poll(_LIMIT + 5 * (done == 0)):
            growth = ours.recv()
            if growth is not None:
                problems.append(_slow(waiting[done], growth))
            done += 1
        child.kill()
        child.join()
        if done < len(waiting):
            problems.append(_slow(waiting[done], f"no answer in {_LIMIT:.0f} s"))
        waiting = waiting[done + 1 :]
    return problems


def _slow(rule: Rule, how: str) -> Problem:
    return Problem(
        rule.where,
        f'rule "{rule.id}" is slow on hostile text ({how}); use possessive quantifiers (++) and a look-behind',
    )


def _time_rules(results: Connection, patterns: Sequence[str]) -> None:
    for pattern in patterns:
        regex = re.compile(pattern)
        slow = None
        for unit in _HOSTILE:
            long_text = unit * (_LONG // len(unit)) + "\x00"
            if _time_once(regex, long_text) <= _SLOW:
                continue
            short, long = _time(regex, unit * (_SHORT // len(unit)) + "\x00"), _time(regex, long_text)
            if long > _SLOW and long > _GROWTH * short:
                slow = f"{unit!r} x {_LONG}: {long:.2f} s, a quarter of it {short:.3f} s"
                break
        results.send(slow)


def _time(regex: re.Pattern[str], text: str) -> float:
    """Give the least processor time of three scans: a busy machine must not make a rule slow."""
    return min(_time_once(regex, text) for _ in range(3))


def _time_once(regex: re.Pattern[str], text: str) -> float:
    started = time.process_time()
    for _ in regex.finditer(text):
        pass
    return time.process_time() - started
