"""Where listed names, and the rest of the article, correct the edges of runs."""

from collections.abc import Mapping, Sequence, Set

from msgspec.structs import replace

from medai_extract.match.english.edges import Run
from medai_extract.match.english.words import EnglishWords
from medai_extract.model import Candidate

Listed = Mapping[tuple[int, int], Sequence[Candidate]]
"""The hits of the name lists, by where they stand."""


def by_span(known: Sequence[Candidate]) -> Listed:
    """Give the organisations and products among the hits, in text order, by where they stand."""
    spans: dict[tuple[int, int], list[Candidate]] = {}
    for candidate in known:
        if candidate.label == "ORG" or candidate.label == "PRODUCT":
            span = candidate.start, candidate.end
            if span in spans:
                spans[span].append(candidate)
            else:
                spans[span] = [candidate]
    return spans


def part_listed(runs: Sequence[Run], listed: Listed) -> Sequence[Run]:
    """Part two listed names side by side, as glued text leaves them: Ruijin Hospital RuiPath."""
    ends = dict(sorted(listed))
    if not any(end + 1 in ends for end in ends.values()):
        return runs
    return [part for run in runs for part in _parts_of(run, ends.get(run.start, run.end), listed)]


def _parts_of(run: Run, end: int, listed: Listed) -> Sequence[Run]:
    if end >= run.end or (end + 1, run.end) not in listed:
        return (run,)
    name, rest = run.text[: end - run.start], run.text[end + 1 - run.start :]
    size = name.count(" ") + 1
    return (
        replace(run, end=end, words=run.words[:size], text=name),
        replace(run, start=end + 1, words=run.words[size:], text=rest, first=False, role=""),
    )


def settle_edges(runs: Sequence[Run], listed: Listed, words: EnglishWords) -> Sequence[Run]:
    """Decide by the rest of the article whether the first word of a sentence belongs to a name."""
    doubtful = [run.first and len(run.words) > 1 and _may_lose_first(run, listed, words) for run in runs]
    if not any(doubtful):
        return runs
    elsewhere = {run.text for run, doubt in zip(runs, doubtful, strict=True) if not doubt}
    return [
        _without_first(run, elsewhere, listed, words) if doubt and run.text not in elsewhere else run
        for run, doubt in zip(runs, doubtful, strict=True)
    ]


def _may_lose_first(run: Run, listed: Listed, words: EnglishWords) -> bool:
    first = run.words[0]
    return (
        words.common[first]
        and first not in words.given
        and first not in words.org_heads
        and (run.start, run.end) not in listed
    )


def _without_first(run: Run, elsewhere: Set[str], listed: Listed, words: EnglishWords) -> Run:
    """Give a run without its first word, where the rest is a name, else the run."""
    cut = len(run.words[0]) + 1
    rest = replace(run, start=run.start + cut, words=run.words[1:], text=run.text[cut:], first=False)
    known = rest.text in elsewhere and not all(words.common[word] for word in rest.words)
    adverb = (
        len(run.words[0]) > 4
        and run.words[0].endswith(("ly", "ing", "ed"))
        and not words.common[run.words[1]]
    )
    return rest if known or adverb or (rest.start, rest.end) in listed else run
