"""What ``of`` joins to one name: University of Leeds, St. Ansgar of the Hills, but not Zelvora of Leeds."""

from medai_extract.match.english.links import Word
from medai_extract.match.english.words import EnglishWords


class OfReader:
    """The rules for ``of``, with the words that they ask for."""

    def __init__(self, words: EnglishWords) -> None:
        self.words = words
        marks = words.marks
        self._lands, self._practices = marks["land"], marks["practice_head"]
        self._located_firms, self._person_titles = marks["located_firm"], marks["person_title"]
        self._hospital_tails = marks["hospital_tail"]

    def joins(self, left: list[Word], link: str, right: list[Word], named_of: bool) -> bool:
        """Say whether ``of`` is inside a name: District of Ohio, Invasion of Privacy Act, University of Leeds."""
        words = self.words
        last, following = left[-1].text, right[0].text
        if last in words.journals or words.refused_heads.get(right[-1].text) == "law":
            return True
        place = words.places.get(following) or words.places.get(" ".join(word.text for word in right[:2]))
        if place in ("region", "country") and self._takes_place(left, named_of):
            return True
        if len(left) > 1 and last in self._practices and place in ("region", "city"):
            return True  # Dermatology Associates of Tulsa
        if link == " of the " and len(right) == 1 and self._takes_land(left, following):
            return True
        apart = following.rstrip(".") in self._person_titles or (
            last in self._located_firms and following in words.places
        )
        return words.org_heads.get(last) == "institution" and not apart

    def _takes_place(self, left: list[Word], named_of: bool) -> bool:
        """Say whether a land belongs to a name behind ``of``: Northern District of California, Blue Shield of Ohio."""
        words = self.words
        if left[-1].text in self._lands:
            return named_of
        plural = words.is_plural(left[0].text) and left[0].text.lower() not in words.nouns  # Cedars of Ohio
        return (len(left) > 1 or plural) and all(map(self._is_plain, left))

    def _takes_land(self, left: list[Word], land: str) -> bool:
        """Say whether a land with an article belongs to a name: St. Ansgar of the Hills, Blue Cross of the Rockies."""
        words = self.words
        if words.place_kind(land) == "country" or words.traits[land] or land in words.org_heads:
            return False
        if len(left) > 1 and (left[0].text in words.saints or all(map(self._is_plain, left))):
            return True
        return left[0].text in self._hospital_tails

    def _is_plain(self, word: Word) -> bool:
        """Say whether a word is common, and neither heads a name nor what is none."""
        words = self.words
        heads = word.text in words.org_heads or word.text in words.refused_heads
        return words.common[word.text] and not heads
