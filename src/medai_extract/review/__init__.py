"""The review desk: a web app on which people decide what the rules found, and the store in which every decision outlives the next run."""

from medai_extract.review.store import Store

__all__ = ["Store"]
