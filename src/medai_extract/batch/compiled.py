"""A compiled pipeline kept on disk, in the user's cache folder, so that the next run need not compile it again.

A file holds the pipeline of one set of patterns, settings, code and Python, which its name is a hash of; where any of them differs,
another file is looked for. What is damaged, foreign or not to be had is made anew, and where it cannot be kept, nothing is lost but
time. A file is read only if it is this user's own and nobody else can write it, as with the compiled modules of Python.
"""

import _sre  # type: ignore[import-not-found]
import functools
import gc
import hashlib
import io
import os
import pickle
import re
import sys
import zlib
from array import array
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from re import _compiler as sre_compile  # type: ignore[attr-defined]
from re import _parser as sre_parse  # type: ignore[attr-defined]
from tempfile import NamedTemporaryFile, gettempdir
from types import BuiltinMethodType, MethodType, MethodWrapperType, ModuleType
from typing import Any

from medai_extract.batch.fingerprints import code_fingerprint, patterns_fingerprint
from medai_extract.memory import take_as_old
from medai_extract.model import Article
from medai_extract.patterns import Patterns, Rule, find_patterns
from medai_extract.pipeline import Pipeline
from medai_extract.settings import Settings

KEPT = 4
"""Compiled pipelines that stay on disk (20 MB each), the newest first."""
_CHECKSUM = 4
_SUFFIX = ".compiled"
_METHODS = (MethodType, BuiltinMethodType, MethodWrapperType)
_OTHERS = frozenset({
    ("array", "_array_reconstructor"), ("array", "array"), ("builtins", "frozenset"), ("builtins", "set"), ("daachorse", "CharwiseDoubleArrayAhoCorasick"), ("decimal", "Decimal"),
    ("msgspec._utils", "rebuild"), ("numpy", "dtype"), ("numpy._core.numeric", "_frombuffer"), ("pathlib", "PosixPath"),
})  # fmt: skip
"""What a compiled pipeline holds besides the package's own classes and functions."""


def load_pipeline(
    settings: Settings, fingerprints: Mapping[str, str] | None = None, patterns: Patterns | None = None
) -> Pipeline:
    """Give the pipeline of these settings, from disk where it was compiled before.

    ``fingerprints`` are those of settings, patterns and code where they are known already, ``patterns`` those that are to be
    compiled where they need not be read from their folder.

    Raises:
        PatternError: a pattern file is wrong.
    """
    if fingerprints is None:
        fingerprints = find_fingerprints(settings, patterns)
    root = _find_root(settings) if patterns is None else patterns.root
    path = cache_folder() / f"{_make_key(fingerprints, root)}{_SUFFIX}"
    pipeline = read_pipeline(path)
    if pipeline is None:
        pipeline = Pipeline(patterns, settings)
        with suppress(OSError):
            _write(path, pipeline)
    pipeline.settings = settings
    return pipeline


def find_fingerprints(settings: Settings, patterns: Patterns | None = None) -> dict[str, str]:
    """Give the hashes of all that a pipeline is made of; ``patterns`` are those that were read already."""
    return {
        "settings": settings.fingerprint(),
        "patterns": patterns_fingerprint(settings.patterns) if patterns is None else patterns.fingerprint,
        "code": code_fingerprint(),
    }


def _find_root(settings: Settings) -> Path:
    return find_patterns() if settings.patterns is None else settings.patterns


def cache_folder() -> Path:
    """Give the folder for what may be deleted at any time: ``XDG_CACHE_HOME``, or where the system has such things."""
    if given := os.environ.get("XDG_CACHE_HOME"):
        return Path(given) / "medai-extract"
    try:
        home = Path.home()
    except RuntimeError:  # a user whom the system does not know, as in a container
        return Path(gettempdir()) / f"medai-extract-{os.getuid()}"
    return home / ("Library/Caches" if sys.platform == "darwin" else ".cache") / "medai-extract"


def _make_key(fingerprints: Mapping[str, str], root: Path) -> str:
    parts = (
        *(fingerprints[name] for name in ("settings", "patterns", "code")),
        str(root.absolute()),
        sys.implementation.cache_tag,
        sys.version,
        os.uname().machine,
    )
    return hashlib.sha256("\0".join(map(str, parts)).encode("utf-8", "surrogateescape")).hexdigest()[:32]


def _warm(pipeline: Pipeline) -> None:
    """Have everything compiled that waits for its first use: the examples of the rules hold something of all."""
    for of_area in pipeline.patterns.rules.values():
        for example in (example for rule in of_area for example in rule.examples):
            text = example.text.replace("[", "").replace("]", "")
            pipeline.signer.sign(pipeline.extract(Article(source="-", text=text)).document.text)


def read_pipeline(path: Path) -> Pipeline | None:
    """Give the pipeline of a file, or nothing where it is not there, not ours, or not as it was written."""
    try:
        with path.open("rb") as stream:
            status = os.fstat(stream.fileno())
            if status.st_uid != os.getuid() or status.st_mode & 0o022:
                return None
            content = stream.read()
    except OSError:
        return None
    if _checksum(memoryview(content)[_CHECKSUM:]) != content[:_CHECKSUM]:
        return None
    payload = io.BytesIO(content)
    payload.seek(_CHECKSUM)
    # A hundred thousand objects that all stay: looking for garbage among them would take longer than reading them.
    collecting = gc.isenabled()
    gc.disable()
    try:
        pipeline = _Unpickler(payload).load()
    except Exception:  # whatever it is, it is not the pipeline that was written
        return None
    finally:
        if collecting:
            take_as_old()
            gc.enable()
    with suppress(OSError):
        os.utime(path)
    return pipeline if isinstance(pipeline, Pipeline) else None


def _checksum(payload: memoryview) -> bytes:
    """Tell damage, and nothing else: who may write a file is asked of the system. A real hash would take a tenth of the reading."""
    return zlib.crc32(payload).to_bytes(_CHECKSUM, "little")


def _write(path: Path, pipeline: Pipeline) -> None:
    """Keep a pipeline with all that it may ever compile, and no more than the newest ones."""
    folder = path.parent
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=folder, suffix=_SUFFIX, delete=False) as file:
        try:
            _warm(pipeline)
            stream = io.BytesIO()
            _Pickler(stream, protocol=5).dump(pipeline)
            payload = stream.getbuffer()
            file.write(_checksum(payload))
            file.write(payload)
            file.flush()
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
    newest = sorted(folder.glob(f"*{_SUFFIX}"), key=lambda found: found.stat().st_mtime, reverse=True)
    for old in newest[KEPT:]:
        old.unlink(missing_ok=True)


class _Pickler(pickle.Pickler):
    """Writes compiled patterns as the code that they were compiled to, and memories as what they remember for, empty."""

    def reducer_override(self, found: Any) -> Any:
        if isinstance(found, re.Pattern):
            return _load_regex, _dump_regex(found)
        if isinstance(found, functools._lru_cache_wrapper) and isinstance(found.__wrapped__, MethodType):
            return _make_memory, (found.__wrapped__, found.cache_parameters()["maxsize"])
        if isinstance(found, Rule):
            return *found.__reduce__(), found.__dict__, None, None, _set_compiled
        if isinstance(found, _METHODS) and not isinstance(found.__self__, ModuleType):
            return _bind, (found.__self__, found.__name__)
        return NotImplemented


class _Unpickler(pickle.Unpickler):
    """Makes nothing but what a compiled pipeline is made of."""

    def find_class(self, module: str, name: str) -> Any:
        if module.partition(".")[0] == "medai_extract" or (module, name) in _OTHERS:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} is no part of a compiled pipeline")


def _dump_regex(pattern: re.Pattern[str]) -> tuple[Any, ...]:
    parsed = sre_parse.parse(pattern.pattern, pattern.flags)
    code = sre_compile._code(parsed, pattern.flags)
    return (
        pattern.pattern,
        pattern.flags,
        array("I", code).tobytes(),
        pattern.groups,
        dict(pattern.groupindex),
    )


def _load_regex(
    pattern: str | bytes, flags: int, code: bytes, groups: int, groupindex: dict[str, int]
) -> re.Pattern[Any]:
    """Give a compiled pattern; the system of ``re`` checks the code."""
    names: list[str | None] = [None] * (groups + 1)
    for name, number in groupindex.items():
        names[number] = name
    loaded: re.Pattern[Any] = _sre.compile(
        pattern, flags, array("I", code).tolist(), groups, groupindex, tuple(names)
    )
    return loaded


def _set_compiled(rule: Rule, kept: dict[str, Any]) -> None:
    """Give a rule back what it had compiled, which is no field of it."""
    rule.__dict__.update(kept)


def _make_memory(function: Callable[..., Any], size: int | None) -> Callable[..., Any]:
    return functools.lru_cache(size)(function)


def _bind(owner: object, name: str) -> Any:
    method = getattr(owner, name)
    if not isinstance(method, _METHODS):
        raise pickle.UnpicklingError(f"{name} is no method of {type(owner).__name__}")
    return method
