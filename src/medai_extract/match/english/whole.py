"""Names that stand whole elsewhere in the article: Early Bell, of which a sentence begins with Early; Zelvoraand."""

import re
from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from medai_extract.match.english.edges import Run
from medai_extract.match.english.words import LEADING, EnglishWords

_PREFIX = re.compile("[a-z]+(?=[A-Z])")


class WholeReader:
    """The reader of names that were cut, or to which a word is glued, where the article has them whole too."""

    def __init__(self, words: EnglishWords) -> None:
        self.words = words
        self._glue = tuple(words.marks["glue"])

    def settle(self, text: str, runs: list[Run]) -> list[Run]:
        """Give the runs of a text, each as the article has it elsewhere.

        >>> from medai_extract.match.english.runs import RunFinder
        >>> from medai_extract.patterns import load_patterns
        >>> from medai_extract.segment import SegmentedText
        >>> text = "Users of Early Fern like Zelvora. Early Fern sold Zelvoraand left."
        >>> found, _ = RunFinder(EnglishWords(load_patterns())).find(SegmentedText(text))
        >>> [run.text for run in found]
        ['Early Fern', 'Zelvora', 'Early Fern', 'Zelvora']
        """
        traits = self.words.traits
        led = {
            run.words[1].rstrip(","): run.words[0]
            for run in runs
            if len(run.words) > 1 and traits[run.words[0]] & LEADING and not run.first
        }
        joined = {run.words[0]: run.text for run in runs if " and " in run.text}
        runs = [*_join(text, runs, joined)] if joined else runs
        glued = [run for run in runs if self._may_be_glued(run)]
        if not (led or glued):
            return runs
        names = {run.text: run for run in runs} if glued else {}
        return [self._settle_run(text, run, led, names) for run in runs]

    def _may_be_glued(self, run: Run) -> bool:
        return run.text.endswith(self._glue) or run.text[0].islower()

    def _settle_run(self, text: str, run: Run, led: Mapping[str, str], names: Mapping[str, Run]) -> Run:
        lead = led.get(run.words[0].rstrip(","))
        if lead and text.endswith(f"{lead} ", 0, run.start):
            start = run.start - len(lead) - 1
            return replace(
                run, start=start, words=(lead, *run.words), text=text[start : run.end], first=False
            )
        prefix = _PREFIX.match(run.text) if names else None
        if prefix and (prefix[0] in self.words.function or self.words.common[prefix[0]]):
            name = run.text[prefix.end() :]
            if name in names:
                return replace(run, start=run.start + prefix.end(), words=names[name].words, text=name)
        for word in self._glue if names else ():
            name = run.text.removesuffix(word)
            if name in names and name != run.text:
                return replace(run, end=run.end - len(word), words=names[name].words, text=name)
        return run


def _join(text: str, runs: Sequence[Run], joined: Mapping[str, str]) -> Iterator[Run]:
    """Give runs, the parts of a name with ``and`` as one that is so elsewhere: the Leeds and Dale Trust (LDT)."""
    end = 0
    for run in runs:
        if run.start < end:
            continue
        name = joined.get(run.words[0], "")
        if name.startswith(run.text) and name != run.text and text.startswith(name, run.start):
            end = run.start + len(name)
            run = replace(run, end=end, words=tuple(name.split()), text=name)
        yield run
