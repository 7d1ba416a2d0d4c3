"""Extract organisations, products, money and dates from Chinese and English news about medical AI.

>>> import medai_extract as mx
>>> result = mx.Pipeline()("由推想医疗完成。", published_at="2024-03-16")
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from medai_extract.batch.stream import run
    from medai_extract.frame import to_frame
    from medai_extract.model import Article, Document, Entity, Extraction, Mention, Relation
    from medai_extract.pipeline import Pipeline
    from medai_extract.segment import SegmentedText
    from medai_extract.settings import Settings

__version__ = "0.1.0"

__all__ = [
    "Article", "Document", "Entity", "Extraction", "Mention", "Pipeline", "Relation", "SegmentedText", "Settings",
    "run", "to_frame",
]  # fmt: skip

_HOMES = {
    "Pipeline": "pipeline",
    "SegmentedText": "segment",
    "Settings": "settings",
    "run": "batch.stream",
    "to_frame": "frame",
}


def __getattr__(name: str) -> Any:
    """Import a public name at its first use: the command line answers ``--help`` without the matchers."""
    from importlib import import_module

    if name not in __all__:
        raise AttributeError(f"module 'medai_extract' has no attribute {name!r}")
    return getattr(import_module(f"medai_extract.{_HOMES.get(name, 'model')}"), name)


def __dir__() -> list[str]:
    """Name what is public, so that a notebook can complete it."""
    return [*__all__, "__version__"]
