"""What the readers of both sides of a name share: the nouns that say what it is, and the tables of phrases.

Phrases stand in ``patterns/*/en_before.csv`` and ``en_after.csv``; the longest that touches the name counts.
"""

from medai_extract.match.english.weights import Weights
from medai_extract.match.english.words import EnglishWords
from medai_extract.patterns import Patterns


class Nouns:
    """The nouns that say what the name beside them is, with the evidence by where they stand."""

    def __init__(self, words: EnglishWords, weights: Weights) -> None:
        self.kinds = words.nouns
        self.role = weights.mask("not.person_role")
        common = {"role": self.role, "other": weights.mask("not.noun")}
        self.before, self.after, self.is_a = (
            {
                noun: common[kind] if kind in common else weights.mask(f"{kind}.{place}")
                for noun, kind in words.nouns.items()
            }
            for place in ("noun_before", "noun_after", "is_a")
        )
        self.after |= {noun: 0 for noun, kind in words.nouns.items() if kind == "role"}


def merge_tables(patterns: Patterns, stem: str, weights: Weights) -> dict[str, int]:
    """Join the tables of both labels, and that of ``words``, whose values are whole names of evidence."""
    merged: dict[str, int] = {}
    for area in ("org", "product", "words"):
        for phrase, name in patterns.table(f"{area}.{stem}").items():
            evidence = weights.mask(name if area == "words" else f"{area}.{name}")
            merged[phrase] = merged.get(phrase, 0) | evidence
    return merged
