"""What results are made with: hashes of code and libraries, of patterns and settings, that tell whether results still hold."""

import hashlib
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from platform import python_version

import msgspec

import medai_extract
from medai_extract.patterns import NameRow, Patterns
from medai_extract.patterns.load import find_patterns

EXTRACTION = (
    "clean", "dedupe", "decisions", "fragments.py", "language.py", "link", "match", "model.py", "months.py", "normalise",
    "offsets.py", "patterns", "pipeline.py", "records.py", "relate", "segment", "batch/results.py",
)  # fmt: skip
"""The modules that an article's result comes from."""
READING = ("ingest", "model.py", "dedupe/exact.py", "language.py", "months.py")
"""The modules that an input's articles come from."""
EXTRACTION_LIBRARIES = ("daachorse", "ftfy", "jieba", "numpy", "rensa", "rjieba", "spacy")
READING_LIBRARIES = (
    "charset-normalizer", "feedparser", "fastwarc", "lxml", "openpyxl", "pypdfium2", "python-docx", "resiliparse",
    "trafilatura",
)  # fmt: skip
_METADATA = re.compile(r"([^-]+)-(.+)\.(?:dist|egg)-info")


class Making(msgspec.Struct, frozen=True):
    """What results are made with.

    ``patterns`` is a hash of the bytes of the pattern files, ``rest`` one of what they say but for the name lists;
    ``rules`` has a hash of every rule by its id.
    """

    settings: str
    code: str
    patterns: str
    rest: str
    names: tuple[NameRow, ...]
    rules: Mapping[str, str]


def code_fingerprint() -> str:
    """Give a short hash of what extraction is made of: the package's modules, its libraries and Python."""
    return _fingerprint(EXTRACTION, EXTRACTION_LIBRARIES)


def reader_fingerprint() -> str:
    """Give a short hash of what reading is made of."""
    return _fingerprint(READING, READING_LIBRARIES)


def _fingerprint(modules: Iterable[str], libraries: Iterable[str]) -> str:
    root = Path(medai_extract.__file__).parent
    digest = hashlib.sha256(python_version().encode())
    for path in sorted(path for module in modules for path in _find_files(root / module)):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    versions = _find_versions()
    for library in libraries:
        digest.update(f"{library} {versions.get(library.replace('-', '_'), 'none')}\0".encode())
    return digest.hexdigest()[:16]


def _find_versions() -> dict[str, str]:
    """Give the versions of all libraries by the names of their folders of metadata.

    ``importlib.metadata`` reads what is in them with Python's parser of e-mails, in twenty times as long.

    >>> from importlib.metadata import version
    >>> _find_versions()["msgspec"] == version("msgspec")
    True
    """
    versions: dict[str, str] = {}
    for folder in sys.path:
        with suppress(OSError):
            for path in Path(folder).iterdir():
                if found := _METADATA.fullmatch(path.name):
                    versions.setdefault(found[1].replace(".", "_").lower(), found[2])
    return versions


def _find_files(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield from (file for file in path.rglob("*") if file.suffix in (".py", ".so"))
    else:
        yield path


def patterns_fingerprint(folder: Path | None) -> str:
    """Give a short hash of the bytes of all files of a pattern folder (the packaged one if None); nothing is parsed."""
    root = find_patterns() if folder is None else folder
    digest = hashlib.sha256()
    for path in sorted(root.glob("*/*")):
        if path.is_file():
            digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def describe_making(settings: str, code: str, fingerprint: str, patterns: Patterns) -> Making:
    """Give what results are made with, with all that tells a harmless change of patterns from another."""
    rules = {rule.id: rule.fingerprint() for of_area in patterns.rules.values() for rule in of_area}
    return Making(settings, code, fingerprint, patterns.rest, patterns.names, rules)
