"""The steps of cleaning, each a function from a text to edits.

Mojibake, control characters, line ends and widths come first; then boilerplate is taken out, of lines where
runs of spaces still tell a menu from a sentence; glued words and spaces come last.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import takewhile

from medai_extract.offsets import Edit, OffsetMap, apply_edits

# UTF-8 read as Windows-1252 or Latin-1: a lead byte's letter followed by a continuation byte's sign.
_MOJIBAKE = re.compile("[ÂÃâäåæçèéêëìíîïðÐÎÏ][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]")
# Control characters but tab and line feed, zero-width and directional marks, soft hyphens, byte-order marks,
# lone surrogates.
_CONTROLS = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ud800-\udfff]+"
)
_WIDTHS = re.compile("[０-９Ａ-Ｚａ-ｚ][０-９Ａ-Ｚａ-ｚ]*+")
_NARROW = {code: code - 0xFEE0 for code in range(0xFF10, 0xFF5B)}
# White space to fold: other than the plain space, in a run, at an edge of a line; more than one empty line.
# Every alternative hangs on one first character, which lets the engine skip to the next candidate; a plain space between two words,
# as nearly all are, is none.
_SPACES = re.compile(
    r"\s(?<!\S (?=\S))(?:(?<=[^ \n])[^\S\n]*+|(?<= )(?:[^\S\n]++|(?=\n)|(?<=\n ))|(?<=\n)(?:[^\S\n]*+\n){2,}+)"
)
_TO_FOLD = ("  ", " \n", "\n ", "\n\n\n")
_LINE_ENDS = re.compile("\r\n?|[\u0085\u2028\u2029\x0b\x0c]")


_BLOCK_SIGNS = re.compile(r"(?m:^[ \t]{0,3}(?:#{1,6}[ \t]+|>[ \t]?|(?:\*[ \t]*){3,}$|(?:-[ \t]*){3,}$))")
_INLINE_SIGNS = re.compile(
    r"""!\[[^\]\n]{0,300}\]\([^)\n]{0,2000}\)                                            # images
      | (?<!\\)\[(?=[^\]\n]{1,300}\]\([^)\n]{0,2000}\))|(?<=[^\n])\]\([^)\n]{0,2000}\)   # both ends of a link
      | \*\*|__(?=\S)|(?<=\S)__|(?<![\w*])\*(?=\S)|(?<=\S)\*(?![\w*])|`{1,3}
      | \\(?=[\[\]*_`#])""",
    re.X,
)


def strip_inline_markdown(text: str) -> Iterator[Edit]:
    r"""Drop the signs of links, images and emphasis; of a link only its text is read.

    >>> source = "## 阿福\n**蚂蚁** [发布](https://example.com/a) 新版"
    >>> apply_edits(source, strip_inline_markdown(source))[0]
    '## 阿福\n蚂蚁 发布 新版'
    """
    return (Edit(match.start(), match.end(), "") for match in _INLINE_SIGNS.finditer(text))


def strip_block_markdown(text: str) -> Iterator[Edit]:
    r"""Drop the signs of headings, quotes and rules.

    >>> apply_edits("## 阿福\n> 上线", strip_block_markdown("## 阿福\n> 上线"))[0]
    '阿福\n上线'
    """
    return (Edit(match.start(), match.end(), "") for match in _BLOCK_SIGNS.finditer(text))


def fix_mojibake(text: str) -> Iterator[Edit]:
    r"""Repair lines whose UTF-8 was read as a Western code page; what is repaired in a line maps as a whole.

    >>> list(fix_mojibake("ok\nè\x9a\x82è\x9a\x81é›†å›¢\nok"))
    [Edit(start=3, end=15, replacement='蚂蚁集团')]
    """
    if text.isascii() or not _MOJIBAKE.search(text):
        return
    at = 0
    for line in text.split("\n"):
        if _MOJIBAKE.search(line) and (fixed := _fix_line(line)) != line:
            yield _narrow_edit(at, line, fixed)
        at += len(line) + 1


def _narrow_edit(at: int, line: str, fixed: str) -> Edit:
    """Give the edit that leaves alone what both ends of a line and of its repaired form have in common.

    >>> _narrow_edit(10, "in SÃ£o Paulo", "in São Paulo")
    Edit(start=14, end=16, replacement='ã')
    """
    most = min(len(line), len(fixed))
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(line, fixed, strict=False)))
    tail = sum(
        1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(line[::-1], fixed[::-1], strict=False))
    )
    tail = min(tail, most - same)
    return Edit(at + same, at + len(line) - tail, fixed[same : len(fixed) - tail])


def _fix_line(line: str) -> str:
    """Repair a line, again and again until nothing is left to repair: text may have been broken twice.

    What is dropped or folded later may stand between two halves of a character, so the line is tried without it too.
    """
    from ftfy import fix_encoding

    for _ in range(4):
        seen = _CONTROLS.sub("", line)
        narrow = " ".join(seen.split())
        fixed = next((new for old in (line, seen, narrow) if (new := fix_encoding(old)) != old), line)
        if fixed == line:
            break
        line = fixed
    return line


def _is_plain(text: str) -> bool:
    r"""Say whether a text has no white space but plain spaces, tabs, line feeds and wide spaces, and nothing that is not seen.

    A fraction of the time that a search for such characters takes; most texts are so.

    >>> _is_plain("医疗\tAI\n"), _is_plain("医疗\r\n"), _is_plain("医疗\u200bAI")
    (True, False, False)
    """
    return text.replace("\n", "").replace("\t", "").replace("\u3000", "").replace("\xa0", "").isprintable()


def drop_controls(text: str) -> Iterable[Edit]:
    r"""Drop characters that no reader sees, and halves of surrogate pairs.

    >>> apply_edits("医\u200b疗\x00AI", drop_controls("医\u200b疗\x00AI"))[0]
    '医疗AI'
    """
    return (Edit(match.start(), match.end(), "") for match in _CONTROLS.finditer(text))


def narrow_widths(text: str) -> Iterable[Edit]:
    """Turn full-width letters and digits into ASCII; full-width punctuation is Chinese and stays.

    >>> apply_edits("ＡＩ，２０２５年", narrow_widths("ＡＩ，２０２５年"))[0]
    'AI，2025年'
    """
    if text.isascii():
        return ()
    return (Edit(match.start(), match.end(), match[0].translate(_NARROW)) for match in _WIDTHS.finditer(text))


def unify_line_ends(text: str) -> Iterable[Edit]:
    r"""Make every line end a line feed.

    >>> apply_edits("医疗\r\nAI", unify_line_ends("医疗\r\nAI"))[0]
    '医疗\nAI'
    """
    return (Edit(match.start(), match.end(), "\n") for match in _LINE_ENDS.finditer(text))


def fold_spaces(text: str) -> Iterator[Edit]:
    r"""Make runs of white space one space, none at the edges of a line or text, and leave at most one empty line.

    >>> apply_edits("　　文 | 记者\n\n\n\n医疗\xa0 AI \n", fold_spaces("　　文 | 记者\n\n\n\n医疗\xa0 AI \n"))[0]
    '文 | 记者\n\n医疗 AI'
    """
    begin, finish = len(text) - len(text.lstrip()), len(text.rstrip())
    yield Edit(0, begin, "")
    yield Edit(finish, len(text), "")
    if begin >= finish or not (
        any(run in text for run in _TO_FOLD) or not text.replace("\n", "").isprintable()
    ):
        return
    for match in _SPACES.finditer(text, begin, finish):
        start, end = match.span()
        if match[0][0] == "\n":
            yield Edit(start, end, "\n\n")
        else:
            yield Edit(start, end, "" if text[start - 1] == "\n" or text[end] == "\n" else " ")


Step = Callable[[str], Iterable[Edit]]
CHARACTER_STEPS: tuple[Step, ...] = (
    fix_mojibake,
    drop_controls,
    fix_mojibake,
    unify_line_ends,
    narrow_widths,
)
"""What makes the characters right and leaves lines and gaps as they are.

Half of mojibake is control characters, so it is repaired before they are dropped; and again after, for where one stood between.
"""


def character_steps(text: str) -> tuple[Step, ...]:
    r"""Give those of the character steps that have something to do in a text; most texts need none or two.

    >>> len(character_steps("Owkin, of Paris")), len(character_steps("推想医疗")), len(character_steps("医疗\u200bAI"))
    (0, 2, 5)
    """
    if not _is_plain(text):
        return CHARACTER_STEPS
    return () if text.isascii() else (fix_mojibake, narrow_widths)


def run_steps(text: str, offsets: OffsetMap, steps: Iterable[Step]) -> tuple[str, OffsetMap]:
    """Run steps on a text that ``offsets`` maps to its source; give the new text and its map."""
    for step in steps:
        edits = list(step(text))
        if edits:
            new, later = apply_edits(text, edits)
            if new is not text:
                text, offsets = new, offsets.then(later)
    return text, offsets
