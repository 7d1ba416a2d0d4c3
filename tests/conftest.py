"""Fixtures shared by all tests; what is slow to build is built once."""

from pathlib import Path

import pytest

from medai_extract.patterns import Patterns, load_patterns
from medai_extract.pipeline import Pipeline

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def patterns() -> Patterns:
    return load_patterns()


@pytest.fixture(scope="session")
def pipeline(patterns: Patterns) -> Pipeline:
    return Pipeline(patterns)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The annotated articles that are not part of the project."""
    if not SHARED.is_dir():
        pytest.skip("the shared gold articles are not beside this checkout")
    return SHARED
