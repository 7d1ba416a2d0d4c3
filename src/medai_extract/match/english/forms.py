"""Forms: all mentions of one surface form in an article, with the evidence for and against its being a name."""

import msgspec

from medai_extract.match.english.verdicts import Heard, Verdict, no_name


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a form says by itself, in any article.

    ``evidence`` holds everywhere, ``amid`` where a mention stands inside a sentence, ``opening`` where each of them
    begins one. ``common`` says that all its words are common, ``place`` that it names a place or a nation,
    ``term`` a technology, a month, a law; ``refused`` is either, but for a stock exchange.
    """

    evidence: int
    amid: int
    opening: int
    common: bool
    place: bool
    term: bool
    refused: bool


class Form(msgspec.Struct, gc=False):
    """One surface form.

    ``mentions`` counts it; ``amid`` says that one stands inside a sentence, ``headlined`` that all are in
    headlines. ``inside`` is evidence in the name itself, ``around`` that of the words beside any of its mentions,
    ``related`` what other forms say about it, with its share; ``verdict`` is what all that came to when
    ``settled`` was last true. ``same_as`` is another form that names the same thing.
    """

    text: str
    words: tuple[str, ...]
    facts: Facts
    inside: int
    mentions: int = 0
    amid: bool = False
    headlined: bool = True
    around: int = 0
    related: dict[int, float] | None = None
    same_as: str | None = None
    verdict: Verdict = msgspec.field(default_factory=no_name)
    settled: bool = False

    def relate(self, evidence: int, share: float = 1.0) -> None:
        """Add what another form says, keeping the strongest."""
        if self.related is None:
            self.related = {}
        if share > self.related.get(evidence, 0.0):
            self.related[evidence] = share
            self.settled = False

    def heard(self, here: int, quoted: bool, genre: float) -> Heard:
        """Give all that is known of a mention; ``here`` is the evidence of the words beside it."""
        related = tuple(self.related.items()) if self.related else ()
        return self.inside, self.around, here, quoted, genre, related

    @property
    def is_refused(self) -> bool:
        """Whether the form is no name: a place, a month, a technology, unless brackets taught it."""
        return self.facts.refused and self.same_as is None
