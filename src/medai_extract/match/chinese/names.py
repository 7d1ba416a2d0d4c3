"""Organisations and products in Chinese text that no list holds, and the right reading of those that a list holds twice.

Two readings of an article. The first weighs every span that could be a name on its own sentence; the second weighs it again with
what the first has found everywhere else. A weight is the log-odds that a piece of evidence adds to a label, in readable tables
(``patterns/words/zh_evidence*.csv``) that ``medai-extract patterns fit`` fits on annotated articles.
"""

from collections.abc import Mapping, Sequence

from medai_extract.match.chinese.bodies import Bodies
from medai_extract.match.chinese.choice import Chooser
from medai_extract.match.chinese.cutter import WordCutter
from medai_extract.match.chinese.evidence import Evidence
from medai_extract.match.chinese.lexicon import Lexicon
from medai_extract.match.chinese.reading import Reading, Tools
from medai_extract.match.chinese.spans import Proposer
from medai_extract.match.chinese.weights import Scale, Weights, read_weights
from medai_extract.match.chinese.wording import Wording, without_wording
from medai_extract.model import Candidate
from medai_extract.patterns import Patterns
from medai_extract.segment import SegmentedText


class ChineseNames:
    """The rules for names in Chinese text, compiled."""

    def __init__(self, patterns: Patterns, folding: Mapping[int, int]) -> None:
        self.folding = folding
        self.lexicon = Lexicon(patterns, folding)
        self._cutter, self._bodies = WordCutter(self.lexicon), Bodies(self.lexicon)
        self._tools = self.tools(*(read_weights(_join(patterns, of)) for of in ("", "_article")))

    def tools(self, first: Weights, second: Weights) -> Tools:
        """Give what a reading needs, with these weights for the first look and for the second."""
        scale = Scale(without_wording(first), without_wording(second))
        evidence = Evidence(self.lexicon, scale)
        proposer = Proposer(self.lexicon, evidence)
        return Tools(
            self.lexicon, self._cutter, self._bodies, proposer, evidence, scale, Wording(first, second)
        )

    def read(self, segmented: SegmentedText, tools: Tools | None = None) -> Reading:
        """Give the first reading of an article, by other weights than the table's where some are given."""
        return Reading(segmented, tools or self._tools, segmented.folded(self.folding))

    def find(self, segmented: SegmentedText, known: Sequence[Candidate]) -> list[Candidate]:
        """Give names that evidence explains; ``known`` are the hits of the name lists."""
        if not segmented.chinese_runs:
            return []
        return list(Chooser(self.read(segmented), known, self._tools).choose())


def _join(patterns: Patterns, reading: str) -> dict[str, str]:
    """Give the weights of a reading: of evidence and of characters."""
    return {
        item: value
        for table in ("evidence", "wording")
        for item, value in patterns.table(f"words.zh_{table}{reading}").items()
    }
