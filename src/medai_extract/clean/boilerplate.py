"""What a page says that its article does not: navigation, advertisements, share bars, digests, footers.

Rules judge whole lines; a rule with ``until`` opens a section that runs to the line before the first one that
matches. A line of short pieces (a menu, a share bar, a row of counters) goes when its pieces do; behind date and source they go alone. Nothing of
the body lost is worth more than a little noise kept: a section whose end is nowhere to be seen goes only from
the tail of a text.
"""

import re
from collections.abc import Callable
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from daachorse import MATCH_KIND_STANDARD, CharwiseDoubleArrayAhoCorasick

from medai_extract.clean.literals import find_literals, longest_match
from medai_extract.clean.sections import Sections
from medai_extract.language import contains_han
from medai_extract.patterns import Patterns, Rule

LONGEST_LINE = 400
"""Code points above which a line is a paragraph and only an opened section can drop it."""
LONGEST_SHORT_LINE = 100
"""Code points above which a line must hold a word of the table ``clean.long`` for any rule to be tried."""
LONGEST_MENU, LONGEST_ITEM = 160, 60
"""Code points of a menu, and of a menu without wide gaps or bars."""
LONGEST_LETTERS = 20
"""Code points of a line of buttons of one character each."""
BUTTONS = "clean.buttons"
_WEAK = "item"
_AT_END = frozenset(("counter", "nav", "share"))
"""Kinds of what stands behind date and source in one line: 阅读次数：317, 打开App阅读全文, Share  Tweet  Email."""


class Boilerplate(NamedTuple):
    """A range of the source text that is left out, with its kind and the rule that says so."""

    start: int
    end: int
    kind: str
    rule_id: str


class _LineRule:
    """A rule for whole lines; its regexes are compiled when a line first needs them."""

    def __init__(self, rule: Rule) -> None:
        self.kind = rule.kind or "other"
        self.id = rule.id
        self.longest = longest_match(rule.pattern)
        self._pattern, self._until = rule.pattern, rule.until

    @cached_property
    def fullmatch(self) -> Callable[[str], re.Match[str] | None]:
        return re.compile(self._pattern).fullmatch

    @cached_property
    def until(self) -> re.Pattern[str] | None:
        return re.compile(self._until) if self._until is not None else None


class _Verdict(NamedTuple):
    kind: str
    rule_id: str
    until: re.Pattern[str] | None


class BoilerplateFinder:
    r"""The rules of ``patterns/clean``.

    The words without which no rule and no button can be there are looked for first; only the lines that hold some are looked at,
    and only by the rules whose words they hold.

    >>> from medai_extract.patterns import load_patterns
    >>> finder = BoilerplateFinder(load_patterns())
    >>> [(drop.kind, drop.rule_id) for drop in finder.find("微信 朋友圈\n平安健康发布公告。\n© 2025 某某网")]
    [('share', 'clean.buttons'), ('copyright', 'clean.copyright')]
    """

    _EDGE = " \t\u3000\xa0[]【】()（）*→►▶▼▾»›>•·|｜-–—~～…\r\n"
    _PIECE = re.compile(r"\s{2,}|[\u3000\t]|\s*[|｜]\s*|(?<=[\]】])\s*(?=[\[【])|\s+[·•]\s+")
    _GAP = re.compile(r"[|｜\u3000\t·•\]】]|\s\s")
    # Each branch begins with a character of its own, which lets the engine skip to the next candidate.
    _DATED = re.compile(
        r"1(?<!\d1)9\d\d(?!\d)|2(?<!\d2)0\d\d(?!\d)|来源|作者|记者|u(?<!\wu)pdated\b|p(?<!\wp)ublished\b|b(?<!\wb)y\b"
    )
    _MINUTES = re.compile(r"\bmin(?:ute)?s?\b")
    """The time that reading takes is a part of the byline."""
    _WORD = re.compile(r"[\s>›»/、:：,，\[\]【】()（）·•]+")
    _NO_PIECE = re.compile(r"\d|[。！？!?;；]|\w\. |.{25}")

    def __init__(self, patterns: Patterns) -> None:
        rules = patterns.rules.get("clean", ())
        self._rules = [_LineRule(rule) for rule in rules]
        # A set of rules is an integer with a bit for each; the next bit tells that a long line is worth a look, the last a button.
        self._long, self._button = 1 << len(rules), 2 << len(rules)
        self._of_lang = {
            han: sum(1 << index for index, rule in enumerate(rules) if rule.lang in (lang, "any"))
            for han, lang in ((True, "zh"), (False, "en"))
        }
        self._any_rule = self._long - 1
        self._of_one_lang = self._of_lang[True] ^ self._of_lang[False]
        # "item" marks words that articles use too (Health, 健康): they count only in the company of others.
        self._buttons = {word.lower(): kind for word, kind in patterns.table(BUTTONS).items()}
        # Buttons of one character (sizes of letters) are in every text: only a short line is looked at for them.
        self._letters = frozenset(word for word in self._buttons if len(word) == 1)
        needs = {word: self._button for word in self._buttons if len(word) > 1}
        long_words = patterns.table("clean.long")
        self._long_words = CharwiseDoubleArrayAhoCorasick([*long_words], MATCH_KIND_STANDARD)
        for word in long_words:
            needs[word] = needs.get(word, 0) | self._long
        self._always = 0
        for index, rule in enumerate(rules):
            words = find_literals(rule.pattern)
            self._always |= 0 if words else 1 << index
            for word in words:
                needs[word] = needs.get(word, 0) | 1 << index
        self._words = CharwiseDoubleArrayAhoCorasick(list(needs), MATCH_KIND_STANDARD)
        self._needs = list(needs.values())
        traditional = patterns.table("script.traditional")
        # All beyond the first plane is taken for traditional; a class with some of it would be searched one by one.
        first_plane = "".join(char for char in traditional if char < "\U00010000")
        self._traditional = re.compile(f"[{first_plane}\U00010000-\U0010ffff]")
        self._simplified = traditional

    def find(self, text: str) -> list[Boilerplate]:
        """Give the ranges to leave out, in order; each takes its line's end with it."""
        found: list[Boilerplate] = []
        folded = self._fold(text)
        lines = text.splitlines(keepends=True)
        starts = [0, *accumulate(map(len, lines))]
        sections = Sections(lines, starts)
        last = -1
        for index in range(len(lines)):
            if index <= last:
                continue
            line = folded[starts[index] : starts[index + 1]]
            rules = self._possible_rules(line)
            verdict = self._judge(line, rules)
            # A line is judged without its wide gaps too: cleaning folds them, and to clean twice is to clean once.
            if verdict is None and ("  " in line or not line.strip().isprintable()):
                narrow = " ".join(line.split())
                verdict = self._judge(narrow, self._possible_rules(narrow))
            if verdict is None and (tail := self._find_tail(line, rules)) is not None:
                kind, start = tail
                found.append(
                    Boilerplate(starts[index] + start, starts[index] + len(line.rstrip()), kind, BUTTONS)
                )
            if verdict is not None:
                last = index
                if verdict.until is not None:
                    last = sections.find_end(index, verdict.until, digest=verdict.kind == "digest")
                found.append(Boilerplate(starts[index], starts[last + 1], verdict.kind, verdict.rule_id))
        return _drop_lone_items(found, text) if any(drop.kind == _WEAK for drop in found) else found

    def _fold(self, text: str) -> str:
        """Give a text in lower case and simplified script, a code point for each."""
        lowered = text.lower()
        if len(lowered) != len(text):
            lowered = "".join(low if len(low := char.lower()) == 1 else char for char in text)
        if lowered.isascii():
            return lowered
        return self._traditional.sub(lambda match: self._simplified.get(match[0], match[0]), lowered)

    def _possible_rules(self, line: str) -> int:
        """Give the rules of which a line holds a needed word; of a paragraph that no word makes worth a look, none."""
        is_paragraph = len(line) > LONGEST_MENU and len(line.strip(self._EDGE)) > LONGEST_SHORT_LINE
        if is_paragraph and not self._long_words.find(line):
            return 0
        rules = self._always
        for _, _, word in self._words.find_overlapping(line):
            rules |= self._needs[word]
        return rules

    def _judge(self, line: str, rules: int) -> _Verdict | None:
        """Say what a line is if it is no part of the article."""
        stripped = line.strip(self._EDGE)
        if not stripped or len(stripped) > (LONGEST_LINE if rules & self._long else LONGEST_SHORT_LINE):
            return None
        if not rules and (len(stripped) > LONGEST_LETTERS or self._letters.isdisjoint(stripped)):
            return None
        if (rule := self._match(stripped, rules)) is not None:
            return _Verdict(rule.kind, rule.id, rule.until)
        kind = self._menu_kind(stripped, rules) if len(stripped) <= LONGEST_MENU else None
        return _Verdict(kind, BUTTONS, None) if kind is not None else None

    def _match(self, line: str, rules: int) -> _LineRule | None:
        """Give the first of ``rules`` that matches a line."""
        length = len(line)
        if rules & self._of_one_lang:
            rules &= self._of_lang[contains_han(line)]
        rules &= self._any_rule
        while rules:
            lowest = rules & -rules
            rule = self._rules[lowest.bit_length() - 1]
            if length <= rule.longest and rule.fullmatch(line) is not None:
                return rule
            rules ^= lowest
        return None

    def _find_tail(self, line: str, rules: int) -> tuple[str, int] | None:
        """Give the kind and the start of the buttons and counters that end a line of date and source."""
        if not rules or len(line) > LONGEST_MENU or self._DATED.search(line) is None:
            return None
        end, kind = len(line.rstrip()), None
        for gap in reversed([*self._PIECE.finditer(line, 0, end)]):
            piece = line[gap.end() : end].strip(self._EDGE)
            of_piece = self._piece_kind(piece, rules) if piece else None
            if gap.start() == 0 or of_piece not in _AT_END or self._MINUTES.search(piece):
                break
            end, kind = gap.start(), of_piece
        return None if kind is None else (kind, end)

    def _menu_kind(self, line: str, rules: int) -> str | None:
        """Give the kind of a line of pieces that are buttons, counters and the like; a few may be unknown."""
        whole = self._buttons.get(line)
        if whole is not None:
            return whole
        if line[-1] == "。":
            return None
        if self._GAP.search(line):
            pieces = [piece for part in self._PIECE.split(line) if (piece := part.strip(self._EDGE))]
            if len(pieces) > 1:
                return self._common_kind(pieces, lambda piece: self._piece_kind(piece, rules), 0.5)
        elif len(line) > (LONGEST_ITEM if rules & self._button else LONGEST_LETTERS):
            return None
        words = [word for word in self._WORD.split(line) if word]
        # Two English words are a phrase ("next weekend"), two Chinese ones are buttons.
        if len(words) < 2 or (len(words) == 2 and line.isascii() and " " in line):
            return None
        return self._common_kind(words, self._buttons.get, 0.6 if len(words) > 4 else 1.0)

    def _piece_kind(self, piece: str, rules: int) -> str | None:
        kind = self._buttons.get(piece)
        if kind is not None:
            return kind
        if (rule := self._match(piece, rules)) is not None:
            return rule.kind
        return self._common_kind([word for word in self._WORD.split(piece) if word], self._buttons.get, 1.0)

    def _common_kind(
        self, pieces: list[str], kind_of: Callable[[str], str | None], least: float
    ) -> str | None:
        """Give the first kind of ``pieces`` if the share ``least`` is known and none of the others is a sentence."""
        unknown, most = 0, len(pieces) * (1 - least)
        strong: str | None = None
        for piece in pieces:
            kind = kind_of(piece)
            if kind is None:
                unknown += 1
                if unknown > most or self._NO_PIECE.search(piece):
                    return None
            elif strong is None and kind != _WEAK:
                strong = kind
        known = len(pieces) - unknown
        return strong or "nav" if known and (strong or known >= 4) else None


def _drop_lone_items(found: list[Boilerplate], text: str) -> list[Boilerplate]:
    """Keep lines of one weak word only where they stand in a menu: four in a row, or beside a button."""
    runs: list[list[Boilerplate]] = []
    for drop in found:
        if runs and not text[runs[-1][-1].end : drop.start].strip():
            runs[-1].append(drop)
        else:
            runs.append([drop])
    kept: list[Boilerplate] = []
    for run in runs:
        in_menu = len(run) >= 4 or any(drop.rule_id == BUTTONS and drop.kind != _WEAK for drop in run)
        for drop in run:
            if drop.kind != _WEAK:
                kept.append(drop)
            elif in_menu:
                kept.append(drop._replace(kind="nav"))
    return kept
