"""Spans of a Chinese sentence that could be names: between the words that end names, and inside quotation marks."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from medai_extract.match.chinese_words import Word

LONGEST_WORDS, LONGEST = 14, 40
_HAN = re.compile(r"[\u3400-\u9fff]")
_HEAD = re.compile(r"H")
_NATIONAL = frozenset(("国家", "中国", "全国", "中华", "世界", "国际", "美国", "首都", "中央"))
_NEVER_INSIDE = frozenset(
    (
        "是",
        "为",
        "有",
        "在",
        "从",
        "到",
        "被",
        "把",
        "让",
        "将",
        "由",
        "向",
        "对",
        "据",
        "获",
        "称",
        "说",
        "拟",
        "已",
        "也",
        "不",
        "宣布",
        "表示",
        "发布",
        "推出",
        "批准",
        "印发",
        "投资",
        "完成",
        "等",
    )
)
_TELLING = re.compile(r"[XYZRLPVKC]")
_PLAIN = re.compile(r"[^GT]+")
_SEGMENT = re.compile(r"[^B]+")
_QUOTED = re.compile(
    r"[“「『\"‘【]([^“”「」『』\"‘’【】，。；！？\n]{2,24}?)[”」』\"’】]|《([^《》，。；！？\n]{2,16}?)》"
)
_ITEM = re.compile(
    r"(?<=[、，：:])([^、，。；：:！？（）\s“”]{3,6})(?=[、，。0-9]|等|涨|跌|和[\u3400-\u9fff]{2,8}[等。，])"
)


class Guess(NamedTuple):
    """A span that could be a name: its words ``[first, last)`` of sentence ``sentence``, and how it was found."""

    start: int
    end: int
    sentence: int
    first: int
    last: int
    shape: str


def propose(text: str, words: Sequence[Word], sentence: int, heads: frozenset[str]) -> Iterator[Guess]:
    """Give the spans of one sentence that could be names; ``heads`` end names of institutions."""
    if not words:
        return
    codes = "".join([word.code for word in words])
    seen: set[tuple[int, int]] = set()
    for match in _SEGMENT.finditer(codes):
        for first, last in _cuts(codes, match.start(), match.end(), words):
            start, end = words[first].start, words[last - 1].end
            if end - start > LONGEST or end - start < 2 or (start, end) in seen:
                continue
            seen.add((start, end))
            yield Guess(start, end, sentence, first, last, "words")
    for first, last in _institutions(codes, words, heads):
        start, end = words[first].start, words[last - 1].end
        if end - start <= LONGEST and (start, end) not in seen:
            seen.add((start, end))
            yield Guess(start, end, sentence, first, last, "institution")
    begin, stop = words[0].start, words[-1].end
    for pattern, shape in ((_QUOTED, "quoted"), (_ITEM, "item")):
        for hit in pattern.finditer(text, begin, stop):
            start, end = hit.span(1) if hit[1] is not None else hit.span(2)
            if (start, end) not in seen:
                seen.add((start, end))
                first = next((i for i, word in enumerate(words) if word.end > start), 0)
                last = next((i for i in range(first, len(words)) if words[i].start >= end), len(words))
                if shape == "quoted" or words[first].code != "B" or words[first].end == end:
                    yield Guess(start, end, sentence, first, last, shape)


def _institutions(codes: str, words: Sequence[Word], heads: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Give names of institutions that hold words which end other names: 北京市规划和自然资源委员会朝阳分局.

    They begin with a place or a word like 国家 and run to a head, over conjunctions and verbs but over no mark or number.
    """
    for last in _HEAD.finditer(codes):
        crossed = False
        for first in range(last.start() - 1, max(last.start() - LONGEST_WORDS, -1), -1):
            word = words[first]
            if word.end != words[first + 1].start:
                break
            if word.code == "B":
                crossed = True
                if not (word.tag[:1] in "vcbnapmfli" and _HAN.match(word.text)) or word.text in _NEVER_INSIDE:
                    break
                if word.tag in ("c", "p") and words[first - 1].text in heads:
                    break
            elif crossed and (word.code == "P" or word.text in _NATIONAL):
                yield first, last.end()


def _cuts(codes: str, begin: int, stop: int, words: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """Give the ranges of words that could be a name in ``[begin, stop)``, a stretch without breaking words."""
    if not _TELLING.search(codes, begin, stop):
        # Common words only: no more than the whole stretches between generic nouns can be a name.
        for match in _PLAIN.finditer(codes, begin, stop):
            if match.end() - match.start() <= LONGEST_WORDS:
                yield match.span()
        return
    starts = [begin]
    ends = []
    for at in range(begin, stop):
        code = codes[at]
        apart = at > begin and words[at].start > words[at - 1].end
        if at > begin and (
            codes[at - 1] in "GTHL"
            or code in "LP"
            or apart
            or (code in "XZRY" and codes[at - 1] not in "XZRCY")
        ):
            starts.append(at)
        if at > begin and (code in "GTHL" or apart or codes[at - 1] == "L"):
            ends.append(at)
        if code in "HLVXY" or (code in "N" and at > begin and codes[at - 1] in "XZY"):
            ends.append(at + 1)
    ends.append(stop)
    for first in dict.fromkeys(starts):
        for last in dict.fromkeys(ends):
            if first < last <= first + LONGEST_WORDS:
                yield first, last
