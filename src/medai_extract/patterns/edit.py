"""Changes to pattern files: canonical form, new names, names from spaCy."""

import csv
import io
import json
import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path

from medai_extract.errors import OutputError, PatternError
from medai_extract.language import contains_han
from medai_extract.patterns.load import BYTE_ORDER_MARK, load_patterns, read_text
from medai_extract.patterns.schema import LANGS, NAME_COLUMNS, ROLES, NameRow

LOCAL_FILE = "local.csv"
"""Where new names of new entities go, in the folder of their area."""
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def format_folder_paths(root: Path) -> list[Path]:
    """Give the CSV files that have a canonical form."""
    return sorted(root.glob("*/*.csv"))


def canonical_csv(text: str) -> str:
    r"""Give a CSV file in canonical form: sorted rows, minimal quotes, line feeds, no row twice.

    >>> canonical_csv("word,value,note\r\nb,,\r\na,,\r\na,,\r\n")
    'word,value,note\na,,\nb,,\n'
    """
    header, *rows = csv.reader(io.StringIO(text.removeprefix(BYTE_ORDER_MARK), newline=""))
    unique = {tuple(row): row for row in rows if row}.values()
    ordered = sorted(unique, key=_name_order) if header[0] == "entity_id" else sorted(unique)
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([header, *ordered])
    return out.getvalue()


def _name_order(row: list[str]) -> tuple[str, str, int, str]:
    entity_id, name, lang, role = row[:4]
    return entity_id, lang, ROLES.index(role) if role in ROLES else len(ROLES), name


def format_folder(root: Path) -> list[Path]:
    """Rewrite every CSV file that is not in canonical form, and give those that were not."""
    changed = []
    for path in format_folder_paths(root):
        text = path.read_text(encoding="utf-8")
        canonical = canonical_csv(text)
        if canonical != text:
            replace_file(path, canonical)
            changed.append(path)
    return changed


def replace_file(path: Path, text: str) -> None:
    """Write beside and rename, so that a pattern file is never half there.

    Raises:
        OutputError: it cannot be written.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_text(text, encoding="utf-8", newline="")
        beside.replace(path)
    except OSError as error:
        raise OutputError(
            f"{path}: cannot be written: {error.strerror}; copy the folder and give --patterns"
        ) from error


def add_name(
    root: Path,
    area: str,
    entity_id: str,
    name: str,
    *,
    lang: str = "",
    role: str = "",
    context: str = "",
    maker_id: str = "",
    is_word: Callable[[str], bool] = lambda _: False,
    force: bool = False,
) -> Path:
    """Add one name, to the file where its entity is or to ``local.csv``; give the file.

    Args:
        root: the folder of patterns.
        area: ``org`` or ``product``.
        entity_id: the entity; a new one where there is none of that id.
        name: the name as it is written.
        lang: its language, told by its script if not given.
        role: its role, ``canonical`` for the first name in a language if not given.
        context: words of which one must stand in the sentence, with ``|`` between them.
        maker_id: who makes a product.
        is_word: says whether a name is a word of the language too.
        force: add it although it is such a word, or names another entity.

    Raises:
        PatternError: an argument is wrong, or the name is there already, or it needs a context and has none.
    """
    if area not in ("org", "product"):
        raise PatternError(root, "", f"area {area!r} is not org or product")
    if not _ID.fullmatch(entity_id):
        raise PatternError(
            root, "", f"entity id {entity_id!r} must be lower-case letters, digits and single hyphens"
        )
    name = " ".join(name.split())
    if not name or not name.isprintable():
        raise PatternError(root, "", f"the name {name!r} is empty, or holds characters that cannot be seen")
    lang = lang or ("zh" if contains_han(name) else "en")
    for option, given, known in (("--lang", lang, LANGS), ("--role", role or ROLES[0], ROLES)):
        if given not in known:
            raise PatternError(root, "", f"{option} {given!r} is unknown; choose from {', '.join(known)}")
    names = load_patterns(root).names
    of_entity = [row for row in names if row.entity_id == entity_id and row.label.lower() == area]
    if any(row.name.casefold() == name.casefold() for row in of_entity):
        raise PatternError(root, "", f"{name!r} is a name of {entity_id} already")
    if maker_id and not any(row.entity_id == maker_id and row.label == "ORG" for row in names):
        raise PatternError(
            root,
            "",
            f"--maker {maker_id!r} is no organisation; add it first: patterns add org {maker_id} NAME",
        )
    if not force:
        _check_unlike(root, names, entity_id, name, context, is_word)
    if not role:
        role = (
            "alias" if any(row.lang == lang and row.role == "canonical" for row in of_entity) else "canonical"
        )
    path = next(
        (path for path in sorted((root / area).glob("*.csv")) if _holds(path, entity_id)),
        root / area / LOCAL_FILE,
    )
    boundary = "word" if contains_han(name) and len(name) <= 3 else ""
    row = [entity_id, name, lang, role, boundary, context, "", maker_id, "active", ""]
    text = read_text(path) if path.exists() else ",".join(NAME_COLUMNS)
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(row)
    # The last line of a file may lack its end; a row that is empty goes.
    replace_file(path, canonical_csv(f"{text}\n{line.getvalue()}"))
    load_patterns(root)
    return path


def _check_unlike(
    root: Path,
    names: Iterable[NameRow],
    entity_id: str,
    name: str,
    context: str,
    is_word: Callable[[str], bool],
) -> None:
    """Refuse a name that would be found where something else is meant.

    Raises:
        PatternError: it names another entity, or is a word of the language, and nothing tells them apart.
    """
    others = {row.entity_id: row for row in names if row.name.casefold() == name.casefold()}
    others.pop(entity_id, None)
    bare = sorted(other for other, row in others.items() if not (context and row.context))
    if bare:
        raise PatternError(
            root,
            "",
            f"{name!r} is a name of {', '.join(bare)} already (see patterns show {name}); give both a context"
            " (--context WORD|WORD) that tells them apart, or --force",
        )
    if not context and is_word(name):
        raise PatternError(
            root,
            "",
            f"{name!r} is also a common word, and would be found wherever that stands; give words of which one must stand"
            " in the sentence (--context WORD|WORD), or --force",
        )


def _holds(path: Path, entity_id: str) -> bool:
    text = read_text(path)
    return text.startswith("entity_id,") and f"\n{entity_id}," in text


def import_spacy(root: Path, lines: Iterable[str]) -> tuple[int, int]:
    """Add phrase patterns of a spaCy EntityRuler (``label``, ``pattern``, ``id``); give the numbers added and left out.

    Raises:
        PatternError: a line is no JSON object with a label and a pattern.
    """
    added = skipped = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            label, pattern = row["label"], row["pattern"]
        except (ValueError, KeyError, TypeError) as error:
            raise PatternError(f"line {number}", "", f"is no EntityRuler pattern: {error!r}") from error
        area = {"ORG": "org", "PRODUCT": "product"}.get(label)
        if area is None or not isinstance(pattern, str):
            skipped += 1
            continue
        entity_id = str(row.get("id") or pattern).rpartition("/")[2].lower()
        entity_id = re.sub(r"[^a-z0-9]+", "-", entity_id).strip("-") or f"imported-{number}"
        try:
            add_name(root, area, entity_id, pattern)
            added += 1
        except PatternError:
            skipped += 1
    return added, skipped
