"""The words of the Chinese parts of an article with their letters: Latin runs joined, what the segmenter glued cut apart."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from daachorse import MATCH_KIND_LEFTMOST_LONGEST, CharwiseDoubleArrayAhoCorasick

from medai_extract.match.chinese.latin import latin_runs
from medai_extract.match.chinese.letters import LETTERS, Letters, Piece
from medai_extract.match.chinese.lexicon import HEAD, Lexicon, any_of
from medai_extract.match.chinese.lookup import longest_suffix
from medai_extract.model import Span
from medai_extract.segment import SegmentedText, cut_runs

_TRADITIONAL = re.compile(
    "[與為對個們來時會發學業國經過後說醫療藥體數據產開關應將該實現點種樣還無長動務處續請議訊稱華東導創構團門優臺灣]"
)
_BLANK, _SMALL = re.compile(" "), re.compile("[a-z]")
_VERSION = re.compile(
    r"(?!(?:19|20)[0-9]{2}(?![0-9.]))[0-9]{1,4}(?:\.[0-9]{1,2}){0,2}(?![0-9.,%年月日号號亿億万萬倍个個款台臺家例岁歲天小时時分元点點股位名种種项項千百层層次])"
)


class Words(NamedTuple):
    """The words of an article's Chinese sentences, with offsets into the text.

    A letter for each as in ``chinese_lexicon`` stands in ``codes``, one for its part of speech in ``tags``, one for its role in
    ``roles`` and one for its size in ``sizes``. ``openings`` are the places where sentences begin, ``runs`` the Chinese stretches.
    A line break is a word that ends names; other white space is none.
    """

    text: str
    folded: str
    surfaces: list[str]
    starts: list[int]
    codes: str
    tags: str
    roles: str
    sizes: str
    openings: frozenset[int]
    runs: Sequence[Span]

    def end(self, at: int) -> int:
        """Give where word ``at`` ends."""
        return self.starts[at] + len(self.surfaces[at])

    def joins(self, at: int) -> bool:
        """Say whether word ``at`` touches the one before it in its sentence."""
        start = self.starts[at]
        return (
            at > 0
            and start not in self.openings
            and self.starts[at - 1] + len(self.surfaces[at - 1]) == start
        )

    def folded_word(self, at: int) -> str:
        """Give the folded form of word ``at``."""
        start = self.starts[at]
        return self.folded[start : start + len(self.surfaces[at])]

    def locate(self, start: int, end: int) -> tuple[int, int]:
        """Give the range of words that a span touches."""
        starts, first = self.starts, max(bisect_right(self.starts, start) - 1, 0)
        if starts[first] + len(self.surfaces[first]) <= start and first + 1 < len(starts):
            first += 1
        return first, max(bisect_left(starts, end, first), first + 1)

    def span(self, start: int, end: int) -> tuple[int, int, bool] | None:
        """Give the words that a span touches and whether it is made of whole ones; nothing outside the Chinese stretches."""
        starts, surfaces = self.starts, self.surfaces
        first = bisect_right(starts, start) - 1
        if first < 0 or starts[first] + len(surfaces[first]) <= start:
            return None
        last = bisect_left(starts, end, first + 1)
        return first, last, starts[first] == start and starts[last - 1] + len(surfaces[last - 1]) == end


class WordCutter:
    """Cuts articles into words."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._ordinals, self._ordinal_heads = lexicon.marks("ordinal"), lexicon.marks("ordinal_head")
        self._figures, self._figures_say = lexicon.marks("figures"), lexicon.marks("figures_say")
        pairs = [(first, self._ordinal_heads) for first in self._ordinals]
        pairs += [(first, self._figures_say) for first in self._figures]
        # Every branch begins with a character of its own, so that the engine skips to those.
        self._amendable = re.compile(
            "|".join([f"{first}(?:{any_of(following)})" for first, following in pairs])
            + "|".join(["", *(rf"{opening}[^（）()]{{1,5}}[）)]" for opening in ("（", r"\("))])
        )
        self._joining = re.compile(any_of(lexicon.marks("joining")))
        self._split_heads = lexicon.split_heads
        before = "".join(sorted({word[-2] for word in lexicon.split_heads}))
        self._head_ends = re.compile(rf"[{''.join(sorted(lexicon.marks('head_end')))}](?<=[{before}].)")
        # Of the heads only those that jieba does not keep whole by itself are looked for.
        heads = sorted(
            word
            for word in {*lexicon.org_heads, *lexicon.product_heads}
            if len(word) > 2 and not lexicon.has_word(word)
        )
        self._long_heads = CharwiseDoubleArrayAhoCorasick(heads, MATCH_KIND_LEFTMOST_LONGEST)
        self._not_latin = lexicon.marks("latin")
        self._letters = Letters(lexicon)

    def words(self, segmented: SegmentedText, folded: str) -> Words:
        """Give the words of an article; ``folded`` is the folded text."""
        text, runs = segmented.text, segmented.chinese_runs
        cut = _fold_traditional(segmented, folded)
        surfaces, starts = segmented.chinese if cut is text else cut_runs(cut, runs)
        letters = self._letters.of(surfaces, (cut[start:end] for start, end in runs))
        latin = [
            run
            for span in runs
            for run in latin_runs(text, span, self._lexicon.refused_latin, self._not_latin)
        ]
        if latin:
            joined = self._join(surfaces, starts, latin, text, folded)
            surfaces, starts, letters = _splice(surfaces, starts, letters, joined)
        codes = letters[::LETTERS]
        if " " in codes:
            blanks = ((*match.span(), ()) for match in _BLANK.finditer(codes))
            surfaces, starts, letters = _splice(surfaces, starts, letters, blanks)
            codes = letters[::LETTERS]
        if not codes.isupper():
            glued = [match.start() for match in _SMALL.finditer(codes)]
            cuts = (
                (at, at + 1, self._letters.take_apart(surfaces[at], starts[at], letters[LETTERS * at :]))
                for at in glued
            )
            surfaces, starts, letters = _splice(surfaces, starts, letters, cuts)
        whole = self._whole_heads(surfaces, starts, text, folded)
        if whole:
            surfaces, starts, letters = _splice(surfaces, starts, letters, whole)
        words = Words(
            text=text,
            folded=folded,
            surfaces=surfaces,
            starts=starts,
            codes=letters[::LETTERS],
            tags=letters[1::LETTERS],
            roles=letters[2::LETTERS],
            sizes=letters[3::LETTERS],
            openings=frozenset([sentence.start for sentence in segmented.sentences]),
            runs=runs,
        )
        return words._replace(codes=self._amend(words)) if surfaces else words

    def _join(
        self,
        surfaces: Sequence[str],
        starts: Sequence[int],
        names: Sequence[tuple[int, int]],
        text: str,
        folded: str,
    ) -> Iterator[tuple[int, int, list[Piece]]]:
        """Give the words that lie in Latin names, and one for each name."""
        last = 0
        for start, end in names:
            first = max(bisect_right(starts, start) - 1, last)
            if starts[first] + len(surfaces[first]) <= start:
                first += 1
            last = bisect_left(starts, end, lo=first)
            if first < last:
                letters = self._letters.make("L", "l", folded[start:end])
                yield first, last, [(text[start:end], start, letters)]

    def _whole_heads(
        self, surfaces: Sequence[str], starts: Sequence[int], text: str, folded: str
    ) -> list[tuple[int, int, list[Piece]]]:
        """Give the heads of names that were cut into words, and one word for each: 大|模型, 有限责任|公司."""
        whole, reached = [], 0
        for start, end, _ in self._long_heads.find(folded):
            first = bisect_left(starts, start, reached)
            if first == len(starts) or starts[first] != start or len(surfaces[first]) >= end - start:
                continue
            last = bisect_left(starts, end, first)
            if starts[last - 1] + len(surfaces[last - 1]) == end:
                letters = self._letters.of_whole(text[start:end], folded[start:end])
                whole.append((first, last, [(text[start:end], start, letters)]))
                reached = last
        return whole

    def _amend(self, words: Words) -> str:
        """Correct letters by the next words: 一附院, 弗若斯特沙利文数据显示, 强联智创（北京）科技有限公司, versions."""
        codes = list(words.codes)
        for at in (match.start() for match in re.finditer("V", words.codes)):
            # Numbers that follow a word of a name may be versions; the others end names.
            continues = words.joins(at) and codes[at - 1] not in "BGT"
            start = words.starts[at]
            fits = not words.text[start].isdecimal() or _VERSION.match(words.text, start)
            if not (continues and fits):
                codes[at] = "B"
        self._amend_joined(words, codes)
        for match in self._amendable.finditer(words.folded):
            first = bisect_left(words.starts, match.start())
            for at in range(first, min(bisect_left(words.starts, match.end()), len(codes)) - 1):
                self._amend_at(words, codes, at)
        return "".join(codes)

    def _amend_joined(self, words: Words, codes: list[str]) -> None:
        """Correct letters where names run into verbs (真格基金联合投资, 数据局组织了) and heads were cut apart (国家|网信|办)."""
        folded = words.folded
        for match in self._joining.finditer(folded):
            at = bisect_left(words.starts, match.start())
            if not 0 < at < len(codes) or words.folded_word(at) != match[0] or not words.joins(at):
                continue
            after_head = codes[at - 1] == "H" and (
                words.roles[at - 1] in HEAD or len(words.surfaces[at - 1]) == 1
            )
            # 联合 belongs to 联合实验室.
            goes_on = words.tags[at + 1 : at + 2] != "v" and words.codes[at + 1 : at + 2] in ("H", "N", "G")
            if after_head and not goes_on:
                codes[at] = "B"
        for match in self._head_ends.finditer(folded):
            at, end = bisect_left(words.starts, match.start()), match.end()
            is_cut = at < len(codes) and codes[at] == "B" and len(words.surfaces[at]) == 1 and words.joins(at)
            if is_cut and longest_suffix(folded[max(end - 6, 0) : end], self._split_heads, 6):
                codes[at] = "H"

    def _amend_at(self, words: Words, codes: list[str], at: int) -> None:
        word, following = words.folded_word(at), words.folded_word(at + 1)
        if word in self._ordinals and following in self._ordinal_heads:
            codes[at] = "N"
        elif word in self._figures and following in self._figures_say:
            if at == 0 or codes[at - 1] in "BGTHR" or len(words.surfaces[at - 1]) > 2:
                codes[at] = "B"
        elif word in "（(" and at and at + 3 < len(codes):
            fits = codes[at + 1] in "PHG" and len(following) <= 5 and words.folded_word(at + 2) in "）)"
            if fits and codes[at - 1] != "B" and codes[at + 3] != "B":
                codes[at : at + 3] = "KKK"


def _fold_traditional(segmented: SegmentedText, folded: str) -> str:
    """Give an article with its traditional sentences folded, for jieba's dictionary is simplified."""
    text = segmented.text
    if not _TRADITIONAL.search(text):
        return text
    pieces, at = [], 0
    for start, end in segmented.sentences:
        if _TRADITIONAL.search(text, start, end):
            pieces += [text[at:start], folded[start:end]]
            at = end
    return "".join([*pieces, text[at:]])


def _splice(
    surfaces: list[str], starts: list[int], letters: str, edits: Iterable[tuple[int, int, Iterable[Piece]]]
) -> tuple[list[str], list[int], str]:
    """Put pieces in the place of ranges of words."""
    new_surfaces: list[str] = []
    new_starts: list[int] = []
    new_letters: list[str] = []
    at = 0
    for first, last, pieces in edits:
        new_surfaces += surfaces[at:first]
        new_starts += starts[at:first]
        new_letters.append(letters[LETTERS * at : LETTERS * first])
        for surface, start, piece_letters in pieces:
            new_surfaces.append(surface)
            new_starts.append(start)
            new_letters.append(piece_letters)
        at = last
    new_letters.append(letters[LETTERS * at :])
    return new_surfaces + surfaces[at:], new_starts + starts[at:], "".join(new_letters)
