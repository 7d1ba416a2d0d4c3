"""What a page says that its article does not: navigation, advertisements, share bars, digests, footers.

Rules judge whole lines; a rule with ``until`` opens a section that runs to the line before the first one that matches.
Nothing of the body lost is worth more than a little noise kept: a digest whose end is nowhere to be seen stays.
"""

import re
from typing import NamedTuple

from medai_extract.patterns import Patterns, Rule

LONGEST_LINE = 400
"""Code points above which a line is a paragraph and only an opened section can drop it."""


class Boilerplate(NamedTuple):
    """A range of the source text that is left out, with its kind and the rule that says so."""

    start: int
    end: int
    kind: str
    rule_id: str


class BoilerplateFinder:
    """The rules of ``patterns/clean``, compiled.

    >>> from medai_extract.patterns import load_patterns
    >>> finder = BoilerplateFinder(load_patterns())
    >>> [(drop.kind, drop.rule_id) for drop in finder.find("微信 朋友圈\\n平安健康发布公告。\\n© 2025 某某网")]
    [('share', 'clean.buttons'), ('copyright', 'clean.copyright')]
    """

    _SEPARATOR = re.compile(r"\s*[|｜·•>›»/、]\s*|\s+")

    def __init__(self, patterns: Patterns) -> None:
        self._rules = patterns.rules.get("clean", ())
        self._line = re.compile(
            "|".join(f"(?P<r{index}>{rule.pattern})" for index, rule in enumerate(self._rules)) or r"(?!)"
        )
        self._buttons = {word.casefold(): kind for word, kind in patterns.table("clean.buttons").items()}
        self._longest_button = max(map(len, self._buttons), default=0)

    def find(self, text: str) -> list[Boilerplate]:
        """Give the ranges to leave out, in order; each takes its line's end with it."""
        found: list[Boilerplate] = []
        lines = _lines(text)
        index = 0
        while index < len(lines):
            start, end = lines[index]
            rule = self._match(text[start:end])
            last = index
            if rule is None:
                button = self._button(text[start:end])
                if button is not None:
                    found.append(Boilerplate(start, _after(lines, index, text), button, "clean.buttons"))
            else:
                if rule.until is not None:
                    last = _section_end(text, lines, index, rule)
                found.append(Boilerplate(start, _after(lines, last, text), rule.kind or "other", rule.id))
            index = last + 1
        return found

    def _match(self, line: str) -> Rule | None:
        stripped = line.strip()
        if not stripped or len(stripped) > LONGEST_LINE:
            return None
        match = self._line.fullmatch(stripped)
        return (
            self._rules[int(next(name for name in match.groupdict() if match[name] is not None)[1:])]
            if match
            else None
        )

    def _button(self, line: str) -> str | None:
        """Give the kind of a line made of nothing but button words."""
        stripped = line.strip().casefold()
        if not stripped or len(stripped) > 8 * self._longest_button:
            return None
        if stripped in self._buttons:
            return self._buttons[stripped]
        words = [word for word in re.split(r"\s{2,}|\s*[|｜·•>›»]\s*", stripped) if word]
        if not all(word in self._buttons for word in words):
            words = [word for word in self._SEPARATOR.split(stripped) if word]
        return self._buttons[words[0]] if words and all(word in self._buttons for word in words) else None


def _lines(text: str) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    start = 0
    for line in text.splitlines(keepends=True):
        spans.append((start, start + len(line)))
        start += len(line)
    return spans


def _after(lines: list[tuple[int, int]], index: int, text: str) -> int:
    return lines[index + 1][0] if index + 1 < len(lines) else len(text)


def _section_end(text: str, lines: list[tuple[int, int]], index: int, rule: Rule) -> int:
    """Give the index of the last line of the section that line ``index`` opens."""
    until = re.compile(rule.until or r"(?!)")
    for later in range(index + 1, len(lines)):
        if until.search(text[slice(*lines[later])].strip()):
            return later - 1
    return index if rule.kind == "digest" else len(lines) - 1
