"""What a page says that its article does not: navigation, advertisements, share bars, digests, footers.

Rules judge whole lines; a rule with ``until`` opens a section that runs to the line before the first one that
matches. A line of short pieces (a menu, a share bar, a row of counters) goes when its pieces do. Nothing of
the body lost is worth more than a little noise kept: a section whose end is nowhere to be seen goes only from
the tail of a text.
"""

import re
from typing import NamedTuple

from medai_extract.language import contains_han
from medai_extract.patterns import Patterns, Rule

LONGEST_LINE = 400
"""Code points above which a line is a paragraph and only an opened section can drop it."""
LONGEST_SHORT_LINE = 100
"""Code points above which a line must hold a word of the table ``clean.long`` for any rule to be tried."""
LONGEST_MENU, LONGEST_ITEM = 160, 60
"""Code points of a menu, and of a menu without wide gaps or bars."""
LONGEST_SECTION = 60
"""Lines; longer lists of other articles stand only after the end of this one."""
TAIL = 600
"""Code points; a section may run to the end of a text if no more than this, or half of the text, would go."""
BUTTONS = "clean.buttons"
_WEAK = "item"


class Boilerplate(NamedTuple):
    """A range of the source text that is left out, with its kind and the rule that says so."""

    start: int
    end: int
    kind: str
    rule_id: str


class _Verdict(NamedTuple):
    kind: str
    rule_id: str
    until: re.Pattern[str] | None


class BoilerplateFinder:
    r"""The rules of ``patterns/clean``, compiled.

    >>> from medai_extract.patterns import load_patterns
    >>> finder = BoilerplateFinder(load_patterns())
    >>> [(drop.kind, drop.rule_id) for drop in finder.find("微信 朋友圈\n平安健康发布公告。\n© 2025 某某网")]
    [('share', 'clean.buttons'), ('copyright', 'clean.copyright')]
    """

    _EDGE = " \t\u3000\xa0[]【】()（）*→►▶▼▾»›>•·|｜-–—~～…\r\n"
    _PIECE = re.compile(r"\s{2,}|[\u3000\t]|\s*[|｜]\s*|(?<=[\]】])\s*(?=[\[【])|\s+[·•]\s+")
    _GAP = re.compile(r"[|｜\u3000\t·•\]】]|\s\s")
    _WORD = re.compile(r"[\s>›»/、:：,，\[\]【】()（）·•]+")
    _NO_PIECE = re.compile(r"\d|[。！？!?;；]|\w\. |.{25}")

    def __init__(self, patterns: Patterns) -> None:
        self._verdicts = tuple(
            _Verdict(
                rule.kind or "other", rule.id, re.compile(rule.until) if rule.until is not None else None
            )
            for rule in patterns.rules.get("clean", ())
        )
        rules = list(enumerate(patterns.rules.get("clean", ())))
        self._lines = {
            han: _join([(index, rule) for index, rule in rules if rule.lang in (lang, "any")])
            for han, lang in ((True, "zh"), (False, "en"))
        }
        # "item" marks words that articles use too (Health, 健康): they count only in the company of others.
        self._buttons = {word.lower(): kind for word, kind in patterns.table(BUTTONS).items()}
        self._long = tuple(patterns.table("clean.long"))
        traditional = patterns.table("script.traditional")
        self._traditional = frozenset(traditional)
        self._simplify = str.maketrans(traditional)

    def find(self, text: str) -> list[Boilerplate]:
        """Give the ranges to leave out, in order; each takes its line's end with it."""
        found: list[Boilerplate] = []
        lines = text.splitlines(keepends=True)
        starts = [0]
        for line in lines:
            starts.append(starts[-1] + len(line))
        ends: dict[str, int] = {}
        index = 0
        while index < len(lines):
            verdict = self._judge(lines[index])
            last = index
            if verdict is not None:
                last = _section_end(lines, starts, index, verdict, ends)
                found.append(Boilerplate(starts[index], starts[last + 1], verdict.kind, verdict.rule_id))
            index = last + 1
        return _drop_lone_items(found, text) if any(drop.kind == _WEAK for drop in found) else found

    def _judge(self, line: str) -> _Verdict | None:
        """Say what a line is if it is no part of the article."""
        stripped = line.strip(self._EDGE).lower()
        if not stripped or len(stripped) > LONGEST_LINE:
            return None
        if not self._traditional.isdisjoint(stripped):
            stripped = stripped.translate(self._simplify)
        if len(stripped) > LONGEST_SHORT_LINE and not any(word in stripped for word in self._long):
            return None
        if (verdict := self._match(stripped)) is not None:
            return verdict
        kind = self._menu_kind(stripped) if len(stripped) <= LONGEST_MENU else None
        return _Verdict(kind, BUTTONS, None) if kind is not None else None

    def _match(self, line: str) -> _Verdict | None:
        match = self._lines[contains_han(line)].fullmatch(line)
        return self._verdicts[int(str(match.lastgroup)[1:])] if match is not None else None

    def _menu_kind(self, line: str) -> str | None:
        """Give the kind of a line of pieces that are buttons, counters and the like; a few may be unknown."""
        whole = self._buttons.get(line)
        if whole is not None:
            return whole
        if line[-1] == "。" or (len(line) > LONGEST_ITEM and not self._GAP.search(line)):
            return None
        pieces = [piece for part in self._PIECE.split(line) if (piece := part.strip(self._EDGE))]
        if len(pieces) > 1:
            return self._common_kind(pieces, [self._piece_kind(piece) for piece in pieces], 0.5)
        words = [word for word in self._WORD.split(line) if word]
        # Two English words are a phrase ("next weekend"), two Chinese ones are buttons.
        if len(words) < 2 or (len(words) == 2 and line.isascii() and " " in line):
            return None
        kinds = [self._buttons.get(word) for word in words]
        return self._common_kind(words, kinds, 0.6 if len(words) > 4 else 1.0)

    def _piece_kind(self, piece: str) -> str | None:
        kind = self._buttons.get(piece)
        if kind is not None:
            return kind
        if (verdict := self._match(piece)) is not None:
            return verdict.kind
        words = [word for word in self._WORD.split(piece) if word]
        kinds = [self._buttons.get(word) for word in words]
        return self._common_kind(words, kinds, 1.0)

    def _common_kind(self, pieces: list[str], kinds: list[str | None], least: float) -> str | None:
        """Give the first kind of ``pieces`` if the share ``least`` is known and none is a sentence."""
        known = [kind for kind in kinds if kind is not None]
        strong = [kind for kind in known if kind != _WEAK]
        if len(known) < least * len(pieces) or not known or (not strong and len(known) < 4):
            return None
        unknown = (piece for piece, kind in zip(pieces, kinds, strict=True) if kind is None)
        if any(self._NO_PIECE.search(piece) for piece in unknown):
            return None
        return strong[0] if strong else "nav"


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


def _join(rules: list[tuple[int, Rule]]) -> re.Pattern[str]:
    """Compile rules into one alternation whose only named groups say which rule it was."""
    return re.compile("|".join(f"(?P<r{index}>{rule.pattern})" for index, rule in rules) or r"(?!)")


def _section_end(
    lines: list[str], starts: list[int], index: int, verdict: _Verdict, ends: dict[str, int]
) -> int:
    """Give the index of the last line of the section that line ``index`` opens.

    ``ends`` remembers where each rule's next end is, so that a thousand openings do not look for it a
    thousand times.
    """
    if verdict.until is None:
        return index
    end = ends.get(verdict.rule_id, -1)
    if end <= index:
        later = range(index + 1, len(lines))
        end = next((line for line in later if verdict.until.search(lines[line].strip())), len(lines))
        ends[verdict.rule_id] = end
    if end < len(lines):
        return end - 1 if end - index <= LONGEST_SECTION or verdict.kind == "digest" else index
    rest = starts[-1] - starts[index]
    return end - 1 if verdict.kind != "digest" and rest <= max(TAIL, starts[-1] // 2) else index
