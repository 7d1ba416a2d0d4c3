"""What joins capitalised words to one name, and what parts them: of, for, and, &, a comma, a possessive."""

import re

from medai_extract.match.english.links import (
    AND,
    FOR,
    FOREIGN_PARTICLE,
    MARKED,
    OF,
    PARTICLE,
    PLAIN,
    POSSESSIVE,
    POSSESSIVE_AND,
    Word,
    is_coined,
)
from medai_extract.match.english.of import OfReader
from medai_extract.match.english.words import (
    BREAKS,
    CUT,
    DOCUMENTS,
    LEADING,
    NATIONALITY,
    TITLE,
    EnglishWords,
)

_OPENING = re.compile(r"\W*([A-Z][a-z]+)[^,;:]*\Z")
"""A sentence from its first word to a name, without a comma."""
_LISTED = re.compile(",? (?:and|or) |, [A-Z]")
_NO_SURNAME = TITLE | CUT | BREAKS | LEADING | NATIONALITY


class ChainSplitter:
    """The rules for connectors, with the words that they ask for."""

    def __init__(self, words: EnglishWords) -> None:
        self.words = words
        marks = words.marks
        self._of, self._ministries = OfReader(words), marks["ministry"]
        self._legal_comma = frozenset(form.rstrip(".") for form in marks["legal_comma"])
        self._legal_long, self._and_companies = marks["legal_long"], marks["and_company"]
        self._companies_alone, self._fronted = marks["and_company_alone"], marks["fronted"]
        self._hospital_tails = marks["hospital_tail"]
        self._owned_heads, self._named_heads = marks["owned_head"], marks["named_head"]
        self._guilds, self._partner_tails = marks["guild_head"], marks["partner_tail"]

    def _is_legal_comma(self, gap: str, word: Word) -> bool:
        """Say whether a comma stands before a legal form: Tempus, Inc."""
        return gap in (", ", ",") and word.text.rstrip(".") in self._legal_comma

    def split(self, text: str, chain: list[Word], start: int) -> list[list[Word]]:
        """Cut a chain, of the sentence that begins at ``start``, where its connectors do not belong to a name."""
        parts, links = self._split_plain(text, chain)
        pieces = [parts[0]]
        named_of = False
        for link, part in zip(links, parts[1:], strict=True):
            if self._joins(pieces[-1], link, part, named_of) or (
                link == ", " and self._are_partners(text, pieces[-1], part, start)
            ):
                named_of = named_of or link in OF or link in FOR
                pieces[-1] = pieces[-1] + part
            else:
                pieces.append(part)
                named_of = False
        return pieces

    def _split_plain(self, text: str, chain: list[Word]) -> tuple[list[list[Word]], list[str]]:
        """Join what a plain space joins, and give the connectors between these parts."""
        part = [chain[0]]
        parts, links = [part], []
        end = chain[0].end
        for word in chain[1:]:
            gap = text[end : word.start]
            end = word.end
            coined = word.text.startswith(part[-1].text) and is_coined(word.text, part[-1].text)
            plain = gap == " " or (gap in PLAIN and not (gap == " · " and self._parts_line(text, word)))
            plain = plain or gap[1:2].isdigit() or self._is_legal_comma(gap, word)
            if (
                plain
                and gap != " + "
                and not coined
                and not (word.text in self.words.titles and word.text.isupper())
            ):
                part.append(word)
            else:
                part = [word]
                parts.append(part)
                links.append(" " if plain else gap)
        return parts, links

    def _parts_line(self, text: str, word: Word) -> bool:
        """Say whether a dot before a common word parts what stands in a line: Dallane Post · Updated May 2 · 3 min."""
        if not self.words.common[word.text]:
            return False
        line = text[text.rfind("\n", 0, word.start) + 1 : text.find("\n", word.end) + 1 or None]
        return word.text.endswith("ed") or line.count(" · ") > 1

    def _joins(self, left: list[Word], link: str, right: list[Word], named_of: bool) -> bool:
        """Say whether ``link`` is inside one name."""
        words = self.words
        last, following = left[-1].text, right[0].text
        if link in AND:
            if link == " and the " and (not named_of or words.org_heads.get(right[-1].text) == "institution"):
                return False
            return self._joins_and(left, right, named_of)
        if link in OF:
            return self._of.joins(left, link, right, named_of)
        if link in POSSESSIVE:
            return self._joins_possessive(left, link, right)
        if link in POSSESSIVE_AND:
            return left[0].text in words.saints or last in words.joining
        if link in PARTICLE:
            return link in FOREIGN_PARTICLE or not words.common[last] or last in words.org_heads
        if link in FOR:
            return self._joins_for(last, link, right, named_of)
        if link == "–":
            campus = following in words.places or " ".join(word.text for word in right[:2]) in words.places
            return campus and words.org_heads.get(last) == "institution"
        if link in MARKED:
            return following in words.product_heads or not words.common[following]
        if link == ", ":
            listed = named_of and len(right) == 1 and any(word.text in self._ministries for word in left[:2])
            return listed and words.common[following] and following not in words.org_heads
        return link == " at " and left[0].text in words.campuses and following in words.places

    def _joins_possessive(self, left: list[Word], link: str, right: list[Word]) -> bool:
        """Say whether a possessive is inside a name: St. Brendan's Hospital, Clerks' Guild."""
        words = self.words
        last, following = left[-1].text, right[0].text
        if link[-2] != "s" and last[-1] == "s" and words.common[last] and self._ends_in_institution(right):
            return True  # Clerks' Guild
        if len(right) == 1 and following in self._owned_heads and last not in words.places:
            return True
        if (
            link[-2] != "s"
            and last[-1] == "s"
            and words.common[last]
            and " ".join(word.text for word in right) in self._guilds
        ):
            return True  # Home Owners' Forum
        saint = left[0].text in words.saints or (last in words.given and right[-1].text in self._named_heads)
        return last in words.joining or saint

    def _are_partners(self, text: str, left: list[Word], right: list[Word], start: int) -> bool:
        """Say whether a comma parts two surnames of one firm: Harrow, Pike & Co., but not where it ends a phrase or lists firms."""
        words, name = self.words, left[0]
        companies = len(right) == 2 and right[1].text in self._and_companies
        partners = len(right) == 3 and right[2].text in self._partner_tails
        if len(left) > 1 or not (companies or partners):
            return False
        if (
            name.text in words.places
            or words.traits[name.text] & _NO_SURNAME
            or right[0].text in self._companies_alone
        ):
            return False
        opening = _OPENING.match(text, start, name.start)
        if opening and opening[1] in self._fronted:
            return False
        return not (
            text.endswith((", ", " and ", " or "), start, name.start) or _LISTED.match(text, right[-1].end)
        )

    def _joins_for(self, last: str, link: str, right: list[Word], named_of: bool) -> bool:
        """Say whether ``for`` or ``on`` is inside a name: Institute for Global Health, Claude for Nurses."""
        words = self.words
        following = right[0].text
        if words.org_heads.get(last) == "institution":
            return link != " on " or (words.common[following] and not words.traits[following] & CUT)
        if words.refused_heads.get(last) == "law" and not (
            words.common[following] or following in words.places
        ):
            return False  # approved under the Medical Device Regulation for Zelvora
        if words.refused_heads.get(last) in DOCUMENTS or (
            named_of and link != " on " and last.lower() in words.nouns
        ):
            return True  # Office of the National Coordinator for Health IT
        trade = (
            following in words.trades
            or " ".join(word.text for word in right[:2]) in words.trades
            or (  # Mabel for Carers
                len(right) == 1
                and following.endswith("s")
                and words.common[following]
                and not words.common[last]
            )
        )
        return link == " for " and trade and not self._is_generic(last)

    def _is_generic(self, word: str) -> bool:
        """Say whether a word before ``for`` is no product's own: Tools for Nurses."""
        words = self.words
        heads = word in words.org_heads or word in words.product_heads or word in words.refused_heads
        return words.common[word] and (heads or word.endswith("s") or word.lower() in words.nouns)

    def _joins_and(self, left: list[Word], right: list[Word], named_of: bool) -> bool:
        """Say whether ``and`` is inside a name: Ministry of Industry and Trade, Food and Drug Administration."""
        words = self.words
        last, end = left[-1].text, right[-1].text
        ends_in_head = self._ends_in_institution(right)
        told = right[:-1] if ends_in_head and len(right) > 1 else right
        common_right = all(words.common[word.text] and word.text not in words.places for word in told)
        if len(right) == 1 and end in self._and_companies and not words.common[last]:
            return True
        if (
            len(left) <= 1 + (left[0].text == "The")
            and ends_in_head
            and last in words.given
            and right[0].text in words.given
        ):
            return True  # Gordon and Betty Moore Foundation
        if named_of:
            return not ends_in_head and (common_right or right[0].text in words.refused)
        if len(right) == 1 and len(left) > 1 and words.org_heads.get(end) in ("sector", "finance"):
            return words.org_heads.get(last) in ("sector", "institution")
        if ends_in_head and common_right and self._is_trade(left):
            return True
        if not common_right or not words.common[last] or last in self._hospital_tails:
            return False
        if len(right) > 1 and len(left) > 1 and end.rstrip(".") in self._legal_long:
            return True
        return ends_in_head and len(left) <= 6 and last not in words.org_heads

    def _ends_in_institution(self, part: list[Word]) -> bool:
        return self.words.org_heads.get(part[-1].text) == "institution"

    def _is_trade(self, left: list[Word]) -> bool:
        """Say whether words name a trade and no firm: US Securities, Pharmacy."""
        words = self.words
        return words.org_heads.get(left[-1].text) in ("sector", "finance") and all(
            words.common[word.text] or word.text in words.places for word in left
        )
