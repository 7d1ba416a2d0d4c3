"""Pattern files to compiled ``Patterns``.

A folder of patterns has one folder an area (``org``, ``product``, ``money``, ``date``, ``clean`` …). A CSV file there is a name list
or a word table, told apart by its header; a TOML file holds fragments and rules. ``{name}`` in a rule refers to a fragment of the
same file or to a word table: ``{currency}`` of the same area, ``{script.traditional}`` of another.
"""

import csv
import hashlib
import io
import re
import tomllib
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from functools import cached_property, lru_cache
from pathlib import Path

import msgspec
from pydantic import ValidationError

from medai_extract.errors import PatternError
from medai_extract.model import Label
from medai_extract.patterns.schema import (
    BOUNDARIES,
    LANGS,
    NAME_COLUMNS,
    ROLES,
    STATUSES,
    WORD_COLUMNS,
    Example,
    NameRow,
    Rule,
    RuleFile,
    RuleModel,
    check_pattern,
)  # fmt: skip

_RULE_ID = re.compile(r'^\s*id\s*=\s*"([^"]*)"', re.M)
REFERENCE = re.compile(r"(?P<any_case>\(\?i:)?\{(?P<name>[a-z_]+(?:\.[a-z_]+)?)\}(?(any_case)\)|)")
BYTE_ORDER_MARK = "\ufeff"
LABEL_OF_AREA: Mapping[str, Label] = {"org": "ORG", "product": "PRODUCT"}


class Patterns(msgspec.Struct, frozen=True, dict=True, kw_only=True):
    """All pattern files of a folder, read and cross-checked.

    ``tables`` maps ``area.stem`` to the words of a table and their values, ``rules`` an area to its rules in file order.
    ``fingerprint`` changes with any byte of any file.
    """

    root: Path
    names: tuple[NameRow, ...]
    tables: Mapping[str, dict[str, str]]
    rules: dict[str, tuple[Rule, ...]]
    fingerprint: str

    @cached_property
    def rest(self) -> str:
        """Give a short hash of what the files say but for the name lists."""
        rules = [
            [area, [rule.fingerprint() for rule in of_area]] for area, of_area in sorted(self.rules.items())
        ]
        # The order of a table's words is kept: of equal evidence the first may count.
        tables = [[name, list(table.items())] for name, table in sorted(self.tables.items())]
        return hashlib.sha256(msgspec.msgpack.encode([rules, tables])).hexdigest()[:16]

    def table(self, name: str) -> dict[str, str]:
        """Give a word table by ``area.stem``.

        Raises:
            PatternError: the folder has no such table.
        """
        if name not in self.tables:
            area, _, stem = name.partition(".")
            raise PatternError(
                self.root / area / f"{stem}.csv", "", "is missing; copy it from the packaged patterns"
            )
        return self.tables[name]


def find_patterns() -> Path:
    """Give the packaged pattern folder: inside the wheel, or beside the sources in a checkout."""
    packaged = Path(__file__).parents[1] / "_patterns"
    return packaged if packaged.is_dir() else Path(__file__).parents[3] / "patterns"


def load_patterns(root: Path | None = None) -> Patterns:
    """Read every pattern file under ``root`` (the packaged folder if None).

    Raises:
        PatternError: with file and line of the first thing that is wrong.

    >>> patterns = load_patterns()
    >>> patterns.table("script.traditional")["醫"]
    '医'
    """
    root = find_patterns() if root is None else root
    if not root.is_dir():
        raise PatternError(root, "", "is not a folder; give a folder like the packaged patterns/")
    texts = {path.relative_to(root): read_text(path) for path in sorted(root.glob("*/*")) if path.is_file()}
    names: list[NameRow] = []
    tables: dict[str, dict[str, str]] = {}
    for relative, text in texts.items():
        if relative.suffix == ".csv":
            area = relative.parts[0]
            if text.startswith("entity_id,"):
                names.extend(read_names(root / relative, text, LABEL_OF_AREA.get(area, "ORG")))
            else:
                tables[f"{area}.{relative.stem}"] = read_words(root / relative, text)
    rules: dict[str, list[Rule]] = {}
    seen: dict[str, str] = {}
    for relative, text in texts.items():
        if relative.suffix == ".toml":
            for rule in read_rules(root / relative, text, relative.parts[0], tables):
                if rule.id in seen:
                    raise PatternError(
                        root / relative, f'rule "{rule.id}"', f"is also at {seen[rule.id]}; rename one"
                    )
                seen[rule.id] = rule.where
                rules.setdefault(relative.parts[0], []).append(rule)
    digest = hashlib.sha256()
    for relative, text in texts.items():
        digest.update(f"{relative.as_posix()}\0{text}\0".encode())
    return Patterns(
        root=root,
        names=tuple(names),
        tables=tables,
        rules={area: tuple(of_area) for area, of_area in rules.items()},
        fingerprint=digest.hexdigest()[:16],
    )


def read_text(path: Path) -> str:
    """Read a pattern file, without the mark that Excel puts before UTF-8.

    Raises:
        PatternError: it is no UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8").removeprefix(BYTE_ORDER_MARK)
    except (OSError, UnicodeDecodeError) as error:
        raise PatternError(path, "", f"cannot be read as UTF-8: {error}; save it again as UTF-8") from error


def read_names(path: Path, text: str, label: Label) -> list[NameRow]:
    """Read a name list; retired rows are left out."""
    rows: list[NameRow] = []
    for number, row in _csv_rows(path, text, NAME_COLUMNS):
        entity_id, name, lang, role, boundary, context, parent_id, maker_id, status, note = row
        _one_of(path, number, "lang", lang, LANGS)
        _one_of(path, number, "role", role, ROLES)
        _one_of(path, number, "boundary", boundary, BOUNDARIES)
        _one_of(path, number, "status", status, STATUSES)
        if not entity_id or not name or name != name.strip():
            raise PatternError(f"{path}:{number}", "", f"entity_id or name is empty or padded: {name!r}")
        if status == "active":
            words = tuple(context.split("|")) if context else ()
            rows.append(
                NameRow(
                    label=label,
                    entity_id=entity_id,
                    name=name,
                    lang=lang,
                    role=role,
                    boundary=boundary,
                    context=words,
                    parent_id=parent_id or None,
                    maker_id=maker_id or None,
                    note=note,
                )
            )
    return rows


def read_words(path: Path, text: str) -> dict[str, str]:
    """Read a word table into word -> value."""
    words: dict[str, str] = {}
    for number, (word, value, _) in _csv_rows(path, text, WORD_COLUMNS):
        if not word:
            raise PatternError(f"{path}:{number}", "", "word is empty; remove the row")
        if word in words:
            raise PatternError(f"{path}:{number}", "", f"{word!r} is there twice; remove one row")
        words[word] = value
    return words


def _csv_rows(path: Path, text: str, columns: tuple[str, ...]) -> list[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""))
    header = next(reader, [])
    if tuple(header) != columns:
        kinds = f"{','.join(NAME_COLUMNS)} (names) or {','.join(WORD_COLUMNS)} (words)"
        advice = "; save it with commas between the columns" if {*";\t"} & {*"".join(header)} else ""
        raise PatternError(f"{path}:1", "", f"header must be {kinds}, not {','.join(header)}{advice}")
    rows: list[tuple[int, list[str]]] = []
    # Equal cells are one string: most columns have few values, and the lists are long.
    shared: dict[str, str] = {}
    for row in reader:
        if len(row) != len(columns):
            raise PatternError(
                f"{path}:{reader.line_num}",
                "",
                f"{len(row)} columns instead of {len(columns)}; quote commas in a field",
            )
        rows.append((reader.line_num, [shared.setdefault(cell, cell) for cell in row]))
    return rows


def _one_of(path: Path, number: int, column: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise PatternError(
            f"{path}:{number}",
            "",
            f"{column} {value!r} is not one of {', '.join(repr(word) for word in allowed)}",
        )


def read_rules(path: Path, text: str, area: str, tables: Mapping[str, Mapping[str, str]]) -> list[Rule]:
    """Read a rule file and fill in its references."""
    try:
        parsed = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PatternError(path, "", f"{error}; is every string closed?") from error
    try:
        rule_file = RuleFile.model_validate(parsed)
    except ValidationError as error:
        errors = error.errors()
        # A misspelt key is reported as unknown and as missing; the unknown one is what to mend.
        first = next((one for one in errors if one["type"] == "extra_forbidden"), errors[0])
        known = [*RuleModel.model_fields, *RuleFile.model_fields, *Example.model_fields]
        similar = get_close_matches(str(first["loc"][-1]), known, 1)
        advice = f"; did you mean {similar[0]!r}?" if first["type"] == "extra_forbidden" and similar else ""
        where = ".".join(map(str, first["loc"]))
        raise PatternError(_where(path, text, parsed, first["loc"]), where, first["msg"] + advice) from error
    lines = {match[1]: text.count("\n", 0, match.start(1)) + 1 for match in _RULE_ID.finditer(text)}
    return [
        _make_rule(f"{path}:{lines.get(rule.id, 1)}", area, rule, rule_file.fragments, tables)
        for rule in rule_file.rule
    ]


def _where(path: Path, text: str, parsed: Mapping[str, object], location: tuple[int | str, ...]) -> str:
    """Give ``file:line`` of the rule that a validation error speaks of."""
    rules = parsed.get("rule")
    if (
        len(location) > 1
        and location[0] == "rule"
        and isinstance(location[1], int)
        and isinstance(rules, list)
    ):
        starts = [number for number, line in enumerate(text.splitlines(), 1) if line.strip() == "[[rule]]"]
        if location[1] < len(starts):
            return f"{path}:{starts[location[1]]}"
    return str(path)


def _make_rule(
    where: str,
    area: str,
    model: RuleModel,
    fragments: Mapping[str, str],
    tables: Mapping[str, Mapping[str, str]],
) -> Rule:
    """Fill in the references of a rule and see that it parses; it is compiled at its first use."""
    try:
        check_pattern(fill_references(model.pattern, where, area, fragments, tables, outline=True))
    except re.error as error:
        raise PatternError(where, f'rule "{model.id}"', f"is no regular expression: {error}") from error
    return Rule(
        id=model.id,
        pattern=fill_references(model.pattern, where, area, fragments, tables),
        lang=model.lang,
        label=model.label,
        kind=model.kind,
        until=model.until,
        score=model.score,
        where=where,
        examples=model.examples,
        counter_examples=model.counter_examples,
    )


def fill_references(
    pattern: str,
    where: str,
    area: str,
    fragments: Mapping[str, str],
    tables: Mapping[str, Mapping[str, str]],
    depth: int = 0,
    *,
    outline: bool = False,
) -> str:
    """Replace every ``{name}`` by the fragment or by a pattern of the table's words, longest first.

    In ``outline`` the longest and the shortest word stand for a table: enough to see whether a pattern parses.

    >>> fill_references("{n}{unit}", "f", "money", {"n": "[0-9]+"}, {"money.unit": {"亿": "8", "亿元": "8"}})
    '(?:[0-9]+)(?:亿元?)'
    """
    if depth > 8:
        raise PatternError(where, "", f"references go round in a circle at {pattern[:60]!r}")

    def fill(match: re.Match[str]) -> str:
        name = match["name"]
        if name in fragments:
            inner = fill_references(
                fragments[name], where, area, fragments, tables, depth + 1, outline=outline
            )
            return f"({'?i:' if match['any_case'] else '?:'}{inner})"
        table = tables.get(name if "." in name else f"{area}.{name}")
        if table is None:
            known = sorted(
                {*fragments, *(key.removeprefix(f"{area}.") for key in tables if key.startswith(f"{area}."))}
            )
            raise PatternError(where, f"reference {{{name}}}", f"is unknown; known here: {', '.join(known)}")
        words = (max(table, key=len), min(table, key=len)) if outline and table else table
        return f"(?:{spell_words(frozenset(words), match['any_case'] is not None)})"

    return REFERENCE.sub(fill, pattern)


@lru_cache(maxsize=1_024)
def spell_words(words: frozenset[str], any_case: bool = False) -> str:
    r"""Give a pattern that matches each of the words, the longest first; common beginnings are shared.

    The engine tries branches one by one, so that a plain alternation of hundreds of words is slow; and with
    ``(?i:`` it cannot pass over a branch by its first letter, as it does with ``[Jj]``.

    >>> [spell_words(frozenset(words.split())) for words in ("jan january jun", "万 亿 亿元", "a b")]
    ['j(?:an(?:uary)?|un)', '(?:亿元?|万)', '[ab]']
    >>> spell_words(frozenset({"mo.", "5"}), any_case=True)
    '(?:[Mm][Oo]\\.|5)'
    """
    rests: dict[str, set[str]] = {}
    for word in words:
        if word:
            head = word[0].lower() if any_case else word[0]
            rests.setdefault(head, set()).add(word[1:])
    single = [head for head in sorted(rests) if rests[head] == {""}]
    branches = [
        _spell_letters([head], any_case) + spell_words(frozenset(rests[head]), any_case)
        for head in sorted(rests.keys() - set(single))
    ]
    if single:
        branches.append(_spell_letters(single, any_case))
    spelt = "|".join(branches)
    if not branches or (len(branches) == 1 and "" not in words):
        return spelt
    short = len(branches) == 1 and (len(spelt) == 1 or bool(single))
    return (spelt if short else f"(?:{spelt})") + ("?" if "" in words else "")


def _spell_letters(letters: Sequence[str], any_case: bool) -> str:
    """Give a pattern of one of the letters."""
    letters = sorted({*letters, *map(str.swapcase, letters)}) if any_case else letters
    escaped = [re.escape(letter) for letter in letters if len(letter) == 1]
    return escaped[0] if len(escaped) == 1 else f"[{''.join(escaped)}]"
