"""What only stands before a name: function words that begin a sentence, articles, nationalities, a noun."""

from medai_extract.match.english.links import Word
from medai_extract.match.english.words import ARTICLE, LEADING, NATIONALITY, EnglishWords


class LeftStripper:
    """The rules for the left edge, with the words that they ask for."""

    def __init__(self, words: EnglishWords) -> None:
        self.words = words
        marks = words.marks
        self._royal, self._regions, self._rivals = marks["royal"], marks["region"], marks["rival"]
        self._adjectives = marks["name_adjective"]
        self._numbers, self._ordinals = marks["number_name"], marks["ordinal_name"]

    def is_leading_noun(self, leading: str, following: str) -> bool:
        """Say whether a noun that begins a sentence stands before a name: Startup Zelvora."""
        words = self.words
        noun = leading.lower()
        if leading in self._royal or (leading in self._regions and following in words.places):
            return False
        return (
            (noun in words.nouns or noun.removesuffix("s") in words.nouns)
            and leading not in words.org_heads
            and following not in words.org_heads
            and (not words.common[following] or leading in self._rivals)
        )

    def strip(self, part: list[Word], first: bool) -> list[Word]:
        """Take off function words that begin a sentence, articles, and a nationality before a proper name."""
        words = self.words
        keeps = not first or self._is_number_name(part) or self._is_old(part)
        stripped = ARTICLE if keeps else LEADING
        while part and words.traits[part[0].text] & stripped:
            part, stripped = part[1:], ARTICLE
        if (
            len(part) > 1
            and words.traits[part[0].text] & NATIONALITY
            and not words.common[part[1].text]
            and words.place_kind(" ".join(word.text for word in part)) is None
            and not any(words.org_heads.get(word.text) == "institution" for word in part)
        ):
            return part[1:]
        return part

    def _is_old(self, part: list[Word]) -> bool:
        """Say whether an adjective begins the name of a firm: Old Colony Mutual."""
        words = self.words
        return (
            len(part) > 2
            and part[0].text in self._adjectives
            and part[-1].text in words.org_heads
            and words.common[part[1].text]
        )

    def _is_number_name(self, part: list[Word]) -> bool:
        """Say whether a name begins with a number: Nine Rivers Trust, but not in Three Chinese firms."""
        words = self.words
        if part[0].text in self._ordinals and len(part) > 2:
            return words.org_heads.get(part[-1].text) in ("finance", "institution") and all(
                words.common[word.text] and word.text not in words.places for word in part
            )
        return (
            len(part) > 1
            and part[0].text in self._numbers
            and part[1].text.istitle()
            and words.common[part[1].text]
            and part[1].text not in words.places
            and (len(part) == 2 or (words.is_plural(part[1].text) and part[1].text not in words.org_heads))
        )
