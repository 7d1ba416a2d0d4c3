"""Mentions to entities."""

from medai_extract.link.linker import Linker

__all__ = ["Linker"]
