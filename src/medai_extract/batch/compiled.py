"""A compiled pipeline kept on disk, in the user's cache folder, so that the next run need not compile it again.

A file holds the pipeline of one set of patterns, settings, code and Python, which its name is a hash of; where any of them differs,
another file is looked for. What is damaged, foreign or not to be had is made anew, and where it cannot be kept, nothing is lost but
time.
"""

import functools
import gc
import hashlib
import io
import os
import pickle
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from types import BuiltinMethodType, MethodType, MethodWrapperType, ModuleType
from typing import Any

import msgspec
from msgspec.structs import replace

from medai_extract.batch.fingerprints import code_fingerprint, patterns_fingerprint
from medai_extract.cache import cache_folder, read_kept, write_kept
from medai_extract.expressions import dump_expression, keep_expressions, load_expression
from medai_extract.memory import take_as_old
from medai_extract.model import Article
from medai_extract.patterns import Patterns, Rule, find_patterns
from medai_extract.pipeline import Pipeline
from medai_extract.settings import Settings

KEPT = 4
"""Compiled pipelines that stay on disk (20 MB each), the newest first."""
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
            keep_expressions()
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
    """Have everything made that waits for its first use: the examples of the rules hold something of all."""
    _ = pipeline.patterns.rest
    for of_area in pipeline.patterns.rules.values():
        for example in (example for rule in of_area for example in rule.examples):
            text = example.text.replace("[", "").replace("]", "")
            pipeline.signer.sign(pipeline.extract(Article(source="-", text=text)).document.text)


def read_pipeline(path: Path) -> Pipeline | None:
    """Give the pipeline of a file, or nothing where it is not there, not ours, or not as it was written."""
    # A hundred thousand objects that all stay: looking for garbage among them would take longer than reading them.
    collecting = gc.isenabled()
    gc.disable()
    try:
        pipeline = read_kept(path, lambda stream: _Unpickler(stream).load())
    except Exception:  # whatever it is, it is not the pipeline that was written
        return None
    finally:
        if collecting:
            take_as_old()
            gc.enable()
    if not isinstance(pipeline, Pipeline):
        return None
    with suppress(OSError):
        os.utime(path)
    return pipeline


def _write(path: Path, pipeline: Pipeline) -> None:
    """Keep a pipeline with all that it may ever compile, and no more than the newest ones."""
    _warm(pipeline)
    stream = io.BytesIO()
    _Pickler(stream, protocol=5).dump(pipeline)
    write_kept(path, stream.getbuffer())
    newest = sorted(path.parent.glob(f"*{_SUFFIX}"), key=lambda found: found.stat().st_mtime, reverse=True)
    for old in newest[KEPT:]:
        old.unlink(missing_ok=True)


class Tables(Mapping[str, dict[str, str]]):
    """Word tables as they are kept: what was compiled of them has taken what it needs, and they are hardly ever asked for again.

    >>> Tables(msgspec.msgpack.encode({"org.legal_forms": {"Inc": "en"}}))["org.legal_forms"]
    {'Inc': 'en'}
    """

    def __init__(self, packed: bytes) -> None:
        self._packed = packed

    @functools.cached_property
    def _tables(self) -> dict[str, dict[str, str]]:
        return msgspec.msgpack.decode(self._packed, type=dict[str, dict[str, str]])

    def __getitem__(self, name: str) -> dict[str, str]:
        return self._tables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)


class _Pickler(pickle.Pickler):
    """Writes compiled patterns as the code that they were compiled to, and memories as what they remember for, empty."""

    def reducer_override(self, found: Any) -> Any:
        if isinstance(found, re.Pattern):
            return load_expression, dump_expression(found)
        if isinstance(found, functools._lru_cache_wrapper) and isinstance(found.__wrapped__, MethodType):
            return _make_memory, (found.__wrapped__, found.cache_parameters()["maxsize"])
        if isinstance(found, Rule):
            return *found.__reduce__(), found.__dict__, None, None, _set_made
        if isinstance(found, Patterns):
            packed = replace(found, tables=Tables(msgspec.msgpack.encode(dict(found.tables))))
            return *packed.__reduce__(), found.__dict__, None, None, _set_made
        if isinstance(found, _METHODS) and not isinstance(found.__self__, ModuleType):
            return _bind, (found.__self__, found.__name__)
        return NotImplemented


class _Unpickler(pickle.Unpickler):
    """Makes nothing but what a compiled pipeline is made of."""

    def find_class(self, module: str, name: str) -> Any:
        if module.partition(".")[0] == "medai_extract" or (module, name) in _OTHERS:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} is no part of a compiled pipeline")


def _set_made(owner: Rule | Patterns, kept: dict[str, Any]) -> None:
    """Give back what was made of the fields and is none."""
    owner.__dict__.update(kept)


def _make_memory(function: Callable[..., Any], size: int | None) -> Callable[..., Any]:
    return functools.lru_cache(size)(function)


def _bind(owner: object, name: str) -> Any:
    method = getattr(owner, name)
    if not isinstance(method, _METHODS):
        raise pickle.UnpicklingError(f"{name} is no method of {type(owner).__name__}")
    return method
