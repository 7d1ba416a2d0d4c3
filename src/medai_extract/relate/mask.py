"""Sentences with their mentions replaced by one sign each, so that relation rules speak of roles and not of names."""

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence

import msgspec

from medai_extract.model import Label, Mention

SIGNS: Mapping[Label, str] = {"ORG": "Ⓞ", "PRODUCT": "Ⓟ", "MONEY": "Ⓜ", "DATE": "Ⓓ"}
SIGN = re.compile("[ⓄⓅⓂⒹ]")
# What joins the members of a list; the conjunction may follow a comma (A, B, and C), and old investors come last.
_JOINT = re.compile(
    r"\s*(?:[、，,/／]|,?\s*(?:and|&|as well as)\s|和|与|與|及|以及|并)\s*(?:the\s|existing investors?\s|老股东)?",
    re.I,
)


class Masked(msgspec.Struct, frozen=True):
    """A sentence with signs for mentions: ``positions[i]`` is where ``groups[i]`` stands."""

    text: str
    positions: list[int]
    groups: list[tuple[Mention, ...]]

    def at(self, position: int) -> tuple[Mention, ...]:
        """Give the mentions of the sign at ``position``."""
        return self.groups[bisect_left(self.positions, position)]


def mask_sentence(text: str, start: int, mentions: Sequence[Mention]) -> Masked:
    """Replace the mentions of a sentence by signs; organisations joined as a list share one.

    Args:
        text: the sentence; it holds no sign itself.
        start: its offset in the article.
        mentions: its mentions, in order.
    """
    pieces: list[str] = []
    positions: list[int] = []
    groups: list[tuple[Mention, ...]] = []
    at = length = 0
    before = ""
    for mention in mentions:
        label = mention.label
        between = text[at : mention.start - start]
        at = mention.end - start
        if label == "ORG" == before and _JOINT.fullmatch(between):
            groups[-1] = (*groups[-1], mention)
            continue
        before = label
        pieces += (between, SIGNS[label])
        length += len(between)
        positions.append(length)
        groups.append((mention,))
        length += 1
    pieces.append(text[at:])
    return Masked("".join(pieces), positions, groups)
